"""Tokens as eyes can read them: white space gets a glyph, control characters a name, and all of it is escaped."""

import unicodedata
from html import escape

NEWLINE, TAB, RETURN, SPACE, EMPTY = "↵", "→", "␍", "·", "∅"
ELLIPSIS = "…"


def visible(token: str) -> str:
    """HTML of a token in running text: a newline is a glyph and a real break, and code keeps its layout."""
    if token == "":
        return f'<span class="ws">{EMPTY}</span>'
    blank = token.isspace()
    return "".join(character_html(character, blank=blank) for character in token)


def character_html(character: str, *, blank: bool) -> str:
    """One character; spaces are dotted only in tokens that hold nothing else."""
    if character == "\n":
        return f'<span class="ws">{NEWLINE}</span>\n'
    if character == "\t":
        return f'<span class="ws">{TAB}</span>\t'
    if character == " " and blank:
        return f'<span class="ws">{SPACE}</span>'
    shown = named(character)
    return escape(shown) if shown == character else f'<span class="ws">{escape(shown)}</span>'


def one_line(token: str) -> str:
    """A token without breaks, as plain text, to be escaped by whoever puts it on a page."""
    glyphs = {"\n": NEWLINE, "\t": TAB}
    return "".join(glyphs.get(character) or named(character) for character in token) or EMPTY


def label(token: str, *, most: int = 14) -> str:
    """A token as a short label: outer spaces dotted, long ones cut."""
    line = one_line(token)
    kept = line.strip(" ")
    before = len(line) - len(line.lstrip(" "))
    after = len(line) - len(line.rstrip(" ")) if kept else 0
    dotted = SPACE * before + kept + SPACE * after
    return dotted if len(dotted) <= most else dotted[: most - 1] + ELLIPSIS


def named(character: str) -> str:
    """A character that would not show, or would turn the text around, by its name."""
    if character == "\r":
        return RETURN
    if character != " " and unicodedata.category(character) in {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}:
        return f"⟨{ord(character):04X}⟩"
    return character
