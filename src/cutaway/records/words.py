"""What was found for a claim, and what was not asked, in one line of words each."""

from cutaway.records.run_record import Answer, RunRecord
from cutaway.records.study import Study


def in_words(answer: Answer) -> str:
    """The number with its interval, n, unit, line, null and control."""
    claim, found = answer.claim, answer.finding
    words = (
        f"{found.value:.3f} [{found.measured.low:.3f}, {found.measured.high:.3f}], n={found.measured.n} ({claim.unit})"
    )
    if claim.above is not None:
        words += f"; must be above {claim.above:g}"
    if claim.below is not None:
        words += f"; must be below {claim.below:g}"
    if found.null_line is not None:
        words += f"; null {found.null_line:.3f}"
    if found.control is not None:
        words += f"; {found.control.name}: {found.control.value:.3f}"
    return words


def not_asked(record: RunRecord, study: Study) -> list[str]:
    """Claims that a run left out because it lacked a model, and what would answer them."""
    asked = {answer.claim.key for answer in record.answers}
    left = [claim for claim in study.claims if claim.key not in asked] if record.missing else []
    models = " ".join(f"--model {name}" for name in record.missing)
    return [f"Not asked here: {one.sentence} To ask it: cutaway run {study.slug} {models}" for one in left]
