"""Words with two senses: both in the nouns, each told by company that the other does not keep."""

from string import Formatter

from cutaway.corpus.lexicon.nouns import NOUNS
from cutaway.corpus.lexicon.senses import ALL, BY_WORD, PATTERNS, SENSES, sense_of


def test_there_are_enough_words_and_every_sense_has_its_name():
    assert len(BY_WORD) >= 60
    assert len(set(SENSES)) == len(SENSES) == 2 * len(BY_WORD)
    assert all(name.count(".") == 1 for name in SENSES)


def test_both_senses_are_of_one_word_and_two_concepts():
    for word, (one, other) in BY_WORD.items():
        assert one.noun.singular == other.noun.singular == word
        assert one.noun.concept != other.noun.concept
        assert one.name.partition(".")[0] == other.name.partition(".")[0] == word


def test_every_sense_keeps_company_enough_and_of_its_own():
    for sense in ALL:
        assert len({cue.singular for cue in sense.cues}) == len(sense.cues) >= 6, sense.name
        assert len(sense.verbs) >= 3, sense.name
        assert len(sense.adjectives) >= 3, sense.name
        assert sense.noun.singular not in {cue.singular for cue in sense.cues}
    for one, other in BY_WORD.values():
        shared = {cue.singular for cue in one.cues} & {cue.singular for cue in other.cues}
        assert not shared, (one.name, other.name, shared)
        assert {verb.base for verb in one.verbs} != {verb.base for verb in other.verbs}


def test_senses_are_found_by_noun():
    bank = {noun.concept: noun for concept in ("place", "organisation") for noun in NOUNS[concept] if noun[0] == "bank"}
    assert {concept: sense_of(noun) for concept, noun in bank.items()} == {
        "place": "bank.river",
        "organisation": "bank.money",
    }
    assert sense_of(NOUNS["animal"][1]) is None


def test_patterns_have_only_slots_that_can_be_filled():
    slots = {slot for pattern in PATTERNS for _, slot, _, _ in Formatter().parse(pattern) if slot}
    assert slots <= {"who", "verb", "adjective", "word", "cue", "other"}
    assert all("{word}" in pattern and "{cue}" in pattern for pattern in PATTERNS)
