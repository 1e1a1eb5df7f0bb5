"""Every concept that a word can be tagged with, in fixed order: those of nouns, then classes of adjectives."""

from cutaway.corpus.lexicon.adjectives import ADJECTIVES
from cutaway.corpus.lexicon.nouns import NOUNS

CONCEPTS: tuple[str, ...] = (*NOUNS, *(concept for concept in ADJECTIVES if concept not in NOUNS))
"""Concepts of nouns come first, as in `NOUNS`; colour and shape are concepts of both."""
