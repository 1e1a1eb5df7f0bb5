"""A document with its tags, and the page on which a genre writes both at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

Value = str | int
Span = tuple[str, int, int, Value]  # kind, first character, the one after the last, value


@dataclass(frozen=True)
class Document:
    """Text of one genre; later spans of a kind are said over earlier ones, so that an inner one holds inside."""

    genre: str
    language: str
    text: str
    spans: tuple[Span, ...]

    def tagged(self, kind: str) -> list[tuple[str, Value]]:
        """Every stretch with a tag of this kind, and the tag, in the order they were written."""
        return [(self.text[start:end], value) for one, start, end, value in self.spans if one == kind]


class Page:
    """A document under way.

    `word` puts a space before itself where one belongs, `glue` never, `raw` neither touches nor expects anything:
    code is written with it. `sentence` makes the next word a capital one.
    """

    __slots__ = ("at", "capital", "clauses", "entities", "genre", "language", "parts", "sentences", "spans", "tight")

    def __init__(self, genre: str, language: str = "english") -> None:
        self.genre, self.language = genre, language
        self.parts: list[str] = []
        self.spans: list[Span] = []
        self.at = 0
        self.tight, self.capital = True, False
        self.sentences = self.clauses = self.entities = 0

    def word(self, text: str, pos: str, **tags: Value) -> None:
        """A word with its part of speech and other tags."""
        if self.tight:
            self.tight = False
        else:
            self.parts.append(" ")
            self.at += 1
        if self.capital:
            text, self.capital = text[:1].upper() + text[1:], False
        start = self.at
        self.at = end = start + len(text)
        self.parts.append(text)
        self.spans.append(("pos", start, end, pos))
        for kind, value in tags.items():
            self.spans.append((kind, start, end, value))

    def glue(self, text: str, pos: str = "punctuation", **tags: Value) -> None:
        """A mark that follows without a space: a comma, a closing bracket, an ending."""
        capital, self.capital = self.capital, False
        self.tight = True
        self.word(text, pos, **tags)
        self.capital = capital

    def opening(self, text: str, pos: str = "punctuation", **tags: Value) -> None:
        """A mark that the next word follows without a space: an opening bracket or quotation mark."""
        capital, self.capital = self.capital, False
        self.word(text, pos, **tags)
        self.tight, self.capital = True, capital

    def raw(self, text: str, pos: str | None = None, **tags: Value) -> None:
        """Text exactly as it is, spaces and line ends included."""
        start = self.at
        self.at = end = start + len(text)
        self.parts.append(text)
        self.tight = text[-1:].isspace() or not text
        if pos is not None:
            self.spans.append(("pos", start, end, pos))
        for kind, value in tags.items():
            self.spans.append((kind, start, end, value))

    def line(self, *, indent: int = 0) -> None:
        """A new line, indented."""
        self.raw("\n" + " " * indent)

    def sentence(self) -> None:
        """Begin a sentence: the next word is a capital one."""
        self.sentences += 1
        self.capital = True

    def new_entity(self) -> int:
        """The number of somebody or something that was not there before."""
        self.entities += 1
        return self.entities

    @contextmanager
    def span(self, **tags: Value) -> Iterator[None]:
        """Tags for whatever is written inside. What is said inside holds there."""
        place = len(self.spans)
        start = self.at if self.tight else self.at + 1
        yield
        self.spans[place:place] = [(kind, start, self.at, value) for kind, value in tags.items()]

    @contextmanager
    def clause(self, kind: str) -> Iterator[None]:
        """A clause with a number of its own."""
        self.clauses += 1
        with self.span(clause=self.clauses, clause_kind=kind):
            yield

    def finished(self) -> Document:
        """The document; a page is written once."""
        return Document(self.genre, self.language, "".join(self.parts), tuple(self.spans))
