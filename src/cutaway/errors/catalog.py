"""What can go wrong with the catalog: a number it does not have, a rating that is none, a damaged file."""

import re
import shlex
from collections.abc import Sequence

from cutaway.errors.base import CutawayError, nearest


class CatalogError(CutawayError):
    """A file of the catalog breaks a rule; says which file, at which problem, and how."""

    def __init__(self, file: str, fault: str, *, number: str | None = None) -> None:
        place = f" at problem {number}" if number else ""
        super().__init__(
            f"catalog file '{file}' is damaged{place}.\n"
            f"  fault: {fault}\n"
            "  the keys and their rules are in docs/catalog.md; to check a repair: cutaway problems"
        )
        self.file = file
        self.number = number
        self.fault = fault


class UnknownProblemError(CutawayError):
    """A problem was asked for by a number that the catalog does not have."""

    def __init__(self, asked: str, numbers: Sequence[str]) -> None:
        chapter = asked.split(".")[0]
        near = [number for number in numbers if number.split(".")[0] == chapter]
        if near:
            advice = [
                f"nearest: {nearest(asked, near)}",
                f"all {len(near)} of chapter {chapter}, {near[0]} to {near[-1]}: cutaway problems --chapter {chapter}",
            ]
        elif re.fullmatch(r"[\d.]+", asked):
            advice = [f"nearest: {nearest(asked, numbers)}", f"all {len(numbers)} problems: cutaway problems"]
        else:
            advice = [
                "a problem is asked for by its number, such as 6.18",
                f"to look for words: cutaway problems --search {shlex.quote(asked)}",
            ]
        super().__init__("\n  ".join([f"the catalog has no problem '{asked}'.", *advice]))
        self.asked = asked


class UnknownRatingError(CutawayError):
    """A difficulty was asked for that is neither a letter, nor a rating, nor 'unrated'."""

    def __init__(self, asked: str, ratings: Sequence[str]) -> None:
        super().__init__(
            f"'{asked}' is not a difficulty.\n"
            f"  ratings in the catalog: {' '.join(ratings)}, or unrated\n"
            "  a plain letter also finds the ranges around it: cutaway problems --difficulty B"
        )
        self.asked = asked
