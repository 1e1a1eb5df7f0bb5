"""Claims hold on models that are made to have what is claimed, and fail on models made to lack it."""

import numpy as np
import pandas as pd
import pytest
import torch

from cutaway.jobs.local import run_study
from cutaway.lab import Lab, name_movers
from cutaway.lab.name_movers import NameMover, as_published, drop_heads, grow
from cutaway.models.toy import ToyConfig, ToyForCausalLM
from cutaway.planted import circuit
from cutaway.records import verdict
from cutaway.records.progress import SILENT
from cutaway.records.standing import standings_of
from cutaway.studies.wild_circuits import self_repair as study
from cutaway.techniques.ablation.planted_repairs import planted_repairs
from tests.lab.test_published import small_gpt2
from tests.studies.smoke import run_smoke


def said(findings):
    return {finding.key: verdict(study.STUDY.claim(finding.key), finding) for finding in findings}


def made(seed=0, **means):
    """What was seen of five models of each kind, and twenty untrained ones: means, with a little noise."""
    noise = np.random.default_rng(seed)
    rows = []
    for kind in (*study.TRAINED, *study.SHIPPED.values(), study.UNTRAINED):
        untrained = kind == study.UNTRAINED
        row = {
            "right": 76.0 if untrained else 152.0,
            "prompts": 152.0,
            "by_later": 0.0,
            "by_norm": 0.2,
            "stand_in": 0.3,
        }
        row |= {"stand_in_last": 0.0, "early_cost": 0.2, "doublings": 2.0, "doublings_by_chance": 0.1}
        row |= {quantity: by_kind.get(kind, row[quantity]) for quantity, by_kind in means.items()}
        for number in range(20 if untrained else 5):
            noisy = {
                name: value + noise.normal(0, 0.01) * (name not in ("right", "prompts")) for name, value in row.items()
            }
            rows.append({"models": kind, "seed": number} | noisy)
    return pd.DataFrame(rows)


def heads(rule):
    """Twelve heads of each trained model, whose norm follows the direct effect by a rule."""
    noise = np.random.default_rng(0)
    tables = []
    for kind in study.TRAINED:
        for seed in range(5):
            direct = -noise.uniform(0, 3, 12)
            tables.append(pd.DataFrame({"models": kind, "seed": seed, "direct": direct, "norm": rule(direct, noise)}))
    return pd.concat(tables)


PROPORTIONAL = heads(lambda direct, noise: -0.2 * direct + noise.normal(0, 0.05, 12))


def test_planted_backups_are_seen_and_without_them_nothing_is(monkeypatch):
    assert set(said(study.on_planted(Lab())).values()) == {"held"}

    def without_backups(circuits, **how):
        table = planted_repairs(circuits, **how)
        return table.assign(repaired=0.0, named=False, zero_by_mean=1.0)

    monkeypatch.setattr(study, "planted_repairs", without_backups)
    assert set(said(study.on_planted(Lab(smoke=True))).values()) == {"failed"}


def test_repair_by_later_heads_is_seen_where_it_is_and_not_where_it_is_not():
    repaired = {study.PLAIN: 0.4, study.DROPOUT: 0.6, study.DROPPED_HEADS: 0.7}
    found = said(study.on_repair(made(by_later=repaired, by_norm={"two layers, dropout": 0.4})))
    assert set(found.values()) == {"held", "reported"}
    lost = said(study.on_repair(made(by_later={study.DROPOUT: -0.2, study.DROPPED_HEADS: -0.2})))
    assert lost["repair-without-dropout"] == lost["dropout-makes-repair"] == lost["dropped-heads-make-repair"]
    assert lost["dropout-makes-repair"] == "failed"
    assert lost["dropout-makes-the-norm-repair"] != "held"
    one_that_guesses = made(right={"two layers, dropout": 76.0})
    assert said(study.on_repair(one_that_guesses))["models-know-the-answer"] == "failed"


