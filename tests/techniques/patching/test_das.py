"""das: it finds the planted variable, and neither one that the model does not have nor one in an untrained model."""

from functools import cache

import pytest
import torch

from cutaway.errors.patching import SharedExamplesError, SubspaceSizeError
from cutaway.models import untrained_twin
from cutaway.techniques.patching.das import Training, das
from cutaway.techniques.patching.interchange import Place, interchanges
from tests.techniques.patching.equalities import HERE, TRUE, WRONG, compiled, prompts

SHORT = Training(steps=60, batch=32, rate=0.1)


@cache
def examples(variable):
    train = interchanges(variable, prompts(1000, 1), prompts(1000, 2))
    return train, interchanges(variable, prompts(800, 3), prompts(800, 4)).without(train)


@pytest.fixture(scope="module")
def found():
    return das(compiled().model, *examples(TRUE), place=HERE, sizes=(1, 4), training=SHORT)


def test_one_direction_is_found_for_a_variable_that_has_one(found):
    assert found.held_out[1].value >= 0.95
    assert found.held_out[1].n > 300
    assert found.own.value == 1.0
    axis = compiled().stream.directions["ab"][0]
    assert abs(float(found.directions[1] @ axis)) > 0.8  # a direction that also turns to what nothing reads is as good


def test_a_variable_that_the_model_does_not_have_is_not_found():
    wrong = das(compiled().model, *examples(WRONG), place=HERE, sizes=(1, 4), training=SHORT)
    assert wrong.held_out[1].value <= 0.6
    assert wrong.held_out[4].value <= 0.6


@pytest.mark.parametrize("seed", [0, 1])
def test_nothing_is_found_in_an_untrained_network(seed):
    twin = untrained_twin(compiled().model, seed=seed)
    assert das(twin, *examples(TRUE), place=HERE, sizes=(1,), training=SHORT).held_out[1].value <= 0.6


def test_the_variable_is_not_found_where_it_is_not():
    before = das(compiled().model, *examples(TRUE), place=Place("resid_post.0", 2), sizes=(1,), training=SHORT)
    assert before.held_out[1].value == 0.0  # nothing reads that position any more, so that every base keeps its answer


def test_the_table_has_each_size_and_the_whole_site(found, tmp_path):
    frame = found.frame
    assert list(frame.subspace) == ["1", "4", "whole site"]
    assert list(frame.directions) == [1, 4, compiled().model.shape.d_model]
    assert bool((frame.low <= frame.accuracy).all())
    assert bool((frame.accuracy <= frame.high).all())
    assert frame.accuracy[0] == found.held_out[1].value
    assert found.figure.save(tmp_path / "sizes.svg").read_text().startswith("<svg")


def test_directions_are_orthogonal_and_as_many_as_asked(found):
    for size, rows in found.directions.items():
        torch.testing.assert_close(rows @ rows.T, torch.eye(size), atol=1e-5, rtol=0)


def test_the_same_seed_gives_the_same_bytes_and_the_model_is_left_alone():
    model, (train, held_out) = compiled().model, examples(TRUE)
    few = Training(steps=5)
    one, other = (das(model, train, held_out, place=HERE, sizes=(2,), training=few, seed=3) for _ in range(2))
    assert torch.equal(one.directions[2], other.directions[2])
    third = das(model, train, held_out, place=HERE, sizes=(2,), training=few, seed=4)
    assert not torch.equal(one.directions[2], third.directions[2])
    assert all(weight.grad is None for weight in model.module.parameters())


def test_what_was_trained_on_is_no_evidence():
    train, held_out = examples(TRUE)
    with pytest.raises(SharedExamplesError, match="are among the training pairs"):
        das(compiled().model, train, train.rows(torch.arange(4)), place=HERE)
    assert not bool(held_out.shared(train).any())


@pytest.mark.parametrize("size", [0, 57])
def test_a_subspace_is_no_larger_than_its_site(size):
    with pytest.raises(SubspaceSizeError, match="56 features"):
        das(compiled().model, *examples(TRUE), place=HERE, sizes=(size,))
