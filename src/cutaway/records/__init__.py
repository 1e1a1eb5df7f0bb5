"""Studies, claims and the records of runs, as plain values that load without torch."""

from cutaway.records.claim import Claim, Control, Finding, Measured, Tier, Verdict, upper_percentile, verdict
from cutaway.records.figure import (
    AttentionOnText,
    Bars,
    ExamplesOnText,
    Figure,
    Heat,
    Lines,
    Network,
    Points,
    SortableTable,
)
from cutaway.records.run_record import Answer, RunRecord
from cutaway.records.study import Remark, Study

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
    "Lines",
    "Measured",
    "Network",
    "Points",
    "Remark",
    "RunRecord",
    "SortableTable",
    "Study",
    "Tier",
    "Verdict",
    "upper_percentile",
    "verdict",
]