def test_what_untrained_models_show_is_not_called_repair():
    by_chance = made(by_later={study.PLAIN: 0.3, study.UNTRAINED: 0.5})
    assert said(study.on_repair(by_chance))["repair-without-dropout"] == "undecided"


def test_rules_hold_where_they_are_made_to_and_fail_where_not():
    assert set(said(study.on_rules(PROPORTIONAL, made(), seed=0)).values()) == {"held", "reported"}
    against = heads(lambda direct, noise: 0.2 * direct + noise.normal(0, 0.05, 12))
    lost = said(
        study.on_rules(against, made(stand_in={study.PLAIN: 0.0}, doublings=dict.fromkeys(study.TRAINED, 0.1)), seed=0)
    )
    assert set(lost.values()) == {"failed", "reported"}


def test_heads_are_dropped_for_whole_prompts_in_training_alone():
    torch.manual_seed(0)
    module = ToyForCausalLM(ToyConfig(vocab_size=9, n_ctx=4, n_layers=1, n_heads=4, d_head=2, d_model=8))
    drop_heads(module)
    drop_heads(module)  # once is enough
    seen = []
    module.blocks[0].attn.o_proj.register_forward_pre_hook(lambda _, given: seen.append(given[0].detach()))
    tokens = torch.randint(9, (2000, 4))
    for training in (True, False):
        module.train(training)(tokens)
    dropped, whole = (z.view(2000, 4, 4, 2) for z in seen)
    assert (whole != 0).all()
    gone = (dropped == 0).all(dim=-1).all(dim=1)  # [prompt, head]
    assert float(gone.float().mean()) == pytest.approx(0.1, abs=0.02)
    kept = ~gone[:, None, :, None].expand_as(dropped)
    torch.testing.assert_close(dropped[kept], whole[kept] / 0.9)


def test_an_untrained_model_is_looked_at_without_training():
    found = grow(NameMover("untrained", 0, steps=50, batch=8, rows=16))
    assert len(found["heads"]) == 12
    row = found["models"].iloc[0]
    assert row["right"] < 0.9 * row["prompts"]


def test_a_planted_model_stands_for_a_real_one_that_repairs_all(monkeypatch):
    made = circuit("ioi")
    monkeypatch.setattr(name_movers, "OUT", "zero")
    monkeypatch.setattr(
        name_movers,
        "ioi_halves",
        lambda model, *, rows, seed, corruption: (made.sample(rows, seed), made.sample(rows, 9)),
    )
    found = as_published(made.model, norm=True, rows=16, seed=0, twins=2, progress=SILENT)
    assert found.value == pytest.approx(1.0, abs=1e-3)
    assert len(found.null) == 2
    assert verdict(study.STUDY.claim("gpt2-movers-are-repaired"), found) in ("held", "undecided")


@pytest.mark.slow
def test_whole_study_answers_every_claim_and_draws_every_figure_at_its_smallest(tmp_path):
    done = run_smoke(study.STUDY, tmp_path)
    assert done.record.missing == ("gpt2", "EleutherAI/gpt-neo-125m")
    report = (done.folder / "report.html").read_text()
    assert "Not asked here: GPT-2 makes up for" in report
    assert "cutaway run self-repair --model gpt2" in report


@pytest.mark.slow
def test_a_small_random_gpt2_is_looked_at_and_raises_nothing_to_real(tmp_path, monkeypatch):
    monkeypatch.setattr(study, "KINDS", {kind: 2 for kind in study.KINDS})
    done = run_study(study.STUDY, records=tmp_path, command="-", smoke=True, guests=[small_gpt2()])
    assert set(done.tables["taken_out"].query("models == 'gpt2'")["layer"]) == {"0", "1", "2"}
    assert "real" not in {answer.claim.tier for answer in done.record.answers}
    assert done.record.missing == ("gpt2", "EleutherAI/gpt-neo-125m")
    reached = standings_of(done.record.answers, study.STUDY.problems, asks="real", missing=done.record.missing)
    assert not set(reached.values()) & {"answered", "negative"}
