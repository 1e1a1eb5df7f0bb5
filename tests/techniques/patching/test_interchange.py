"""Interchanges: which pairs are kept and what they must answer, by hand; accuracy along axes that are known."""

import pytest
import torch

from cutaway.errors.patching import FeatureAxisError, NoChangedAnswerError, PlaceOutsideError
from cutaway.errors.sweep import UnequalPromptsError
from cutaway.techniques.patching.interchange import (
    Interchanges,
    Place,
    Variable,
    base_accuracy,
    carried,
    columns,
    interchange_accuracy,
    interchanges,
)
from tests.conformance.families import build
from tests.techniques.patching.equalities import HERE, OTHER, SAME, TRUE, compiled, prompts

BASE = torch.tensor([[0, 2, 2, 3, 3, 7], [0, 2, 2, 3, 1, 7], [0, 2, 1, 3, 3, 7]])  # (a = b, c = d): 11, 10, 01
SOURCE = torch.tensor([[0, 1, 3, 1, 1, 7], [0, 4, 4, 1, 1, 7], [0, 4, 4, 1, 2, 7]])  # 01, 11, 10


@pytest.fixture(scope="module")
def examples():
    return interchanges(TRUE, prompts(400, 1), prompts(400, 2))


def test_only_pairs_whose_answer_changes_are_kept():
    found = interchanges(TRUE, BASE, SOURCE)
    # a = b: 1 becomes 0 and 1 is compared with c = d, 1; the second row's 1 stays 1; 0 becomes 1
    assert found.base.tolist() == BASE[[0, 2]].tolist()
    assert found.source.tolist() == SOURCE[[0, 2]].tolist()
    assert found.right.tolist() == [OTHER, SAME]
    assert found.wrong.tolist() == [SAME, OTHER]


def test_a_variable_that_never_changes_the_answer_is_refused():
    idle = Variable("idle", lambda tokens: tokens[:, 1], lambda tokens, value: torch.full_like(value, SAME))
    with pytest.raises(NoChangedAnswerError, match="none of 3 prompts"):
        interchanges(idle, BASE, SOURCE)


@pytest.mark.usefixtures("unchecked")
def test_each_base_needs_a_source():
    with pytest.raises(UnequalPromptsError):
        interchanges(TRUE, BASE, SOURCE[:2])


def test_a_model_that_has_the_variable_answers_every_base(examples):
    assert base_accuracy(compiled().model, examples).value == 1.0


@pytest.mark.parametrize(
    ("axis", "expected"),
    [("ab", 1.0), ("b", 0.0)],  # what carries the variable, and what nothing reads any more
)
def test_accuracy_along_an_axis_is_whether_it_carries_the_variable(examples, axis, expected):
    rows = compiled().stream.directions[axis]
    found = interchange_accuracy(compiled().model, examples, HERE, rows)
    assert found.value == expected
    assert found.n == len(examples)


def test_the_axis_of_the_other_variable_is_right_where_that_one_differs_too(examples):
    rows = compiled().stream.directions["cd"]
    differs = (examples.base[:, 3] == examples.base[:, 4]) != (examples.source[:, 3] == examples.source[:, 4])
    found = interchange_accuracy(compiled().model, examples, HERE, rows)
    assert found.value == pytest.approx(float(differs.double().mean()))


def test_the_whole_site_exchanges_both_variables(examples):
    same = (examples.base[:, 3] == examples.base[:, 4]) == (examples.source[:, 3] == examples.source[:, 4])
    found = interchange_accuracy(compiled().model, examples, HERE)
    assert found.value == pytest.approx(float(same.double().mean()))


def test_positions_count_real_tokens_on_either_side_of_padding():
    mask = torch.tensor([[1, 1, 1, 0], [0, 1, 1, 1], [1, 1, 1, 1]])
    tokens = torch.zeros(3, 4, dtype=torch.long)
    assert columns(tokens, mask, 0).tolist() == [0, 1, 0]
    assert columns(tokens, mask, -1).tolist() == [2, 3, 3]
    assert columns(tokens, None, -2).tolist() == [2, 2, 2]
    with pytest.raises(PlaceOutsideError, match="no position 3 in prompt 0: it has 3 tokens"):
        columns(tokens, mask, 3)


def test_only_the_place_is_taken_from_the_source():
    model = build("llama")
    draw = torch.Generator().manual_seed(0)
    base, source = torch.randint(2, 60, (2, 5), generator=draw), torch.randint(2, 60, (2, 7), generator=draw)
    right, wrong = torch.tensor([3, 4]), torch.tensor([5, 6])
    mask = torch.tensor([[1, 1, 1, 1, 0], [1, 1, 1, 1, 1]])
    given = Interchanges("none", base, source, right, wrong, mask)
    found = carried(model, given, Place("resid_post.1", position=-1))
    expected = model.run(base, read="resid_post.1", mask=mask)["resid_post.1"].clone()
    there = model.run(source, read="resid_post.1")["resid_post.1"]
    expected[0, 3], expected[1, 4] = there[0, 6], there[1, 6]
    torch.testing.assert_close(found, expected)
    with pytest.raises(UnequalPromptsError):
        carried(model, given, Place("resid_post.1"))


def test_padding_changes_no_accuracy(examples):
    some = examples.rows(torch.arange(60))
    pad = torch.full((60, 1), 3)
    # to the right, where the context of the model has no room for more than its six tokens
    short = Interchanges(
        some.variable, some.base[:, :-1], some.source[:, :-1], some.right, some.wrong,
        torch.ones(60, 5, dtype=torch.long), torch.ones(60, 5, dtype=torch.long),
    )  # fmt: skip
    masked = torch.cat([torch.ones(60, 5, dtype=torch.long), torch.zeros(60, 1, dtype=torch.long)], dim=1)
    padded = Interchanges(
        some.variable, torch.cat([short.base, pad], dim=1), torch.cat([short.source, pad], dim=1),
        some.right, some.wrong, masked, masked,
    )  # fmt: skip
    rows = compiled().stream.directions["ab"]
    one, other = (interchange_accuracy(compiled().model, given, HERE, rows) for given in (short, padded))
    assert one == other


def test_shared_pairs_are_found_and_left_out(examples):
    some, all_but = examples.rows(torch.arange(5)), examples.rows(torch.arange(3, len(examples)))
    shared = some.shared(all_but)
    assert shared.tolist()[3:] == [True, True]
    apart = some.without(all_but)
    assert len(apart) == 5 - int(shared.sum())
    assert not bool(apart.shared(all_but).any())


def test_a_site_of_many_heads_needs_one(examples):
    with pytest.raises(FeatureAxisError, match="head=0"):
        interchange_accuracy(compiled().model, examples, Place("z.0"))
