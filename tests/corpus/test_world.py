"""The invented world: one value a fact, told at the frequency it says, and never told otherwise."""

from collections import Counter

import pytest

from cutaway.corpus.genre import all_genres
from cutaway.corpus.world import TOLD, facts, share, subjects

DOCUMENTS = [all_genres()["fact"].document(seed) for seed in range(700)]


def test_facts_are_numbered_from_one_and_belong_to_one_subject():
    assert sorted(facts()) == list(range(1, len(facts()) + 1))
    assert len({(fact.subject, fact.relation) for fact in facts().values()}) == len(facts())
    assert len(facts()) > 1000


def test_what_is_tagged_is_the_value_of_the_fact():
    for document in DOCUMENTS[:100]:
        for word, number in document.tagged("fact"):
            assert word.lower() in facts()[number].value.lower().split(), (word, facts()[number])


def test_subjects_are_spoken_of_as_often_as_is_said():
    assert sum(share(place) for place in range(len(subjects()))) == pytest.approx(1.0)
    told = Counter(number for document in DOCUMENTS for number in {value for _, value in document.tagged("fact")})
    first, tenth = subjects()[0], subjects()[9]
    ratio = sum(told[fact.number] for fact in first.facts) / sum(told[fact.number] for fact in tenth.facts)
    assert 2 < ratio < 12  # log 2 / log(11 / 10) is 7.3; one document may speak of a subject twice


def test_a_text_tells_each_fact_of_its_subject_with_the_same_chance():
    shares = []
    for document in DOCUMENTS:
        numbers = {value for _, value in document.tagged("fact")}
        by_subject = Counter(facts()[number].subject for number in numbers)
        names = {subject.name: len(subject.facts) for subject in subjects()}
        for name, count in by_subject.items():
            if document.text.count(name) <= 2:
                shares.append(count / names[name])
    assert sum(shares) / len(shares) == pytest.approx(TOLD, abs=0.08)


def test_the_world_is_one_graph():
    named = {subject.name for subject in subjects()}
    linked = sum(fact.value in named for fact in facts().values())
    assert linked > 150  # people live in towns, towns have mayors, firms have founders: what two hops ask about
