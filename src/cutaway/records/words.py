"""What was found for a claim, in one line of words."""

from cutaway.records.run_record import Answer


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
