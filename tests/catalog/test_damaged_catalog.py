"""A damaged file is refused with its name, the problem and the fault; one case per rule."""

import re
import shutil

import pytest

from cutaway.catalog.load import DATA, load_catalog
from cutaway.errors.catalog import CatalogError

SIX = "6-techniques-tooling-and-automation.toml"
THREE = "3-interpreting-algorithmic-problems.toml"
HEAD = 'number = "6.18"\nsubcategory = "Automatically find circuits"\n'
NEXT = HEAD.replace("6.18", "6.19")

# (file, text that is there, what stands there instead, problem named, words of the fault)
DAMAGE = {
    "duplicate number": (SIX, NEXT, HEAD, "6.18", "appears twice"),
    "number that is no text": (SIX, 'number = "6.18"', "number = 6.18", "6.17", "not a text"),
    "number of another chapter": (SIX, HEAD, HEAD.replace("6.18", "7.18"), "7.18", "not a number of chapter 6"),
    "number without a place": (SIX, HEAD, HEAD.replace("6.18", "6"), "6", "not a number of chapter 6"),
    "number missing": (SIX, 'number = "6.18"\n', "", "6.17", "number is missing"),
    "numbers out of order": (SIX, 'number = "6.1"\n', 'number = "6.60"\n', "6.2", "stands after 6.60"),
    "number too many": (SIX, 'number = "6.59"\n', 'number = "6.60"\n', "6.59", "is missing; chapter 6 has 59"),
    "statement missing": (SIX, re.compile(f"(?<={re.escape(HEAD)})text = .*\n"), "", "6.18", "text is missing"),
    "statement empty": (SIX, re.compile(f"(?<={re.escape(HEAD)})text = .*"), 'text = " "', "6.18", "not a text"),
    "unknown key": (SIX, HEAD, HEAD + "dificulty = 'A'\n", "6.18", "unknown key 'dificulty'"),
    "reference to nothing": (SIX, "from 6.18-6.25", "from 6.18 and 6.99", "6.26", "refers to 6.99"),
    "range beyond the chapter": (SIX, "any of 6.29-6.34", "any of 6.29-6.64", "6.35", "refers to 6.60"),
    "range backwards": (SIX, "any of 6.29-6.34", "any of 6.34-6.29", "6.35", "not a range"),
    "reference to itself": (SIX, "from 6.18-6.25", "from 6.18-6.26", "6.26", "the problem itself"),
    "rating outside the letters": (SIX, 'difficulty = "A"', 'difficulty = "E"', None, "'E' is not a difficulty"),
    "rating in part": (SIX, 'difficulty_source = "summary"\n', "", "6.1", "a rating needs all of"),
    "unknown source": (SIX, 'difficulty_source = "summary"', 'difficulty_source = "mine"', "6.1", "not one of post"),
    "unknown confidence": (SIX, 'confidence = "medium"', 'confidence = "sure"', None, "not one of high"),
    "date as text": (THREE, 'claimed_by = "Eric"', 'claimed_by = "Eric"\nclaimed_on = "2023-07-05"', "3.21", "a date"),
    "date with a time": (
        THREE,
        'claimed_by = "Eric"',
        'claimed_by = "Eric"\nclaimed_on = 2023-07-05T00:00:00',
        "3.21",
        "not a date",
    ),
    "date that is none": (THREE, 'claimed_by = "Eric"', "claimed_on = 2023-02-30", "3.21", "is not TOML"),
    "claim by nobody": (THREE, 'claimed_by = "Eric"', "claimed_on = 2023-07-05", "3.21", "needs claimed_by"),
    "claim from nowhere": (THREE, 'currently_working = "5/7/23', 'help_wanted = "5/7/23', "3.21", "currently_working"),
    "not TOML": (SIX, HEAD, HEAD + "text: no\n", "6.18", "is not TOML"),
    "work on nothing": (SIX, '"6.18", "6.19", "6.20"]', '"6.18", "6.19", "6.99"]', "6.99", "addresses 6.99"),
    "work in another file": (SIX, 'numbers = ["6.18", ', 'numbers = ["5.18", ', "5.18", "the file of chapter 5"),
    "work with numbers out of order": (SIX, '["6.18", "6.19"', '["6.19", "6.18"', "6.19", "not in order"),
    "work with a number that is no text": (SIX, '["6.18", "6.19"', '["6.18", 6.19', "6.18", "not a list of problem"),
    "work without numbers": (SIX, re.compile(r'numbers = \["6.18".*'), "numbers = []", None, "not a list of problem"),
    "work with a year as text": (SIX, re.compile(r"year = 2024(?=\nurl = .*06205)"), 'year = "2024"', "6.59", "whole"),
    "work with a number twice": (SIX, '["6.18", "6.19"', '["6.18", "6.18", "6.19"', "6.18", "each once"),
    "work with an unknown key": (SIX, re.compile(r"year(?= = 2024\nurl = .*06205)"), "yaer", "6.59", "key 'yaer'"),
    "work with one number as text": (SIX, re.compile(r'numbers = \["6.59"]'), 'numbers = "6.59"', "6.59", "not a list"),
    "unknown table": (SIX, "[chapter]", "[[works]]\n[chapter]", None, "unknown key 'works'"),
    "chapter missing": (SIX, "[chapter]", "[[problem]]", None, "[chapter] is missing"),
    "problem in single brackets": (
        THREE,
        re.compile(r"(?s)\[\[problem]].*"),
        "[problem]\nnumber = 'x'",
        None,
        "[[problem]]",
    ),
    "work listed twice": (SIX, "https://arxiv.org/abs/2410.06205", "https://arxiv.org/abs/2510.13900", "6.59", "twice"),
    "work with no address": (SIX, "https://arxiv.org/abs/2410.06205", "2410.06205", "6.59", "not a web address"),
    "chapter of another file": (SIX, "[chapter]\nnumber = 6", "[chapter]\nnumber = 5", "6.1", "number of chapter 5"),
    "chapter without a post": (SIX, 'post_url = "', 'post_urls = "', None, "unknown key 'post_urls'"),
}


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(DATA, tmp_path / "data")


