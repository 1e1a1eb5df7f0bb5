"""self_repair: on backups that are planted, and term by term against runs in which all else is held still."""

import pytest
import torch

import cutaway
from cutaway.errors.ablation import NotAdditiveError, NotAPartError, NotLinearError, NoUnitsError
from cutaway.models import Replace
from cutaway.models.answers import Answers
from cutaway.models.pairs import Pairs
from cutaway.planted import circuit
from cutaway.techniques.ablation.self_repair import NORM, self_repair
from cutaway.techniques.ablation.unit import head_at, mlp_at, neurons_at
from tests.conformance.families import build

TOKENS = torch.randint(2, 61, (4, 7), generator=torch.Generator().manual_seed(0))
AT, RIGHT, WRONG = torch.full((4, 1), 6), torch.full((4, 1, 1), 5), torch.full((4, 1, 1), 9)
PAIRS = Pairs(TOKENS, TOKENS.flip(0), Answers(AT, RIGHT, WRONG))


@pytest.fixture(scope="module")
def planted():
    made = circuit("ioi")
    return made, self_repair(made.model, made.sample(16, 0), ablation="zero")


def name_of(made, part):
    found = made.truth.part(part)
    return f"{found.layer}.{found.head}"


@pytest.mark.parametrize("number", [1, 2])
def test_a_backup_makes_up_for_all_of_its_name_mover(planted, number):
    made, found = planted
    row = found.frame.set_index("component").loc[name_of(made, f"mover {number}")]
    assert (row.direct, row.value, row.repaired) == pytest.approx((-4, 0, 1), abs=1e-4)  # MOVED
    assert row.compensator == name_of(made, f"backup {number}")
    assert row.compensates == pytest.approx(4, abs=1e-4)
    assert row.norm == 0


def test_nobody_makes_up_for_the_negative_name_mover(planted):
    made, found = planted
    row = found.frame.set_index("component").loc[name_of(made, "negative")]
    assert (row.direct, row.value, row.repaired) == pytest.approx((3, 3, 0), abs=1e-4)  # TAKEN_BACK
    assert row.compensator is None or row.compensator != row.compensator


def test_a_head_without_a_direct_effect_is_not_said_to_be_repaired(planted):
    made, found = planted
    row = found.frame.set_index("component").loc[name_of(made, "duplicate")]
    assert row.direct == pytest.approx(0, abs=1e-4)
    assert row.value < -4
    assert row.repaired != row.repaired


def test_pairs_that_stand_in_for_one_another_are_ablated_together(planted):
    made, found = planted
    pairs = {" + ".join(name_of(made, f"{kind} {number}") for kind in ("mover", "backup")) for number in (1, 2)}
    assert set(found.joint.frame["set"]) == pairs
    assert list(found.joint.frame.value) == pytest.approx([-4, -4], abs=1e-4)
    assert list(found.joint.frame.summed) == pytest.approx([0, 0], abs=1e-4)


@pytest.mark.parametrize(("family", "head"), [("gpt2", (1, 2)), ("llama", (0, 3)), ("toy-rotary-gelu-no-norm", (1, 0))])
def test_direct_and_norm_are_those_of_runs_with_all_else_held_still(family, head):
    model, unit = build(family), head_at(*head)
    found = self_repair(model, PAIRS, [unit], ablation="mean")
    names = [str(site) for site in model.sites if site.name in ("z", "mlp_out", "ln_final_scale")]
    clean = model.run(TOKENS, read=names)
    out = Replace(unit.site, clean[unit.site][:, :, head[1]].mean((0, 1)), head=head[1])
    later = [name for name in names if name.startswith("mlp_out") or (name[0] == "z" and name != unit.site)]
    still = [Replace(name, clean[name]) for name in later if int(name.split(".")[1]) >= head[0]]
    norm = [Replace(name, clean[name]) for name in names if name == "ln_final_scale"]
    runs = ([], [out], [out, *norm], [out, *still, *norm])
    base, total, unscaled, direct = (PAIRS.metric(model.run(TOKENS, edit=edits).logits) for edits in runs)
    near = {"rtol": 2e-3, "atol": 2e-4}
    torch.testing.assert_close(found.total[0].float(), total - base, **near)
    torch.testing.assert_close(found.direct[0].float(), direct - base, **near)
    torch.testing.assert_close(found.norm[0].float(), total - unscaled, **near)
    assert (float(found.norm.abs().max()) > 1e-3) == bool(norm)
    whole = found.direct + found.changes.sum(dim=1) + found.norm  # the head's own change is counted once
    torch.testing.assert_close(whole, found.total, rtol=1e-3, atol=1e-4)


