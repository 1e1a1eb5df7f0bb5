"""A claim at a glance: the measured number with its interval, the line it has to clear, its null and its control.

All stand on one scale that holds every one of them. The wash lies where the whole interval must lie for the claim to
hold, so that the verdict can be seen; the verdict is also the shape of the dot. What is infinite stands at the end of
the picture, what is not a number has no place in it, and the words of the picture say both.
"""

import math
from collections.abc import Sequence
from html import escape

from cutaway.figures.labels import Label, Placed, spread, where_room
from cutaway.figures.number_line import NumberLine, number_line
from cutaway.figures.numerals import largest, numeral, short
from cutaway.records.claim import Claim, Verdict
from cutaway.records.run_record import Answer

WIDTH, HEIGHT = 260, 44
MARGIN, EDGE = 14, 6  # pixels from the side to the ends of the scale, and to what is infinite
AXIS, TOP, BOTTOM = 22, 13, 31  # pixels from above: the axis, and the wash around it
ABOVE, BELOW = 10, 42  # pixels from above: where the two rows of labels stand
FONT = 11
DOT = 4.5  # pixels, its radius
DOTS: dict[Verdict, str] = {
    "held": '<circle cx="{x}" cy="{y}" r="{r}" fill="currentColor"/>',
    "failed": '<path d="M{left} {top}L{right} {bottom}M{left} {bottom}L{right} {top}" fill="none" '
    'stroke="currentColor" stroke-width="2.6"/>',
    "undecided": '<circle cx="{x}" cy="{y}" r="{r}" fill="var(--paper, Canvas)" stroke="currentColor" '
    'stroke-width="1.6"/><path d="M{x} {top}a{r} {r} 0 0 0 0 {d}z" fill="currentColor"/>',
    "reported": '<circle cx="{x}" cy="{y}" r="{r}" fill="var(--paper, Canvas)" stroke="currentColor" '
    'stroke-width="1.6"/>',
}


def claim_strip(answer: Answer) -> str:
    """An inline SVG of 260 x 44 pixels that says the same in words to those who cannot see it."""
    scale = scale_of(answer)
    drawn = marks(answer, scale) if scale else f'<text x="0" y="{AXIS + 4}">no finite number to draw</text>'
    return (
        f'<svg class="strip" role="img" aria-label="{escape(words(answer, scale))}" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" font-size="{FONT}" fill="currentColor">{drawn}</svg>'
    )


def line_of(answer: Answer) -> float | None:
    """The number of the line, on either side of which the claim may lie."""
    claim = answer.claim
    return claim.below if claim.above is None else claim.above


def control_of(answer: Answer) -> float | None:
    """The control's number."""
    control = answer.finding.control
    return None if control is None else control.value


def scale_of(answer: Answer) -> NumberLine | None:
    """The scale of everything that is drawn."""
    found, finding = answer.finding.measured, answer.finding
    values = [found.value, found.low, found.high, line_of(answer), finding.null_line, control_of(answer)]
    return number_line(values, width=WIDTH, margin=MARGIN, edge=EDGE)


def marks(answer: Answer, scale: NumberLine) -> str:
    """All that is drawn, from the back to the front."""
    low, high = place(scale.at(scale.low)), place(scale.at(scale.high))
    axis = f"M0 {AXIS}H{WIDTH}M{low} {AXIS - 3}v6M{high} {AXIS - 3}v6"
    parts = [wash(answer, scale), f'<path class="axis" d="{axis}" stroke="currentColor" opacity="0.4"/>']
    if (line := scale.at(line_of(answer))) is not None:
        parts.append(f'<path class="line" d="M{place(line)} {TOP}V{BOTTOM}" stroke="currentColor" stroke-width="1.5"/>')
    if (control := scale.at(control_of(answer))) is not None:
        parts.append(f'<path class="control" d="M{place(control)} {AXIS + 1}l4 7.5h-8z" stroke="currentColor"/>')
    if (null := scale.at(answer.finding.null_line)) is not None:
        parts.append(
            f'<path class="null" d="M{place(null)} {AXIS}V{BOTTOM}" stroke="currentColor" stroke-width="1.5"/>'
        )
    return "".join([*parts, measured(answer, scale), *texts(answer, scale)])