@pytest.mark.parametrize("case", DAMAGE)
def test_damage_is_named(folder, case):
    file, there, instead, number, fault = DAMAGE[case]
    text = (folder / file).read_text(encoding="utf-8")
    pattern = there if isinstance(there, re.Pattern) else re.compile(re.escape(there))
    damaged, count = pattern.subn(instead.replace("\\", r"\\"), text, count=1)
    assert count == 1, "the case damages nothing"
    (folder / file).write_text(damaged, encoding="utf-8")

    with pytest.raises(CatalogError) as caught:
        load_catalog(folder)
    assert caught.value.file == file
    assert fault in caught.value.fault
    assert number is None or caught.value.number == number
    for part in (file, fault, number or file, "docs/catalog.md"):
        assert part in str(caught.value)


def test_an_undamaged_copy_loads(folder):
    assert load_catalog(folder) == load_catalog()


def test_a_missing_chapter_is_named(folder):
    (folder / THREE).unlink()
    with pytest.raises(CatalogError, match="chapter 3 has 0 files"):
        load_catalog(folder)


def test_a_chapter_held_twice_is_named(folder):
    shutil.copy(folder / THREE, folder / "3-again.toml")
    with pytest.raises(CatalogError, match="chapter 3 has 2 files"):
        load_catalog(folder)


def test_a_file_named_after_another_chapter_is_named(folder):
    (folder / THREE).rename(folder / "4-interpreting-algorithmic-problems.toml")
    with pytest.raises(CatalogError, match="holds chapter 3") as caught:
        load_catalog(folder)
    assert caught.value.file == "4-interpreting-algorithmic-problems.toml"


def test_bytes_that_are_no_text_are_named(folder):
    (folder / SIX).write_bytes(b"\xff\xfe")
    with pytest.raises(CatalogError, match="cannot be read") as caught:
        load_catalog(folder)
    assert caught.value.file == SIX
