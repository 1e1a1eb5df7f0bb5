"""Endings and sentences of the invented languages, against what their grammars say, put together by hand."""

import pytest

from cutaway.corpus.document import Page
from cutaway.corpus.languages.foreign import Foreign
from cutaway.corpus.languages.grammar import noun_form, verb_form
from cutaway.corpus.languages.in_english import English, article_before, past_of, plural_of, third_of
from cutaway.corpus.languages.meanings import BY_KEY
from cutaway.corpus.languages.thoughts import BE, Phrase, Thought
from cutaway.corpus.languages.words import LEXICONS


@pytest.mark.parametrize(
    ("language", "stem", "plural", "definite", "case", "expected"),
    [
        ("veltic", "krel", True, True, "nominative", "kreli"),
        ("veltic", "kosa", True, False, "accusative", "kosari"),
        ("veltic", "kosa", False, True, "dative", "kosa"),
        ("ostran", "mod", False, False, "nominative", "mod"),
        ("ostran", "mod", False, True, "accusative", "modonum"),
        ("ostran", "mod", True, True, "genitive", "modaronos"),
        ("ostran", "zuga", True, False, "dative", "zugaret"),
        ("ostran", "zuga", False, False, "accusative", "zugam"),
        ("ostran", "zuga", False, True, "genitive", "zuganos"),
        ("mirelan", "fel", True, True, "accusative", "felini"),
        ("mirelan", "luma", True, False, "nominative", "lumani"),
    ],
)
def test_nouns_by_hand(language, stem, plural, definite, case, expected):
    assert noun_form(language, stem, plural, definite, case) == expected


@pytest.mark.parametrize(
    ("language", "stem", "tense", "plural", "negated", "expected"),
    [
        ("veltic", "dol", "present", False, False, "dole"),
        ("veltic", "dol", "present", True, False, "dolen"),
        ("veltic", "dol", "past", True, True, "doladen"),
        ("veltic", "kra", "future", False, False, "kravul"),
        ("veltic", "kra", "present", True, False, "kraven"),
        ("ostran", "zag", "present", True, False, "zaga"),
        ("ostran", "zag", "past", False, True, "zagidanu"),
        ("ostran", "gro", "past", False, False, "groda"),
        ("ostran", "gro", "future", False, True, "groshnu"),
        ("ostran", "gro", "present", False, False, "groya"),
        ("mirelan", "sil", "past", True, True, "sil"),
    ],
)
def test_verbs_by_hand(language, stem, tense, plural, negated, expected):
    assert verb_form(language, stem, tense, plural, negated) == expected


def meaning(key):
    return BY_KEY[key]


def noun(head, **said):
    return Phrase(said.pop("entity", 1), said.pop("gender", "he"), meaning(f"noun:{head}"), **said)


def spoken(language, thought):
    page = Page("test")
    (English(page) if language == "english" else Foreign(page, language)).sentence(thought)
    return page.finished()


def stems(language, *keys):
    return [LEXICONS[language].forms[BY_KEY[key].number] for key in keys]


def of(stem, after_consonant, after_vowel):
    return stem + (after_vowel if stem[-1] in "aeiou" else after_consonant)


def sighting():
    """The old kings did not see a dog."""
    old_kings = noun("king", definite=True, plural=True, adjective=meaning("adjective:old"))
    return Thought(
        meaning("verb:see"), "past", subject=old_kings, many=True, object=noun("dog", entity=2), negated=True
    )


def test_one_thought_in_four_languages():
    thought = sighting()
    assert spoken("english", thought).text == "The old kings did not see a dog."
    old, king, see, dog = stems("veltic", "adjective:old", "noun:king", "verb:see", "noun:dog")
    expected = f"Sen {old} {of(king, 'i', 'ri')} ne {of(see, 'aden', 'vaden')} {dog}."
    assert spoken("veltic", thought).text == expected
    old, king, see, dog = stems("ostran", "adjective:old", "noun:king", "verb:see", "noun:dog")
    expected = f"{of(king, 'ar', 'r').capitalize()}on {old} {of(dog, 'um', 'm')} {of(see, 'ida', 'da')}nu."
    assert spoken("ostran", thought).text == expected
    old, king, see, dog = stems("mirelan", "adjective:old", "noun:king", "verb:see", "noun:dog")
    assert spoken("mirelan", thought).text == f"Mai ta {see} {of(king, 'ini', 'ni')} {old} {dog}."


