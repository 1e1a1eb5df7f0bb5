"""Nouns by concept: as many as promised, each once, with plurals that a dictionary would give."""

from collections import defaultdict

from cutaway.corpus.kinds import words
from cutaway.corpus.lexicon.adjectives import ADJECTIVES
from cutaway.corpus.lexicon.concepts import CONCEPTS
from cutaway.corpus.lexicon.nouns import GROUPS, NOUNS, SENTIMENT, counted, gender, nouns_of, uncounted
from cutaway.corpus.lexicon.senses import BY_WORD

ALL = [noun for listed in NOUNS.values() for noun in listed]
KNOWN = {noun.singular: noun for noun in ALL}


def test_there_are_thousands_of_nouns_in_dozens_of_concepts():
    assert len(KNOWN) >= 2500
    assert len(NOUNS) >= 60
    assert min(len(listed) for listed in NOUNS.values()) >= 12


def test_no_noun_is_twice_in_a_concept():
    for concept, listed in NOUNS.items():
        assert len({noun.singular for noun in listed}) == len(listed), concept
        assert {noun.concept for noun in listed} == {concept}


def test_words_with_two_concepts_are_those_with_two_senses():
    concepts = defaultdict(set)
    for noun in ALL:
        concepts[noun.singular].add(noun.concept)
    twice = {word: found for word, found in concepts.items() if len(found) > 1}
    assert twice == {word: {sense.noun.concept for sense in both} for word, both in BY_WORD.items()}


def test_every_concept_is_numbered_once():
    assert len(set(CONCEPTS)) == len(CONCEPTS)
    assert set(CONCEPTS) == {*NOUNS, *ADJECTIVES}


def test_words_are_plain_letters():
    assert all(word.isascii() and word.isalpha() and word.islower() for noun in ALL for word in noun[:2])


def test_irregular_plurals():
    pairs = words(
        """man men woman women child children foot feet tooth teeth mouse mice goose geese ox oxen louse lice
        knife knives wife wives wolf wolves leaf leaves loaf loaves shelf shelves half halves calf calves thief thieves
        potato potatoes tomato tomatoes hero heroes echo echoes sheep sheep deer deer fish fish person people
        crisis crises oasis oases hypothesis hypotheses thesis theses cactus cacti bacterium bacteria life lives
        postman postmen snowman snowmen piano pianos photo photos roof roofs belief beliefs stomach stomachs quiz
        quizzes century centuries key keys day days church churches bus buses tax taxes penny pennies"""
    )
    expected = dict(zip(pairs[::2], pairs[1::2], strict=True))
    assert {word: KNOWN[word].plural for word in expected if word in KNOWN} == {
        word: form for word, form in expected.items() if word in KNOWN
    }
    assert len(expected.keys() & KNOWN.keys()) >= 45


def test_no_regular_ending_is_left_on_a_noun_that_changes():
    for noun in ALL:
        assert not noun.plural.endswith(("mans", "shs", "xs", "zs", "sss"))
        assert noun.mass or noun.plural[-1] != "s" or noun.plural[-2:-1] != "y" or noun.plural[-3] in "aeiou", noun


def test_uncounted_nouns_are_told_apart():
    assert not {"bread", "rice", "courage", "rain", "gold"} & {noun.singular for noun in counted("anything")}
    assert {"bread", "rice"} <= {noun.singular for noun in uncounted("food")}
    assert set(counted("food")) | set(uncounted("food")) == set(NOUNS["food"])


def test_groups_hold_known_concepts_and_begin_with_the_first_of_each():
    for group, concepts in GROUPS.items():
        assert set(concepts) <= set(NOUNS), group
        assert len(set(concepts)) == len(concepts), group
        assert nouns_of(group)[: len(concepts)] == tuple(NOUNS[concept][0] for concept in concepts)
        assert sorted(nouns_of(group)) == sorted(noun for concept in concepts for noun in NOUNS[concept])


def test_pronouns_of_people_and_things():
    said = {word: gender(KNOWN[word]) for word in ("queen", "uncle", "doctor", "cousin", "table", "dog", "team")}
    assert said == {
        "queen": "she",
        "uncle": "he",
        "doctor": "they",
        "cousin": "they",
        "table": "it",
        "dog": "it",
        "team": "it",
    }


def test_sentiment_is_of_known_nouns_and_has_two_sides():
    assert set(SENTIMENT) <= set(KNOWN)
    assert (SENTIMENT["joy"], SENTIMENT["disaster"]) == ("positive", "negative")
    assert min(list(SENTIMENT.values()).count(side) for side in ("positive", "negative")) >= 50
