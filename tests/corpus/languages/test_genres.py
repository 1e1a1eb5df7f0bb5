"""Documents of the five genres of invented languages, read back from their text and tags."""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from itertools import pairwise

import pytest

from cutaway.corpus.genres import glossary, mirelan, ostran, translation, veltic
from cutaway.corpus.languages.meanings import BY_KEY, MEANINGS
from cutaway.corpus.languages.words import LEXICONS
from cutaway.corpus.values import values_of

GENRES = [module.GENRE for module in (veltic, ostran, mirelan, translation, glossary)]
STORIES = [module.GENRE for module in (veltic, ostran, mirelan)]
BE = BY_KEY["verb:be"].code
ENDINGS = {
    "veltic": r"(r?i)?|v?(en?|ad(en)?|ul(en)?)",
    "ostran": r"(a?r)?(o?n)?(u?m|e?t|o?s)?|(y?a|i?da|u?sh)(nu)?",
    "mirelan": r"((i?)ni)?",
}


@pytest.mark.parametrize("genre", GENRES, ids=lambda genre: genre.name)
def test_documents_are_as_the_corpus_wants_them(genre):
    documents = [genre.document(seed) for seed in range(60)]
    for document in documents:
        assert 300 <= len(document.text) <= 3000
        assert document.text.isascii()
        covered = bytearray(len(document.text))
        for kind, start, end, value in document.spans:
            assert 0 <= start < end <= len(document.text)
            allowed = values_of(kind)
            assert isinstance(value, int) and value >= 1 if allowed is None else value in allowed
            piece = document.text[start:end]
            assert piece == piece.strip() or kind in ("part", "language", "sentence", "clause", "clause_kind"), (
                kind,
                piece,
            )
            if kind == "pos":
                assert not any(covered[start:end])
                covered[start:end] = b"1" * (end - start)
        bare = [
            letter for letter, is_in in zip(document.text, covered, strict=True) if not is_in and not letter.isspace()
        ]
        assert bare == []
    assert len({document.text for document in documents}) == len(documents)
    assert genre.document(7) == genre.document(7)


def at_each_word(document):
    """The words in order, each with its text and its tags (the last that is said of its first letter)."""
    starts = {
        start: (document.text[start:end], {"pos": value}) for kind, start, end, value in document.spans if kind == "pos"
    }
    order = sorted(starts)
    for kind, start, end, value in document.spans:
        for place in order[bisect_left(order, start) : bisect_left(order, end)]:
            starts[place][1][kind] = value
    return [starts[place] for place in order]


def clauses(document):
    found = defaultdict(list)
    for text, tags in at_each_word(document):
        if "clause" in tags:
            found[tags["clause"]].append((text, tags))
    return list(found.values())


@pytest.mark.parametrize(
    ("genre", "order"),
    [(veltic.GENRE, "SVO"), (ostran.GENRE, "SOV"), (mirelan.GENRE, "VSO")],
    ids=lambda value: str(value)[:3],
)
def test_word_order_in_main_clauses(genre, order):
    seen = 0
    for seed in range(12):
        for clause in clauses(genre.document(seed)):
            if clause[0][1]["clause_kind"] != "main":
                continue
            marks = ""
            for _, tags in clause:
                mark = {"subject": "S", "object": "O"}.get(tags.get("role"), "V" if tags["pos"] == "verb" else "")
                marks += mark if not marks.endswith(mark) else ""
            if sorted(marks) == ["O", "S", "V"]:
                assert marks == order
                seen += 1
    assert seen > 80


def test_adjectives_stand_on_the_side_their_language_wants():
    for genre, place in ((veltic.GENRE, -1), (ostran.GENRE, 1), (mirelan.GENRE, 1)):
        seen = 0
        for seed in range(20):
            read = at_each_word(genre.document(seed))
            for at, (_, tags) in enumerate(read):
                if tags["pos"] == "adjective" and "entity" in tags:
                    noun = read[at - place][1]
                    assert (noun["pos"], noun.get("entity")) == ("noun", tags["entity"])
                    seen += 1
        assert seen > 50


