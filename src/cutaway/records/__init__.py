"""Studies, claims and the records of runs, as plain values that load without torch."""

from cutaway.records.claim import Claim, Control, Finding, Measured, Tier, Verdict, upper_percentile, verdict
from cutaway.records.figure import AttentionOnText, Bars, ExamplesOnText, Figure, Heat, Network, Points, SortableTable
from cutaway.records.run_record import Answer, RunRecord
from cutaway.records.study import Study

__all__ = [
    "Answer",
    "AttentionOnText",
    "Bars",
    "Claim",
    "Control",
    "ExamplesOnText",
    "Figure",
    "Finding",
    "Heat",
    "Measured",
    "Network",
    "Points",
    "RunRecord",
    "SortableTable",
    "Study",
    "Tier",
    "Verdict",
    "upper_percentile",
    "verdict",
]
