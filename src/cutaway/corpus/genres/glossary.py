"""Pages of dictionaries of the invented languages: word, part of speech, meaning, one more form, an example."""

from typing import Final

from cutaway.corpus.document import Page
from cutaway.corpus.draw import Draw
from cutaway.corpus.genre import Genre
from cutaway.corpus.languages.examples import example
from cutaway.corpus.languages.foreign import Foreign
from cutaway.corpus.languages.grammar import GRAMMARS, noun_form, verb_form
from cutaway.corpus.languages.in_english import English
from cutaway.corpus.languages.meanings import GRAMMAR, MEANINGS, Meaning
from cutaway.corpus.languages.sounds import INVENTED
from cutaway.corpus.languages.words import LEXICONS

WORDS: Final = tuple(meaning for meaning in MEANINGS if meaning.pos not in GRAMMAR)
TITLES: Final = ("Words of", "Vocabulary of", "Dictionary of", "Glossary of", "Wordlist for")
SHORT: Final = {"noun": "n", "verb": "v", "adjective": "adj", "adverb": "adv"}


def _title(page: Page, draw: Draw, languages: list[str]) -> None:
    first, second = draw.one(TITLES).split()
    with page.span(part="title"):
        page.word(first, "noun")
        page.word(second, "preposition")
        for at, language in enumerate(languages):
            if at:
                page.word("and", "conjunction")
            page.word(language.capitalize(), "proper")
    page.raw("\n\n")


def _meanings(page: Page, meanings: tuple[Meaning, ...]) -> None:
    """What it means in English; numbered where there are two."""
    for at, meaning in enumerate(meanings, 1):
        if len(meanings) > 1:
            page.word(str(at), "number", choices=1)
            page.glue(".")
        page.word(meaning.head, meaning.pos, part="value", meaning=meaning.code)
        if at < len(meanings):
            page.glue(";")


def _foreign(page: Page, language: str, meaning: Meaning, text: str, part: str) -> None:
    page.word(text, meaning.pos, part=part, language=language, meaning=meaning.code)


def _more(page: Page, language: str, meaning: Meaning) -> None:
    """The plural of a noun or the past of a verb, which follow from the word."""
    form = LEXICONS[language].word(meaning)
    if meaning.pos == "noun" and meaning.counted:
        page.word("Plural", "noun", part="label")
        page.glue(":")
        plural = noun_form(language, form, True, False, "nominative")
        page.word(plural, "noun", number="plural", language=language, meaning=meaning.code, choices=1)
    elif meaning.pos == "verb":
        page.word("Past", "noun", part="label")
        page.glue(":")
        particle = GRAMMARS[language].tense_particles.get("past")
        if particle is not None:
            page.word(particle, "particle", tense="past", language=language, choices=1)
        past = verb_form(language, form, "past", False, False)
        page.word(past, "verb", tense="past", language=language, meaning=meaning.code, choices=1)
    else:
        return
    page.glue(".")


def _example(page: Page, draw: Draw, language: str, meaning: Meaning) -> None:
    thought = example(page, draw, meaning)
    with page.span(part="example"):
        with page.span(language=language):
            Foreign(page, language).sentence(thought)
        page.word("=", "operator")
        English(page).sentence(thought)


def _entry(page: Page, draw: Draw, language: str, form: str, *, brackets: bool) -> None:
    """A headword and all about it."""
    meanings = LEXICONS[language].meanings[form]
    _foreign(page, language, meanings[0], form, "key")
    if brackets:
        page.opening("(")
        page.word(meanings[0].pos, "noun", part="label")
        page.glue(")", choices=1)
        page.glue(":")
    else:
        page.glue(",")
        page.word(SHORT[meanings[0].pos], "noun", part="label")
        page.glue(".")
    _meanings(page, meanings)
    page.glue(".")
    _more(page, language, meanings[0])
    if draw.chance(0.6):
        _example(page, draw, language, draw.one(meanings))
    page.line()


def _from_english(page: Page, draw: Draw, languages: list[str], meanings: list[Meaning]) -> None:
    """English words in alphabetical order, each with its word in one language or more."""
    for meaning in sorted(meanings, key=lambda one: one.key.partition(":")[2]):
        page.word(meaning.head, meaning.pos, part="key", meaning=meaning.code)
        page.glue(":")
        for at, language in enumerate(languages):
            if at:
                page.glue(",")
            if len(languages) > 1:
                page.word(language.capitalize(), "proper", part="label")
            _foreign(page, language, meaning, LEXICONS[language].word(meaning), "value")
        page.glue(".")
        if draw.chance(0.3):
            _more(page, languages[-1], meaning)
        page.line()


def write(page: Page, draw: Draw) -> None:
    """A title and some entries in alphabetical order."""
    layout, count = draw.below(4), draw.between(10, 18)
    chosen: dict[str, Meaning] = {}
    while len(chosen) < count:
        meaning = draw.common(WORDS) if draw.chance(0.5) else draw.one(WORDS)
        chosen[meaning.head] = meaning
    if layout < 2:
        language = draw.one(INVENTED)
        _title(page, draw, [language])
        forms = sorted({LEXICONS[language].word(meaning): 0 for meaning in chosen.values()})
        for form in forms:
            _entry(page, draw, language, form, brackets=layout == 0)
    elif layout == 2:
        languages = draw.some(INVENTED, draw.between(2, 3))
        _title(page, draw, languages)
        _from_english(page, draw, languages, list(chosen.values()))
    else:
        language = draw.one(INVENTED)
        _title(page, draw, [language])
        for meaning in sorted(chosen.values(), key=lambda one: one.head):
            page.word(meaning.head, meaning.pos, part="key", meaning=meaning.code)
            page.word("=", "operator")
            _foreign(page, language, meaning, LEXICONS[language].word(meaning), "value")
            page.glue(";")
            _example(page, draw, language, meaning)
            page.line()


GENRE = Genre("glossary", "entries of dictionaries of the invented languages", 0.02, write)