def test_owners_and_questions():
    owned = noun("book", entity=2, gender="it", owner=noun("king", definite=True))
    subject = Phrase(3, "she", pronoun="she")
    thought = Thought(meaning("verb:take"), "future", subject=subject, object=owned, asked=True)
    assert spoken("english", thought).text == "Will she take the king's book?"
    book, king, take = stems("veltic", "noun:book", "noun:king", "verb:take")
    assert spoken("veltic", thought).text == f"Ka ela {of(take, 'ul', 'vul')} sa {book} ve sa {king}?"
    book, king, take = stems("ostran", "noun:book", "noun:king", "verb:take")
    expected = f"Ho {of(king, 'on', 'n')}os {of(book, 'on', 'n')}um {of(take, 'ush', 'sh')} li?"
    assert spoken("ostran", thought).text == expected
    book, king, take = stems("mirelan", "noun:book", "noun:king", "verb:take")
    assert spoken("mirelan", thought).text == f"E se {take} la {book} lo {king}?"


def test_relative_clauses_and_recipients():
    seen = Thought(meaning("verb:see"), "present", subject=Phrase(2, "he", name="Tavo"))
    ring = noun("ring", definite=True, relative=seen, gender="it")
    queen = noun("queen", entity=3, definite=True)
    subject = Phrase(4, "they", pronoun="they", plural=True)
    thought = Thought(meaning("verb:give"), "present", subject=subject, many=True, object=ring, recipient=queen)
    assert spoken("english", thought).text == "They give the ring that Tavo sees to the queen."
    see, ring, queen, give = stems("veltic", "verb:see", "noun:ring", "noun:queen", "verb:give")
    expected = f"Los {of(give, 'en', 'ven')} sa {ring} ke Tavo {of(see, 'e', 've')} al sa {queen}."
    assert spoken("veltic", thought).text == expected
    see, ring, queen, give = stems("ostran", "verb:see", "noun:ring", "noun:queen", "verb:give")
    object_ = f"{of(ring, 'on', 'n')}um kelum Tavo {of(see, 'a', 'ya')}"
    expected = f"Hom {of(queen, 'on', 'n')}et na {object_} {of(give, 'a', 'ya')}."
    assert spoken("ostran", thought).text == expected
    see, ring, queen, give = stems("mirelan", "verb:see", "noun:ring", "noun:queen", "verb:give")
    assert spoken("mirelan", thought).text == f"{give.capitalize()} lali {ring} ri {see} Tavo a {queen}."


def test_quotation_with_its_tags():
    inner = Thought(BE, "present", subject=Phrase(1, "he", pronoun="I"), quality=meaning("adjective:tired"))
    tavo = Phrase(1, "he", name="Tavo")
    thought = Thought(meaning("verb:say"), "past", subject=tavo, complement=inner, quoted=True)
    document = spoken("english", thought)
    assert document.text == 'Tavo said: "I am tired."'
    assert document.tagged("quoted") == [("I am tired.", 1)]
    assert document.tagged("person") == [("I am tired.", 1)]
    assert [kind for _, kind in document.tagged("clause_kind")] == ["main", "quoted"]
    tired, say = stems("ostran", "adjective:tired", "verb:say")
    assert spoken("ostran", thought).text == f'Tavo {of(say, "ida", "da")}: "Ga {tired}."'


@pytest.mark.parametrize(
    ("key", "plural"),
    [
        ("noun:box", "boxes"),
        ("noun:child", "children"),
        ("noun:key", "keys"),
        ("noun:bush", "bushes"),
        ("noun:sheep", "sheep"),
    ],
)
def test_english_plurals(key, plural):
    assert plural_of(BY_KEY[key]) == plural


@pytest.mark.parametrize(
    ("key", "third", "past"),
    [
        ("verb:go", "goes", "went"),
        ("verb:carry", "carries", "carried"),
        ("verb:hurry", "hurries", "hurried"),
        ("verb:play", "plays", "played"),
        ("verb:watch", "watches", "watched"),
        ("verb:drop", "drops", "dropped"),
        ("verb:love", "loves", "loved"),
    ],
)
def test_english_verbs(key, third, past):
    assert (third_of(BY_KEY[key]), past_of(BY_KEY[key])) == (third, past)


def test_english_articles_go_by_sound():
    words = ["apple", "hour", "useful", "king", "honest", "owl"]
    assert [article_before(word) for word in words] == ["an", "an", "a", "a", "an", "an"]


def test_no_english_verb_or_plural_is_misspelt():
    for each in BY_KEY.values():
        if each.pos == "verb":
            past = past_of(each)
            assert not past.endswith(("eed", "aed", "yyed")) or past == "freed"
            assert not (past.endswith("yed") and past[-4] not in "aeiou")
        if each.pos == "noun" and each.counted:
            assert not (plural_of(each).endswith("ys") and plural_of(each)[-3] not in "aeiou")
