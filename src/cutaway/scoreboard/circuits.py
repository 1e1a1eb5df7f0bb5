"""The scoreboard of circuit discovery: every method on every case, and a table of what came out."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cutaway.models.graph import Edge
from cutaway.records.progress import SILENT, Progress
from cutaway.scoreboard.cases import Case, all_cases
from cutaway.scoreboard.methods import METHODS, Method
from cutaway.stats.intervals import bootstrap_mean
from cutaway.stats.separation import auroc
from cutaway.techniques.circuits.against_truth import against_truth, key_of
from cutaway.techniques.circuits.curves import faithfulness_curve
from cutaway.techniques.circuits.edge_scores import EdgeScores

MEASURES = ("auroc", "auprc", "mismatched", "missed", "hidden", "cpr", "cmd", "cmd_log", "passes", "seconds")


@dataclass(frozen=True, eq=False)
class Scoreboard:
    """`rows`: one for each method and case. `table`: one a method, means over cases of a kind with intervals."""

    rows: pd.DataFrame

    @property
    def table(self) -> pd.DataFrame:
        """One row for each kind of case and method: `cases`, and each measure with `_low` and `_high`, 95 % over cases.

        Drawn cases are split by redundancy and softness. AUROC and average precision are empty for trained models.
        """
        found = []
        groups = ["kind", "redundancy", "softness", "method"]
        for key, some in self.rows.groupby(groups, sort=False, dropna=False):
            row: dict[str, object] = dict(zip(groups, key, strict=True)) | {"cases": len(some)}
            for name in MEASURES:
                known = some[name].dropna().to_numpy(dtype=float)
                if len(known):
                    measured = bootstrap_mean(known, seed=0)
                    row |= {name: measured.value, f"{name}_low": measured.low, f"{name}_high": measured.high}
                else:
                    row |= {name: None, f"{name}_low": None, f"{name}_high": None}
            found.append(row)
        return pd.DataFrame(found)


def score_circuits(
    cases: Iterable[Case] | None = None, *, methods: Mapping[str, Method] | None = None, progress: Progress = SILENT
) -> Scoreboard:
    """Run every method on every case.

    Scores are found on one half of the prompts; CPR and CMD are measured on the other. Columns beside the measures:
    `missed` edges, `hidden` (those that the truth says a method must miss), `mismatched` (AUROC of the same scores
    against the truth under zero ablation: what comes out if ablations are mixed).
    Units:  AUROC and average precision by size of scores. CPR ranks by help, CMD by size; on a linear axis, `cmd_log`
        on a logarithmic one. Seconds of one thread or as many as torch has.
    Cost:   some seconds a case.
    """
    chosen, found = METHODS if methods is None else methods, []
    listed = list(all_cases() if cases is None else cases)
    with progress.phase("circuits", len(listed)) as tick:
        for case in listed:
            _ = case.question.ends, case.question.own, case.question.other  # made once, and in no method's time
            for name, method in chosen.items():
                began = time.perf_counter()
                scores = method(case.question)
                seconds = time.perf_counter() - began
                found.append(row_of(case, name, scores) | {"seconds": seconds})
            tick()
    return Scoreboard(pd.DataFrame(found))


def row_of(case: Case, name: str, scores: EdgeScores) -> dict[str, object]:
    """One method on one case."""
    by_size = faithfulness_curve(scores, case.held_out)
    by_help = faithfulness_curve(scores, case.held_out, ranking="help")
    row: dict[str, object] = {
        "case": case.name,
        "kind": case.kind,
        "redundancy": case.redundancy,
        "softness": case.softness,
        "method": name,
        "edges": len(scores.values),
        "cpr": by_help.cpr(),
        "cmd": by_size.cmd(),
        "cmd_log": by_size.cmd("log"),
        "passes": scores.passes,
    }
    missing = dict.fromkeys(("auroc", "auprc", "missed", "hidden", "mismatched"))
    return row | (missing if case.planted is None else beside_truth(case, scores))


def beside_truth(case: Case, scores: EdgeScores) -> dict[str, object]:
    """The numbers that need a truth."""
    assert case.planted is not None
    judged = against_truth(scores, case.planted, ablation=case.ablation)
    key = key_of(case.planted, scores.graph, ablation=case.ablation)
    return {
        "auroc": judged.auroc,
        "auprc": judged.auprc,
        "missed": judged.missed,
        "hidden": int(key.hidden.sum()),
        "mismatched": under_zero(case, scores),
    }


def under_zero(case: Case, scores: EdgeScores) -> float | None:
    """AUROC against the truth of another ablation, which `against_truth` refuses: shown for what it does."""
    assert case.planted is not None
    if not any(isinstance(one, Edge) for one in case.planted.truth.alone("zero")):
        return None
    key = key_of(case.planted, scores.graph, ablation="zero")
    true, values = key.moves[key.known].numpy(), scores.values[key.known].abs().double().numpy()
    return auroc(values, true) if 0 < np.sum(true) < len(true) else None
