"""Where labels along a line can stand: inside it, apart from one another, each as near its own mark as they let it."""

from collections.abc import Sequence
from dataclasses import dataclass

LETTER = 0.64  # width of a letter, in font sizes: generous, because the font is the reader's
GAP = 5.0  # pixels between two labels


@dataclass(frozen=True)
class Label:
    """A text whose middle wants to stand at `at`."""

    text: str
    at: float
    font_size: float

    @property
    def width(self) -> float:
        return LETTER * self.font_size * len(self.text)

    @property
    def wish(self) -> float:
        """The left edge it would have alone."""
        return self.at - self.width / 2


@dataclass(frozen=True)
class Placed:
    """A label with the left edge it was given."""

    label: Label
    left: float

    @property
    def right(self) -> float:
        return self.left + self.label.width


def spread(labels: Sequence[Label], *, width: float) -> list[Placed]:
    """Every label inside `0..width`, from left to right in the order of their marks.

    Labels that would touch become neighbours, and the distances to their marks balance out. Where not all fit,
    the last ones given are left out.
    """
    kept = list(labels)
    while sum(label.width for label in kept) + GAP * (len(kept) - 1) > width:
        kept.pop()
    blocks: list[list[Label]] = []
    for label in sorted(kept, key=lambda label: label.at):
        blocks.append([label])
        while len(blocks) > 1 and start(blocks[-2], width) + length(blocks[-2]) + GAP > start(blocks[-1], width):
            last = blocks.pop()
            blocks[-1] += last
    return [placed for block in blocks for placed in laid(block, start(block, width))]


def where_room(placed: Sequence[Placed], more: Sequence[Label], *, width: float) -> list[Placed]:
    """The labels of `more` that fit beside those `placed`, each at its own mark or at the nearest end."""
    found = list(placed)
    for label in more:
        left = start([label], width)
        if all(left >= other.right + GAP or left + label.width + GAP <= other.left for other in found):
            found.append(Placed(label, left))
    return found[len(placed) :]


def length(block: Sequence[Label]) -> float:
    """Pixels of labels side by side."""
    return sum(label.width for label in block) + GAP * (len(block) - 1)


def start(block: Sequence[Label], width: float) -> float:
    """The left edge of a block: the mean of what its labels wish for, kept inside."""
    wishes = [placed.label.wish - placed.left for placed in laid(block, 0.0)]
    return min(max(sum(wishes) / len(wishes), 0.0), width - length(block))


def laid(block: Sequence[Label], left: float) -> list[Placed]:
    """Labels side by side from `left` on."""
    places = []
    for label in block:
        places.append(Placed(label, left))
        left += label.width + GAP
    return places
