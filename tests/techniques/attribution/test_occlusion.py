"""occlusion: every number is a run with one place replaced, which a plain loop over the module gives too."""

import pytest
import torch

from cutaway.errors.attribution import BaselineError
from cutaway.models import Replace, logit_difference
from cutaway.techniques.attribution.occlusion import occlusion
from tests.techniques.attribution import toys


@pytest.mark.parametrize("make", [toys.gpt2, toys.llama, toys.toy])
def test_a_token_occluded_by_another_is_the_plain_prompt_with_that_token_exchanged(make):
    model, pairs = make(), toys.pairs()
    found = occlusion(model, pairs.clean, metric=pairs.metric, baseline=pairs.corrupted)
    with torch.no_grad():
        whole = pairs.metric(model.module(pairs.clean).logits)
        for position in range(6):
            exchanged = pairs.clean.clone()
            exchanged[:, position] = pairs.corrupted[:, position]
            lost = whole - pairs.metric(model.module(exchanged).logits)
            torch.testing.assert_close(found.scores[position], lost, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("baseline", ["zero", torch.full((8,), 0.3)])
def test_an_activation_is_replaced_by_zero_or_by_a_value(baseline):
    model, pairs = toys.gpt2(), toys.pairs()
    found = occlusion(model, pairs.clean, metric=pairs.metric, site="z", per=("layer", "head"), baseline=baseline)
    value = 0.0 if isinstance(baseline, str) else baseline
    whole = pairs.metric(model.run(pairs.clean).logits)
    for number, at in enumerate(found.product.labels):
        edit = Replace(f"z.{at['layer']}", value, head=at["head"])
        lost = whole - pairs.metric(model.run(pairs.clean, edit=edit).logits)
        torch.testing.assert_close(found.scores[number], lost, atol=1e-4, rtol=1e-4)


def test_of_two_parts_of_which_either_is_enough_neither_is_seen():
    model = toys.saturating(strength=2.0)
    tokens = torch.tensor([[3]])  # far above the gate, so that half of it would do
    found = occlusion(
        model, tokens, metric=logit_difference(1, 2), baseline=model.run(tokens, read="embed")["embed"] / 2
    )
    torch.testing.assert_close(found.scores, torch.zeros(1, 1))


def test_a_helpful_place_is_above_zero_and_an_unread_one_zero():
    model, tokens = toys.saturating(strength=0.2), torch.tensor([[3, 3]])
    found = occlusion(model, tokens, metric=logit_difference(1, 2))
    torch.testing.assert_close(found.scores, torch.tensor([[0.0], [0.6]]))
    assert found.frame["value"].tolist() == pytest.approx([0.0, 0.6])


def test_words_that_are_no_baseline_are_refused():
    with pytest.raises(BaselineError, match="'mean' is no baseline"):
        occlusion(toys.gpt2(), toys.tokens(), metric=logit_difference(1, 2), baseline="mean")
