"""Edits on tensors small enough to work out by hand."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from cutaway.errors.models import EditError, NestedRunError, UnknownSiteError
from cutaway.models import Add, Apply, Mean, Patch, ProjectOut, Replace, Resample, Scale, Zero
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
        (Zero("z.0", head=[0, 2]), [[[[0, 0], [3, 4], [0, 0]], [[0, 0], [9, 10], [0, 0]]]]),
        (Zero("z.0", head=slice(1, None), position=[1]), [[[[1, 2], [3, 4], [5, 6]], [[7, 8], [0, 0], [0, 0]]]]),
        (
            Scale("z.0", torch.tensor([[2.0], [0.0]]), head=[2, 0], position=0),
            [[[[0, 0], [3, 4], [10, 12]], [[7, 8], [9, 10], [11, 12]]]],
        ),
        (Apply("z.0", lambda part: part.flip(-1), head=0), [[[[2, 1], [3, 4], [5, 6]], [[8, 7], [9, 10], [11, 12]]]]),
        (ProjectOut("z.0", torch.tensor([0.0, 7.0])), [[[[1, 0], [3, 0], [5, 0]], [[7, 0], [9, 0], [11, 0]]]]),
        (
            ProjectOut("z.0", torch.tensor([[1.0, 1.0], [1.0, -1.0]]), position=0),
            [[[[0, 0], [0, 0], [0, 0]], [[7, 8], [9, 10], [11, 12]]]],
        ),
        (Mean("z.0", VALUE, head=1), [[[[1, 2], [6, 7], [5, 6]], [[7, 8], [6, 7], [11, 12]]]]),
        (
            Mean("z.0", torch.cat((VALUE, VALUE + 2)), head=1, per_position=True),
            [[[[1, 2], [4, 5], [5, 6]], [[7, 8], [10, 11], [11, 12]]]],
        ),
        (Resample("z.0", -VALUE, head=2, position=1), [[[[1, 2], [3, 4], [5, 6]], [[7, 8], [9, 10], [-11, -12]]]]),
        (Zero("z.0", head=np.int64(1)), [[[[1, 2], [0, 0], [5, 6]], [[7, 8], [0, 0], [11, 12]]]]),
        (Zero("z.0", head=torch.tensor([2, 0])), [[[[0, 0], [3, 4], [0, 0]], [[0, 0], [9, 10], [0, 0]]]]),
        (Zero("z.0", head=np.array([-1]), position=0), [[[[1, 2], [3, 4], [0, 0]], [[7, 8], [9, 10], [11, 12]]]]),
        (ProjectOut("z.0", torch.tensor([[0.0, 7.0]] * 2)), [[[[1, 0], [3, 0], [5, 0]], [[7, 0], [9, 0], [11, 0]]]]),
        (
            ProjectOut("z.0", torch.tensor([[0.0, 0.0], [7.0, 0.0]])),
            [[[[0, 2], [0, 4], [0, 6]], [[0, 8], [0, 10], [0, 12]]]],
        ),
        (Patch("z.0", -VALUE, position=0, head=0), [[[[-1, -2], [3, 4], [5, 6]], [[7, 8], [9, 10], [11, 12]]]]),
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
        (Zero("z.0", head=[0, 3]), "head is 0 to 2"),
        (Zero("z.0", position=-3), "position is 0 to 1"),
        (Replace("z.0", torch.zeros(7, 1, 2, 3, 2)), "has shape"),
        (Apply("z.0", lambda part: part[0]), r"the function made \(2, 3, 2\)"),
        (Apply("z.0", lambda part: 1.0), "the function made float"),
        (ProjectOut("z.0", torch.zeros(3)), "3 features"),
        (ProjectOut("z.0", torch.zeros(2)), "all zero"),
        (ProjectOut("z.0", torch.zeros(3, 2)), "all zero"),
        (Zero("z.0", position=slice(2, None)), "position is 0 to 1"),
        (Zero("z.0", position=slice(1, 1)), "position is 0 to 1"),
        (Zero("z.0", position=slice(-1, -2)), "position is 0 to 1"),
        (Zero("z.0", position=slice(0, 3)), "position is 0 to 1"),
        (Zero("z.0", row=slice(1, None)), "row is 0 to 0"),
        (Zero("z.0", head=[]), "head is 0 to 2"),
        (Zero("z.0", head=slice(None, None, -1)), "step of -1 does not go forwards"),
        (Zero("z.0", head=slice(None, None, 0)), "step of 0 does not go forwards"),
        (Zero("z.0", head=[True, False, True]), "True is no number"),
        (Zero("z.0", head=True), "True is no number"),
        (Zero("z.0", head=torch.tensor([True, False, True])), "True is no number"),
        (Zero("z.0", head=np.array([True, False, True])), "True is no number"),
    ],
)
def test_edit_that_does_not_fit_is_refused_with_what_would(edit, words):
    with pytest.raises(EditError, match=words):
        edit.apply(VALUE, HEADS)


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("head", [1.5, [0, 1.5], "12", [[0], [1]], slice(0.5, 2)])
def test_what_is_no_whole_number_is_refused(head):
    with pytest.raises(EditError, match=r"head: '.*' object cannot be interpreted as an integer"):
        Zero("z.0", head=head).apply(VALUE, HEADS)


ROWS = torch.arange(72.0).reshape(3, 4, 3, 2)  # three other prompts of four positions


@pytest.mark.parametrize("kind", [Mean, Resample, Patch])
@pytest.mark.parametrize("reference", [VALUE[0], VALUE.mean((0, 1)), VALUE[None], VALUE[..., 0]], ids=lambda x: x.ndim)
def test_a_reference_with_other_axes_is_refused(kind, reference):
    with pytest.raises(EditError, match=r"the site 4 axes batch pos head d_head"):
        kind("z.0", reference).apply(VALUE, HEADS)


@pytest.mark.parametrize(
    "edit", [Mean("z.0", ROWS, per_position=True), Resample("z.0", ROWS), Patch("z.0", ROWS), Patch("z.0", ROWS[:, :3])]
)
def test_a_reference_of_another_length_is_refused(edit):
    with pytest.raises(EditError, match=r"reference has . positions, the run 2"):
        edit.apply(VALUE, HEADS)


def test_a_mean_over_positions_takes_prompts_of_any_length_and_a_single_position_is_for_all():
    mean = ROWS.numpy().mean((0, 1))
    for edit in (
        Mean("z.0", ROWS),
        Mean("z.0", ROWS.mean(1, keepdim=True), per_position=True),
        Resample("z.0", ROWS.mean((0, 1), keepdim=True)),
        Patch("z.0", ROWS.mean((0, 1), keepdim=True)),
    ):
        np.testing.assert_allclose(edit.apply(VALUE, HEADS).numpy(), np.broadcast_to(mean, (1, 2, 3, 2)))


def test_a_reference_may_be_of_more_or_fewer_rows():
    for rows in (1, 3):
        found = Resample("z.0", ROWS[:rows, :2]).apply(VALUE.expand(2, -1, -1, -1), HEADS)
        assert all(any(torch.equal(row, other) for other in ROWS[:rows, :2]) for row in found)


def test_while_the_model_writes_a_reference_may_be_as_long_as_the_text_becomes():
    place = {"prompt": 2, "start": 2, "growing": True}
    found = Patch("z.0", ROWS[:1]).apply(VALUE[:, :1], HEADS, **place)
    torch.testing.assert_close(found, ROWS[:1, 2:3])


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


@pytest.mark.parametrize(
    "edit",
    [
        Replace("z.0", float("nan")),
        Add("z.0", torch.tensor([1.0, float("nan")])),
        Mean("z.0", torch.full((1, 2, 4, 8), float("nan"))),
    ],
)
def test_nan_in_a_value_is_refused_before_the_run(edit):
    with pytest.raises(EditError, match="holds NaN"):
        build("gpt2").run(torch.tensor([[1, 2]]), edit=edit)


def test_long_values_are_shown_by_their_shape():
    assert (
        repr(Replace("z.0", torch.zeros(4, 8), head=[1]))
        == "Replace(site='z.0', head=[1], value=tensor of shape (4, 8))"
    )


def test_resampling_gives_each_row_the_reference_of_another():
    value = torch.arange(24.0).reshape(6, 2, 2)
    found = Resample("resid_pre.0", value, seed=3).apply(value, ("batch", "pos", "d_model"))
    drawn = (found[:, 0, 0] / 4).long().tolist()
    assert sorted(drawn) == list(range(6))
    assert all(row != source for row, source in enumerate(drawn))
    torch.testing.assert_close(found, Resample("resid_pre.0", value, seed=3).apply(value, ("batch", "pos", "d_model")))


def test_what_is_projected_out_is_gone_and_what_is_orthogonal_stays():
    generator = torch.Generator().manual_seed(0)
    value, directions = torch.randn(2, 3, 8, generator=generator), torch.randn(2, 8, generator=generator)
    found = ProjectOut("resid_pre.0", directions).apply(value, ("batch", "pos", "d_model"))
    torch.testing.assert_close(found @ directions.T, torch.zeros(2, 3, 2), atol=1e-5, rtol=0)
    left = np.linalg.lstsq(directions.numpy().T, value.reshape(6, 8).numpy().T, rcond=None)[0]
    expected = value.reshape(6, 8).numpy() - (directions.numpy().T @ left).T
    np.testing.assert_allclose(found.reshape(6, 8).numpy(), expected, atol=1e-5)


choices = st.one_of(
    st.none(),
    st.integers(-3, 2),
    st.lists(st.integers(-3, 2), min_size=1, max_size=3, unique=True).filter(
        lambda given: len({n % 3 for n in given}) == len(given)
    ),
    st.slices(3).filter(lambda chosen: (chosen.step or 1) > 0 and len(range(*chosen.indices(3)))),
)


@given(row=choices, position=choices, head=choices)
@settings(max_examples=150, deadline=None)
def test_any_selection_is_the_one_numpy_makes_of_it(row, position, head):
    value = torch.arange(54.0).reshape(3, 3, 3, 2)
    expected = value.numpy().copy()
    numbers = [np.arange(3)[slice(None) if chosen is None else chosen] for chosen in (row, position, head)]
    expected[np.ix_(*[np.atleast_1d(chosen) for chosen in numbers])] *= -1
    found = Scale("z.0", -1.0, row=row, position=position, head=head).apply(value, HEADS)
    np.testing.assert_array_equal(found.numpy(), expected)


def test_a_function_that_runs_the_model_again_is_told_why_it_cannot():
    model, tokens = build("gpt2"), torch.tensor([[1, 2]])
    with pytest.raises(NestedRunError, match="already running"):
        model.run(tokens, edit=Apply("z.0", lambda part: model.run(tokens, read="z.0")["z.0"]))
    model.run(tokens, read="z.0")


@pytest.mark.parametrize("name", ["gptj", "bloom", "falcon-grouped", "gpt2"])
def test_a_softmax_in_a_function_is_not_taken_for_the_models_own(name):
    """Though attention's softmax is watched for its scores: as if the value had been worked out beforehand."""
    model, tokens = build(name), torch.tensor([[1, 2, 3, 4]])
    halved = Scale("scores.1", 0.5)
    queries = 3 * model.run(tokens, read="q.1")["q.1"].softmax(dim=-1)
    expected = model.run(tokens, edit=[Replace("q.1", queries), halved]).logits
    found = model.run(tokens, edit=[Apply("q.1", lambda part: 3 * part.softmax(dim=-1)), halved]).logits
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-5)


def test_the_first_mistake_in_an_edit_leaves_the_model_as_it_was():
    model, tokens = build("llama"), torch.tensor([[1, 2, 3]])
    before = model.run(tokens).logits
    with pytest.raises(ZeroDivisionError):
        model.run(tokens, read="pattern", edit=Apply("scores.1", lambda part: 1 // 0))
    torch.testing.assert_close(model.run(tokens).logits, before, rtol=0, atol=0)
