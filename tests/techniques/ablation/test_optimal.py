"""fit_optimal: the gate on a trained model, and an optimum that is known in closed form."""

import pytest
import torch

import cutaway
from cutaway.errors.ablation import NoUnitsError, OtherPromptsError
from cutaway.models import wrap
from cutaway.models.answers import Answers
from cutaway.models.pairs import Pairs
from cutaway.models.toy import ToyConfig, ToyForCausalLM
from cutaway.techniques.ablation.ablate_each import ablate_each
from cutaway.techniques.ablation.losses import loss_on
from cutaway.techniques.ablation.optimal import Fit, fit_optimal
from cutaway.techniques.ablation.unit import Unit, every_head, head_at

VOCAB, LENGTH = 6, 4


@pytest.fixture(scope="module")
def ioi():
    model, task = cutaway.load("ioi-2l"), cutaway.task("symbolic-ioi")
    return model, task.pairs(model, rows=24, seed=0), task.pairs(model, rows=24, seed=1)


@pytest.fixture(scope="module")
def small():
    """A stream wider than the vocabulary and no norm, so that a constant stream can give any prediction."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        config = ToyConfig(vocab_size=VOCAB, n_ctx=8, d_model=16, d_head=8, n_heads=2, n_layers=1, layer_norm=False)
        module = ToyForCausalLM(config).eval()
        with torch.no_grad():
            for weight in module.parameters():
                weight.copy_(torch.randn_like(weight) * 0.6)
    return wrap(module, name="small")


def prompts(rows, seed, length=LENGTH):
    tokens = torch.randint(0, VOCAB, (rows, length), generator=torch.Generator().manual_seed(seed))
    right, wrong = torch.full((rows, 1, 1), 1), torch.full((rows, 1, 1), 2)
    return Pairs(tokens, tokens.flip(0), Answers(torch.full((rows, 1), length - 1), right, wrong))


@pytest.mark.parametrize("fit", [Fit(steps=10), Fit(per="position", steps=10), Fit(loss="metric", steps=6)], ids=str)
def test_optimal_is_no_worse_than_zero_mean_or_resampling_where_it_was_fitted(ioi, fit):
    model, pairs, held_out = ioi
    frame = fit_optimal(model, pairs, every_head(model), held_out=held_out, fit=fit).frame
    table = frame[frame.half == "fitted"].pivot_table(index="component", columns="ablation", values="value")
    others = {"zero", "mean", "resample"} | ({"mean-per-position"} if fit.per == "position" else set())
    assert set(table.columns) == others | {"optimal"}
    for other in others:
        assert (table["optimal"] <= table[other]).all(), other
    assert (table["optimal"] < table[sorted(others)].min(axis=1)).sum() >= 4  # and the fit is not the start
    assert (frame[frame.half == "held-out"].n == 24).all()


def test_the_best_constant_prediction_is_the_mean_prediction(small):
    pairs = prompts(12, 0)
    fit = Fit(steps=30)
    found = fit_optimal(small, pairs, [Unit("resid_post.0")], held_out=prompts(12, 1), fit=fit)
    p = small.run(pairs.clean).logits[:, -1].double().softmax(-1)
    best = float((p * (p / p.mean(0)).log()).sum(-1).mean())  # min over q of the mean KL(p, q): at q = mean p
    fitted = float(found.fitted["optimal"].mean())
    assert best - 1e-6 <= fitted
    assert fitted == pytest.approx(best, rel=0.02)
    assert float(found.fitted["mean"].mean()) > 1.02 * best  # so that standing still would not have passed


def test_losses_are_those_of_runs_with_the_constants_put_in(small):
    pairs, held_out = prompts(12, 0), prompts(10, 1)
    unit = head_at(0, 1)
    found = fit_optimal(small, pairs, [unit], held_out=held_out, fit=Fit(steps=5))
    (constant,) = [some[unit] for some in found.constants]
    assert constant.shape == (1, 1, 8)
    for given, losses in ((pairs, found.fitted), (held_out, found.held_out)):
        clean = small.run(given.clean).logits[:, -1].log_softmax(-1)
        edited = (
            small.run(given.clean, edit=cutaway.Replace("z.0", constant[0, 0], head=1)).logits[:, -1].log_softmax(-1)
        )
        by_hand = (clean.exp() * (clean - edited)).sum(-1).double()
        torch.testing.assert_close(losses["optimal"][0], by_hand, rtol=1e-3, atol=1e-5)
    loss = loss_on(small, held_out, "kl")
    again = ablate_each(small, held_out, [unit], ablation=found.values, metric=loss)
    torch.testing.assert_close(again.effects[0], found.held_out["optimal"][0], rtol=1e-3, atol=1e-5)


def test_where_all_prompts_are_alike_only_zero_loses(small):
    pairs = prompts(1, 3)
    clean = pairs.clean.expand(6, -1)
    answers = Answers(*(part.expand(6, *part.shape[1:]) for part in (pairs.answers.at, pairs.answers.right)))
    alike = Pairs(clean, clean, answers)
    found = fit_optimal(small, alike, [head_at(0, 1)], held_out=alike, fit=Fit(per="position", steps=3))
    means = {name: float(each.mean()) for name, each in found.fitted.items()}
    assert means["zero"] > 1e-3
    for name in ("mean-per-position", "resample", "optimal"):
        assert means[name] == pytest.approx(0, abs=1e-5), name
    assert means["mean"] > 1e-6  # one value for all positions is another


def test_resampling_is_the_average_of_what_its_draws_cost(small):
    pairs = prompts(3, 5)
    unit = head_at(0, 0)
    found = fit_optimal(small, pairs, [unit], held_out=pairs, fit=Fit(per="position", steps=0, draws=300, seed=1))
    z, clean = small.run(pairs.clean, read="z.0")["z.0"][:, :, 0], small.run(pairs.clean).logits[:, -1].log_softmax(-1)
    each = []
    for donor in range(3):  # every donor for every prompt, itself too: drawn without regard to the prompt
        edited = small.run(pairs.clean, edit=cutaway.Replace("z.0", z[donor], head=0)).logits[:, -1].log_softmax(-1)
        each.append((clean.exp() * (clean - edited)).sum(-1).mean())
    assert float(found.fitted["resample"].mean()) == pytest.approx(float(torch.stack(each).mean()), rel=0.1)


def test_a_set_is_fitted_together(small):
    pairs = prompts(12, 0)
    units = [head_at(0, 0), head_at(0, 1)]
    found = fit_optimal(small, pairs, units, held_out=prompts(12, 1), together=True, fit=Fit(steps=20))
    assert len(found.sets) == 1
    assert len(found.frame) == 2 * 4
    losses = {name: float(each.mean()) for name, each in found.fitted.items()}
    assert all(losses["optimal"] < losses[name] for name in ("zero", "mean", "resample"))
    assert found.figure.spec["data"]["values"]


def test_the_models_own_gradients_are_left_as_they_are(small):
    pairs = prompts(4, 0)
    fit_optimal(small, pairs, [head_at(0, 0)], held_out=pairs, fit=Fit(steps=2, draws=1))
    assert all(weight.requires_grad and weight.grad is None for weight in small.module.parameters())


def test_what_cannot_be_fitted_is_refused(small):
    pairs = prompts(4, 0)
    with pytest.raises(NoUnitsError, match="every_head"):
        fit_optimal(small, pairs, [], held_out=pairs)
    with pytest.raises(OtherPromptsError, match="per='all'"):
        fit_optimal(small, pairs, [head_at(0, 0)], held_out=prompts(4, 1, length=5), fit=Fit(per="position", steps=1))
