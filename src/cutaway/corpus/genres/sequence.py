"""Sequences in which each element follows from the ones before: numbers by steps, letters, days, months, numerals."""

from collections.abc import Callable
from typing import NamedTuple

from cutaway.corpus.document import Page
from cutaway.corpus.draw import Draw
from cutaway.corpus.genre import Genre
from cutaway.corpus.kinds import words
from cutaway.corpus.phrasing.dates import DAYS, MONTHS, any_date, clock, full_date
from cutaway.corpus.phrasing.grammar import Grammar, Word, Words, put, tagged
from cutaway.corpus.phrasing.numbers import digits, in_words, ordinal, roman

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

GRAMMAR = Grammar("""
caption =
    {what} , {how}
    {what}
    {how} : {what}
    {how}
numbers =
    numbers_ns by {step}
    the numbers_ns from {first} in steps_ns of {step}
    counting_vg by {step}
backwards =
    a countdown_n from {first} by {step}
    numbers_ns backwards_r from {first}
    counting_vg down_r by {step}
doubling =
    each number_n is twice the one before
    powers_ns and doubles_ns from {first}
    doubling_vg from {first}
squares =
    the square_a numbers_ns from {first}
    squares_ns of whole_a numbers_ns
letters =
    letters_ns of the alphabet_n
    the alphabet_n from {first}
    letters_ns in order_n
days =
    days_ns of the week_n
    the week_n from {first}
    weekdays_ns in order_n
months =
    months_ns of the year_n
    the year_n from {first}
    months_ns in order_n
numerals =
    numerals_ns from {first}
    chapters_ns from {first}
    Roman_a numerals_ns
ordinals =
    places_ns in a race_n
    ordinals_ns from {first}
    who_u came_vd in
versions =
    releases_ns since {first}
    versions_ns in order_n
    updates_ns of the program_n
dates =
    dates_ns from {first}
    every_d date_n of the course_n
    the calendar_n from {first}
times =
    departures_ns from {first}
    times_ns of the bus_n
    trains_ns leave_vb at
ask =
    ^ what comes_vz next_r ?
    ^ which is the next_a one ?
    ^ what follows_vz ?
    ^ continue_v the series_n .
ask_after =
    ^ what comes_vz after {one} ?
    ^ which follows_vz {one} ?
    ^ after {one} , what is next_a ?
ask_before =
    ^ what comes_vz before {one} ?
    ^ which is just_r before {one} ?
find_gap =
    find_v the missing_a one
    fill_v the gap_n
    one is missing_a
    which one is not there_r ?
title =
    in order_n
    what comes_vz next_r
    sequences_ns and series_ns
    one after another_u
    counting_vg and naming_vg
    exercises_ns in order_n
    rows_ns to continue_v
answer =
    answer_n
    solution_n
    it is
remark =
    ^ in this row_n each element_n follows_vz from the one before .
    ^ read_v it aloud_r and go_v on_r .
    ^ say_v the row_n again .
    ^ the next_a row_n is for {name} .
    ^ check_v each step_n with a friend_n .
""")
SIDES = tuple((Word(name, "proper"),) for name in words("Mira Otto Jana Pia Ruben Lotte Emil Nora Ivo Tess"))


class Series(NamedTuple):
    """Elements in order, the rule of the grammar that says what they are, and how big each step is."""

    rule: str
    elements: list[tuple[Word, ...]]
    step: int


def _show(draw: Draw) -> Callable[[int], tuple[Word, ...]]:
    return in_words if draw.chance(0.35) else digits


def _numbers(draw: Draw, count: int) -> Series:
    step = draw.common((1, 2, 10, 5, 3, 4, 100, 6, 7, 20, 8, 9, 25, 11, 50, 12, 15))
    start = draw.common(range(0, 60)) if draw.chance(0.6) else step * draw.between(0, 9)
    show = _show(draw)
    return Series("numbers", [show(start + step * at) for at in range(count)], step)


def _backwards(draw: Draw, count: int) -> Series:
    step = draw.common((1, 2, 10, 5, 3, 4))
    last = draw.below(12) * step
    show = _show(draw)
    return Series("backwards", [show(last + step * at) for at in reversed(range(count))], step)


def _doubling(draw: Draw, count: int) -> Series:
    start, show = draw.common((1, 3, 5, 2, 7, 10)), _show(draw)
    return Series("doubling", [show(start * 2**at) for at in range(min(count, 10))], 2)


def _squares(draw: Draw, count: int) -> Series:
    start, show = draw.common(range(1, 10)), _show(draw)
    return Series("squares", [show((start + at) ** 2) for at in range(count)], 0)


def _cyclic(rule: str, names: tuple[str, ...], pos: str = "proper") -> Callable[[Draw, int], Series]:
    words = [(Word(name, pos),) for name in names]

    def series(draw: Draw, count: int) -> Series:
        start, step = draw.below(len(words)), draw.common((1, 1, -1, 2))
        return Series(rule, [words[(start + step * at) % len(words)] for at in range(count)], step)

    return series


def _letters(draw: Draw, count: int) -> Series:
    step = draw.common((1, 2, -1, 3))
    start = draw.below(26)
    small = draw.chance(0.3)
    names = [LETTERS[(start + step * at) % 26] for at in range(count)]
    return Series("letters", [(Word(name.lower() if small else name, "noun"),) for name in names], step)


def _numerals(draw: Draw, count: int) -> Series:
    start = draw.common(range(1, 40))
    return Series("numerals", [(Word(roman(start + at), "number"),) for at in range(count)], 1)


