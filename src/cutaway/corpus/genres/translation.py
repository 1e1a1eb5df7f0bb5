"""Sentences in one language and then in another: pairs of lines, tables, exercises, whole paragraphs."""

from typing import Final

from cutaway.corpus.document import Page
from cutaway.corpus.draw import Draw
from cutaway.corpus.genre import Genre
from cutaway.corpus.languages.foreign import Foreign
from cutaway.corpus.languages.in_english import English
from cutaway.corpus.languages.scenes import Scene
from cutaway.corpus.languages.sounds import INVENTED
from cutaway.corpus.languages.thoughts import Thought

Speaker = English | Foreign
HEADINGS: Final = ("Exercises", "Lesson", "Phrases", "Practice", "Translations")


def _speak(page: Page, language: str, thoughts: list[Thought]) -> None:
    """The same thoughts in a language, one sentence after the other."""
    speaker: Speaker = English(page) if language == "english" else Foreign(page, language)
    with page.span(language=language):
        for thought in thoughts:
            speaker.sentence(thought)


def _label(page: Page, language: str) -> None:
    page.word(language.capitalize(), "proper", part="label")


def _words(page: Page, text: str) -> None:
    """Words of the frame, each given with its part of speech: in/preposition."""
    for entry in text.split():
        word, pos = entry.split("/")
        page.word(word, pos)


def _labelled(page: Page, languages: list[str], thoughts: list[Thought]) -> None:
    for thought in thoughts:
        for language in languages:
            _label(page, language)
            page.glue(":")
            _speak(page, language, [thought])
            page.line()
        page.line()


def _equal(page: Page, languages: list[str], thoughts: list[Thought]) -> None:
    _label(page, languages[0])
    page.word("=", "operator")
    _label(page, languages[1])
    page.raw("\n\n")
    for thought in thoughts:
        _speak(page, languages[0], [thought])
        page.word("=", "operator")
        _speak(page, languages[1], [thought])
        page.line()


def _prose(page: Page, draw: Draw, languages: list[str], thoughts: list[Thought]) -> None:
    """In Ostran one says this, and it means that."""

    def quoted(language: str, thought: Thought) -> None:
        page.opening('"')
        _speak(page, language, [thought])
        page.glue('"')

    for thought in thoughts:
        first, second = languages if draw.chance(0.6) else reversed(languages)
        form = draw.below(4)
        page.capital = True
        if form == 0:
            _words(page, "in/preposition")
            _label(page, first)
            _words(page, "one/pronoun says/verb")
            quoted(first, thought)
            _words(page, "and/conjunction in/preposition")
            _label(page, second)
        elif form == 1:
            _words(page, "the/determiner")
            _label(page, first)
            _words(page, "sentence/noun")
            quoted(first, thought)
            _words(page, "means/verb in/preposition")
            _label(page, second)
        elif form == 2:
            _words(page, "how/adverb do/auxiliary you/pronoun say/verb")
            quoted(first, thought)
            _words(page, "in/preposition")
            _label(page, second)
            page.glue("?")
            page.capital = True
            _words(page, "you/pronoun say/verb")
        else:
            _words(page, "whoever/pronoun hears/verb")
            quoted(first, thought)
            _words(page, "in/preposition")
            _label(page, first)
            page.glue(",")
            _words(page, "hears/verb in/preposition")
            _label(page, second)
        page.glue(":")
        quoted(second, thought)
        page.line()


def _paragraphs(page: Page, languages: list[str], thoughts: list[Thought]) -> None:
    half = len(thoughts) // 2
    for part in (thoughts[:half], thoughts[half:]):
        for language in languages:
            with page.span(part="heading"):
                page.word(language.capitalize(), "proper")
            page.line()
            _speak(page, language, part)
            page.raw("\n\n")


def _table(page: Page, languages: list[str], thoughts: list[Thought]) -> None:
    for language in languages:
        page.word("|", "markup")
        page.word(language.capitalize(), "proper", part="header")
    page.word("|", "markup")
    for thought in thoughts:
        page.line()
        for language in languages:
            page.word("|", "markup")
            with page.span(part="cell"):
                _speak(page, language, [thought])
        page.word("|", "markup")


def _exercises(page: Page, languages: list[str], thoughts: list[Thought]) -> None:
    for number, thought in enumerate(thoughts, 1):
        page.raw(str(number), "number", choices=1)
        page.glue(".")
        _words(page, "Translate/verb into/preposition")
        _label(page, languages[1])
        page.glue(":")
        with page.span(part="question"):
            _speak(page, languages[0], [thought])
        page.line()
        _words(page, "Answer/noun")
        page.glue(":")
        with page.span(part="answer"):
            _speak(page, languages[1], [thought])
        page.line()


def _thoughts(scene: Scene, draw: Draw, count: int, *, quotations: bool) -> list[Thought]:
    found: list[Thought] = []
    while len(found) < count:
        thought = scene.question() if draw.chance(0.12) else scene.next()
        if quotations or not thought.quoted:
            found.append(thought)
    return found


def write(page: Page, draw: Draw) -> None:
    """One scene in two languages, or three in a table."""
    scene = Scene(page, draw)
    foreign = draw.some(INVENTED, 2)
    languages = ["english", foreign[0]] if draw.chance(0.75) else foreign
    languages = draw.shuffled(languages)
    layout = draw.below(6)
    if layout != 3 and draw.chance(0.4):
        with page.span(part="title"):
            page.word(draw.one(HEADINGS), "noun")
            _words(page, "in/preposition")
            page.word(languages[1].capitalize(), "proper")
        page.raw("\n\n")
    thoughts = _thoughts(scene, draw, draw.between(8, 14), quotations=layout != 2)
    if layout == 0:
        _labelled(page, languages, thoughts)
    elif layout == 1:
        _equal(page, languages, thoughts)
    elif layout == 2:
        _prose(page, draw, languages, thoughts)
    elif layout == 3:
        _paragraphs(page, languages, thoughts)
    elif layout == 4:
        third = [name for name in ("english", *INVENTED) if name not in languages]
        _table(page, [*languages, draw.one(third)] if draw.chance(0.4) else languages, thoughts)
    else:
        _exercises(page, languages, thoughts)


GENRE = Genre("translation", "sentences in one language and then in another", 0.04, write)
