"""What runs found, as a table in Markdown: a row a claim."""

from collections.abc import Iterable

from cutaway.figures.claim_strip import line_words
from cutaway.figures.numerals import largest, numeral
from cutaway.records.run_record import Answer, RunRecord

HEAD = ("claim", "on", "line", "measured", "null", "control", "verdict")


def findings_markdown(records: Iterable[RunRecord]) -> str:
    """For each record its question, what it cost, and its claims with line, value, interval, n, null and control."""
    return "\n\n".join(section(record) for record in records)


def section(record: RunRecord) -> str:
    """One study."""
    minutes, memory = record.environment["wall_seconds"] / 60, record.environment["peak_memory_mb"]
    cost = f"{minutes:.1f} minutes, {memory:,} MB in the largest process, seed {record.seed}"
    rows = [HEAD, tuple("---" for _ in HEAD), *(row(answer) for answer in record.answers)]
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in rows)
    numbers = ", ".join(record.problems)
    return f"## {record.study}\n\n{record.question} Problems {numbers}; {cost}.\n\n{table}"


def row(answer: Answer) -> tuple[str, ...]:
    """One claim."""
    claim, finding, found = answer.claim, answer.finding, answer.finding.measured
    size = largest(found.value, found.low, found.high)
    value, low, high = (numeral(number, like=size) for number in (found.value, found.low, found.high))
    null = "" if finding.null_line is None else numeral(finding.null_line, like=size)
    control = "" if finding.control is None else f"{numeral(finding.control.value, like=size)} {finding.control.name}"
    measured = f"{value} ({low} to {high}), n = {found.n:,}; {claim.unit}"
    return claim.sentence, claim.tier, line_words(claim), measured, null, control, answer.verdict
