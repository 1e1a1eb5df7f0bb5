"""Claims hold on what is made to have what is claimed, and fail on what is made to lack it."""

import numpy as np
import pandas as pd
import pytest

from cutaway.lab import Lab
from cutaway.lab.circuit_search import RANDOM, joined_pairs, largest_terms
from cutaway.records import verdict
from cutaway.studies.tooling import composition_and_automatic_circuits as study
from tests.lab.test_published import small_gpt2
from tests.studies.smoke import run_smoke


def said(findings):
    return {finding.key: verdict(study.STUDY.claim(finding.key), finding) for finding in findings}


PATHS = [(1e-7, 0.3, "held"), (1e-7, 0.0, "undecided"), (1e-3, 0.3, "failed")]


def hunted(auroc):
    """Twelve circuits; what all methods score, and what random scores do."""
    noise = np.random.default_rng(0)
    rows = []
    for number in range(12):
        for method in ("ACDC", "EAP-IG", "recursive path patching", RANDOM):
            value = 0.5 + noise.normal(0, 0.05) if method == RANDOM else auroc - noise.uniform(0, 0.01)
            rows.append({"circuit": number, "method": method, "auroc": value})
    return pd.DataFrame(rows)


def terms(agree):
    """Heads of one model whose largest term is the one that matters so often out of ten times."""
    right = ["embed" if number < agree else "0.1" for number in range(10)]
    return pd.DataFrame({"largest": right, "changed": right, "matters": "embed", "writers": 5, "slot": "q"})


def searched(*, foretold=0.6, faithfulness=0.95, like_acdc=0.8, agree=8):
    """What was found of ten models."""
    noise = np.random.default_rng(1)
    tables = []
    for _ in range(10):
        means = {"foretold": foretold, "faithfulness": faithfulness, "like_acdc": like_acdc}
        row = {name: value + noise.normal(0, 0.01) for name, value in means.items()}
        row |= {"random": noise.uniform(0, 0.3, 20).tolist(), "foretold_by_chance": noise.normal(0, 0.1, 50).tolist()}
        row |= {"like_acdc_by_chance": noise.uniform(0, 0.3, 50).tolist()}
        tables.append({"models": pd.DataFrame([row]), "terms": terms(agree)})
    return tables


def test_methods_that_find_planted_edges_hold_and_chance_does_not():
    assert set(said(study.on_edges(hunted(1.0), seed=0)).values()) == {"held"}
    assert set(said(study.on_edges(hunted(0.6), seed=0)).values()) == {"failed"}


def test_weights_and_terms_name_what_is_planted_and_shuffled_truth_does_not(monkeypatch):
    findings, table = study.on_planted(Lab(smoke=True))
    found = said(findings)
    assert found["weights-find-planted-pairs"] == "held"
    assert set(table["trained"]) == {"planted"}

    def other_terms(planted, **how):
        return largest_terms(planted, **how).assign(largest="nobody", changed="nobody")

    def shuffled(planted, *, seed):
        _, drawn = joined_pairs(planted, seed=seed)
        return drawn[0], drawn

    monkeypatch.setattr(study, "largest_terms", other_terms)
    monkeypatch.setattr(study, "joined_pairs", shuffled)
    lost = said(study.on_planted(Lab(smoke=True))[0])
    assert lost["weights-find-planted-pairs"] != "held"
    assert lost["planted-terms-matter"] == lost["planted-changes-matter"] == "failed"


@pytest.mark.parametrize(
    ("off", "everywhere", "verdict"), [(1e-7, 0.3, "held"), (1e-7, 0.0, "undecided"), (1e-3, 0.3, "failed")]
)
def test_paths_are_exact_where_they_are_and_where_another_way_would_not_be(off, everywhere, verdict):
    paths = pd.DataFrame({"off": [0.0, off], "everywhere": [everywhere] * 2})
    assert said([study.on_paths(paths)]) == {"path-patching-is-exact": verdict}


def test_trained_models_hold_every_claim_where_made_to_and_fail_every_one_where_not():
    assert set(said(study.on_trained(searched(), seed=0)).values()) == {"held"}
    lost = searched(foretold=0.1, faithfulness=0.4, like_acdc=0.3, agree=2)
    assert set(said(study.on_trained(lost, seed=0)).values()) == {"failed"}


def test_circuits_no_better_than_random_ones_do_not_hold():
    found = searched()
    for tables in found:
        tables["models"]["random"] = [[0.96] * 20]
    assert said(study.on_trained(found, seed=0))["recursive-circuits-are-faithful"] == "undecided"


def test_kept_share_is_that_of_the_gap():
    assert study.kept_of_gap(np.array([[3.0, 5.0, 1.0], [4.0, 6.0, 2.0]])) == pytest.approx(0.5)


@pytest.mark.slow
def test_whole_study_answers_every_claim_and_draws_every_figure_at_its_smallest(tmp_path):
    done = run_smoke(study.STUDY, tmp_path)
    assert done.record.missing == ("gpt2",)
    assert set(done.tables["terms"]["trained"]) == {"planted", "with dropout", "without dropout"}


def test_a_small_random_gpt2_is_searched_and_raises_nothing_to_real(monkeypatch):
    monkeypatch.setattr(study, "GUEST_PROMPTS", 16)
    lab = Lab(smoke=True, guests=[small_gpt2()])
    assert study.on_guests(lab) == []
    assert lab.tables["guests"]["model"].tolist() == ["gpt2"]
    assert lab.missing == ["gpt2"]
