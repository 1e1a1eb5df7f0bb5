"""boundless_das, on a variable of one direction: it finds one, and only where there is something to find."""

import pytest
import torch

from cutaway.errors.patching import SharedExamplesError
from cutaway.models import untrained_twin
from cutaway.techniques.patching.boundless_das import HARD, SOFT, boundless_das, let_through
from cutaway.techniques.patching.das import Training
from tests.techniques.patching.equalities import HERE, TRUE, WRONG, compiled
from tests.techniques.patching.test_das import examples

SHORT = Training(steps=150, batch=32, rate=0.2)


@pytest.fixture(scope="module")
def found():
    return boundless_das(compiled().model, *examples(TRUE), place=HERE, price=3.0, training=SHORT)


def test_it_shrinks_to_the_one_direction_that_the_variable_has(found):
    assert len(found.directions) == 1
    assert found.held_out.value >= 0.95
    assert found.path[0] == pytest.approx(28.0)  # half of 56
    assert found.path[-1] < 2


@pytest.mark.parametrize("case", ["wrong variable", "untrained"])
def test_it_finds_nothing_where_nothing_is(case):
    model = compiled().model
    subject = model if case == "wrong variable" else untrained_twin(model, seed=0)
    variable = WRONG if case == "wrong variable" else TRUE
    assert boundless_das(subject, *examples(variable), place=HERE, price=3.0, training=SHORT).held_out.value <= 0.6


def test_the_boundary_lets_through_what_is_before_it():
    half = torch.tensor(0.0)
    hard = let_through(half, 8, HARD)
    torch.testing.assert_close(hard, torch.tensor([1.0] * 4 + [0.0] * 4), atol=1e-5, rtol=0)
    soft = let_through(half, 8, SOFT)
    # the middle of the fourth of eight is 7/16, a sixteenth before the boundary
    assert float(soft[3]) == pytest.approx(1 / (1 + 2.718281828 ** (-1 / 16 / SOFT)), rel=1e-5)
    assert bool((soft.diff() < 0).all())


def test_a_dearer_subspace_is_smaller():
    cheap, dear = (
        boundless_das(compiled().model, *examples(TRUE), place=HERE, price=price, training=Training(steps=40))
        for price in (0.01, 10)
    )
    assert len(dear.directions) < len(cheap.directions)


def test_the_table_and_the_path_are_there(found, tmp_path):
    row = found.frame.iloc[0]
    assert (row.directions, row.features) == (1, 56)
    assert row.low <= row.accuracy <= row.high
    assert len(found.path) == SHORT.steps
    assert found.figure.save(tmp_path / "path.svg").read_text().startswith("<svg")


def test_what_was_trained_on_is_no_evidence():
    train, _ = examples(TRUE)
    with pytest.raises(SharedExamplesError):
        boundless_das(compiled().model, train, train, place=HERE)
