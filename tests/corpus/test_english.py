"""English sentences: verbs agree with their subjects, pronouns mean who they say, speech is tagged as such."""

from collections import defaultdict
from itertools import pairwise

import pytest

from cutaway.corpus.document import Document
from cutaway.corpus.genre import all_genres
from cutaway.corpus.lexicon.verbs import VERBS

STORIES = [all_genres()["story"].document(seed) for seed in range(60)]
FORMS = {form: base for base, verb in VERBS.items() for form in (verb.past, verb.third)}


def words(document: Document) -> list[dict]:
    """Every word with its tags, in order; inner tags over outer ones."""
    at: dict[int, dict] = {}
    for kind, start, end, value in document.spans:
        if kind == "pos":
            at[start] = {"start": start, "end": end, "text": document.text[start:end], "pos": value}
    for kind, start, end, value in document.spans:
        if kind != "pos":
            for begin, word in at.items():
                if start <= begin and word["end"] <= end:
                    word[kind] = value
    return [at[begin] for begin in sorted(at)]


READ = [words(document) for document in STORIES]


def test_a_finite_verb_has_the_number_of_its_subject():
    compared = 0
    for story in READ:
        subject = None
        for word in story:
            if word.get("role") == "subject" and word["pos"] in ("noun", "pronoun", "proper"):
                subject = word
            if "tense" in word and subject is not None and subject["clause"] == word["clause"]:
                assert word["number"] == subject["number"], (subject, word)
                compared += 1
                subject = None
    assert compared > 500


def test_forms_of_to_be_and_to_have_are_right():
    allowed = {
        ("singular", "past"): {"was", "had", "did"}, ("plural", "past"): {"were", "had", "did"},
        ("singular", "present"): {"is", "has", "does", "am", "have", "do"},
        ("plural", "present"): {"are", "have", "do"},
    }  # fmt: skip
    closed = {form for forms in allowed.values() for form in forms}
    seen = 0
    for story in READ:
        for word in story:
            if "tense" in word and word["pos"] == "auxiliary" and word["text"].lower() in closed:
                assert word["text"].lower() in allowed[word["number"], word["tense"]], word
                seen += 1
    assert seen > 200


def test_a_pronoun_means_somebody_of_its_gender_who_was_named_before():
    meant = 0
    for story in READ:
        gender = defaultdict(set)
        for word in story:
            if word["pos"] in ("proper", "noun") and "entity" in word and "gender" in word:
                gender[word["entity"]].add(word["gender"])
            is_pronoun = word["text"].lower() in ("she", "he", "her", "him") and "gender" in word
            if is_pronoun and word["entity"] in gender:
                assert gender[word["entity"]] == {word["gender"]}, word
                meant += 1
    assert meant > 200


def test_one_name_is_one_person_and_two_people_have_two_names():
    for story in READ:
        entities = defaultdict(set)
        for word in story:
            if word["pos"] == "proper" and word["text"][0].isupper() and word.get("noise") is None:
                entities[word["text"].lower()].add(word["entity"])
        assert all(len(one) <= 2 for one in entities.values())  # a family name may be two people's


def test_an_article_fits_the_sound_that_follows():
    for story in READ:
        for article, word in pairwise(story):
            if article["text"].lower() == "an" and "noise" not in word:
                assert word["text"][0].lower() in "aeiouh", word
            if article["text"].lower() == "a" and "noise" not in word and "noise" not in article:
                assert word["text"][0].lower() not in "aio", word


def test_what_stands_between_quotation_marks_is_quoted_and_nothing_else():
    for story in READ:
        inside = False
        for word in story:
            if word["text"] == '"':
                inside = not inside
            elif inside:
                assert word.get("quoted") == 1, word
            else:
                assert "quoted" not in word, word


def test_i_is_who_speaks():
    heard = 0
    for story in READ:
        for word in story:
            if word["text"] == "I" and word["pos"] == "pronoun":
                assert word["entity"] == word["person"]
                heard += 1
    assert heard > 20


@pytest.mark.parametrize("kind", ["typo", "doubled", "missing", "inserted", "case"])
def test_every_kind_of_slip_occurs_and_is_tagged(kind):
    dialogues = [all_genres()["dialogue"].document(seed) for seed in range(150)]
    assert any(value == kind for one in dialogues for _, value in one.tagged("noise"))
