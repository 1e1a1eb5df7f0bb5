"""Tables read by a second reader: widths agree, totals add up, ranks fall, and sentences say what the rows say."""

import csv
import re

from cutaway.corpus.genres.table import GENRE

DOCUMENTS = [GENRE.document(seed) for seed in range(120)]
KINDS = [{"Name", "Points", "Town"}, {"Item", "Coins", "Date"}, {"Event", "Time", "Room"}]
KINDS += [{"Goods", "Number", "Where"}, {"Town", "People", "Mayor"}]


def cells(line):
    if line.startswith("|"):
        return [cell.strip() for cell in line.strip("|").split("|")]
    for mark in ("\t", ";"):
        if mark in line:
            return [cell.strip() for cell in line.split(mark)]
    if re.search(r"\S {2,}\S", line):
        return re.split(r" {2,}", line.strip())
    return next(csv.reader([line]))


def tables():
    """Each table as its columns, its rows by column, and the text after it."""
    for document in DOCUMENTS:
        for block in document.text.split("\n\n"):
            _, head, *rest = block.split("\n")
            columns = cells(head)
            assert set(columns) - {"Rank"} in KINDS
            *body, said = rest
            rows = [cells(line) for line in body if not line.startswith("| ---")]
            assert all(len(row) == len(columns) for row in rows), block
            yield columns, [dict(zip(columns, row, strict=True)) for row in rows], said


FOUND = list(tables())


def test_totals_are_the_sums_of_their_columns():
    totals = 0
    for columns, rows, said in FOUND:
        if "Total" in rows[-1].values():
            figure = "Coins" if "Coins" in columns else "Number"
            total = int(rows[-1][figure])
            assert total == sum(int(row[figure]) for row in rows[:-1])
            assert all(int(one) == total for one in re.findall(r"(?:spent|total is|makes) (\d+)", said))
            totals += 1
    assert totals > 30


def test_ranks_count_up_while_figures_fall():
    ranked = [(columns, rows) for columns, rows, _ in FOUND if "Rank" in columns]
    assert len(ranked) > 20
    for columns, rows in ranked:
        figures = [int(row["Points" if "Points" in columns else "People"]) for row in rows]
        assert figures == sorted(figures, reverse=True)
        assert [int(row["Rank"]) for row in rows] == list(range(1, len(rows) + 1))


def test_sentences_quote_the_row_of_whom_they_speak():
    checks = (
        (r"(\w+ \w+) scored (\d+) points", "Name", "Points"),
        (r"(\d+) points went to (\w+ \w+)", "Points", "Name"),
        (r"With (\d+) points, (\w+ \w+) is", "Points", "Name"),
        (r"(\d+) coins were paid for the (\w+)", "Coins", "Item"),
        (r"[Tt]he (\w+) cost (\d+)", "Item", "Coins"),
        (r"The (\w+) begins at (\S+)\.", "Event", "Time"),
        (r"We have (\d+) (\w+) left", "Number", "Goods"),
        (r"(\w+) has (\d+) people", "Town", "People"),
        (r"The mayor of (\w+) is (\w+ \w+)", "Town", "Mayor"),
    )
    seen = dict.fromkeys(range(len(checks)), 0)
    for columns, rows, said in FOUND:
        for number, (pattern, one, other) in enumerate(checks):
            for first, second in re.findall(pattern, said):
                if one in columns:
                    assert (first, second) in {(row[one], row[other]) for row in rows}
                    seen[number] += 1
    assert min(seen.values()) > 3, seen


def test_cells_of_aligned_columns_begin_below_their_heads():
    found = 0
    for document in DOCUMENTS:
        for block in document.text.split("\n\n"):
            _, head, *rest = block.split("\n")
            if re.search(r"\S {2,}\S", head):
                starts = [match.start() for match in re.finditer(r"(?:^|(?<= {2}))\S", head)]
                assert all(line[start] != " " for line in rest[:-1] for start in starts)
                assert all(line[start - 2 : start] == "  " for line in rest[:-1] for start in starts[1:])
                found += 1
    assert found > 10
