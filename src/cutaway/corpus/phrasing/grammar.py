"""A grammar of tagged phrases: what it writes is text with a part of speech on every word.

A rule is a name with ` =` after it and one alternative a line; earlier ones are likelier. In an alternative
`report_n` is a noun (see `CODES`), a bare word is of a closed class, `{rule}` is another rule or a filling of the
document, `{a thing}` is the filling with "a" or "an" before it, `^` makes the whole alternative a sentence, and `//`
is a new line. A mark of punctuation stands alone.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from cutaway.corpus.document import Page, Value
from cutaway.corpus.draw import Draw
from cutaway.corpus.lexicon.forms import article
from cutaway.corpus.phrasing.closed_words import CLOSED, CODES, Tags

NO_TAGS: Tags = {}
GLUED = frozenset(",.;:?!)]%'")
OPENING = frozenset("([$#")
NEW_LINE = "//"


class Word(NamedTuple):
    """A word or mark to be written; `how` is the method of the page that writes it."""

    text: str
    pos: str
    tags: Tags = NO_TAGS
    how: str = "word"


class Slot(NamedTuple):
    """A place for a filling or for another rule."""

    name: str
    article: bool


Words = Sequence[Word]
Alternative = tuple[bool, tuple[Word | Slot, ...]]
Fill = Mapping[str, Words]


def put(page: Page, words: Words) -> None:
    """Write words one after the other."""
    for text, pos, tags, how in words:
        if how == "word":
            page.word(text, pos, **tags)
        elif how == "glue":
            page.glue(text, pos, **tags)
        elif how == "opening":
            page.opening(text, pos, **tags)
        else:
            page.line()


def with_article(words: Words) -> tuple[Word, ...]:
    """The words with "a" or "an" before them."""
    return (Word(article(words[0].text), "determiner"), *words)


def tagged(words: Words, **tags: Value) -> tuple[Word, ...]:
    """The same words with more tags."""
    return tuple(Word(text, pos, {**old, **tags}, how) for text, pos, old, how in words)


def mark(text: str, **tags: Value) -> Word:
    """A mark of punctuation that follows without a space."""
    return Word(text, "punctuation", tags, "glue")


def _piece(token: str) -> Word | Slot:
    if token == NEW_LINE:
        return Word("", "", NO_TAGS, "line")
    if token[0] == "{":
        name = token[1:-1]
        return Slot(name.removeprefix("a~"), name.startswith("a~"))
    if token in GLUED:
        return Word(token, "punctuation", NO_TAGS, "glue")
    if token in OPENING:
        return Word(token, "punctuation", NO_TAGS, "opening")
    text, _, code = token.partition("_")
    if code:
        return Word(text, *CODES[code])
    if text not in CLOSED:
        raise AssertionError(f"{text!r} is in no closed class: write {text}_n or another code")
    return Word(text, *CLOSED[text])


def read_phrase(text: str) -> tuple[Word | Slot, ...]:
    """The pieces of one alternative."""
    return tuple(_piece(token) for token in text.replace("{a ", "{a~").split())


def fixed(text: str) -> tuple[Word, ...]:
    """Words of a phrase without slots."""
    pieces = read_phrase(text)
    return tuple(piece for piece in pieces if isinstance(piece, Word))


class Grammar:
    """Rules by name, read from their notation once."""

    def __init__(self, notation: str) -> None:
        self.rules: dict[str, tuple[Alternative, ...]] = {}
        name, found = "", list[Alternative]()
        for line in filter(None, map(str.strip, notation.splitlines())):
            if line.endswith(" ="):
                name, found = line[:-2], []
                continue
            found.append((line.startswith("^"), read_phrase(line.lstrip("^ "))))
            self.rules[name] = tuple(found)

    def write(self, page: Page, draw: Draw, rule: str, fill: Fill) -> None:
        """Write one alternative of the rule; what `fill` names is taken from there."""
        self._alternative(page, draw, draw.common(self.rules[rule]), fill)

    def write_new(self, page: Page, draw: Draw, rule: str, fill: Fill, *, said: set[int]) -> bool:
        """Write an alternative of the rule whose number is not in `said`, and note it there; False if all are."""
        alternatives = self.rules[rule]
        start, count = draw.below(len(alternatives)), len(alternatives)
        for at in range(start, start + count):
            if at % count not in said:
                said.add(at % count)
                self._alternative(page, draw, alternatives[at % count], fill)
                return True
        return False

    def _alternative(self, page: Page, draw: Draw, alternative: Alternative, fill: Fill) -> None:
        sentence, pieces = alternative
        if sentence:
            page.sentence()
            with page.span(sentence=page.sentences):
                self._write(page, draw, pieces, fill)
        else:
            self._write(page, draw, pieces, fill)

    def _write(self, page: Page, draw: Draw, pieces: Sequence[Word | Slot], fill: Fill) -> None:
        for piece in pieces:
            if isinstance(piece, Word):
                put(page, (piece,))
            elif (words := fill.get(piece.name)) is None:
                self.write(page, draw, piece.name, fill)
            else:
                put(page, with_article(words) if piece.article else words)

    def words(self, draw: Draw, rule: str, fill: Fill) -> list[Word]:
        """The words of one alternative of the rule, to be written more than once."""
        return self._expanded(draw, draw.common(self.rules[rule])[1], fill)

    def numbered(self, draw: Draw, rule: str, number: int, fill: Fill) -> list[Word]:
        """The words of the alternative of this number."""
        return self._expanded(draw, self.rules[rule][number][1], fill)

    def _expanded(self, draw: Draw, pieces: Sequence[Word | Slot], fill: Fill) -> list[Word]:
        found = list[Word]()
        for piece in pieces:
            if isinstance(piece, Word):
                found.append(piece)
            elif (filling := fill.get(piece.name)) is None:
                found += self.words(draw, piece.name, fill)
            else:
                found += with_article(filling) if piece.article else filling
        return found

    def slots(self) -> set[str]:
        """Names in braces that are no rules: what a document must fill."""
        named = {
            piece.name
            for found in self.rules.values()
            for _, pieces in found
            for piece in pieces
            if isinstance(piece, Slot)
        }
        return named - set(self.rules)
