"""The scoreboard: gates that hold by construction, on a few drawn circuits; every method on one; the table's form."""

import math

import pandas as pd
import pytest

from cutaway.planted import random_circuit
from cutaway.scoreboard.cases import named_cases, planted_case
from cutaway.scoreboard.circuits import MEASURES, Scoreboard, score_circuits
from cutaway.scoreboard.methods import METHODS
from cutaway.scoreboard.page import markdown
from cutaway.techniques.circuits.acdc_scores import acdc_scores
from cutaway.techniques.circuits.edge_masks import Pruning, edge_masks

EXACT = {
    "edge-patching": METHODS["edge-patching"],
    "acdc": lambda question: acdc_scores(question, [0.01]),
    "random": METHODS["random"],
}


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    """Small drawn circuits without and with redundancy."""
    sizes = {"layers": 1, "values": 2, "decoys": 1, "softness": 0.0, "noise": 0.0}
    cases = [
        planted_case(random_circuit(seed, redundancy=share, **sizes), "drawn", redundancy=share)
        for share in (0.0, 0.9)
        for seed in range(2)
    ]
    return score_circuits(cases, methods=EXACT).rows


def test_without_redundancy_exact_methods_find_the_truth_and_all_of_it(rows):
    plain = rows[(rows["redundancy"] == 0) & (rows["method"] != "random")]
    assert len(plain) == 4
    assert set(plain["auroc"]) == {1.0}
    assert set(plain["missed"]) == {0}


def test_the_same_scores_do_worse_against_the_truth_of_another_ablation(rows):
    # what positions say is the same on both prompts and is lost when it is zeroed: resampling cannot see it
    exact = rows[(rows["method"] == "edge-patching") & rows["mismatched"].notna()]
    assert len(exact) > 0
    assert float(exact["mismatched"].mean()) < float(exact["auroc"].mean()) - 0.02


def test_with_redundancy_what_cutting_one_edge_misses_is_hidden(rows):
    redundant = rows[(rows["redundancy"] > 0) & (rows["method"] == "edge-patching")]
    assert int(redundant["hidden"].sum()) > 0
    assert set(redundant["auroc"]) == {1.0}  # of what moves alone; what is hidden counts as moving nothing


def test_every_method_scores_every_edge_of_a_circuit():
    drawn = random_circuit(1, layers=1, fan_in=1, decoys=0, redundancy=0.0, softness=0.0, noise=0.0)
    case = planted_case(drawn, "drawn")
    short = METHODS | {"edge-masks-kl": lambda question: edge_masks(question, Pruning(steps=5))}
    found = score_circuits([case], methods=short).rows.set_index("method")
    assert set(found.index) == set(METHODS)
    assert bool(found[["auroc", "auprc", "cpr", "cmd", "seconds"]].notna().all().all())
    assert float(found.loc["edge-patching", "cmd"]) <= float(found.loc["random", "cmd"])


def test_named_cases_are_the_transformers_with_edges_that_move():
    names = [case.name for case in named_cases()]
    assert "ioi" in names
    assert "curves" not in names
    assert len(names) == len(set(names))


def test_a_table_gives_means_with_intervals_over_cases_and_leaves_empty_what_is_unknown():
    columns = dict.fromkeys(MEASURES, 1.0) | {"redundancy": None, "softness": None, "method": "m"}
    given = [columns | {"case": str(n), "kind": "trained", "auroc": None, "cpr": float(n)} for n in range(4)]
    (row,) = Scoreboard(pd.DataFrame(given)).table.to_dict("records")
    assert row["cases"] == 4
    assert row["cpr"] == 1.5
    assert row["cpr_low"] < 1.5 < row["cpr_high"]
    assert row["auroc"] is None or math.isnan(row["auroc"])


def test_the_page_has_a_table_for_each_kind_and_the_pairs_that_were_run(rows):
    page = markdown(Scoreboard(rows))
    assert "## Drawn, without redundancy, soft attention" not in page
    assert page.count("| edge-patching | 1.00 (1.00 to 1.00) |") == 2
    assert "2 cases." in page
    assert "## Gates" not in page  # they were not asked
    assert "less" not in page  # EAP was not run
    both = pd.concat([rows, rows[rows["method"] == "random"].assign(method="eap")])
    renamed = both.assign(method=both["method"].replace({"edge-patching": "eap-ig-inputs"}))
    assert "| eap-ig-inputs less eap | auroc | +0." in markdown(Scoreboard(renamed))
