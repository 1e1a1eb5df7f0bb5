"""The number of a problem: a string of two parts, chapter and place, so that "1.10" is not "1.1"."""

import re

NUMBER = re.compile(r"[1-9]\.[1-9][0-9]*")


def is_number(text: str) -> bool:
    """True for text such as "6.18", whether or not there is such a problem."""
    return NUMBER.fullmatch(text) is not None


def order(number: str) -> tuple[int, int]:
    """The key that sorts numbers in their natural order, 1.2 before 1.10."""
    chapter, place = number.split(".")
    return int(chapter), int(place)
