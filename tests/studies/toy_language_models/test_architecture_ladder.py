"""Claims hold on tables that are made to have what is claimed, and fail on tables made to lack it."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from cutaway.lab import Lab
from cutaway.records import verdict
from cutaway.studies.toy_language_models import architecture_ladder as study
from tests.studies.smoke import run_smoke

SEEDS, DRAWS = (0, 1, 2), 20
DEPTH = {"attn-only-1l": 1, "attn-only-2l": 2, "attn-only-3l": 3, "attn-only-4l": 4}


def said(findings):
    return {finding.key: verdict(study.STUDY.claim(finding.key), finding) for finding in findings}


def heads(induction, seed):
    """A head that looks at what came next, and one that looks at nothing in particular."""
    score = induction + seed / 100
    row = {"layer": 0, "induction_stderr": 0.001, "prompts": 16, "previous_token_stderr": 0.001}
    return pd.DataFrame(
        [
            row | {"head": at, "previous_token": 0.0, "previous_token_chosen": 0.0} | dict.fromkeys(names, value)
            for at, value in enumerate((score, 0.01))
            for names in [("induction", "induction_chosen")]
        ]
    )


def family(**induction):
    """Every role with three seeds: 1L attention without induction, all others with it, but for what is named."""
    scores = {role: 0.02 if role.endswith("1l") else 0.9 for role in study.FAMILY}
    scores |= {role.replace("_", "-"): score for role, score in induction.items()}
    return {role: [{"heads": heads(scores[role], seed)} for seed in SEEDS] for role in study.FAMILY}


def test_induction_needs_two_layers_and_one_seed_without_it_spoils_it():
    nulls = {role: tuple(np.linspace(0.01, 0.05, DRAWS)) for role in ("attn-only-2l", "solu-2l")}
    assert set(said(study.on_induction(family(), nulls)).values()) == {"held"}
    found = said(study.on_induction(family(attn_only_1l=0.3, solu_2l=0.2), nulls))
    assert (found["one-layer-has-no-induction"], found["two-solu-layers-have-induction"]) == ("failed", "failed")
    without = said(study.on_induction(family(attn_only_2l=0.05), nulls))
    assert without["two-layers-have-induction"] == "failed"
    assert without["one-layer-has-no-induction"] == "undecided"  # two layers no longer show that it can be seen


def pairs(agree, seed):
    """Twelve pairs a slot; what cutting costs follows the weights, or does not."""
    rows = []
    for slot in "qkv":
        order = np.random.default_rng(seed + ord(slot))
        scores = np.arange(12.0)
        costs = scores if agree else order.permutation(12)
        rows += [{"slot": slot, "composition": a, "added_nats": -b} for a, b in zip(scores, costs, strict=True)]
    return pd.DataFrame(rows)


def test_weights_that_follow_cuts_foretell_them_and_shuffled_ones_do_not():
    def found(agree):
        tables = {
            role: [{"pairs": pairs(agree, 10 * at + seed)} for seed in SEEDS]
            for at, role in enumerate(study.ATTENTION[1:])
        }
        return said([study.on_pairs(tables, seed=0)])["weights-foretell-paths"]

    assert found(True) == "held"
    assert found(False) == "failed"


def sets(seed, keys=0.8, whole=2.0, chains=0.5, twin=0.0):
    """What cuts cost on text and on repeats."""
    rows = [{"cut": "all", "on": on, "added_nats": whole + seed / 100} for on in ("text", "repeats")]
    rows += [
        {"cut": "k", "on": "repeats", "added_nats": keys * whole},
        {"cut": "chains", "on": "text", "added_nats": chains + seed / 100},
    ]
    for draw in range(DRAWS):
        small = draw / 1000
        rows.append({"cut": "random", "on": "repeats", "added_nats": 0.3 * whole + small})
        rows += [{"cut": name, "on": "text", "added_nats": twin + small} for name in ("twin", "twin chains")]
    return pd.DataFrame(rows)


def rows_of(**means):
    """Losses of forty rows for every role and seed: 1L is worst, and every change gains, but for what is named."""
    usual = {"attn-only-1l": 2.4, "attn-only-2l": 2.2, "attn-only-3l": 2.1, "attn-only-4l": 2.0}
    usual |= {"gelu-1l": 2.0, "solu-1l": 1.8, "solu-2l": 1.5}
    usual |= {role.replace("_", "-"): mean for role, mean in means.items()}
    noise = np.random.default_rng(0).normal(size=(3, 80)) / 100
    return {role: mean + np.array(SEEDS)[:, None] / 100 + noise for role, mean in usual.items()}


def test_what_composition_is_worth_is_told_from_what_it_is_not():
    def found(**costs):
        return said(
            study.on_cuts(
                {role: [{"sets": sets(seed, **costs)} for seed in SEEDS] for role in study.ATTENTION}, rows_of()
            )
        )

    assert set(found().values()) == {"held"}
    assert found(keys=0.2)["keys-carry-copying"] == "failed"
    assert found(keys=0.9)["keys-carry-copying"] == "held"
    poor = found(whole=0.1, chains=0.001)
    assert (poor["composition-is-worth-a-layer"], poor["three-in-a-row-matter"]) == ("failed", "undecided")
    assert found(chains=0.01)["three-in-a-row-matter"] == "failed"
    assert found(twin=2.0)["composition-is-worth-a-layer"] == "undecided"  # untrained twins lose as much


def costly(seed, previous, neither, turned=0.01):
    """An induction head that costs a nat, one that looks at the previous token, one that is neither."""
    table = pd.DataFrame({"layer": 0, "head": [0, 1, 2], "induction_chosen": [0.9, 0.0, 0.0]})
    table["previous_token_chosen"] = [0.0, 0.8, 0.0]
    table["current_token"] = table["current_token_chosen"] = [0.0, 0.0, 0.9]
    cost = np.array([1.0, previous, neither]) + seed / 1000
    rows = [(-1, cost), *((draw, np.full(3, turned + draw / 1000)) for draw in range(DRAWS))]
    ablated = [
        {"turn": turn, "layer": 0, "head": head, "chosen_nats": value, "cost_nats": value}
        for turn, some in rows
        for head, value in enumerate(some)
    ]
    return {"heads": table, "ablated": pd.DataFrame(ablated)}


def test_heads_that_matter_and_are_no_induction_heads_are_found():
    def found(*costs, **null):
        return tuple(said(study.on_heads([costly(seed, *costs, **null) for seed in SEEDS], seed=0)).values())

    assert found(0.5, 0.4) == ("held", "held", "reported")
    assert found(0.5, 0.05) == ("held", "failed", "reported")
    assert found(0.05, 0.1) == ("failed", "failed", "reported")
    assert found(0.5, 0.4, turned=0.6) == ("undecided", "undecided", "reported")  # any change as large costs as much


def test_what_the_costliest_head_looks_at_is_reported_beside_heads_that_are_drawn():
    (*_, found) = study.on_heads([costly(seed, 0.5, 4.0) for seed in SEEDS], seed=0)
    assert found.measured.value == pytest.approx(0.9)
    assert 0.2 < np.mean(found.null) < 0.4  # one head of three
    (*_, found) = study.on_heads([costly(seed, 0.5, 0.4) for seed in SEEDS], seed=0)
    assert found.measured.value == 0.0


def test_whose_loss_is_lower_is_told_beyond_what_seeds_differ_by():
    assert set(said(study.on_gains(rows_of())).values()) == {"held"}
    other = said(study.on_gains(rows_of(gelu_1l=2.3, solu_1l=2.28)))
    assert other["gelu-gains-more-than-a-layer"] == other["solu-gains-more-than-a-layer"] == "failed"
    assert other["solu-beats-gelu"] == "failed"


def test_a_kind_that_gains_most_is_told_from_the_luckiest_of_kinds_that_do_not_differ():
    kinds = np.array([f"kind {at % 4}" for at in range(80)])
    choose = np.arange(80) < 40
    losses = rows_of()
    even = said(study.on_kinds(losses, kinds, choose, fewest=5, seed=0))
    assert {even[key] for key in even if key.endswith("-its-kind")} == {"failed"}
    has = {"attn-only-3l": (0,), "attn-only-4l": (0, 1), "gelu-1l": (2,), "solu-1l": (2, 3), "solu-2l": (2, 3, 0)}
    for role, gained in has.items():
        losses[role] = losses[role] - 3.0 * np.isin(kinds, [f"kind {one}" for one in gained])
    found = said(study.on_kinds(losses, kinds, choose, fewest=5, seed=0))
    assert {found[key] for key in found if key.endswith("-its-kind")} == {"held"}


@pytest.mark.parametrize(("alike", "verdicts"), [(True, "held"), (False, "failed")])
def test_both_mlps_help_the_same_kinds_or_opposite_ones(alike, verdicts):
    kinds, losses = np.array([f"kind {at % 20}" for at in range(80)]), rows_of()
    helped = np.array([at % 20 for at in range(80)]) / 10
    losses["gelu-1l"] = losses["attn-only-1l"] - helped
    losses["solu-1l"] = losses["attn-only-1l"] - (helped if alike else 2 - helped) - 0.1
    found = said(study.on_kinds(losses, kinds, np.arange(80) < 40, fewest=1, seed=0))
    assert found["gelu-and-solu-help-the-same-kinds"] == verdicts


def neurons(active, share, seed):
    """A hundred neurons, of which a share tells its tag."""
    auroc = np.where(np.arange(100) < round(100 * share) + seed, 0.95, 0.6)
    return {"neurons": pd.DataFrame({"layer": 0, "neuron": np.arange(100), "auroc": auroc, "active": active + seed})}


def test_fewer_and_more_telling_neurons_are_told_from_as_many_and_as_telling_ones():
    def found(active, share):
        solu = [neurons(active, share, seed) for seed in SEEDS]
        return tuple(said(study.on_neurons([neurons(200.0, 0.2, seed) for seed in SEEDS], solu)).values())

    assert found(40.0, 0.6) == ("held", "held")
    assert found(190.0, 0.1) == ("failed", "failed")
    assert found(40.0, 0.21)[1] == "undecided"


def test_the_planted_pair_is_found_and_from_the_other_end_of_the_order_it_is_not(monkeypatch):
    assert said([study.on_planted(Lab())]) == {"planted-pair-has-the-largest-path": "held"}
    effects = study.edge_effects
    monkeypatch.setattr(study, "edge_effects", lambda asked: turned_over(effects(asked)))
    assert said([study.on_planted(Lab())]) == {"planted-pair-has-the-largest-path": "failed"}


def turned_over(scores):
    """Effects whose order is the other way round."""
    return replace(scores, values=1 / (scores.values.abs() + 1e-6))


@pytest.mark.slow
def test_whole_study_answers_every_claim_and_draws_every_figure_at_its_smallest(tmp_path):
    run_smoke(study.STUDY, tmp_path)
