"""Adjectives, adverbs and prepositions: counts, no word twice, and only what fits."""

from itertools import chain

from cutaway.corpus.lexicon import adverbs
from cutaway.corpus.lexicon.adjectives import ADJECTIVES, CLASSES, adjectives_for, attributive_for, graded_for
from cutaway.corpus.lexicon.nouns import NOUNS
from cutaway.corpus.lexicon.prepositions import AT, TO, at, towards

WORDS = {one.word for listed in ADJECTIVES.values() for one in listed}
LISTS = {
    "manner": adverbs.MANNER,
    "frequency": adverbs.FREQUENCY,
    "repeated": adverbs.REPEATED,
    "degree": adverbs.DEGREE,
    "sentence": adverbs.SENTENCE,
    "maybe": adverbs.MAYBE,
    "place": adverbs.PLACE,
    "focus": adverbs.FOCUS,
    **adverbs.TIME,
}


def test_there_are_hundreds_of_adjectives_each_once_in_its_class():
    assert len(WORDS) >= 500
    assert all(word.isascii() and word.isalpha() for word in WORDS)
    for concept, listed in ADJECTIVES.items():
        assert len({one.word for one in listed}) == len(listed), concept


def test_classes_are_said_of_known_concepts():
    assert set().union(*CLASSES.values()) == set(NOUNS)


def test_every_concept_has_something_to_be():
    for concept in NOUNS:
        words = [one.word for one in adjectives_for(concept)]
        assert len(set(words)) == len(words) >= 10
        assert attributive_for(concept)
        assert graded_for(concept)


def test_what_fits_and_what_does_not():
    of_people, of_food = ({one.word for one in adjectives_for(concept)} for concept in ("person", "food"))
    assert {"angry", "clever", "young"} <= of_people
    assert {"spicy", "fresh"} <= of_food
    assert not {"spicy", "wooden", "steep"} & of_people
    assert not {"angry", "ambitious", "tall"} & of_food


def test_only_some_stand_before_a_noun_or_after_very():
    before = {one.word for one in attributive_for("person")}
    assert "afraid" in {one.word for one in adjectives_for("person")} - before
    assert "wooden" in {one.word for one in adjectives_for("furniture")} - {one.word for one in graded_for("furniture")}


def test_sentiment_has_two_sides():
    sides = {one.word: one.sentiment for listed in ADJECTIVES.values() for one in listed}
    assert (sides["wonderful"], sides["cruel"], sides["square"]) == ("positive", "negative", "")
    assert min(list(sides.values()).count(side) for side in ("positive", "negative")) >= 90


def test_there_are_enough_adverbs_each_once_in_its_list():
    assert len(set(chain(*LISTS.values()))) >= 200
    for name, listed in LISTS.items():
        assert len(set(listed)) == len(listed), name
        assert all(phrase.replace(" ", "").isalpha() and phrase == " ".join(phrase.split()) for phrase in listed), name


def test_adverbs_of_time_go_with_one_tense():
    assert "yesterday" in adverbs.TIME["past"]
    assert "tomorrow" in adverbs.TIME["future"]
    assert not set(adverbs.TIME["past"]) & {*adverbs.TIME["present"], *adverbs.TIME["future"]}


def test_sentiment_is_of_known_adverbs():
    assert set(adverbs.SENTIMENT) <= set(chain(*LISTS.values()))


def test_prepositions_are_of_known_concepts_and_there_is_one_for_all():
    assert {*AT, *TO} <= set(NOUNS)
    assert "in" in at("room")
    assert "on" in at("furniture")
    assert "into" in towards("room")
    assert at("toy")
    assert towards("toy")