def test_veltic_verbs_agree_with_their_subjects_and_show_it():
    singular = plural = 0
    for seed in range(30):
        for clause in clauses(veltic.GENRE.document(seed)):
            subject = [
                tags
                for text, tags in clause
                if tags.get("role") == "subject" and tags["pos"] in ("noun", "pronoun", "proper")
            ]
            verbs = [(text, tags) for text, tags in clause if tags["pos"] == "verb"]
            if len(subject) == 1 and len(verbs) == 1 and clause[0][1]["clause_kind"] != "relative":
                text, tags = verbs[0]
                assert tags["number"] == subject[0]["number"]
                assert text.endswith("en") == (tags["number"] == "plural")
                singular += tags["number"] == "singular"
                plural += tags["number"] == "plural"
    assert singular > 300
    assert plural > 60


def test_veltic_tense_is_in_the_ending():
    ending = {"present": r"en?$", "past": r"ad(en)?$", "future": r"ul(en)?$"}
    for seed in range(10):
        for text, tags in at_each_word(veltic.GENRE.document(seed)):
            if tags["pos"] == "verb":
                assert re.search(ending[tags["tense"]], text)


def test_ostran_objects_are_accusative_and_subjects_are_not():
    seen = 0
    for seed in range(20):
        for text, tags in at_each_word(ostran.GENRE.document(seed)):
            if (
                tags["pos"] in ("proper", "noun")
                and tags.get("role") in ("subject", "object")
                and tags["clause_kind"] == "main"
            ):
                if tags["role"] == "object":
                    assert text.endswith("m")
                    seen += 1
                elif tags["pos"] == "proper":
                    assert not text.endswith("m")
    assert seen > 100


def test_mirelan_past_has_its_particle_before_the_verb():
    for seed in range(10):
        read = at_each_word(mirelan.GENRE.document(seed))
        for (before, _), (_, tags) in pairwise(read):
            if tags["pos"] == "verb":
                particle = before.lower() if before.lower() in ("ta", "se") else ""
                assert particle == {"past": "ta", "future": "se", "present": ""}[tags["tense"]]


@pytest.mark.parametrize("genre", STORIES, ids=lambda genre: genre.name)
def test_every_word_is_a_form_of_the_word_for_its_meaning(genre):
    forms = LEXICONS[genre.name].forms
    for seed in range(20):
        for text, tags in at_each_word(genre.document(seed)):
            if "meaning" in tags:
                stem = forms[tags["meaning"] - 1]
                assert text.lower().startswith(stem)
                assert re.fullmatch(ENDINGS[genre.name], text.lower().removeprefix(stem)), (text, stem)


@pytest.mark.parametrize("genre", STORIES, ids=lambda genre: genre.name)
def test_senses_are_tagged_where_a_word_has_two(genre):
    double = Counter(LEXICONS[genre.name].forms[meaning.number] for meaning in MEANINGS if meaning.pos == "noun")
    seen = 0
    for seed in range(20):
        for _, tags in at_each_word(genre.document(seed)):
            if tags["pos"] == "noun":
                meaning = MEANINGS[tags["meaning"] - 1]
                form = LEXICONS[genre.name].forms[meaning.number]
                assert ("sense" in tags) == (double[form] == 2)
                if "sense" in tags:
                    assert tags["sense"] == f"{genre.name}:{form}:{meaning.key}"
                    seen += 1
    assert seen > 20


def test_pronouns_mean_somebody_who_was_there_before_and_has_their_gender():
    seen = 0
    for genre in STORIES:
        for seed in range(15):
            known, genders = set(), {}
            for _, tags in at_each_word(genre.document(seed)):
                if tags["pos"] == "pronoun" and "entity" in tags:
                    assert tags["entity"] in known
                    seen += "gender" in tags
                elif "entity" in tags:
                    known.add(tags["entity"])
                if "gender" in tags and "entity" in tags:
                    assert genders.setdefault(tags["entity"], tags["gender"]) == tags["gender"]
    assert seen > 200


