"""The lexicon of the invented languages, counted again from its forms alone."""

from collections import Counter, defaultdict
from itertools import combinations

from cutaway.corpus.kinds import words
from cutaway.corpus.languages.meanings import BY_KEY, GRAMMAR, MEANINGS
from cutaway.corpus.languages.sounds import INVENTED, shifted
from cutaway.corpus.languages.words import COGNATES, EQUAL, FALSE_FRIENDS, LEXICONS, SENSES, TWO_SENSES

FREQUENT_ENGLISH = words(
    "the of and to in is he was for it as on be at by had not are but from or have an they which one you"
    " were her all she there would their we him been has when who will more no if out so said what up its"
    " about into than them can only other new some could time these two may then do first any my now such"
    " like our over man me even most made after also did many before must through back years where much"
    " your way well down should because each just those people how too good very make world still see own"
    " men work long get here life both between being under never same day home year last might us great"
    " red best let fast list lot den kind sun god bad run dog bar gun mud hum moor fire sea line live mile"
    " per as sum post for pan"
)


def test_there_are_over_700_meanings_and_none_twice():
    count = Counter(meaning.pos for meaning in MEANINGS)
    assert len(MEANINGS) >= 700
    assert count["noun"] >= 400
    assert count["verb"] >= 120
    assert count["adjective"] >= 110
    assert len({meaning.key for meaning in MEANINGS}) == len(MEANINGS)
    assert [meaning.number for meaning in MEANINGS] == list(range(len(MEANINGS)))


def test_words_of_grammar_come_before_all_others_and_groups_take_turns():
    open_at = [meaning.pos not in GRAMMAR for meaning in MEANINGS]
    assert open_at == sorted(open_at)
    assert BY_KEY["noun:man"].number < BY_KEY["noun:thief"].number < BY_KEY["noun:student"].number
    assert BY_KEY["verb:see"].number < BY_KEY["noun:student"].number


def test_sound_shifts_by_hand():
    assert shifted("pekit", "veltic") == "pekit"
    assert shifted("pekit", "ostran") == "bogud"
    assert shifted("pekit", "mirelan") == "fehita"
    assert shifted("soros", "mirelan") == "sulusa"


def test_about_a_quarter_of_meanings_has_kindred_words():
    open_ones = [meaning.number for meaning in MEANINGS if meaning.pos == "number" or meaning.pos not in GRAMMAR]
    equal, by_shift = set(), set()
    for number in open_ones:
        forms = {language: LEXICONS[language].forms[number] for language in INVENTED}
        if len(set(forms.values())) < 3:
            equal.add(number)
        for first, second in combinations(INVENTED, 2):
            if _kindred(first, forms[first], second, forms[second]):
                by_shift.add(number)
    # Chance adds a few short words that happen to agree.
    assert EQUAL <= len(equal) <= EQUAL + 8
    assert COGNATES <= len(equal | by_shift) <= COGNATES + 30
    assert 0.22 < len(equal | by_shift) / len(open_ones) < 0.30


def _kindred(first: str, one: str, second: str, other: str) -> bool:
    """Whether some old word could have become both, sound by sound."""
    ostran = dict(zip("ptksei", "bdgzou", strict=True))
    mirelan = dict(zip("pkro", "fhlu", strict=True))
    one, other = (
        word[:-1] if word[-1] == "a" and name == "mirelan" else word for name, word in ((first, one), (second, other))
    )
    if len(one) != len(other) or len(one) < 3:
        return False
    tables = {"veltic": {}, "ostran": ostran, "mirelan": mirelan}
    old_sounds = "ptksmnrlvfaeio"
    for here, there in zip(one, other, strict=True):
        pairs = {(tables[first].get(old, old), tables[second].get(old, old)) for old in old_sounds}
        if (here, there) not in pairs:
            return False
    return True


def test_false_friends_mean_one_thing_here_and_another_there():
    found = 0
    for first, second in combinations(INVENTED, 2):
        there = _by_form(second)
        for form, meanings in _by_form(first).items():
            if form in there and not meanings & there[form]:
                found += 1
    assert found >= 3 * FALSE_FRIENDS >= 40


def _by_form(language: str) -> dict[str, set[str]]:
    found = defaultdict(set)
    for meaning in MEANINGS:
        if meaning.pos not in GRAMMAR:
            found[LEXICONS[language].forms[meaning.number]].add(meaning.key)
    return found


def test_each_language_has_its_words_of_two_senses_and_all_are_listed():
    listed = set()
    for language in INVENTED:
        double = {form: meanings for form, meanings in _by_form(language).items() if len(meanings) > 1}
        assert len(double) == TWO_SENSES >= 25
        assert all(len(meanings) == 2 for meanings in double.values())
        listed |= {f"{language}:{form}:{key}" for form, meanings in double.items() for key in meanings}
    assert listed == set(SENSES)
    assert len(SENSES) == len(listed)


def test_a_sense_is_named_by_language_form_and_meaning():
    for language in INVENTED:
        lexicon = LEXICONS[language]
        for number, sense in lexicon.senses.items():
            assert sense == f"{language}:{lexicon.forms[number]}:{MEANINGS[number].key}"


def test_senses_of_one_word_are_of_different_groups():
    for language in INVENTED:
        for meanings in _by_form(language).values():
            if len(meanings) == 2:
                assert len({BY_KEY[key].group for key in meanings}) == 2


def test_some_words_look_english_and_mean_something_else():
    looking = 0
    for language in INVENTED:
        for meaning in MEANINGS:
            form = LEXICONS[language].forms[meaning.number]
            if form in FREQUENT_ENGLISH and meaning.pos not in GRAMMAR:
                looking += 1
                assert meaning.head != form
    assert looking >= 30


def test_words_are_lower_case_letters_only():
    for language in INVENTED:
        assert all(form.isascii() and form.isalpha() and form.islower() for form in LEXICONS[language].forms)


def test_no_stem_is_a_word_of_grammar():
    for language in INVENTED:
        forms = LEXICONS[language].forms
        closed = {forms[meaning.number] for meaning in MEANINGS if meaning.pos in GRAMMAR}
        assert closed.isdisjoint(forms[meaning.number] for meaning in MEANINGS if meaning.pos not in GRAMMAR)