def wash(answer: Answer, scale: NumberLine) -> str:
    """Where the whole interval must lie: beyond the line and, for a claim of presence, beyond the null."""
    claim, null = answer.claim, answer.finding.null_line
    left, right = 0.0, float(WIDTH)
    if claim.above is not None:
        left = max((bar for bar in (scale.at(claim.above), scale.at(null)) if bar is not None), default=right)
    else:
        right = scale.at(claim.below) or left
    if left >= right:
        return ""
    return (
        f'<rect class="holds" x="{place(left)}" y="{TOP}" width="{place(right - left)}" height="{BOTTOM - TOP}" '
        'opacity="0.12"/>'
    )


def measured(answer: Answer, scale: NumberLine) -> str:
    """The interval as a bar, and on it the dot, whose shape is the verdict's."""
    found = answer.finding.measured
    low, at, high = scale.at(found.low), scale.at(found.value), scale.at(found.high)
    bar = dot = ""
    if low is not None and high is not None and high > low:
        bar = (
            f'<rect class="interval" x="{place(low)}" y="{AXIS - 2.5}" width="{place(high - low)}" height="5" rx="2.5" '
            'opacity="0.5"/>'
        )
    if at is not None:
        numbers = {"x": at, "y": AXIS, "r": DOT, "d": 2 * DOT}
        numbers |= {"left": at - DOT, "right": at + DOT, "top": AXIS - DOT, "bottom": AXIS + DOT}
        dot = DOTS[answer.verdict].format(**{name: place(number) for name, number in numbers.items()})
    return f'<g class="measured {answer.verdict}">{bar}{dot}</g>'


def texts(answer: Answer, scale: NumberLine) -> list[str]:
    """The line is named above the axis; null and control below it, and the ends of the scale where there is room."""
    named = [("null", answer.finding.null_line), ("control", control_of(answer))]
    below = spread(labels(named, scale), width=WIDTH)
    ends = list(zip(scale.ends, (scale.low, scale.high), strict=True))
    below += where_room(below, labels(ends, scale), width=WIDTH)
    above = spread(labels([(line_words(answer.claim), line_of(answer))], scale), width=WIDTH)
    return [text(label, ABOVE) for label in above] + [text(label, BELOW) for label in below]


def labels(named: Sequence[tuple[str, float | None]], scale: NumberLine) -> list[Label]:
    """A label for each value that has a place."""
    return [Label(name, at, FONT) for name, value in named if (at := scale.at(value)) is not None]


def text(placed: Placed, baseline: float) -> str:
    """A label, its middle where its place is."""
    middle = placed.left + placed.label.width / 2
    return f'<text x="{place(middle)}" y="{baseline}" text-anchor="middle">{escape(placed.label.text)}</text>'


def place(pixels: float | None) -> str:
    """A coordinate, short and without dust."""
    return f"{pixels or 0:.2f}".rstrip("0").rstrip(".")


def line_words(claim: Claim) -> str:
    """What the number has to clear; empty for a claim without a line."""
    if claim.above is not None:
        return f"above {short(claim.above)}"
    return "" if claim.below is None else f"below {short(claim.below)}"


def words(answer: Answer, scale: NumberLine | None) -> str:
    """Everything that the picture shows, as sentences."""
    claim, finding, found = answer.claim, answer.finding, answer.finding.measured
    size = largest(found.value, found.low, found.high)

    def say(number: float) -> str:
        return "no number" if math.isnan(number) else numeral(number, like=size)

    value, low, high = map(say, (found.value, found.low, found.high))
    said = [f"Measured {value} ({claim.unit}), 95 % interval {low} to {high}."]
    line = line_words(claim)
    said.append(f"The claim says {line}: {answer.verdict}." if line else "It has no line to clear and is reported.")
    if finding.null_line is not None:
        said.append(f"The null's 95th percentile is {say(finding.null_line)}.")
    if finding.control is not None:
        said.append(f"The control, {finding.control.name}, is {say(finding.control.value)}.")
    if scale:
        said.append(f"The scale runs from {scale.ends[0]} to {scale.ends[1]}.")
    return " ".join(said)
