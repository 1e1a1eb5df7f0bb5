"""Attention on text: all tokens and weights are in the fragment, and nothing a token says is markup."""

import re
import xml.etree.ElementTree as ET

import pandas as pd
import pytest

from cutaway.errors.figures import BrokenAttentionError, EmptyTableError, MissingColumnError
from cutaway.figures.attention import attention_html
from cutaway.figures.examples import around, examples_html
from cutaway.records import AttentionOnText, ExamplesOnText

HEADER = AttentionOnText(table="attention", tokens_table="words", says="")
EXAMPLES = ExamplesOnText(table="examples", says="")
WORDS = pd.DataFrame({"text": "t", "position": [0, 1, 2], "token": ["<script>", "\n", " b"]})
CELLS = pd.DataFrame(
    [("m", 1, 3, "induction", "t", 2, 0, 0.25), ("m", 1, 3, "induction", "t", 2, 1, 0.75)],
    columns=["model", "layer", "head", "role", "text", "query", "key", "weight"],
)
PLACE = {"model": "m", "layer": 0, "head": 1, "role": "", "rank": 1, "weight": 0.5, "strength": 2.0}


def picture(html):
    return ET.fromstring(re.search(r"<svg class=\"pattern\".*?</svg>", html, re.DOTALL)[0])


def test_tokens_are_escaped_in_text_and_picture():
    html = attention_html(HEADER, CELLS, WORDS)
    assert "<script" not in html
    assert html.count("&lt;script&gt;") == 2, "once in the text, once in the picture"


def test_the_head_is_named_with_its_role():
    assert re.search(r"m head 1\.3.*induction", attention_html(HEADER, CELLS, WORDS))


def test_each_token_knows_where_it_looks_heaviest_first():
    looks = re.findall(r'data-looks="([^"]*)"', attention_html(HEADER, CELLS, WORDS))
    assert looks == ["", "", "1:75 0:25"]


def test_the_picture_has_one_cell_for_each_weight_in_the_row_of_its_query():
    (row,) = (
        group for group in picture(attention_html(HEADER, CELLS, WORDS)).iter("g") if group.get("data-query") == "2"
    )
    place = {cell.get("opacity"): (float(cell.get("x")), float(cell.get("y"))) for cell in row.iter("rect")}
    (key_0, top), (key_1, same_top) = place["0.25"], place["0.75"]
    assert top == same_top
    assert 2 * (key_1 - key_0) == top - 1, "cells are square: two rows down, one column to the right; margin 1"


def test_a_pattern_that_looks_ahead_writes_its_tokens_in_the_margin():
    ahead = pd.concat([CELLS, CELLS.iloc[:1].assign(query=0, key=2)])
    drawn = picture(attention_html(HEADER, ahead, WORDS))
    left = min(float(cell.get("x")) for cell in drawn.iter("rect"))
    assert all(float(text.get("x")) < left for text in drawn.iter("text"))


def test_positions_must_be_complete():
    with pytest.raises(BrokenAttentionError, match="missing or repeated"):
        attention_html(HEADER, CELLS, WORDS.assign(position=[0, 2, 3]))


def test_a_cell_must_lie_in_its_text():
    with pytest.raises(BrokenAttentionError, match="outside its 3 tokens"):
        attention_html(HEADER, CELLS.assign(key=3), WORDS)


def test_a_text_must_have_tokens():
    with pytest.raises(BrokenAttentionError, match="no tokens"):
        attention_html(HEADER, CELLS.assign(text="other"), WORDS)


def test_errors_name_the_table():
    with pytest.raises(MissingColumnError, match="table 'words' has no column 'token'"):
        attention_html(HEADER, CELLS, WORDS.drop(columns="token"))
    with pytest.raises(EmptyTableError, match="'attention'"):
        attention_html(HEADER, CELLS.iloc[:0], WORDS)


def test_key_and_query_are_marked_apart_and_the_line_is_whole():
    before, after = around(["a", " key", " b", " query", "\n"], query=3, key=1)
    assert before == 'a<mark class="key" title="key"> key</mark> b'
    assert after == '<mark class="query" title="query"> query</mark>↵'


def test_a_key_after_its_query_stands_after_it():
    before, after = around(["query", "-", "key"], query=0, key=2)
    assert before == ""
    assert after.index("query") < after.index('class="key"')


def test_long_context_is_cut_around_both_tokens():
    tokens = ["far ", *["x"] * 60, "key", *["y"] * 60, "query", *["z"] * 60]
    before, after = around(tokens, query=122, key=61)
    assert before.startswith("…xxx")
    assert " … " in before
    assert after.endswith("zzz…")
    assert len(before) + len(after) < 250


def test_examples_print_weight_and_strength_and_escape():
    frame = pd.DataFrame([PLACE | {"tokens": ["<b>", "&"], "query": 1, "key": 0}])
    html = examples_html(EXAMPLES, frame)
    assert "<b>" not in html
    assert {"0.500", "2.000"} <= set(re.findall(r">([\d.]+)</td>", html))


def test_examples_come_in_order_of_rank():
    rows = [PLACE | {"rank": rank, "tokens": [f"w{rank}"], "query": 0, "key": 0} for rank in (2, 1)]
    html = examples_html(EXAMPLES, pd.DataFrame(rows))
    assert html.index("w1") < html.index("w2")


def test_an_example_outside_its_tokens_is_refused():
    with pytest.raises(BrokenAttentionError):
        examples_html(EXAMPLES, pd.DataFrame([PLACE | {"tokens": ["a"], "query": 0, "key": 5}]))
