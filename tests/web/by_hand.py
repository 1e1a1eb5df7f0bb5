"""The list as its TOML files have it, read without the catalog: what pages are compared with."""

import tomllib
from functools import cache
from importlib.resources import files

FACETS = ("chapter", "subcategory", "difficulty", "rating", "work", "working", "help", "standing", "study")


@cache
def chapters():
    folder = files("cutaway.catalog") / "data"
    found = [path for path in folder.iterdir() if path.name.endswith(".toml")]
    return [tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(found, key=lambda path: path.name)]


def problems():
    """Every problem as its table, in the order of the files."""
    return [table for chapter in chapters() for table in chapter["problem"]]


def works_on(number):
    return [work for chapter in chapters() for work in chapter.get("work", []) if number in work["numbers"]]


def letters(rating):
    """The letters that a rating covers: "B-D*" covers B, C and D."""
    ends = rating.rstrip("*").split("-")
    return "ABCD"["ABCD".index(ends[0]) : "ABCD".index(ends[-1]) + 1]


def names(facet, table):
    """The values that a problem has of a facet, as a page calls them, before anybody added or ran anything."""
    number, rating = table["number"], table.get("difficulty")
    chapter = int(number.split(".")[0])
    match facet:
        case "chapter":
            return {f"{chapter} {chapters()[chapter - 1]['chapter']['title']}"}
        case "subcategory":
            return {f"{chapter} · {table['subcategory']}" if "subcategory" in table else "no subcategory"}
        case "difficulty":
            return set(letters(rating)) if rating else {"not rated"}
        case "rating":
            return {rating or "not rated"}
        case "work":
            return {"not blank" if works_on(number) or "existing_work" in table else "blank"}
        case "working":
            return {"lapsed, of 2023 or 2024" if "currently_working" in table else "nobody"}
        case "help":
            return {"wanted" if "help_wanted" in table else "not asked for"}
        case "standing":
            return {"untouched"}
        case "study":
            return {"none yet"}
    raise AssertionError(facet)


def on_busy(facet, table):
    """The same on the site `busy`: what its visitors added, and what its one run brought to the problems of STUDY."""
    number = table["number"]
    told = {
        ("1.10", "working"): "somebody now",
        ("1.1", "work"): "not blank",
        ("9.2", "help"): "wanted",
        ("6.18", "standing"): "underpowered",  # one of its claims is undecided
        ("6.26", "standing"): "underpowered",
        ("6.18", "study"): "has a study",
        ("6.26", "study"): "has a study",
    }
    return {told[number, facet]} if (number, facet) in told else names(facet, table)
