"""integrated_gradients: complete or refused; a gate that is shut at the end gets what it let through on the way."""

import pytest
import torch

from cutaway import load, logit_difference
from cutaway.errors.attribution import BaselineError, FlatPathError, IncompleteError, SeveralSitesError
from cutaway.errors.sweep import UnequalPromptsError
from cutaway.planted import circuit, random_circuit
from cutaway.techniques.attribution.gradient_times_input import gradient_times_input
from cutaway.techniques.attribution.integrated_gradients import integrated_gradients
from tests.techniques.attribution import toys

METRIC = logit_difference(1, 2)


def test_a_saturated_part_gets_what_it_earned_on_the_way():
    model, tokens = toys.saturating(strength=2.0), torch.tensor([[3]])  # s runs from 0 to 6 and counts up to 1
    found = integrated_gradients(model, tokens, metric=METRIC)
    torch.testing.assert_close(found.difference, torch.tensor([1.0]))
    torch.testing.assert_close(found.scores, torch.tensor([[1.0]]), atol=0.01, rtol=0)
    local = gradient_times_input(model, tokens, metric=METRIC, sample=0)
    torch.testing.assert_close(local.scores, torch.zeros(1, 1))


def test_neurons_that_the_score_is_linear_in_get_what_they_write():
    model = toys.saturating(strength=1.0)
    found = integrated_gradients(model, torch.tensor([[1]]), metric=METRIC, site="mlp_post.0", per=("neuron",))
    torch.testing.assert_close(found.scores, torch.tensor([[1.0], [0.0]]))


@pytest.mark.parametrize(
    ("site", "per"), [("embed", ("position",)), ("z.0", ("head",)), ("resid_pre.1", ("position",))]
)
def test_places_add_up_to_the_difference_in_score_within_a_hundredth(site, per):
    model, pairs = toys.gpt2(), toys.pairs()
    found = integrated_gradients(
        model,
        pairs.clean,
        metric=pairs.metric,
        site=site,
        per=per,
        baseline=model.run(pairs.corrupted, read=site)[site],
    )
    whole = pairs.metric(model.run(pairs.clean).logits)
    assert found.steps >= 8
    difference = found.difference.abs().clamp(min=float(found.difference.abs().mean()))
    assert bool(((found.scores.sum(dim=0) - found.difference).abs() <= 0.0101 * difference).all())
    assert whole.shape == found.difference.shape


def test_the_difference_is_that_of_two_plain_runs():
    model, pairs = toys.toy(n_layers=2, d_mlp=8), toys.pairs()
    found = integrated_gradients(model, pairs.clean, metric=pairs.metric, baseline=pairs.corrupted)
    scores = [pairs.metric(model.module(tokens).logits.detach()) for tokens in (pairs.clean, pairs.corrupted)]
    torch.testing.assert_close(found.difference, scores[0] - scores[1], atol=1e-4, rtol=1e-4)


def test_more_steps_where_the_path_bends_more():
    tokens = torch.tensor([[3]])
    steps = [integrated_gradients(toys.saturating(strength=s), tokens, metric=METRIC).steps for s in (0.1, 3.0)]
    assert 8 <= steps[0] < steps[1] <= 64


def test_an_integral_that_does_not_add_up_is_refused():
    with pytest.raises(IncompleteError, match="most_steps=16"):
        integrated_gradients(toys.saturating(strength=300.0), torch.tensor([[3]]), metric=METRIC, most_steps=8)


def test_of_a_planted_circuit_the_induction_head_gets_all_and_the_decoy_nothing():
    planted = circuit("induction")
    pairs = planted.sample(4, 0)
    found = integrated_gradients(
        planted.model, pairs.clean, metric=pairs.metric, site="z.1", per=("head",), baseline=pairs.corrupted
    )
    induction = planted.truth.playing("induction")[0]
    assert induction.layer == 1
    expected = torch.zeros(2, 4)
    expected[induction.head] = found.difference
    torch.testing.assert_close(found.scores, expected, atol=1e-3, rtol=0)


def test_steps_of_a_planted_gate_are_refused_rather_than_missed():
    planted = random_circuit(0, noise=0.0, softness=0.5)
    pairs = planted.sample(4, 0)
    with pytest.raises(IncompleteError, match="most_steps=64"):
        integrated_gradients(
            planted.model, pairs.clean, metric=pairs.metric, site="z.0", baseline=pairs.corrupted, most_steps=32
        )


def test_a_baseline_that_scores_the_same_leaves_nothing_to_divide():
    model, tokens = toys.gpt2(), toys.tokens()
    with pytest.raises(FlatPathError, match="another baseline"):
        integrated_gradients(model, tokens, metric=METRIC, baseline=tokens)


def test_one_site_at_a_time_and_baselines_that_fit():
    model, tokens = toys.gpt2(), toys.tokens()
    with pytest.raises(SeveralSitesError, match=r"site='z\.0'"):
        integrated_gradients(model, tokens, metric=METRIC, site="z", per=("head",))
    with pytest.raises(BaselineError, match="'zeros' is no baseline"):
        integrated_gradients(model, tokens, metric=METRIC, baseline="zeros")
    with pytest.raises(BaselineError, match="shape"):
        integrated_gradients(model, tokens, metric=METRIC, baseline=torch.ones(3, 6, 5))
    with pytest.raises(UnequalPromptsError):
        integrated_gradients(model, tokens, metric=METRIC, baseline=tokens[:, 1:])


def test_a_trained_model_is_integrated_and_its_agreement_printed():
    model = load("attn-only-2l")
    tokens = model.tokens(["When Mary saw John, John saw"])
    metric = logit_difference(" Mary", " John")
    found = integrated_gradients(model, tokens, metric=metric)
    assert "agreement with occlusion by zero" in repr(found)
    assert found.frame["token"].tolist() == model.token_strings(tokens[0].tolist())
