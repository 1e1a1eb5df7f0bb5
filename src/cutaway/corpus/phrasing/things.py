"""Nouns of the lexicon as tagged words, prepared once: drawing one costs no more than an index."""

from functools import cache

from cutaway.corpus.lexicon.forms import Noun
from cutaway.corpus.lexicon.nouns import nouns_of
from cutaway.corpus.phrasing.grammar import Word


@cache
def singular(noun: Noun, entity: int = 0) -> Word:
    """One of them (or some of what is not counted); `entity` says which in its document."""
    return _word(noun.singular, noun, "singular", entity)


@cache
def plural(noun: Noun, entity: int = 0) -> Word:
    """Several of them."""
    return _word(noun.plural, noun, "singular" if noun.mass else "plural", entity)


def _word(text: str, noun: Noun, number: str, entity: int) -> Word:
    tags: dict[str, str | int] = {"number": number, "concept": noun.concept}
    if entity:
        tags["entity"] = entity
    return Word(text, "noun", tags)


@cache
def single(group: str) -> tuple[Noun, ...]:
    """Countable nouns of a group or concept that are one unbroken word, common ones first."""
    return tuple(
        noun for noun in nouns_of(group) if not noun.mass and noun.singular.isalpha() and noun.plural.isalpha()
    )


@cache
def whole(group: str) -> tuple[Noun, ...]:
    """All nouns of a group or concept that are one unbroken word, common ones first."""
    return tuple(noun for noun in nouns_of(group) if noun.singular.isalpha() and noun.plural.isalpha())
