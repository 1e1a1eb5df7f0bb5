"""Planted phrases: a Latin square, crossed skip trigrams, at the rates that are documented."""

from collections import Counter, defaultdict
from itertools import islice

import pytest

from cutaway.corpus.generated import Corpus
from cutaway.corpus.plants import FIVE_GRAM, SKIPS, TRIGRAMS
from cutaway.corpus.standard_library import texts

STORIES = list(islice(Corpus(seed=1, genres=("story",)).documents(), 400))
WORDS = sum(sum(kind == "pos" for kind, *_ in story.spans) for story in STORIES)


def test_neither_word_of_a_trigram_says_anything_about_the_third():
    by_first, by_second = defaultdict(list), defaultdict(list)
    for planted in TRIGRAMS:
        a, b, c = planted.words
        by_first[a].append(c)
        by_second[b].append(c)
    assert len({planted.words[:2] for planted in TRIGRAMS}) == 20
    assert all(len(set(thirds)) == len(thirds) for thirds in (*by_first.values(), *by_second.values()))


def test_skip_trigrams_are_crossed():
    table = {(first, second): third for first, second, third in (planted.words for planted in SKIPS)}
    assert set(table) == {(verb, preposition) for verb in ("keep", "hold") for preposition in ("in", "at")}
    assert len(set(table.values())) == 4


def test_each_trigram_begins_at_about_one_word_in_a_thousand_of_stories():
    counts = Counter(value for story in STORIES for _, value in story.tagged("ngram"))
    rates = [counts[planted.number] / 3 / WORDS for planted in TRIGRAMS]
    assert sum(rates) / 20 == pytest.approx(1e-3, rel=0.2)
    assert min(rates) > 4e-4
    assert counts[FIVE_GRAM.number] / 5 / WORDS == pytest.approx(1e-3, rel=0.3)


def test_each_skip_trigram_is_there_about_as_often_with_words_between():
    counts = Counter(value for story in STORIES for _, value in story.tagged("skip"))
    assert sum(counts.values()) / 3 / 4 / WORDS == pytest.approx(1e-3, rel=0.3)
    for story in STORIES[:100]:
        places = [(start, value) for kind, start, _, value in story.spans if kind == "skip"]
        for (first, one), (second, other) in zip(places[::3], places[1::3], strict=True):
            assert one == other
            assert len(story.text[first:second].split()) >= 2


def test_tagged_words_are_the_phrase_itself():
    said = {planted.number: " ".join(planted.words) for planted in (*TRIGRAMS, FIVE_GRAM)}
    for story in STORIES[:50]:
        found = story.tagged("ngram")
        while found:
            number = found[0][1]
            length = len(said[number].split())
            assert " ".join(word for word, _ in found[:length]) == said[number]
            found = found[length:]


def test_planted_phrases_are_not_in_other_text_by_luck():
    library = " ".join(texts(held_out=True))
    assert not any(" ".join(planted.words) in library for planted in (*TRIGRAMS, FIVE_GRAM))
