"""The claims of a record, each with its line, its number, its null and control, and the verdict that follows."""

from collections import Counter
from html import escape

from cutaway.figures.claim_strip import claim_strip, line_words
from cutaway.figures.numerals import count, largest, listed, numeral
from cutaway.records.claim import Tier, Verdict
from cutaway.records.run_record import Answer, RunRecord
from cutaway.records.study import Study

TIERS: dict[Tier, str] = {
    "planted": "models compiled by hand",
    "trained": "tiny trained models",
    "real": "the models the problem names",
}
SHAPES: dict[Verdict, str] = {
    "held": '<circle cx="8" cy="8" r="7.5" fill="currentColor"/>'
    '<path d="M4.6 8.3l2.4 2.4 4.5-5" fill="none" stroke="var(--paper, Canvas)" stroke-width="1.8"/>',
    "failed": '<path d="M2.5 2.5l11 11M13.5 2.5l-11 11" fill="none" stroke="currentColor" stroke-width="2.6"/>',
    "undecided": '<circle cx="8" cy="8" r="6.6" fill="none" stroke="currentColor" stroke-width="1.8"/>'
    '<path d="M8 1.5a6.5 6.5 0 0 0 0 13z" fill="currentColor"/>',
    "reported": '<path d="M2 8h12" fill="none" stroke="currentColor" stroke-width="2"/>',
}
NONE = '<span class="none">none</span>'
COLUMNS = ("Claim", "Line", "Measured", "Null, 95th percentile", "Control", "Verdict")


def summary(record: RunRecord, asks: Tier) -> str:
    """The outcome in one paragraph of plain text, counted from the verdicts."""
    counts = Counter(answer.verdict for answer in record.answers)
    decided = sum(counts.values()) - counts["reported"]
    sentences = [
        f"{count(decided, 'claim')} fixed before the run: {counts['held']} held, {counts['failed']} failed, "
        f"{counts['undecided']} undecided."
    ]
    if counts["reported"]:
        sentences.append(f"{count(counts['reported'], 'number is', 'numbers are')} reported without a line to clear.")
    sentences += [
        f"{said}: {answer.claim.sentence}"
        for kind, said in (("failed", "Failed"), ("undecided", "Undecided"))
        for answer in record.answers
        if answer.verdict == kind
    ]
    tiers = [tier for tier in TIERS if any(answer.claim.tier == tier for answer in record.answers)]
    sentences.append(f"Measured on {listed([TIERS[tier] for tier in tiers])}.")
    order = list(TIERS)
    if tiers and order.index(tiers[-1]) < order.index(asks):
        sentences.append(
            f"The problem speaks of {TIERS[asks].replace('the problem', 'it')}, so this is a proxy for it."
        )
    if record.size == "smoke":
        sentences.append("This was a smoke run, which only shows that everything works: its numbers are no evidence.")
    return " ".join(sentences)


def verdict_table(record: RunRecord, study: Study | None = None) -> str:
    """HTML of all answers, in the order of the study's header; each verdict is a word and a shape.

    What the study remarks on a verdict stands under its claim.
    """
    head = "".join(f'<th scope="col">{name}</th>' for name in COLUMNS)
    rows = "".join(row(answer, study) for answer in record.answers)
    return f'<table class="verdicts"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def row(answer: Answer, study: Study | None) -> str:
    """One claim."""
    claim, finding = answer.claim, answer.finding
    remark = study.remark(claim.key, answer.verdict) if study else ""
    note = "".join(f"<small>{escape(text)}</small>" for text in (finding.note, remark) if text)
    found = finding.measured
    scale = largest(found.value, found.low, found.high)
    value, low, high = (numeral(number, like=scale) for number in (found.value, found.low, found.high))
    measured = (
        f'<span class="value">{value}</span> <small>{low} to {high}, n&nbsp;=&nbsp;{found.n:,}</small>'
        f"<small>{escape(claim.unit)}</small>{claim_strip(answer)}"
    )
    null = NONE if finding.null_line is None else numeral(finding.null_line, like=scale)
    if finding.null:
        null += f"<small>of {count(len(finding.null), 'draw')}</small>"
    control = NONE
    if finding.control is not None:
        control = f"{numeral(finding.control.value, like=scale)}<small>{escape(finding.control.name)}</small>"
    cells = [line_words(claim).replace(" ", "&nbsp;") or NONE, measured, null, control, badge(answer.verdict)]
    filled = "".join(
        f'<td data-label="{name}"><div>{cell}</div></td>' for name, cell in zip(COLUMNS[1:], cells, strict=True)
    )
    sentence = f"{escape(claim.sentence)}<small>on {TIERS[claim.tier]}</small>{note}"
    return f'<tr id="claim-{escape(claim.key)}"><th scope="row">{sentence}</th>{filled}</tr>'


def badge(verdict: Verdict) -> str:
    """A verdict as a shape and a word."""
    shape = f'<svg viewBox="0 0 16 16" aria-hidden="true">{SHAPES[verdict]}</svg>'
    return f'<span class="verdict {verdict}">{shape}{verdict}</span>'
