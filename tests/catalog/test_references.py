"""Cross references, against a table made by reading all 339 statements."""

import pytest

from cutaway.catalog.load import load_catalog
from cutaway.catalog.references import mentions, referred_numbers


def span(chapter: int, first: int, last: int) -> tuple[str, ...]:
    return tuple(f"{chapter}.{place}" for place in range(first, last + 1))


BY_EYE = {
    "1.22": ("1.19", "1.20", "1.21"),
    "2.6": ("2.5",),
    "2.20": ("2.19",),
    "2.25": ("2.24",),
    "2.33": ("2.32",),
    "3.14": ("3.13",),
    "3.19": ("3.18",),
    "4.32": ("4.31",),
    "6.26": ("6.18", "6.19", "6.20", "6.21", "6.22", "6.23", "6.24", "6.25"),
    **dict.fromkeys(["6.30", "6.31", "6.32", "6.33", "6.34", "6.36", "6.37", "6.38"], ("6.28",)),
    "6.35": ("6.28", "6.29", "6.30", "6.31", "6.32", "6.33", "6.34"),
    **dict.fromkeys(["6.50", "6.51", "6.52", "6.53", "6.54"], ("6.49",)),
    **dict.fromkeys(["6.55", "6.56", "6.57", "6.58"], ("6.54",)),
    **dict.fromkeys(["8.2", "8.3"], ("8.1",)),
    **dict.fromkeys(["8.6", "8.7"], ("8.5",)),
    "8.19": ("8.16", "8.17", "8.18"),
    "9.7": span(9, 13, 21),
    "9.11": ("9.10",),
    **dict.fromkeys(["9.17", "9.18"], ("9.16",)),
    "9.36": span(9, 13, 35),
    **dict.fromkeys(["9.37", "9.38", "9.39"], ("9.36",)),
    "9.48": ("9.47",),
    "9.53": ("9.52",),
}


def test_every_reference_of_the_list_is_found_and_no_other():
    catalog = load_catalog()
    found = {p.number: catalog.references(p.number) for p in catalog.problems if catalog.references(p.number)}
    assert found == BY_EYE


def test_reversed_references_are_in_natural_order():
    catalog = load_catalog()
    assert catalog.referenced_by("6.28") == ("6.30", "6.31", "6.32", "6.33", "6.34", "6.35", "6.36", "6.37", "6.38")
    assert catalog.referenced_by("9.16") == ("9.7", "9.17", "9.18", "9.36")
    assert catalog.referenced_by("6.18") == ("6.26",)
    assert catalog.referenced_by("1.1") == ()


def test_each_reference_is_reversed_once():
    catalog = load_catalog()
    forward = {(source, target) for source, targets in BY_EYE.items() for target in targets}
    backward = [(source, p.number) for p in catalog.problems for source in catalog.referenced_by(p.number)]
    assert sorted(backward) == sorted(forward)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("What happens to the memory? (See 2.32)", ["2.32"]),
        ("that are in-context learned. See 3.13.", ["3.13"]),
        ("Using 6.28: any of 6.29-6.31, or 6.29", ["6.28", "6.29", "6.30", "6.31"]),
        ("these bugs (1.19 -1.21) too", ["1.19", "1.20", "1.21"]),
        ("from 8.9–8.11", ["8.9", "8.10", "8.11"]),
        ("compare 1.1,1.10", ["1.1", "1.10"]),
    ],
)
def test_mentions_are_read_in_every_spelling(text, numbers):
    assert list(referred_numbers(text)) == numbers


@pytest.mark.parametrize(
    "text",
    [
        *["GPT-3.5", "v2.4", "2.8B", "1.5x", "3.11.7", "0.5", "[1.5, 2]", "5.5%", "L4.11"],
        *["$1.50", "-1.5", "~1.5", "12.5", "1.0", "x = 1, 2", "lr=2.5"],
    ],
)
def test_decimals_and_versions_are_not_mentions(text):
    assert mentions(f"Try {text} here") == []


def test_a_mention_marks_its_stretch_of_the_text():
    text = "Using 6.28: add any of 6.29-6.31 to it."
    assert [text[m.start : m.end] for m in mentions(text)] == ["6.28", "6.29-6.31"]


@pytest.mark.parametrize("text", ["6.25-6.18", "6.18-7.2", "6.18-7.20"])
def test_a_range_that_is_none_is_refused(text):
    with pytest.raises(ValueError, match="not a range"):
        mentions(text)
