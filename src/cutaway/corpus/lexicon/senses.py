"""Words with two senses, and the company that each sense keeps.

The notation: `word.sense concept | things that tell the sense | what is done to it | what it is like`, where a thing
that has two senses itself says its concept, as in `note:music`.
"""

from typing import NamedTuple

from cutaway.corpus.lexicon.forms import Noun, Verb, verb
from cutaway.corpus.lexicon.nouns import NOUNS
from cutaway.corpus.lexicon.sense_lines import LINES


class Sense(NamedTuple):
    """One sense of a word: its noun, and the nouns, verbs (that take it as object) and adjectives around it."""

    name: str
    noun: Noun
    cues: tuple[Noun, ...]
    verbs: tuple[Verb, ...]
    adjectives: tuple[str, ...]


PATTERNS = (
    "{who} {verb} the {adjective} {word} because of the {cue}",
    "{who} forgot the {cue} and {verb} the {word}",
    "when {who} {verb} the {word}, nobody spoke of the {cue}",
    "after the {cue} and the {other}, there was only the {adjective} {word}",
)
"""Clauses in which a sense can be told: `cue` and `other` are two of its cues, `verb` one of its verbs in the past."""

_NOUNS: dict[str, Noun] = {noun.singular: noun for listed in NOUNS.values() for noun in listed}


def _noun(text: str) -> Noun:
    word, _, concept = text.partition(":")
    return next(one for one in NOUNS[concept] if one.singular == word) if concept else _NOUNS[word]


def _sense(text: str) -> Sense:
    head, cues, verbs, adjectives = (part.split() for part in text.split("|"))
    name, concept = head
    meant = _noun(f"{name.partition('.')[0]}:{concept}")
    return Sense(name, meant, tuple(map(_noun, cues)), tuple(map(verb, verbs)), tuple(adjectives))


ALL: tuple[Sense, ...] = tuple(_sense(text) for text in LINES.strip().replace("\n    |", "|").splitlines())

SENSES: tuple[str, ...] = tuple(sense.name for sense in ALL)
"""The name of every sense, such as `bank.river`, in fixed order."""

BY_WORD: dict[str, tuple[Sense, Sense]] = {
    one.noun.singular: (one, other) for one, other in zip(ALL[::2], ALL[1::2], strict=True)
}
"""Both senses of every word that has two."""

_OF: dict[tuple[str, str], str] = {(sense.noun.singular, sense.noun.concept): sense.name for sense in ALL}


def sense_of(noun: Noun) -> str | None:
    """The sense that a noun of `NOUNS` has, None where its word has only one."""
    return _OF.get((noun.singular, noun.concept))
