"""Where a problem's statement speaks of other problems: "Using 6.28", "See 2.32.", "features from 9.13-9.35"."""

import re
from dataclasses import dataclass

# No sign, bracket or letter touches a problem's number, and no further digit, letter or percent sign follows it:
# so GPT-3.5, v2.4, 2.8B, 1.5x, 3.11.7, 0.5 and the interval [1.5, 2] are not mentions.
MENTION = re.compile(
    r"(?<![\w.$=<>~≈\[-])"
    r"(?P<first>[1-9]\.[1-9][0-9]*)"
    r"(?:\s*[-–]\s*(?P<last>[1-9]\.[1-9][0-9]*))?"
    r"(?![\w%]|\.[0-9])"
)


@dataclass(frozen=True)
class Mention:
    """A stretch of a statement, `text[start:end]`, and the problems it stands for, in order."""

    start: int
    end: int
    numbers: tuple[str, ...]


def mentions(text: str) -> list[Mention]:
    """Every mention of one problem or of a range of them, in reading order.

    Raises: ValueError if a range runs backwards or from one chapter into another.
    """
    return [Mention(found.start(), found.end(), numbers_of(found)) for found in MENTION.finditer(text)]


def numbers_of(found: re.Match[str]) -> tuple[str, ...]:
    """The numbers that one match of `MENTION` stands for."""
    first, last = found["first"], found["last"] or found["first"]
    chapter, start = first.split(".")
    other_chapter, end = last.split(".")
    if chapter != other_chapter or int(start) > int(end):
        raise ValueError(f"'{found[0]}' is not a range of problems within one chapter")
    return tuple(f"{chapter}.{place}" for place in range(int(start), int(end) + 1))


def referred_numbers(text: str) -> tuple[str, ...]:
    """The numbers of all problems a statement mentions, each once, in reading order."""
    return tuple(dict.fromkeys(number for mention in mentions(text) for number in mention.numbers))
