"""ablate_joint, where parts are known to stand in for one another, to add up, or to work in turn."""

import pytest
import torch

from cutaway.errors.ablation import NoUnitsError, OverlapError
from cutaway.planted import circuit, random_circuit
from cutaway.techniques.ablation.ablate_joint import ablate_joint
from cutaway.techniques.ablation.unit import head_at, neurons_at


def unit_of(part):
    return head_at(part.layer, part.head) if part.kind == "head" else neurons_at(part.layer, part.indices)


def units_of(planted, *names):
    return [unit_of(planted.truth.part(name)) for name in names]


@pytest.fixture(scope="module")
def ioi():
    planted = circuit("ioi")
    return planted, planted.sample(24, 0)


def test_mover_and_backup_show_four_logits_together_and_nothing_alone(ioi):
    planted, pairs = ioi
    sets = {"pair": units_of(planted, "mover 1", "backup 1"), "not a pair": units_of(planted, "mover 1", "backup 2")}
    frame = ablate_joint(planted.model, pairs, sets, ablation="zero").frame.set_index("set")
    assert frame.value["pair"] == pytest.approx(-4, abs=1e-4)  # MOVED
    assert frame.summed["pair"] == pytest.approx(0, abs=1e-4)
    assert frame.excess["pair"] == pytest.approx(-4, abs=1e-4)
    assert frame.value["not a pair"] == pytest.approx(0, abs=1e-4)
    assert frame.ratio.isna().all()  # nothing to divide by


def test_what_adds_up_has_a_ratio_of_one(ioi):
    planted, pairs = ioi
    # without its first backup, mover 1 has four logits to lose; the negative one takes back three whatever it does
    sets = [units_of(planted, "negative", "moves nowhere"), units_of(planted, "negative", "mover 1", "backup 1")]
    frame = ablate_joint(planted.model, pairs, sets, ablation="zero").frame
    assert list(frame.ratio) == pytest.approx([1.0, -1 / 3], abs=1e-4)
    assert list(frame.ratio_low) == pytest.approx([1.0, -1 / 3], abs=1e-4)
    assert list(frame.value) == pytest.approx([3.0, -1.0], abs=1e-4)


def test_heads_in_turn_are_less_than_their_sum():
    planted = circuit("induction")
    chain = [part for part in planted.truth.parts if part.role in ("previous_token", "induction") and part.carries]
    assert len(chain) == 2
    pairs = planted.sample(24, 0)
    row = ablate_joint(planted.model, pairs, [[unit_of(part) for part in chain]], ablation="zero").frame.iloc[0]
    assert 0 < row.ratio < 1
    assert row.ratio_low <= row.ratio <= row.ratio_high


@pytest.mark.parametrize("planted", [circuit("ioi"), random_circuit(0), random_circuit(7)], ids=lambda one: one.name)
def test_what_sets_do_is_what_the_truth_says(planted):
    statements = [
        one
        for one in planted.truth.about("zero")
        if len(one.of) > 1 and all(isinstance(subject, str) for subject in one.of)
    ]
    assert statements
    sets = [units_of(planted, *sorted(one.of)) for one in statements]
    found = ablate_joint(planted.model, planted.sample(48, 0), sets, ablation="zero")
    clean = float(found.base.mean())
    for statement, effect in zip(statements, found.joint, strict=True):
        largest = float(effect.abs().max()) / clean
        assert largest >= 0.1 if statement.moves else largest <= planted.truth.tolerance, statement


def test_the_sum_is_of_single_runs_by_prompt(ioi):
    planted, pairs = ioi
    pair = units_of(planted, "duplicate", "negative")
    found = ablate_joint(planted.model, pairs, [pair], ablation="mean")
    torch.testing.assert_close(found.summed[0], found.single[pair[0]] + found.single[pair[1]])
    singly = ablate_joint(planted.model, pairs, [[unit] for unit in pair], ablation="mean")
    torch.testing.assert_close(singly.joint, torch.stack([found.single[unit] for unit in pair]), rtol=1e-5, atol=1e-5)
    assert found.figure.spec["data"]["values"]


def test_overlap_and_nothing_are_refused(ioi):
    planted, pairs = ioi
    unit = units_of(planted, "negative")
    with pytest.raises(OverlapError, match="once in a set"):
        ablate_joint(planted.model, pairs, [[*unit, *unit]])
    with pytest.raises(NoUnitsError, match="every_head"):
        ablate_joint(planted.model, pairs, [])
