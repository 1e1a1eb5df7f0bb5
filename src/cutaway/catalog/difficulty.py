"""How hard a problem is said to be: a letter from A (easier) to D (harder), or a range, perhaps with a star.

No fuller definition of the letters is known, and the source gives the star no meaning: both are shown as found.
"""

import re
from dataclasses import dataclass

LETTERS = "ABCD"
RATING = re.compile(r"([A-D])(?:-([A-D]))?(\*?)")


@dataclass(frozen=True, order=True)
class Difficulty:
    """A rating; sorts the easier first, by its start, then its end, then without before with a star."""

    easiest: str
    hardest: str
    has_star: bool = False

    def __str__(self) -> str:
        letters = self.easiest if self.easiest == self.hardest else f"{self.easiest}-{self.hardest}"
        return letters + "*" * self.has_star

    def includes(self, letter: str) -> bool:
        """True if the letter is the rating, or lies within its range: "B-D*" includes "C"."""
        return self.easiest <= letter <= self.hardest


def read_difficulty(text: str) -> Difficulty:
    """The rating written as `text`, such as "B", "B-C" or "B-C*".

    Raises: ValueError if it is not one, or if its range does not go from easier to harder.
    """
    found = RATING.fullmatch(text)
    if found is None or (found[2] is not None and found[2] <= found[1]):
        raise ValueError(
            f"'{text}' is not a difficulty; one is a letter A to D or a range, perhaps starred: B, B-C, B-C*"
        )
    return Difficulty(found[1], found[2] or found[1], has_star=bool(found[3]))
