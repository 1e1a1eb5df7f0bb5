"""Neurons that are on through a context, on prompts worked by hand: where they are on, and what they raise or lower."""

import pytest
import torch

from cutaway.models import Zero
from cutaway.planted import Planted, circuit

# 21 and up are fillers, 4 is the second cue; its forms are 10 and 16
WITHOUT = [0, 21, 22, 23, 24, 25, 26, 21, 22, 23, 24, 4]


def with_marker(marker, place=3):
    return [*WITHOUT[:place], marker, *WITHOUT[place + 1 :]]


@pytest.fixture(scope="module")
def context() -> Planted:
    return circuit("context", sharpness=5.0)


@pytest.fixture(scope="module")
def suppressor() -> Planted:
    return circuit("suppressor", sharpness=5.0)


def on_at(planted, name, tokens):
    """The positions at which a part's neurons are on."""
    part = planted.truth.part(name)
    site = f"mlp_post.{part.layer}"
    active = planted.model.run(torch.tensor([tokens]), read=[site])[site][0][:, list(part.indices)]
    return (active > 1e-3).any(dim=1).nonzero().flatten().tolist()


def best(planted, tokens, edit=()):
    return int(planted.model.run(torch.tensor([tokens]), edit=edit).logits[0, -1].argmax())


@pytest.mark.parametrize(
    ("marker", "ours", "theirs"), [(1, "speaks one", "speaks other"), (2, "speaks other", "speaks one")]
)
def test_context_neuron_is_on_from_its_marker_to_the_end_and_the_other_never(context, marker, ours, theirs):
    tokens = with_marker(marker)
    assert on_at(context, ours, tokens) == list(range(3, 12))
    assert on_at(context, theirs, tokens) == []
    assert on_at(context, "marker itself", tokens) == [3]


@pytest.mark.parametrize(("marker", "form"), [(1, 10), (2, 16)])
@pytest.mark.parametrize("place", [1, 8])
def test_the_same_cue_is_continued_in_the_language_of_the_marker_wherever_it_stands(context, marker, form, place):
    assert best(context, with_marker(marker, place)) == form


def test_without_its_neuron_both_forms_are_as_likely(context):
    part = context.truth.part("speaks one")
    edit = [Zero("mlp_post.0", neuron=list(part.indices))]
    logits = context.model.run(torch.tensor([with_marker(1)]), edit=edit).logits[0, -1]
    torch.testing.assert_close(logits[10], logits[16], atol=1e-4, rtol=0)


def test_suppressor_raises_no_token_and_lowers_one_class_alone(suppressor):
    part, model = suppressor.truth.part("suppressor"), suppressor.model
    written = model.weight("W_out", part.layer)[part.indices[0]] @ model.W_U
    expected = torch.zeros(27)
    expected[15:21] = -6.0
    torch.testing.assert_close(written, expected, atol=1e-4, rtol=0)


def test_preferred_form_wins_until_it_is_suppressed_and_again_without_the_neuron(suppressor):
    part = suppressor.truth.part("suppressor")
    assert best(suppressor, WITHOUT) == 16
    assert best(suppressor, with_marker(1)) == 10
    assert best(suppressor, with_marker(1), [Zero("mlp_post.0", neuron=list(part.indices))]) == 16


def test_decoys_are_on_where_the_suppressor_is(suppressor):
    for name in ("suppressor", "lowers both", "unheard"):
        assert on_at(suppressor, name, with_marker(1)) == list(range(3, 12))
        assert on_at(suppressor, name, WITHOUT) == []


@pytest.mark.parametrize("name", ["context", "suppressor"])
def test_shuffled_twins_follow_no_marker(name):
    planted = circuit(name)
    pairs = planted.sample(64, 0)
    right = [pairs.accuracy(planted.twin(seed=seed).run(pairs.clean).logits).mean() for seed in range(8)]
    assert float(torch.stack(right).mean()) < 0.65  # one of two, or likelier than two together: at most 0.5
