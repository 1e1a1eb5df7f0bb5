"""Days, months, dates and times, written in one of several styles."""

from typing import NamedTuple

from cutaway.corpus.draw import Draw
from cutaway.corpus.kinds import words
from cutaway.corpus.phrasing.grammar import Word

DAYS = words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")
MONTHS = words("January February March April May June July August September October November December")
LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
OFFSETS = (0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4)


def month_length(month: int, year: int) -> int:
    """How many days a month of a year has."""
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 29 if month == 2 and leap else LENGTHS[month - 1]


class Date(NamedTuple):
    """A day of a year; months count from one."""

    day: int
    month: int
    year: int

    @property
    def weekday(self) -> str:
        """The name of its day of the week (Sakamoto's method)."""
        year = self.year - (self.month < 3)
        after_sunday = (year + year // 4 - year // 100 + year // 400 + OFFSETS[self.month - 1] + self.day) % 7
        return DAYS[after_sunday - 1]

    def later(self, days: int) -> "Date":
        """The date so many days later."""
        day, month, year = self.day + days, self.month, self.year
        while day > month_length(month, year):
            day -= month_length(month, year)
            month += 1
            if month > 12:
                month, year = 1, year + 1
        return Date(day, month, year)


def any_date(draw: Draw, first: int = 1998, last: int = 2031) -> Date:
    """A date of these years."""
    month = draw.between(1, 12)
    return Date(draw.between(1, LENGTHS[month - 1]), month, draw.between(first, last))


def day_and_month(date: Date, style: int, *, entity: int = 0) -> tuple[Word, ...]:
    """`4 May` or `May 4`; the entity is that of the day meant."""
    tags: dict[str, str | int] = {"entity": entity} if entity else {}
    number, month = Word(str(date.day), "number", tags), Word(MONTHS[date.month - 1], "proper", tags)
    return (month, number) if style == 1 else (number, month)


def full_date(date: Date, style: int) -> tuple[Word, ...]:
    """With the year: `4 May 2010`, `May 4, 2010` or `2010-05-04`."""
    if style == 2:
        hyphen = Word("-", "punctuation", {}, "glue")
        rest = (Word(f"{part:02d}", "number", {}, "glue") for part in (date.month, date.day))
        month, day = rest
        return (Word(str(date.year), "number"), hyphen, month, hyphen, day)
    comma = (Word(",", "punctuation", {}, "glue"),) if style == 1 else ()
    return (*day_and_month(date, style), *comma, Word(str(date.year), "number"))


def clock(minutes: int) -> tuple[Word, ...]:
    """A time of the day: `9:30`."""
    return (
        Word(str(minutes // 60 % 24), "number"),
        Word(":", "punctuation", {}, "glue"),
        Word(f"{minutes % 60:02d}", "number", {}, "glue"),
    )