def _ordinals(draw: Draw, count: int) -> Series:
    start, step = draw.common(range(1, 40)), draw.common((1, 2, 10))
    count = min(count, (98 - start) // step)
    return Series("ordinals", [ordinal(start + step * at) for at in range(count)], step)


def _versions(draw: Draw, count: int) -> Series:
    major, minor, ends = draw.between(0, 9), draw.below(12), draw.between(0, 4)
    dot = Word(".", "punctuation", {}, "glue")
    head = (Word(str(major), "number"), dot)
    if draw.chance(0.5):
        return Series("versions", [(*head, Word(str(minor + at), "number", {}, "glue")) for at in range(count)], 1)
    middle = (*head, Word(str(minor), "number", {}, "glue"), dot)
    return Series("versions", [(*middle, Word(str(ends + at), "number", {}, "glue")) for at in range(count)], 1)


def _dates(draw: Draw, count: int) -> Series:
    date, step, style = any_date(draw), draw.common((1, 7, 2, 14, 10)), draw.below(3)
    return Series("dates", [full_date(date.later(step * at), style) for at in range(min(count, 6))], step)


def _times(draw: Draw, count: int) -> Series:
    start, step = draw.between(60, 200) * 5, draw.common((30, 15, 10, 20, 60, 5, 45, 12))
    return Series("times", [clock(start + step * at) for at in range(min(count, 12))], step)


KINDS: tuple[Callable[[Draw, int], Series], ...] = (
    _numbers,
    _cyclic("days", DAYS),
    _cyclic("months", MONTHS),
    _letters,
    _backwards,
    _times,
    _ordinals,
    _numerals,
    _dates,
    _versions,
    _doubling,
    _squares,
)
NAMED_RULE = ("doubling", "squares")  # without a caption their third element would be anybody's guess
COMMA, DOT = Word(",", "punctuation", {}, "glue"), Word(".", "punctuation", {}, "glue")


def _caption(page: Page, draw: Draw, series: Series) -> None:
    step = in_words(abs(series.step))
    page.capital = True
    with page.span(part="heading"):
        GRAMMAR.write(page, draw, series.rule, {"first": series.elements[0], "step": step})
    page.glue(":")


def _put_elements(page: Page, series: Series, layout: int) -> None:
    """Elements in a row, one a line, or one a line with numbers; from the third each is determined."""
    for at, element in enumerate(series.elements):
        if layout == 2:
            page.line()
            page.word("-", "punctuation")
        elif at and layout == 0:
            page.glue(",")
        put(page, tagged(element, choices=1) if at > 1 else element)
    if layout == 0:
        page.glue(".")


def _question(page: Page, draw: Draw, series: Series) -> None:
    """A row that stops short, and the next element as the answer."""
    shown = series.elements[: max(3, len(series.elements) - draw.between(1, 3))]
    if len(shown) == len(series.elements):
        shown.pop()
    answer = series.elements[len(shown)]
    _put_elements(page, Series(series.rule, shown, series.step), 0)
    with page.span(part="question"):
        GRAMMAR.write(page, draw, "ask", {})
    _answer(page, answer)


def _answer(page: Page, answer: Words) -> None:
    page.capital = False
    put(page, tagged(answer, choices=1, part="answer"))
    page.glue(".")


def _gap(page: Page, draw: Draw, series: Series) -> None:
    """A row with a blank in place of one element, which is then given."""
    page.capital = True
    with page.span(part="question"):
        GRAMMAR.write(page, draw, "find_gap", {})
    page.glue(":")
    hidden = draw.between(2, len(series.elements) - 1)
    for at, element in enumerate(series.elements):
        if at:
            page.glue(",")
        if at == hidden:
            page.word("_", "punctuation")
        else:
            put(page, tagged(element, choices=1) if at > hidden else element)
    page.glue(".")
    page.capital = True
    GRAMMAR.write(page, draw, "answer", {})
    page.glue(":")
    _answer(page, series.elements[hidden])


def _neighbours(page: Page, draw: Draw, series: Series) -> None:
    """The whole row, then questions about what stands beside one of its elements."""
    elements = series.elements
    _put_elements(page, series, 0)
    for _ in range(draw.between(1, 3)):
        at = draw.between(1, min(len(elements), 7) - 2)
        rule, other = ("ask_after", at + 1) if draw.chance(0.7) else ("ask_before", at - 1)
        with page.span(part="question"):
            GRAMMAR.write(page, draw, rule, {"one": elements[at]})
        _answer(page, elements[other])


def write(page: Page, draw: Draw) -> None:
    """Rows of several kinds, one kind and one layout after another."""
    page.capital = True
    with page.span(part="title"):
        GRAMMAR.write(page, draw, "title", {})
    goal, layout = draw.between(500, 1500), draw.common((0, 0, 1, 2))
    kinds = draw.some(KINDS, 5)
    while page.at < goal:
        page.line()
        if page.at > 200 and draw.chance(0.12):
            GRAMMAR.write(page, draw, "remark", {"name": draw.one(SIDES)})
            page.line()
        series = draw.common(kinds)(draw, draw.between(5, 14))
        form = draw.common((None, _question, _gap, _neighbours))
        if series.rule in NAMED_RULE or form is None or (form is not _gap and draw.chance(0.5)):
            _caption(page, draw, series)
        if form is None:
            _put_elements(page, series, layout)
        else:
            form(page, draw, series)


GENRE = Genre(
    name="sequence",
    says="rows in which each element follows from the ones before, with questions",
    share=0.03,
    write=write,
)
