"""The gates: met where they are, and not where rows say otherwise."""

import pandas as pd
import pytest

from cutaway.scoreboard.gates import gates, optimal_is_best, paths_add_up
from cutaway.scoreboard.page import gate_table

DRAWN = {"kind": "drawn", "redundancy": 0.0, "softness": 0.0, "mismatched": 0.8, "hidden": 0, "missed": 0}


@pytest.fixture
def without_models(monkeypatch):
    """Only what is read off rows."""
    for name in ("paths_add_up", "optimal_is_best"):
        monkeypatch.setattr(f"cutaway.scoreboard.gates.{name}", lambda: None)


def verdicts(rows):
    return [(gate.value, gate.met) for gate in gates(pd.DataFrame(rows)) if gate is not None]


@pytest.mark.usefixtures("without_models")
def test_rows_as_they_should_be_meet_every_gate():
    exact = DRAWN | {"method": "edge-patching", "auroc": 1.0}
    redundant = exact | {"redundancy": 0.6, "hidden": 4}
    chance = DRAWN | {"method": "random", "auroc": 0.51}
    found = verdicts([exact, redundant, chance])
    assert found == [(1.0, True), (pytest.approx(0.2), True), (0.0, True), (0.51, True)]


@pytest.mark.usefixtures("without_models")
@pytest.mark.parametrize(
    ("change", "gate"),
    [
        ({"auroc": 0.999}, 0),
        ({"mismatched": 1.0}, 1),
        ({"hidden": 2, "missed": 1}, 2),
    ],
)
def test_one_bad_row_fails_its_gate_alone(change, gate):
    exact = DRAWN | {"method": "edge-patching", "auroc": 1.0, "hidden": 1}
    rows = [exact | change] if gate == 1 else [exact, exact | change]
    met = [met for _, met in verdicts([*rows, DRAWN | {"method": "random", "auroc": 0.5}])]
    assert met == [number != gate for number in range(4)]


@pytest.mark.usefixtures("without_models")
def test_chance_that_is_not_near_a_half_fails():
    assert verdicts([DRAWN | {"method": "random", "auroc": 0.56}]) == [(0.56, False)]


@pytest.mark.slow
def test_those_that_need_no_rows_are_met_and_shown_with_their_values():
    both = [paths_add_up(), optimal_is_best()]
    assert all(gate.met for gate in both)
    assert 0 < both[0].value < 1e-5  # measured, not stated
    table = gate_table(both)
    assert table.count("| yes |") == 2
    assert both[0].line in table
