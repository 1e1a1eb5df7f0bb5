"""Forms of English words, against pairs that any dictionary gives."""

import pytest

from cutaway.corpus.kinds import words
from cutaway.corpus.lexicon.forms import article, comparative, noun, plural, superlative, verb


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("dog", "dogs"),
        ("box", "boxes"),
        ("church", "churches"),
        ("dish", "dishes"),
        ("bus", "buses"),
        ("city", "cities"),
        ("monkey", "monkeys"),
        ("photo", "photos"),
        ("fisherman", "fishermen"),
        ("child/children", "children"),
        ("sheep/sheep", "sheep"),
        ("bread~", "bread"),
    ],
)
def test_plurals(written, expected):
    assert plural(written) == expected


def test_a_noun_that_is_not_counted_says_so():
    assert noun("bread~", "food") == ("bread", "bread", "food", True)
    assert noun("mouse/mice", "animal") == ("mouse", "mice", "animal", False)


@pytest.mark.parametrize(
    ("written", "forms"),
    [
        ("walk", "walk walks walked walked walking"),
        ("bake", "bake bakes baked baked baking"),
        ("carry", "carry carries carried carried carrying"),
        ("play", "play plays played played playing"),
        ("stop", "stop stops stopped stopped stopping"),
        ("fix", "fix fixes fixed fixed fixing"),
        ("show/showed/shown", "show shows showed shown showing"),
        ("need", "need needs needed needed needing"),
        ("open", "open opens opened opened opening"),
        ("admit+", "admit admits admitted admitted admitting"),
        ("agree", "agree agrees agreed agreed agreeing"),
        ("tiptoe", "tiptoe tiptoes tiptoed tiptoed tiptoeing"),
        ("die", "die dies died died dying"),
        ("watch", "watch watches watched watched watching"),
        ("echo", "echo echoes echoed echoed echoing"),
        ("quit/quit", "quit quits quit quit quitting"),
        ("begin+/began/begun", "begin begins began begun beginning"),
        ("eat/ate/eaten", "eat eats ate eaten eating"),
        ("make/made", "make makes made made making"),
        ("go/went/gone", "go goes went gone going"),
        ("have/had", "have has had had having"),
        ("be/was/been", "be is was been being"),
    ],
)
def test_forms_of_verbs(written, forms):
    assert tuple(verb(written)) == tuple(forms.split())


def test_articles_follow_the_sound_and_not_the_letter():
    an = words("apple hour honest heir umbrella uncle unimportant uninteresting onion egg usher 8 11 18 80")
    a = words("dog house university unit uniform union useful usual European one-eyed horse utensil yellow 1 7 10 100")
    assert {article(word) for word in an} == {"an"}
    assert {article(word) for word in a} == {"a"}


@pytest.mark.parametrize(
    ("word", "more", "most"),
    [
        ("old", "older", "oldest"),
        ("big", "bigger", "biggest"),
        ("large", "larger", "largest"),
        ("happy", "happier", "happiest"),
        ("lonely", "lonelier", "loneliest"),
        ("dry", "drier", "driest"),
        ("shy", "shyer", "shyest"),
        ("grey", "greyer", "greyest"),
        ("new", "newer", "newest"),
        ("gentle", "gentler", "gentlest"),
        ("narrow", "narrower", "narrowest"),
        ("clever", "cleverer", "cleverest"),
        ("red", "redder", "reddest"),
        ("sweet", "sweeter", "sweetest"),
        ("cruel", "crueller", "cruellest"),
        ("good", "better", "best"),
        ("bad", "worse", "worst"),
        ("careful", "more careful", "most careful"),
        ("tired", "more tired", "most tired"),
        ("bored", "more bored", "most bored"),
        ("useful", "more useful", "most useful"),
        ("elderly", "more elderly", "most elderly"),
        ("expensive", "more expensive", "most expensive"),
    ],
)
def test_comparison(word, more, most):
    assert (comparative(word), superlative(word)) == (more, most)
