"""ablate_greedily, against a loop over single runs, and on prompts that must not choose."""

from dataclasses import replace

import pytest
import torch

import cutaway
from cutaway.errors.ablation import FewPromptsError, OverlapError
from cutaway.errors.composition import TooFewError
from cutaway.models import as_metric
from cutaway.models.answers import Answers
from cutaway.models.pairs import Pairs
from cutaway.planted import circuit
from cutaway.techniques.ablation.greedy import ablate_greedily
from cutaway.techniques.ablation.unit import every_head, head_at
from tests.conformance.families import build

TOKENS = torch.randint(2, 61, (6, 8), generator=torch.Generator().manual_seed(0))


@pytest.fixture(scope="module")
def trained():
    at, right, wrong = torch.full((6, 1), 7), torch.full((6, 1, 1), 5), torch.full((6, 1, 1), 9)
    return build("toy-rotary-gelu-no-norm"), Pairs(TOKENS, TOKENS.flip(0), Answers(at, right, wrong))


def by_loops(model, pairs, steps, key):
    """What goes, step by step, by plain runs of the rows that choose."""
    clean = float(pairs.metric(model.run(TOKENS).logits)[0::2].mean())
    gone, left = [], [(layer, head) for layer in range(3) for head in range(4)]
    for _ in range(steps):

        def score(one):
            edits = [cutaway.Zero(f"z.{layer}", head=head) for layer, head in [*gone, one]]
            return float(pairs.metric(model.run(TOKENS, edit=edits).logits)[0::2].mean())

        best = min(left, key=lambda one: key(score(one), clean))
        gone.append(best)
        left.remove(best)
    return [head_at(*one) for one in gone]


@pytest.mark.parametrize(
    ("toward", "key"),
    [
        ("lower", lambda score, clean: score),
        ("higher", lambda score, clean: -score),
        ("same", lambda score, clean: abs(score - clean)),
    ],
)
def test_the_path_is_that_of_a_loop_over_runs(trained, toward, key):
    found = ablate_greedily(*trained, every_head(trained[0]), toward=toward, steps=3, ablation="zero")
    assert list(found.units) == by_loops(*trained, 3, key)


def test_the_curve_is_of_the_other_prompts(trained):
    model, pairs = trained
    found = ablate_greedily(model, pairs, every_head(model), steps=2, ablation="zero")
    edits = [edit for unit in found.units for edit in (cutaway.Zero(unit.site, head=unit.head),)]
    plain, last = (pairs.metric(model.run(TOKENS, edit=some).logits) for some in ([], edits))
    frame = found.frame
    assert list(frame.step) == [0, 1, 2]
    assert [frame.value[0], frame.value[2]] == pytest.approx(
        [float(one[1::2].mean()) for one in (plain, last)], rel=1e-3
    )
    assert frame.chosen_on[2] == pytest.approx(float(last[0::2].mean()), rel=1e-3)
    assert found.figure.spec["data"]["values"]


def test_half_of_the_prompts_have_no_say(trained):
    model, pairs = trained
    sign = torch.tensor([1.0, -1.0] * 3)
    opposed = as_metric(lambda logits: sign * (logits[:, -1, 5] - logits[:, -1, 9]), "opposed")
    units = every_head(model)
    one = ablate_greedily(model, pairs, units, steps=3, ablation="zero")
    other = ablate_greedily(model, pairs, units, steps=3, ablation="zero", metric=opposed)
    assert one.units == other.units
    assert list(one.frame.value) == pytest.approx([-value for value in other.frame.value], rel=1e-3)


def test_planted_order():
    planted = circuit("ioi")
    part = {name: planted.truth.part(name) for name in ("duplicate", "negative", "mover 1", "backup 1")}
    units = [head_at(one.layer, one.head) for one in part.values()]
    pairs = planted.sample(24, 0)
    higher = ablate_greedily(planted.model, pairs, units[1:], toward="higher", steps=1, ablation="zero")
    assert higher.units == (head_at(part["negative"].layer, part["negative"].head),)
    lower = ablate_greedily(planted.model, pairs, units, toward="lower", steps=1, ablation="zero")
    assert lower.units == (head_at(part["duplicate"].layer, part["duplicate"].head),)
    # mover and backup hide one another, so that either goes for nothing and the other for four logits
    both = ablate_greedily(planted.model, pairs, units[2:], toward="lower", ablation="zero")
    assert list(both.frame.value) == pytest.approx([5.0, 5.0, 1.0], abs=1e-4)


def test_one_prompt_cannot_choose_and_measure(trained):
    model, pairs = trained
    one = Answers(pairs.answers.at[:1], pairs.answers.right[:1], pairs.answers.wrong[:1])
    alone = replace(pairs, clean=TOKENS[:1], corrupted=TOKENS[:1], answers=one)
    with pytest.raises(FewPromptsError, match="1 prompts are too few"):
        ablate_greedily(model, alone, every_head(model))
    with pytest.raises(OverlapError, match="overlap"):
        ablate_greedily(model, pairs, [head_at(0, 0), head_at(0, 0)])
    with pytest.raises(TooFewError, match="steps=0"):
        ablate_greedily(model, pairs, every_head(model), steps=0)
