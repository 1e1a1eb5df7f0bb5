"""Rows of numbers, days and letters follow their rule, and questions about them are answered from the row."""

import itertools
import re

from cutaway.corpus.genres.sequence import GENRE

DOCUMENTS = [GENRE.document(seed) for seed in range(80)]
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def lawful(values):
    steps = {after - before for before, after in itertools.pairwise(values)}
    doubling = all(after == 2 * before for before, after in itertools.pairwise(values))
    return len(steps) == 1 or doubling or all(round(value**0.5) ** 2 == value for value in values)


def test_rows_of_numbers_rise_by_steps_double_or_are_squares():
    rows = [row for document in DOCUMENTS for row in re.findall(r"(?<![\w.:-])(\d+(?:, \d+){3,})\.\s", document.text)]
    assert len(rows) > 50
    assert all(lawful([int(one) for one in row.split(", ")]) for row in rows)


def test_rows_of_days_go_round_the_week_by_one_step():
    day = "(?:" + "|".join(DAYS) + ")"
    rows = [row.split(", ") for document in DOCUMENTS for row in re.findall(rf"{day}(?:, {day}){{3,}}", document.text)]
    assert len(rows) > 20
    for row in rows:
        places = [DAYS.index(name) for name in row]
        assert len({(after - before) % 7 for before, after in itertools.pairwise(places)}) == 1


def test_what_comes_after_and_before_is_read_off_the_row():
    checked = 0
    for document in DOCUMENTS:
        for line in document.text.split("\n"):
            first, *_ = line.split(". ")
            row = first.split(": ")[-1].split(", ")
            for one, answer in re.findall(
                r"(?:comes after|follows|After) ([^,?]+?)(?:, what is next)?\? (.+?)\.(?=\s|$)", line
            ):
                if one in row[:-1] and "," not in answer:
                    assert answer in [row[at + 1] for at, other in enumerate(row[:-1]) if other == one]
                    checked += 1
    assert checked > 40


def test_from_the_third_on_numbers_are_told_by_the_ones_before():
    told = {
        (start, end) for document in DOCUMENTS[:1] for kind, start, end, value in document.spans if kind == "choices"
    }
    row = re.search(r"(\w[\w-]*(?:, [\w-]+){3,})\.", DOCUMENTS[0].text)
    starts = [row.start() + match.start() for match in re.finditer(r"[\w-]+", row.group())]
    assert not {start for start, _ in told} & set(starts[:2])
    assert set(starts[2:]) <= {start for start, _ in told}
