"""Initials are those of the words before them, and none is used before it is explained."""

import re

from cutaway.corpus.genres.acronym import GENRE

DOCUMENTS = [GENRE.document(seed) for seed in range(80)]


def test_initials_in_brackets_are_those_of_the_name_before_them():
    found = 0
    for document in DOCUMENTS:
        for before, short in re.findall(r"([^.\n(]+) \(([A-Z]+)\)", document.text):
            words = [word for word in before.split() if word != "for"]
            assert "".join(word[0] for word in words[-len(short) :]).upper() == short
            found += 1
    assert found > 200


def test_prose_uses_initials_only_after_the_name_in_full():
    for document in DOCUMENTS:
        if re.match(r"(Abbrev|List|Short)", document.text):
            continue
        explained = {
            short: place.start() for place in re.finditer(r"\(([A-Z]+)\)", document.text) for short in place.groups()
        }
        for use in re.finditer(r"\b[A-Z]{3,}\b", document.text):
            assert explained[use.group()] < use.start() + 1


def test_a_name_and_its_initials_mean_the_same_and_the_initials_are_told_by_it():
    document = next(one for one in DOCUMENTS if not re.match(r"(Abbrev|List|Short)", one.text))
    entity = {(start, end): value for kind, start, end, value in document.spans if kind == "entity"}
    told = {(start, end) for kind, start, end, value in document.spans if kind == "choices" and value == 1}
    for place in re.finditer(r"(\w+) \(([A-Z]+)\)", document.text):
        assert place.span(2) in told
        assert entity[place.span(1)] == entity[place.span(2)]
    of_initials = {}
    for place in re.finditer(r"\b[A-Z]{3,}\b", document.text):
        assert of_initials.setdefault(place.group(), entity[place.span()]) == entity[place.span()]