def test_one_parts_change_is_that_of_letting_it_alone_hear():
    model, unit = build("gpt2"), head_at(0, 1)
    found = self_repair(model, PAIRS, [unit], ablation="zero")
    names = [str(site) for site in model.sites if site.name in ("z", "mlp_out", "ln_final_scale")]
    clean = model.run(TOKENS, read=names)
    changed = model.run(TOKENS, read=names, edit=cutaway.Zero("z.0", head=1))
    scale = Replace("ln_final_scale", clean["ln_final_scale"])
    held = [Replace(f"mlp_out.{layer}", clean[f"mlp_out.{layer}"]) for layer in range(3)]
    held += [Replace(f"z.{layer}", clean[f"z.{layer}"]) for layer in range(3)]
    heard = [Replace("z.2", changed["z.2"][:, :, 3], head=3), Replace("mlp_out.1", changed["mlp_out.1"])]
    base = PAIRS.metric(model.run(TOKENS).logits)
    for part, edit in zip((head_at(2, 3), mlp_at(1)), heard, strict=True):
        alone = PAIRS.metric(model.run(TOKENS, edit=[*held, edit, scale]).logits) - base
        at = found.parts.index(part)
        torch.testing.assert_close(found.changes[0, at].float(), alone, rtol=2e-3, atol=2e-4)
        row = found.responses[found.responses.component == str(part)].iloc[0]
        assert row.value == pytest.approx(float(alone.mean()), rel=2e-3, abs=2e-4)


def test_in_a_parallel_block_the_mlp_of_the_same_layer_hears_nothing():
    model = build("gpt_neox-parallel")
    found = self_repair(model, PAIRS, [head_at(1, 1)], ablation="zero")
    changes = dict(zip(map(str, found.parts), found.changes[0].abs().amax(dim=1).tolist(), strict=True))
    assert changes["mlp 1"] == 0
    assert changes["mlp 2"] > 1e-3


def test_after_the_last_attention_layer_only_the_norm_is_left_to_repair():
    model, task = cutaway.load("ioi-2l"), cutaway.task("symbolic-ioi")
    found = self_repair(model, task.pairs(model, rows=32, seed=0), ablation="resample")
    last = found.frame[found.frame.layer == 1]
    assert list(last.norm) == pytest.approx(list(last.indirect), rel=1e-3)
    assert list(last.norm_share) == pytest.approx([1.0] * 4, abs=1e-3)
    assert set(found.responses.component[found.responses.ablated == "1.0"]) == {NORM}
    assert found.figure.spec["data"]["values"]


def test_an_mlp_can_be_asked_about_and_so_can_one_position():
    model = build("gpt2")
    found = self_repair(model, PAIRS, [mlp_at(1), head_at(2, 0).at(6), head_at(2, 0)], ablation="zero")
    heard = set(found.responses.component[found.responses.ablated == "mlp 1"])
    assert heard == {"2.0", "2.1", "2.2", "2.3", "mlp 2", NORM}
    torch.testing.assert_close(found.total[1], found.total[2], rtol=1e-4, atol=1e-6)  # in the last layer, nobody else


def test_what_does_not_add_up_is_refused():
    with pytest.raises(NotAdditiveError, match="do not add up"):
        self_repair(build("gemma2"), PAIRS, [head_at(1, 1)], ablation="zero")
    with pytest.raises(NotLinearError, match="logit_difference"):
        self_repair(build("gpt2"), PAIRS, [head_at(1, 1)], metric=cutaway.log_prob(5))
    with pytest.raises(NotAPartError, match="heads and MLPs"):
        self_repair(build("gpt2"), PAIRS, [neurons_at(1, [3])])
    with pytest.raises(NoUnitsError, match="every_head"):
        self_repair(build("gpt2"), PAIRS, [])
