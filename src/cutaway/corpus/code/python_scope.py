"""What a Python module under way knows: which names are in reach, of what kind, and which functions take what."""

from typing import NamedTuple

from cutaway.corpus.code.listing import Dialect, Name
from cutaway.corpus.code.scope import KINDS, Scoped
from cutaway.corpus.document import Page
from cutaway.corpus.draw import Draw

PYTHON = Dialect(
    """
    and as assert async await break class continue def del elif else except False finally for from global if import in
    is lambda None nonlocal not or pass raise return True try while with yield
    """,
    comment="#",
)
TYPES = {
    "number": "int",
    "text": "str",
    "flag": "bool",
    "numbers": "list[int]",
    "texts": "list[str]",
    "table": "dict[str, int]",
}
MODULES = ("math", "logging", "random", "time", "json", "os")


class Parameter(NamedTuple):
    """What a function takes."""

    text: str
    kind: str
    has_default: bool


class Function(NamedTuple):
    """A function that may be called: its arguments, and the kind of what it returns."""

    name: Name
    takes: tuple[Parameter, ...]
    gives: str


class Program(Scoped):
    """A module under way: what it imports, and its functions by the kind of what they return."""

    __slots__ = ("functions", "imported", "thing_class", "typed")

    def __init__(self, page: Page, draw: Draw) -> None:
        super().__init__(page, draw, PYTHON)
        self.typed = draw.chance(0.4)
        if draw.chance(0.3):
            self.quote = "'"
        self.functions: dict[str, list[Function]] = {kind: [] for kind in (*KINDS, "nothing")}
        self.imported: dict[str, Name] = {}
        self.thing_class: Name | None = None

    def type_of(self, kind: str) -> None:
        """The annotation for a kind."""
        if kind in TYPES:
            self.put(TYPES[kind])
        elif self.thing_class is None:
            self.put("list" if kind == "things" else "object")
        elif kind == "things":
            self.put("list[")
            self.name(self.thing_class)
            self.put("]")
        else:
            self.name(self.thing_class)
