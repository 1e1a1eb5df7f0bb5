"""Tokens keep their layout, show their white space, and can do no harm."""

import re
from html import unescape

import pytest

from cutaway.figures.glyphs import label, one_line, visible


def without_tags(html):
    return unescape(re.sub(r"<[^>]+>", "", html))


def test_a_newline_is_a_glyph_and_a_real_break_and_its_indent_stays():
    assert without_tags(visible("\n    ")) == "↵\n····"


def test_spaces_beside_words_stay_spaces():
    assert visible(" return") == " return"


def test_markup_is_escaped():
    assert visible("<script>") == "&lt;script&gt;"


@pytest.mark.parametrize("token", ["\x00", "\u202e", "\u200b", "\r", ""])
def test_what_would_not_show_is_shown(token):
    assert visible(token) not in ("", token)
    assert one_line(token) not in ("", token)


def test_one_line_has_no_break():
    assert one_line("\n\tx") == "↵→x"


def test_a_label_shows_outer_spaces_and_is_cut():
    assert label("  if ") == "··if·"
    assert label("x" * 30, most=5) == "xxxx…"
