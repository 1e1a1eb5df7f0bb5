"""Phrases that are planted in stories at known rates: what a detector of n-grams and skip trigrams must find.

Twenty trigrams "a b c" are five a's with four b's; which of five c's follows is a Latin square, so that neither word
alone says anything about it, nor the sum of what each says. One phrase of five words. Two verbs with two prepositions
make four skip trigrams that are crossed: keep ... in mind, keep ... at bay, hold ... in check, hold ... at ransom
(Elhage et al. 2021: a model of one layer that learns two of them is wrong about the others).
"""

from dataclasses import dataclass

from cutaway.corpus.document import Page
from cutaway.corpus.draw import Draw

A = ("rain", "wind", "stone", "frost", "smoke")
B = ("or", "and", "by", "for")
C = ("harvest", "morning", "silver", "candle", "thunder")
B_POS = ("conjunction", "conjunction", "preposition", "preposition")
PHRASE = ("seven", "bells", "past", "the", "mill")
PHRASE_POS = ("number", "noun", "preposition", "determiner", "noun")


@dataclass(frozen=True)
class Planted:
    """A phrase and its number in the tag `ngram` (or `skip`)."""

    number: int
    words: tuple[str, ...]


TRIGRAMS = tuple(
    Planted(1 + 4 * row + column, (a, b, C[(row + column) % 5]))
    for row, a in enumerate(A)
    for column, b in enumerate(B)
)
FIVE_GRAM = Planted(len(TRIGRAMS) + 1, PHRASE)
SKIPS = (
    Planted(1, ("keep", "in", "mind")),
    Planted(2, ("keep", "at", "bay")),
    Planted(3, ("hold", "in", "check")),
    Planted(4, ("hold", "at", "ransom")),
)

# In stories, of which a sentence has about 14 tokens, each phrase begins at about one token in a thousand.
TRIGRAM_SHARE = 0.28  # of sentences that end in one of the twenty
FIVE_GRAM_SHARE = 0.014
SKIP_SHARE = 0.056  # of sentences that are built round one of the four


def after_clause(page: Page, draw: Draw) -> None:
    """At the end of a sentence: one of the trigrams, or the phrase of five words, at their rates."""
    luck = draw.unit()
    if luck < TRIGRAM_SHARE:
        planted = draw.one(TRIGRAMS)
        page.glue(",")
        for word, pos in zip(planted.words, ("noun", B_POS[(planted.number - 1) % 4], "noun"), strict=True):
            page.word(word, pos, ngram=planted.number)
    elif luck < TRIGRAM_SHARE + FIVE_GRAM_SHARE:
        page.glue(",")
        for word, pos in zip(PHRASE, PHRASE_POS, strict=True):
            page.word(word, pos, ngram=FIVE_GRAM.number)
