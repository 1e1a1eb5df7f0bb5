"""The words that tags can be, in the order of their codes."""

from functools import cache

from cutaway.corpus.document import Value
from cutaway.corpus.genre import all_genres
from cutaway.corpus.kinds import KINDS
from cutaway.corpus.languages.words import SENSES as FOREIGN_SENSES
from cutaway.corpus.lexicon.concepts import CONCEPTS
from cutaway.corpus.lexicon.senses import SENSES
from cutaway.errors.corpus import UnknownKindError

OPEN = {"concept": lambda: CONCEPTS, "sense": lambda: (*SENSES, *FOREIGN_SENSES), "genre": lambda: tuple(all_genres())}


@cache
def values_of(kind: str) -> tuple[str, ...] | None:
    """What code n of a kind stands for is at n - 1; None where codes are numbers that stand for themselves.

    Raises: UnknownKindError.
    """
    if kind in OPEN:
        return OPEN[kind]()
    if kind not in KINDS:
        raise UnknownKindError(kind, [*KINDS, "genre"])
    values = KINDS[kind].values
    return values if isinstance(values, tuple) else None


@cache
def codes(kind: str) -> dict[Value, int]:
    """The code of every word of a kind that has words."""
    return {value: code for code, value in enumerate(values_of(kind) or (), start=1)}


def code(kind: str, value: Value) -> int:
    """The code of one tag: a word's place in its list, and a number itself."""
    return value if isinstance(value, int) else codes(kind)[value]
