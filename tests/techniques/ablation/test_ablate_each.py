"""ablate_each, against planted truth for every ablation it speaks of, and against single runs."""

from dataclasses import replace

import pytest
import torch

import cutaway
from cutaway.errors.ablation import NoUnitsError
from cutaway.models.answers import Answers
from cutaway.models.pairs import Pairs
from cutaway.planted import circuit, random_circuit
from cutaway.stats.intervals import bootstrap_mean
from cutaway.techniques.ablation.ablate_each import ablate_each
from cutaway.techniques.ablation.unit import every_head, head_at, mlp_at, neurons_at
from cutaway.techniques.ablation.values import Ablation
from tests.conformance.families import build

MOVES = 0.1  # share of the clean score
DRAW = torch.Generator().manual_seed(0)
TOKENS = torch.randint(2, 61, (6, 8), generator=DRAW)


def unit_of(part):
    return head_at(part.layer, part.head) if part.kind == "head" else neurons_at(part.layer, part.indices)


def named(planted, ablation):
    """The ablation of a truth in our words, with the pairs that it is stated on."""
    if ablation in ("zero", "mean"):
        return {"zero": "zero", "mean": "mean-per-position"}[ablation], planted.sample(48, 0)
    return "corrupted", planted.sample(48, 0, ablation)


@pytest.mark.parametrize(
    "planted", [circuit("ioi"), *(random_circuit(seed) for seed in (0, 4, 7))], ids=lambda p: p.name
)
def test_what_each_part_does_alone_is_what_the_truth_says(planted):
    told = 0
    for ablation in planted.truth.ablations:
        asked, pairs = named(planted, ablation)
        alone = planted.truth.alone(ablation)
        parts = [part for part in planted.truth.parts if part.name in alone]
        found = ablate_each(planted.model, pairs, [unit_of(part) for part in parts], ablation=asked)
        clean = float(found.base.mean())
        for part, effect in zip(parts, found.effects, strict=True):
            largest = float(effect.abs().max()) / clean
            assert largest >= MOVES if alone[part.name] else largest <= planted.truth.tolerance, (ablation, part)
            told += 1
    assert told > 20


def test_name_movers_are_hidden_by_their_backups_and_the_negative_one_takes_back_three():
    planted = circuit("ioi")
    pairs = planted.sample(16, 0)
    found = ablate_each(planted.model, pairs, every_head(planted.model), ablation="zero")
    assert {"mover 1", "mover 2"} <= set(planted.truth.hidden("zero"))
    negative = planted.truth.part("negative")
    three = torch.full((16,), 3.0, dtype=torch.float64)
    torch.testing.assert_close(found.of(head_at(negative.layer, negative.head)), three, rtol=1e-5, atol=1e-5)


@pytest.fixture(scope="module")
def trained():
    model = build("toy-rotary-gelu-no-norm")
    at, right, wrong = torch.full((6, 1), 7), torch.full((6, 1, 1), 5), torch.full((6, 1, 1), 9)
    return model, Pairs(TOKENS, TOKENS.flip(0), Answers(at, right, wrong))


def test_effects_are_those_of_single_runs(trained):
    model, pairs = trained
    units = [head_at(0, 3), head_at(2, 1).at(7), mlp_at(1), neurons_at(2, [3, 4])]
    found = ablate_each(model, pairs, units, ablation="mean-per-position")
    names = ["z.0", "z.2", "mlp_out.1", "mlp_post.2"]
    clean = model.run(TOKENS, read=names)
    mean = {name: clean[name].mean(0, keepdim=True) for name in names}
    edits = [
        cutaway.Replace("z.0", mean["z.0"][:, :, 3], head=3),
        cutaway.Replace("z.2", mean["z.2"][:, 7, 1], head=1, position=7),
        cutaway.Replace("mlp_out.1", mean["mlp_out.1"]),
        cutaway.Replace("mlp_post.2", mean["mlp_post.2"][:, :, [3, 4]], neuron=[3, 4]),
    ]
    by_hand = [pairs.metric(model.run(TOKENS, edit=edit).logits) - pairs.metric(clean.logits) for edit in edits]
    torch.testing.assert_close(found.effects.float(), torch.stack(by_hand), rtol=1e-3, atol=1e-5)


def test_draws_are_averaged(trained):
    model, pairs = trained
    units = [head_at(0, 3), mlp_at(1)]
    together = ablate_each(model, pairs, units, ablation=Ablation("resample", draws=3, seed=5))
    alone = [ablate_each(model, pairs, units, ablation=Ablation("resample", seed=5 + n)).effects for n in range(3)]
    torch.testing.assert_close(together.effects, torch.stack(alone).mean(0), rtol=1e-4, atol=1e-6)


def test_a_padded_row_is_ablated_as_if_it_were_alone(trained):
    model, _ = trained
    answers = Answers(torch.full((2, 1), 4), torch.full((2, 1, 1), 5), torch.full((2, 1, 1), 9))
    mask = torch.ones(2, 8, dtype=torch.long)
    mask[0, 5:] = 0
    padded = Pairs(TOKENS[:2], TOKENS[:2].flip(0), answers, mask=mask)
    short = Pairs(TOKENS[:1, :5], TOKENS[1:2, :5], Answers(answers.at[:1], answers.right[:1], answers.wrong[:1]))
    units = every_head(model)
    found = ablate_each(model, padded, units, ablation="zero").effects[:, 0]
    torch.testing.assert_close(
        found, ablate_each(model, short, units, ablation="zero").effects[:, 0], rtol=1e-3, atol=1e-5
    )


def test_the_table_has_intervals_over_prompts_and_can_be_drawn(trained, tmp_path):
    model, pairs = trained
    found = ablate_each(model, pairs, every_head(model), ablation="zero", seed=3)
    assert {"component", "layer", "head", "ablation", "value", "low", "high", "base", "n"} <= set(found.frame.columns)
    row = found.frame[(found.frame.layer == 1) & (found.frame["head"] == 2)].iloc[0]
    expected = bootstrap_mean(found.of(head_at(1, 2)).numpy(), seed=3)
    assert (row.value, row.low, row.high, row.n) == pytest.approx(
        (expected.value, expected.low, expected.high, expected.n)
    )
    bars = ablate_each(model, pairs, [mlp_at(0)], ablation="zero").figure
    assert ("'rect'" in str(found.figure.spec), "'rect'" in str(bars.spec)) == (True, False)
    assert found.figure.save(tmp_path / "each.svg").read_text().startswith("<svg")


def test_another_metric_is_measured(trained):
    model, pairs = trained
    other = cutaway.logit_difference(9, 5)
    one, minus = (ablate_each(model, pairs, [mlp_at(0)], ablation="zero", metric=m) for m in (None, other))
    torch.testing.assert_close(one.effects, -minus.effects, rtol=1e-5, atol=1e-6)


def test_nothing_to_ablate_is_refused(trained):
    with pytest.raises(NoUnitsError, match="every_head"):
        ablate_each(*trained, [])


def test_a_head_that_is_always_its_mean_shows_nothing(trained):
    model, pairs = trained
    same = replace(pairs, clean=TOKENS[:1].expand(6, -1))
    found = ablate_each(model, same, every_head(model), ablation="mean-per-position")
    torch.testing.assert_close(found.effects, torch.zeros_like(found.effects), atol=1e-5, rtol=0)