def test_english_pronouns_have_the_gender_they_say():
    said = {"he": "he", "him": "he", "his": "he", "she": "she", "her": "she", "it": "it", "its": "it", "them": "they"}
    seen = Counter()
    for genre in (translation.GENRE, glossary.GENRE):
        for seed in range(70):
            for text, tags in at_each_word(genre.document(seed)):
                if tags["pos"] == "pronoun" and text.lower() in said and tags.get("language", "english") == "english":
                    assert tags["gender"] == said[text.lower()]
                    seen[text.lower()] += 1
    assert min(seen[word] for word in ("he", "him", "she", "her", "it", "them")) > 0


def by_language(document):
    """Concepts and entities of each language in a document of translations."""
    concepts, entities = defaultdict(Counter), defaultdict(set)
    spoken = [(start, end, value) for kind, start, end, value in document.spans if kind == "language"]
    for kind, start, _, value in document.spans:
        for begin, end, language in spoken:
            if begin <= start < end:
                if kind == "meaning" and value != BE:  # Ostran is silent on it
                    concepts[language][value] += 1
                elif kind == "entity":
                    entities[language].add(value)
    return concepts, entities


def test_translations_say_the_same_of_the_same_ones():
    pairs = Counter()
    for seed in range(60):
        concepts, entities = by_language(translation.GENRE.document(seed))
        assert len(concepts) in (2, 3)
        first = next(iter(concepts))
        for language in concepts:
            assert concepts[language] == concepts[first]
            assert entities[language] == entities[first]
            pairs[language] += 1
    assert min(pairs[language] for language in ("english", "veltic", "ostran", "mirelan")) > 10


def test_english_nouns_have_their_words_in_the_translation_found_by_form_alone():
    """Labelled lines, read without tags: where the English has "dog", the other language has a form of its word."""
    checked = 0
    names = [meaning for meaning in MEANINGS if meaning.pos == "noun"][:60]
    for seed in range(150):
        text = translation.GENRE.document(seed).text
        for language in ("veltic", "ostran", "mirelan"):
            pattern = (
                rf"^(?:{language.capitalize()}: (.*)\nEnglish: (.*)|English: (.*)\n{language.capitalize()}: (.*))$"
            )
            for one, two, three, four in re.findall(pattern, text, flags=re.M):
                spoken = re.findall("[a-z]+", (one or four).lower())
                english = re.findall("[a-z]+", (two or three).lower())
                for meaning in names:
                    if meaning.head not in english or BY_KEY.keys() & {
                        f"verb:{meaning.head}",
                        f"adjective:{meaning.head}",
                    }:
                        continue
                    stem = LEXICONS[language].forms[meaning.number]
                    rest = [word[len(stem) :] for word in spoken if word.startswith(stem)]
                    assert any(re.fullmatch(ENDINGS[language], ending) for ending in rest), (meaning.head, spoken)
                    checked += 1
    assert checked > 100


def test_glossary_entries_are_in_order_and_agree_with_the_lexicon():
    seen = 0
    for seed in range(40):
        text = glossary.GENRE.document(seed).text
        title, body = text.split("\n\n")
        language = title.split()[2].lower()
        keys = [re.split(r"[ :,=]", line)[0] for line in body.strip().split("\n")]
        assert keys == sorted(keys)
        for form, pos, head in re.findall(r"^(\w+) \((\w+)\): ([a-z]+)\.", body, flags=re.M):
            assert [m.key for m in LEXICONS[language].meanings[form]] == [f"{pos}:{head}"]
            seen += 1
        plural = {"veltic": ("i", "ri"), "ostran": ("ar", "r"), "mirelan": ("ini", "ni")}
        for form, written in re.findall(r"^(\w+) \(noun\): .*?\. Plural: (\w+)\.", body, flags=re.M):
            assert written == form + plural[language][form[-1] in "aeiou"]
    assert seen > 50
