"""The scoreboard as Markdown: a table for each kind of case, and the methods that are compared pair by pair."""

from collections.abc import Iterator, Sequence

import pandas as pd

from cutaway.scoreboard.circuits import Scoreboard
from cutaway.scoreboard.gates import Gate
from cutaway.scoreboard.paired import paired

KINDS = {"named": "Named planted circuits", "drawn": "Drawn", "trained": "Trained symbolic IOI (no truth)"}
COLUMNS = {
    "auroc": "AUROC",
    "auprc": "average precision",
    "mismatched": "AUROC, truth of zeroing",
    "missed": "missed",
    "cpr": "CPR",
    "cmd": "CMD",
    "cmd_log": "cmd log",
    "passes": "passes",
    "seconds": "seconds",
}
WHOLE = ("passes",)
PAIRS = (("eap-ig-inputs", "eap"), ("eap-ig-activations", "eap"), ("edge-patching", "eap-ig-inputs"))
COMPARED = ("auroc", "auprc", "cpr", "cmd")


def markdown(board: Scoreboard, gates: Sequence[Gate] = ()) -> str:
    """All tables, headings included; `gates` first, where they were asked."""
    parts = ["## Gates\n", gate_table(gates) + "\n"] if gates else []
    for _, some in board.table.groupby(["kind", "redundancy", "softness"], sort=False, dropna=False):
        first = some.iloc[0]
        kind, redundancy, softness = str(first["kind"]), float(first["redundancy"]), float(first["softness"])
        parts += [
            f"## {heading(kind, redundancy, softness)}\n{some['cases'].iloc[0]} cases.\n",
            table(some) + "\n",
        ]
    return "\n".join([*parts, "## Pair by pair\n", pairs(board.rows)])


def gate_table(gates: Sequence[Gate]) -> str:
    """One row a gate."""
    rows = [f"| {one.gate} | {one.line} | {one.value:.3g} | {'yes' if one.met else 'NO'} |" for one in gates]
    return "\n".join(["| gate | line | value | met |", "| --- | --- | --- | --- |", *rows])


def heading(kind: str, redundancy: float, softness: float) -> str:
    """Which cases these are."""
    if kind != "drawn":
        return KINDS[kind]
    redundant = "redundant" if redundancy > 0 else "without redundancy"
    return f"Drawn, {redundant}, {'soft' if softness > 0 else 'saturated'} attention"


def table(some: pd.DataFrame) -> str:
    """One kind of case, a row a method."""
    rows = [["method", *COLUMNS.values()], ["---"] * (1 + len(COLUMNS))]
    for _, row in some.iterrows():
        rows.append([str(row["method"]), *(cell(row, name) for name in COLUMNS)])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def cell(row: "pd.Series[float]", name: str) -> str:
    """A mean; of the AUROC with its interval."""
    if pd.isna(row[name]):
        return ""
    if name == "auroc":
        return f"{row[name]:.2f} ({row['auroc_low']:.2f} to {row['auroc_high']:.2f})"
    return f"{row[name]:.0f}" if name in WHOLE else f"{row[name]:.2f}"


def pairs(rows: pd.DataFrame) -> str:
    """Differences over all cases, with Wilcoxon's p."""
    lines = [
        "| methods | measure | mean difference | larger in | smaller in | p |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    return "\n".join([*lines, *compared(rows)])


def compared(rows: pd.DataFrame) -> Iterator[str]:
    """A line for each pair and measure."""
    known = set(rows["method"])
    for one, other in (pair for pair in PAIRS if known.issuperset(pair)):
        for measure in COMPARED:
            found = paired(rows, one, other, measure)
            apart = found.difference
            yield (
                f"| {one} less {other} | {measure} | {apart.value:+.3f} ({apart.low:+.3f} to {apart.high:+.3f}) |"
                f" {found.better} | {found.worse} | {found.p:.2g} |"
            )
