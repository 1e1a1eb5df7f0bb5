"""A listing: code that is written piece by piece, each piece tagged with the part that it plays."""

import re
from typing import NamedTuple

from cutaway.corpus.document import Page
from cutaway.corpus.draw import Draw

TOKEN = re.compile(r"[A-Za-z_]\w*|\d+|[^\s\w]")
OPERATORS = frozenset("+-*/%=<>!&|^~?@")


class Name(NamedTuple):
    """A name in code: how it is written, and its number in the document."""

    text: str
    entity: int


class Dialect:
    """What is a keyword or a command; remembers the parts of every fixed text that was written in it."""

    __slots__ = ("commands", "comment", "keywords", "known")

    def __init__(self, keywords: str, *, comment: str, commands: str = "") -> None:
        self.keywords = frozenset(keywords.split())
        self.commands = frozenset(commands.split())
        self.comment = comment
        self.known: dict[str, tuple[tuple[int, int, str], ...]] = {}

    def pieces(self, text: str) -> tuple[tuple[int, int, str], ...]:
        """Where each token of a fixed text begins and ends, and its part."""
        if text not in self.known:
            self.known[text] = tuple((m.start(), m.end(), self.part(m.group())) for m in TOKEN.finditer(text))
        return self.known[text]

    def part(self, token: str) -> str:
        """The part that a token plays."""
        if token in self.keywords:
            return "keyword"
        if token in self.commands:
            return "command"
        if token[0].isalpha() or token[0] == "_":
            return "name"
        if token[0].isdigit():
            return "literal"
        return "operator" if token in OPERATORS else "punctuation"


class Listing:
    """Code under way on a page."""

    __slots__ = ("dialect", "draw", "indent", "page", "quote")

    def __init__(self, page: Page, draw: Draw, dialect: Dialect) -> None:
        self.page, self.draw, self.dialect = page, draw, dialect
        self.indent = 0
        self.quote = '"'

    def put(self, text: str) -> None:
        """A fixed text: keywords, operators, brackets; every writing of it is remembered, so not for names."""
        page = self.page
        start = page.at
        spans = page.spans
        for first, last, part in self.dialect.pieces(text):
            spans.append(("pos", start + first, start + last, part))
        page.parts.append(text)
        page.at = start + len(text)

    def name(self, name: Name, part: str = "") -> None:
        """A name where it is defined, given, called or used."""
        page, (text, entity) = self.page, name
        start = page.at
        page.at = end = start + len(text)
        page.parts.append(text)
        page.spans.append(("pos", start, end, "name"))
        page.spans.append(("entity", start, end, entity))
        if part:
            page.spans.append(("part", start, end, part))

    def new(self, text: str, part: str = "definition") -> Name:
        """A name that is written for the first time."""
        name = Name(text, self.page.new_entity())
        self.name(name, part)
        return name

    def sure(self, name: Name, part: str = "") -> None:
        """A name that cannot be another, after what stands before it."""
        self.name(name, part)
        page = self.page
        page.spans.append(("choices", page.at - len(name.text), page.at, 1))

    def literal(self, text: str) -> None:
        """A number, or anything else that stands for itself."""
        self.page.raw(text, "literal")

    def line(self, deeper: int = 0) -> None:
        """A new line at the present indentation."""
        page = self.page
        text = "\n" + " " * (self.indent + deeper)
        page.parts.append(text)
        page.at += len(text)

    def prose(self, text: str, pos: str) -> None:
        """Words with spaces between them, all of one part; marks are written by `put`."""
        page = self.page
        at = page.at
        page.parts.append(text)
        for word in text.split(" "):
            page.spans.append(("pos", at, at + len(word), pos))
            at += len(word) + 1
        page.at = at - 1

    def string(self, text: str) -> None:
        """Words in quotation marks."""
        start = self.page.at
        self.put(self.quote)
        self.prose(text, "literal")
        self.put(self.quote)
        self.part_from(start, "string")

    def part_from(self, start: int, part: str) -> None:
        """Say that all since `start` is one part."""
        self.page.spans.append(("part", start, self.page.at, part))

    def comment(self, text: str) -> None:
        """A remark until the end of the line."""
        start = self.page.at
        page = self.page
        for mark in self.dialect.comment:
            page.raw(mark, "comment")
        page.raw(" ")
        self.prose(text, "comment")
        self.part_from(start, "comment")
