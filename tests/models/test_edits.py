"""Edits on tensors small enough to work out by hand."""

import pytest
import torch

from cutaway.errors.models import EditError, UnknownSiteError
from cutaway.models import Add, Replace, Scale, Zero
from tests.conformance.families import build

HEADS = ("batch", "pos", "head", "d_head")
VALUE = torch.arange(1.0, 13.0).reshape(1, 2, 3, 2)  # [[1 2] [3 4] [5 6]] and [[7 8] [9 10] [11 12]]


@pytest.mark.parametrize(
    ("edit", "by_hand"),
    [
        (Zero("z.0", head=1), [[[[1, 2], [0, 0], [5, 6]], [[7, 8], [0, 0], [11, 12]]]]),
        (Zero("z.0", position=0, head=2), [[[[1, 2], [3, 4], [0, 0]], [[7, 8], [9, 10], [11, 12]]]]),
        (Scale("z.0", 10.0, position=1), [[[[1, 2], [3, 4], [5, 6]], [[70, 80], [90, 100], [110, 120]]]]),
        (Add("z.0", torch.tensor([1.0, -1.0]), head=0), [[[[2, 1], [3, 4], [5, 6]], [[8, 7], [9, 10], [11, 12]]]]),
        (Replace("z.0", 4.0, row=0, position=0, head=0), [[[[4, 4], [3, 4], [5, 6]], [[7, 8], [9, 10], [11, 12]]]]),
        (Zero("z.0", head=-1), [[[[1, 2], [3, 4], [0, 0]], [[7, 8], [9, 10], [0, 0]]]]),
    ],
)
def test_edit_changes_exactly_the_part_it_names(edit, by_hand):
    before = VALUE.clone()
    torch.testing.assert_close(edit.apply(VALUE, HEADS), torch.tensor(by_hand, dtype=torch.float32))
    torch.testing.assert_close(VALUE, before)


def test_position_of_a_pattern_is_its_query():
    pattern = torch.ones(1, 1, 2, 2)
    edited = Zero("pattern.0", position=1).apply(pattern, ("batch", "head", "query", "key"))
    torch.testing.assert_close(edited, torch.tensor([[[[1.0, 1.0], [0.0, 0.0]]]]))


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (Zero("z.0", head=3), "head is 0 to 2"),
        (Zero("z.0", neuron=0), "has no neuron"),
        (Replace("z.0", torch.zeros(5)), "has shape"),
    ],
)
def test_edit_that_does_not_fit_is_refused_with_what_would(edit, words):
    with pytest.raises(EditError, match=words):
        edit.apply(VALUE, HEADS)


def test_several_edits_of_one_site_are_made_in_order():
    model, tokens = build("gpt2"), torch.tensor([[0, 4, 7]])
    once = model.run(tokens, edit=[Replace("z.0", 2.0), Scale("z.0", 3.0)], read=["z.0"])
    torch.testing.assert_close(once["z.0"], torch.full_like(once["z.0"], 6.0))


def test_edit_of_an_unknown_site_names_the_nearest():
    with pytest.raises(UnknownSiteError, match="nearest: resid_pre"):
        build("gpt2").run(torch.tensor([[1, 2]]), edit=[Zero("resid_pr.0")])


def test_edit_must_name_one_layer():
    with pytest.raises(UnknownSiteError, match="no single site 'z'"):
        build("gpt2").run(torch.tensor([[1, 2]]), edit=[Zero("z")])
