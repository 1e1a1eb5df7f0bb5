"""Read one chapter's TOML file, and refuse it at the first key that breaks a rule.

A ValueError below becomes a CatalogError that names the file and the problem it happened at.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from cutaway.catalog.difficulty import read_difficulty
from cutaway.catalog.number import is_number, order
from cutaway.catalog.problem import CONFIDENCES, CONFIRMATIONS, SOURCES, Chapter, Problem, Work
from cutaway.errors.catalog import CatalogError

Table = Mapping[str, Any]

FILE_KEYS = {"chapter", "problem", "work"}
CHAPTER_KEYS = {"number", "title", "post_url"}
RATING_KEYS = ("difficulty", "difficulty_source", "difficulty_confidence")
CELL_KEYS = ("subcategory", "post_number", "existing_work", "currently_working", "help_wanted", "claimed_by")
PROBLEM_KEYS = {"number", "text", "claimed_on", *RATING_KEYS, *CELL_KEYS}
WORK_KEYS = {"numbers", "title", "authors", "year", "url", "note", "confirmed"}
NUMBER_LINE = re.compile(r'^number = ["\'](.+)["\']', re.MULTILINE)


@dataclass(frozen=True)
class ChapterFile:
    """What one file holds."""

    name: str
    chapter: Chapter
    problems: tuple[Problem, ...]
    works: tuple[Work, ...]


def read_chapter(path: Path) -> ChapterFile:
    """Read and check one file by itself; what involves other files is checked in `load.py`.

    Raises: CatalogError at the first fault.
    """
    tables = read_tables(path)
    number: str | None = None
    try:
        refuse_unknown(tables, FILE_KEYS)
        chapter = read_header(tables.get("chapter"))
        problems: list[Problem] = []
        for table in tables_of(tables, "problem"):
            number = shown(table.get("number")) or number
            problems.append(read_problem(table, chapter))
            check_place([problem.number for problem in problems])
        works: list[Work] = []
        for table in tables_of(tables, "work"):
            number = shown(table.get("numbers"))
            works.append(read_work(table, chapter))
    except ValueError as error:
        raise CatalogError(path.name, str(error), number=number) from error
    return ChapterFile(path.name, chapter, tuple(problems), tuple(works))


def read_tables(path: Path) -> Table:
    """The file as plain tables; a fault of TOML is reported at the problem above its line."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogError(path.name, f"cannot be read: {error}") from error
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line ([0-9]+)", str(error))
        above = NUMBER_LINE.findall("\n".join(text.splitlines()[: int(line[1])]) if line else text)
        raise CatalogError(path.name, f"is not TOML: {error}", number=above[-1] if above else None) from error


def tables_of(tables: Table, key: str) -> list[Table]:
    """All tables of one kind."""
    found = tables.get(key, [])
    if not isinstance(found, list) or not all(isinstance(table, dict) for table in found):
        raise ValueError(f"'{key}' is not a table headed [[{key}]]")
    return found


def read_header(table: Any) -> Chapter:
    """The `[chapter]` table."""
    if not isinstance(table, dict):
        raise ValueError("the table headed [chapter] is missing")
    refuse_unknown(table, CHAPTER_KEYS)
    return Chapter(number=whole(table, "number"), title=text(table, "title"), post_url=address(table, "post_url"))


def read_problem(table: Table, chapter: Chapter) -> Problem:
    """One `[[problem]]` table."""
    refuse_unknown(table, PROBLEM_KEYS)
    number = text(table, "number")
    if not is_number(number) or order(number)[0] != chapter.number:
        raise ValueError(f"'{number}' is not a number of chapter {chapter.number}, such as \"{chapter.number}.10\"")
    if len({key in table for key in RATING_KEYS}) > 1:
        raise ValueError(f"a rating needs all of {', '.join(RATING_KEYS)}, or none")
    rated = "difficulty" in table
    return Problem(
        number=number,
        chapter=chapter,
        text=text(table, "text"),
        difficulty=read_difficulty(text(table, "difficulty")) if rated else None,
        difficulty_source=one_of(SOURCES, table, "difficulty_source") if rated else None,
        difficulty_confidence=one_of(CONFIDENCES, table, "difficulty_confidence") if rated else None,
        claimed_on=read_claim_date(table),
        **{key: text(table, key) for key in CELL_KEYS if key in table},
    )


def read_claim_date(table: Table) -> date | None:
    """The day of a claim; it needs the name of who claimed, and that the cell it was read from."""
    if "claimed_by" in table and "currently_working" not in table:
        raise ValueError("claimed_by needs currently_working, the cell it is read from")
    if "claimed_on" not in table:
        return None
    day = table["claimed_on"]
    if not isinstance(day, date) or isinstance(day, datetime):
        raise ValueError(f"claimed_on is {day!r}, not a date without quotes, such as 2023-05-01")
    if "claimed_by" not in table:
        raise ValueError("claimed_on needs claimed_by")
    return day


def read_work(table: Table, chapter: Chapter) -> Work:
    """One `[[work]]` table."""
    refuse_unknown(table, WORK_KEYS)
    numbers = table.get("numbers")
    if not isinstance(numbers, list) or not numbers or not all(isinstance(n, str) and is_number(n) for n in numbers):
        raise ValueError(f'numbers is {numbers!r}, not a list of problem numbers, such as ["6.18", "6.26"]')
    if numbers != sorted(set(numbers), key=order):
        raise ValueError(f"numbers are not in order, each once: {', '.join(numbers)}")
    if order(numbers[0])[0] != chapter.number:
        raise ValueError(f"the work belongs in the file of chapter {order(numbers[0])[0]}, that of its first problem")
    return Work(
        numbers=tuple(numbers),
        title=text(table, "title"),
        authors=text(table, "authors"),
        year=whole(table, "year"),
        url=address(table, "url"),
        note=text(table, "note"),
        confirmed=one_of(CONFIRMATIONS, table, "confirmed"),
    )


def check_place(numbers: list[str]) -> None:
    """Refuse the last of `numbers` if it was there before, or stands after a later one."""
    *before, last = numbers
    if last in before:
        raise ValueError(f"number {last} appears twice")
    if before and order(before[-1]) > order(last):
        raise ValueError(f"{last} stands after {before[-1]}; problems are kept in order")


def refuse_unknown(table: Table, known: set[str]) -> None:
    """Refuse a key that nobody reads: it is a misspelled one."""
    if unknown := sorted(set(table) - known):
        raise ValueError(f"unknown key '{unknown[0]}'; known: {', '.join(sorted(known))}")


def text(table: Table, key: str) -> str:
    """A text that must be there and not be empty."""
    value = table.get(key)
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{key} is missing" if value is None else f"{key} is {value!r}, not a text")
    return value


def whole(table: Table, key: str) -> int:
    """A whole number that must be there."""
    value = table.get(key)
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"{key} is missing" if value is None else f"{key} is {value!r}, not a whole number")
    return value


def address(table: Table, key: str) -> str:
    """A web address that must be there."""
    value = text(table, key)
    if not value.startswith(("https://", "http://")) or value.split() != [value]:
        raise ValueError(f"{key} is {value!r}, not a web address")
    return value


def one_of(known: Mapping[str, str], table: Table, key: str) -> str:
    """A text that must be one of the known ones."""
    value = text(table, key)
    if value not in known:
        raise ValueError(f"{key} is '{value}', not one of {', '.join(known)}")
    return value


def shown(value: Any) -> str | None:
    """The number to name in an error: this text, or the first of this list, if there is one."""
    first = value[0] if isinstance(value, list) and value else value
    return first if isinstance(first, str) else None
