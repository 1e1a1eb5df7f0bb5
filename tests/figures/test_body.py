"""One figure alone: under its own ids, from a picture drawn before, and as the rows it shows."""

import re
from dataclasses import replace

import pandas as pd
import pytest

from cutaway.errors.figures import MissingColumnError, MissingTableError
from cutaway.figures.body import figure_html, figure_rows
from cutaway.figures.report import write_figures
from cutaway.records import AttentionOnText, Bars, Heat, Points, SortableTable

FRAME = pd.DataFrame({"a": ["p", "q"], "b": [1.0, 2.0], "c": [0.5, 1.5], "d": [1.5, 2.5], "e": ["r", "s"], "f": [0, 1]})
TABLES = {"t": FRAME}
MANY = Heat(table="many", x="x", y="y", value="v", says="Its legend is a gradient, which has an id.")
CELLS = {"many": pd.DataFrame([(x, y, x * 0.1) for x in range(15) for y in range(15)], columns=["x", "y", "v"])}


def ids(html):
    return re.findall(r'\bid="([^"]+)"', html)


def test_every_id_of_a_figure_begins_with_the_prefix(study, tables):
    for number, header in enumerate(study.figures, 1):
        found = ids(figure_html(number, header, tables, prefix="run-7-"))
        assert f"run-7-figure-{number}" in found
        assert all(each.startswith("run-7-") for each in found)


def test_ids_in_a_picture_begin_with_the_prefix_and_the_number():
    figure, *inside = ids(figure_html(3, MANY, CELLS, prefix="run-7-"))
    assert figure == "run-7-figure-3"
    assert inside
    assert all(each.startswith("run-7-picture-3-") for each in inside)


def test_ids_of_a_written_picture_are_those_of_the_figure(tmp_path, study):
    written = write_figures(tmp_path, replace(study, figures=(MANY,)), CELLS)
    (picture,) = (path.read_text(encoding="utf-8") for path in written if path.suffix == ".svg")
    assert ids(picture) == ids(figure_html(1, MANY, CELLS))[1:]


def test_a_prefix_changes_ids_and_nothing_else(study, tables):
    for number, header in enumerate(study.figures, 1):
        with_prefix = figure_html(number, header, tables, prefix="run-7-")
        assert with_prefix.replace("run-7-", "") == figure_html(number, header, tables)


def test_a_picture_drawn_before_is_shown_instead_of_drawing(tmp_path, study, tables):
    picture = next(path for path in write_figures(tmp_path, study, tables) if path.name == "01-scores.svg").read_text()
    drawn = figure_html(1, study.figures[0], tables, prefix="x-")
    assert figure_html(1, study.figures[0], tables, prefix="x-", picture=picture) == drawn
    other = picture.replace("<svg", '<svg data-kept="yes"', 1)
    assert 'data-kept="yes"' in figure_html(1, study.figures[0], tables, picture=other)


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        (Bars(table="t", x="a", y="b", says=""), "ab"),
        (Bars(table="t", x="a", y="b", low="c", high="d", says=""), "abcd"),
        (Heat(table="t", x="a", y="e", value="b", panel="f", says=""), "aebf"),
        (Points(table="t", x="b", y="c", group="a", panel="a", line="d", says=""), "bcad"),
        (SortableTable(table="t", columns=("a",), says=""), "abcdef"),
    ],
)
def test_the_rows_of_a_figure_have_the_columns_it_draws_and_a_table_all(header, columns):
    rows = figure_rows(header, TABLES)
    pd.testing.assert_frame_equal(rows["t"], FRAME[list(columns)])
    assert list(rows) == ["t"]


def test_attention_comes_with_its_tokens(tables):
    header = AttentionOnText(table="attention", tokens_table="attention_tokens", says="")
    rows = figure_rows(header, tables)
    assert {name: len(table) for name, table in rows.items()} == {
        name: len(tables[name]) for name in ("attention", "attention_tokens")
    }


def test_an_empty_table_has_no_rows_but_can_be_had():
    assert figure_rows(Bars(table="t", x="a", y="b", says=""), {"t": pd.DataFrame()})["t"].empty


def test_what_does_not_fit_is_named():
    with pytest.raises(MissingColumnError, match="no column 'z'"):
        figure_rows(Bars(table="t", x="a", y="z", says=""), TABLES)
    with pytest.raises(MissingTableError, match="'gone'"):
        figure_rows(SortableTable(table="gone", says=""), TABLES)
