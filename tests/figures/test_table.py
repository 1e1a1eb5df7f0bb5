"""Tables hold every value without a script, and mark what is beyond its null."""

import re
from html import unescape

import pandas as pd
import pytest

from cutaway.errors.figures import EmptyTableError
from cutaway.figures.table import table_html

FRAME = pd.DataFrame(
    {
        "model": ["m", "<m>"],
        "head": [3, -4],
        "score": [0.75, 0.125],
        "score_null": [0.5, 0.25],
        "best": [["a", "b"], []],
        "note": [None, "x"],
    }
)


def cells(html):
    rows = re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)
    return [[unescape(re.sub(r"<[^>]+>", "", cell)) for cell in re.findall(r"<t[hd].*?</t[hd]>", row)] for row in rows]


def test_every_value_is_there_and_the_null_shares_its_cell():
    assert cells(table_html("heads", FRAME)) == [
        ["model", "head", "score null", "best", "note"],
        ["m", "3", "▲ 0.750 0.500", "a, b", "–"],
        ["<m>", "−4", "0.125 0.250", "", "x"],
    ]


def test_only_what_is_beyond_its_null_is_bold():
    assert re.findall(r"<b class=\"beyond\"[^>]*>(.*?)</b>", table_html("heads", FRAME)) == ["▲ 0.750"]


def test_a_score_equal_to_its_null_is_not_beyond_it():
    assert "<b class" not in table_html("heads", FRAME.assign(score=FRAME["score_null"]))


def test_cells_can_be_sorted_by_their_exact_value():
    assert 'data-value="0.0001"' in table_html("heads", FRAME.assign(score=0.0001))


def test_a_null_without_its_score_is_a_column_like_any_other():
    assert "score null" in cells(table_html("heads", FRAME.drop(columns="score")))[0]


def test_leading_names_stay_in_sight():
    names = re.findall(r'<th scope="col" class="name[^"]*">(\w+)', table_html("heads", FRAME))
    assert names == ["model", "head"]


def test_an_empty_table_is_refused():
    with pytest.raises(EmptyTableError):
        table_html("heads", FRAME.iloc[:0])
