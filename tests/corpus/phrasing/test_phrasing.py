"""The notation of phrases by hand, dates against the standard library, numbers in words against a second way."""

import datetime

import pytest

from cutaway.corpus.document import Page
from cutaway.corpus.draw import Draw
from cutaway.corpus.phrasing.dates import MONTHS, Date, full_date
from cutaway.corpus.phrasing.grammar import Grammar, Word, put
from cutaway.corpus.phrasing.numbers import in_words, ordinal, put_random_digits, roman
from cutaway.corpus.phrasing.people import meet


def text_of(words):
    page = Page("test")
    put(page, words)
    return page.finished().text


def test_a_sentence_of_the_notation_is_written_with_its_tags():
    grammar = Grammar("""
        say =
            ^ the old_a dog_n saw_vd {a thing} ( not {who} ) .
        who =
            me
    """)
    page = Page("test")
    grammar.write(page, Draw(1), "say", {"thing": (Word("owl", "noun", {"concept": 3}),)})
    document = page.finished()
    assert document.text == "The old dog saw an owl (not me)."
    assert ("an", "determiner") in document.tagged("pos")
    assert document.tagged("tense") == [("saw", "past")]
    assert document.tagged("concept") == [("owl", 3)]
    assert document.tagged("sentence") == [(document.text, 1)]
    assert grammar.slots() == {"thing"}


def test_a_word_of_no_closed_class_needs_a_code():
    with pytest.raises(AssertionError, match="dog_n"):
        Grammar("say =\n the dog")


def test_new_alternatives_are_written_until_none_is_left():
    grammar, page, said = Grammar("say =\n a\n the\n this"), Page("test"), set()
    assert [grammar.write_new(page, Draw(5), "say", {}, said=said) for _ in range(4)] == [True, True, True, False]
    assert sorted(page.finished().text.split()) == ["a", "the", "this"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "zero"),
        (13, "thirteen"),
        (40, "forty"),
        (99, "ninety-nine"),
        (100, "one hundred"),
        (115, "one hundred and fifteen"),
        (1005, "one thousand and five"),
        (2340, "two thousand three hundred and forty"),
    ],
)
def test_numbers_in_words_by_hand(value, text):
    assert text_of(in_words(value)) == text


@pytest.mark.parametrize(("value", "text"), [(3, "third"), (20, "twentieth"), (42, "forty-second")])
def test_ordinals_by_hand(value, text):
    assert text_of(ordinal(value)) == text


@pytest.mark.parametrize(("value", "text"), [(4, "IV"), (9, "IX"), (14, "XIV"), (49, "XLIX"), (88, "LXXXVIII")])
def test_roman_numerals_by_hand(value, text):
    assert roman(value) == text


def test_random_digits_are_the_number_given_back():
    page = Page("test")
    value = put_random_digits(page, Draw(3), 4)
    assert page.finished().text == str(value)
    assert [choices for _, choices in page.finished().tagged("choices")] == [9, 10, 10, 10]


def test_days_later_and_weekdays_are_those_of_the_calendar():
    for day, month, year, later in ((28, 2, 2024, 1), (28, 2, 2023, 1), (31, 12, 1999, 60), (5, 7, 2011, 700)):
        real = datetime.date(year, month, day)
        assert Date(day, month, year).weekday == real.strftime("%A")
        moved = real + datetime.timedelta(days=later)
        assert Date(day, month, year).later(later) == Date(moved.day, moved.month, moved.year)


def test_dates_in_three_styles():
    date = Date(4, 5, 2010)
    assert [text_of(full_date(date, style)) for style in range(3)] == ["4 May 2010", "May 4, 2010", "2010-05-04"]
    assert len(MONTHS) == 12


def test_people_of_a_document_differ_and_keep_their_number_in_their_pronouns():
    page = Page("test")
    people = meet(page, Draw(2), 12)
    assert len({person.given for person in people}) == len({person.family for person in people}) == 12
    for number, person in enumerate(people, 1):
        forms = (person.full, person.subject, person.object, person.possessor)
        assert {word.tags["entity"] for form in forms for word in form} == {number}
        assert person.subject[0].text == person.gender
