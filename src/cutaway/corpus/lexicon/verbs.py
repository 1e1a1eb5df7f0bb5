"""Verbs by what they take: `frames_for("transitive", "person")` are the ways in which a person can do something."""

from functools import cache
from itertools import zip_longest
from typing import NamedTuple

from cutaway.corpus.lexicon.forms import Verb, verb
from cutaway.corpus.lexicon.nouns import GROUPS
from cutaway.corpus.lexicon.verb_patterns import DOUBLE_OBJECT, FACTIVE, NEGATIVE, PATTERNS, POSITIVE


class Frame(NamedTuple):
    """A verb with the groups of concepts that may be its subject, object and recipient ("" where it takes none).

    `preposition` stands before the recipient of a ditransitive verb, before the object of a prepositional one.
    """

    verb: Verb
    pattern: str
    subject: str
    object: str = ""
    recipient: str = ""
    preposition: str = ""


def _word(text: str) -> tuple[Verb, str]:
    """`think@of/thought/thought`: the verb and its preposition."""
    head, slash, irregular = text.partition("/")
    base, _, preposition = head.partition("@")
    return verb(base + slash + irregular), preposition


def _line(pattern: str, line: str) -> tuple[Frame, ...]:
    left, _, words = line.partition(":")
    left, _, recipient = left.partition(">>")
    subject, _, taken = left.partition(">")
    frames = []
    for text in words.split():
        form, preposition = _word(text)
        if recipient and not preposition:
            preposition = "to"
        frames.append(Frame(form, pattern, subject.strip(), taken.strip(), recipient.strip(), preposition))
    return tuple(frames)


def _lines(pattern: str, text: str) -> tuple[tuple[Frame, ...], ...]:
    """Frames by who does what to what; lines that say the same one after the other are one list."""
    groups: dict[str, list[Frame]] = {}
    for line in text.strip().splitlines():
        groups.setdefault(line.partition(":")[0].strip(), []).extend(_line(pattern, line))
    return tuple(tuple(frames) for frames in groups.values())


def _interleaved(lists: tuple[tuple[Frame, ...], ...]) -> tuple[Frame, ...]:
    return tuple(one for row in zip_longest(*lists) for one in row if one is not None)


_LISTS = {pattern: _lines(pattern, text) for pattern, text in PATTERNS.items()}

FRAMES: dict[str, tuple[Frame, ...]] = {pattern: _interleaved(lists) for pattern, lists in _LISTS.items()}
"""Every frame by pattern (intransitive, transitive, says, ...: see `verb_patterns.py`), common ones first."""

VERBS: dict[str, Verb] = {frame.verb.base: frame.verb for frames in FRAMES.values() for frame in frames}
"""Every verb by its base form."""

SENTIMENT: dict[str, str] = dict.fromkeys(POSITIVE.split(), "positive") | dict.fromkeys(NEGATIVE.split(), "negative")
"""Sentiment of a verb by its base form, where it has one."""

FACTIVES = frozenset(FACTIVE.split())
DOUBLE_OBJECTS = frozenset(DOUBLE_OBJECT.split())


def _in(concept: str, group: str) -> bool:
    return concept in GROUPS.get(group, (group,))


@cache
def frames_for(pattern: str, subject: str) -> tuple[Frame, ...]:
    """Frames whose subject may be of this concept, common ones first; empty where there is none."""
    fitting = tuple(tuple(one for one in frames if _in(subject, one.subject)) for frames in _LISTS[pattern])
    return _interleaved(fitting)


@cache
def frames_taking(pattern: str, taken: str) -> tuple[Frame, ...]:
    """Frames whose object (or place) may be of this concept."""
    return _interleaved(tuple(tuple(one for one in frames if _in(taken, one.object)) for frames in _LISTS[pattern]))


@cache
def frames_between(pattern: str, subject: str, taken: str) -> tuple[Frame, ...]:
    """Frames with a subject of one concept and an object (or place) of another."""
    return tuple(one for one in frames_for(pattern, subject) if _in(taken, one.object))
