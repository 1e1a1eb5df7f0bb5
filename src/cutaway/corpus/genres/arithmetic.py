"""Arithmetic with right results: sums, chains with brackets, carries in words, units, equations and word problems."""

from collections.abc import Callable
from typing import NamedTuple

from cutaway.corpus.document import Page
from cutaway.corpus.draw import Draw
from cutaway.corpus.genre import Genre
from cutaway.corpus.phrasing.grammar import Grammar, put
from cutaway.corpus.phrasing.numbers import in_words, put_random_digits
from cutaway.corpus.phrasing.word_problems import put_problem

GRAMMAR = Grammar("""
title =
    {subject}
    exercises_ns in {subject}
    {subject} for {grade}
    homework_n for {day}
    a test_n of {subject}
subject =
    sums_ns
    arithmetic_n
    sums_ns and differences_ns
    counting_vg and reckoning_vg
    numbers_ns
    simple_a equations_ns
    mental_a arithmetic_n
grade =
    beginners_ns
    the third_a class_n
    the fourth_a class_n
    quick_a heads_ns
    everyone
day =
    Monday_P
    Tuesday_P
    Thursday_P
    the holidays_ns
    the weekend_n
solve =
    work_v out_r
    find_v the result_n
    calculate_v
    what is
sum_is =
    so the sum_n is
    the sum_n is
    together_r that_u makes_vz
so =
    so
    and so
    therefore_r
    then
check =
    ^ this can be checked_vn step_n by step_n .
    ^ now do the next_a ones_ns .
    ^ mind_v the brackets_ns .
    ^ write_v each result_n on a line_n of its own_a .
    ^ no calculator_n is needed_vn for these .
""")


class Unit(NamedTuple):
    """How many smaller units make a bigger one; both in the plural, and their short forms if they have any."""

    big: str
    small: str
    size: int
    short_big: str = ""
    short_small: str = ""


UNITS = (
    Unit("hours", "minutes", 60, "h", "min"),
    Unit("kilometres", "metres", 1000, "km", "m"),
    Unit("minutes", "seconds", 60, "min", "s"),
    Unit("metres", "centimetres", 100, "m", "cm"),
    Unit("days", "hours", 24),
    Unit("kilograms", "grams", 1000, "kg", "g"),
    Unit("weeks", "days", 7),
    Unit("years", "months", 12),
    Unit("litres", "millilitres", 1000, "l", "ml"),
    Unit("centimetres", "millimetres", 10, "cm", "mm"),
    Unit("dozens", "pieces", 12),
    Unit("feet", "inches", 12, "ft", "in"),
    Unit("yards", "feet", 3, "yd", "ft"),
    Unit("tons", "kilograms", 1000, "t", "kg"),
    Unit("pounds", "ounces", 16, "lb", "oz"),
    Unit("centuries", "years", 100),
)
Tree = int | tuple[str, "Tree", "Tree"]
Exercise = Callable[[Page, Draw], None]


def _result(page: Page, value: int) -> None:
    if value < 0:
        page.opening("-", "operator", choices=1)
    page.word(str(abs(value)), "number", choices=1, part="answer")


def _equals(page: Page, value: int) -> None:
    page.word("=", "operator")
    _result(page, value)


def _operand(page: Page, draw: Draw) -> int:
    return put_random_digits(page, draw, draw.common((2, 1, 3)))


def _sum(page: Page, draw: Draw) -> None:
    left = _operand(page, draw)
    page.word("+", "operator")
    _equals(page, left + _operand(page, draw))


def _difference(page: Page, draw: Draw) -> None:
    left = _operand(page, draw)
    page.word("-", "operator")
    right = draw.between(0, left)
    page.word(str(right), "number", choices=left + 1)
    _equals(page, left - right)


def _product(page: Page, draw: Draw) -> None:
    left = put_random_digits(page, draw, draw.common((1, 2)))
    page.word("*", "operator")
    _equals(page, left * put_random_digits(page, draw, 1))


def _quotient(page: Page, draw: Draw) -> None:
    right, value = draw.between(2, 9), draw.between(1, 12)
    page.word(str(right * value), "number")
    page.word("/", "operator")
    page.word(str(right), "number")
    _equals(page, value)


PLAIN: tuple[Exercise, ...] = (_sum, _difference, _product, _quotient)


def _plain(page: Page, draw: Draw) -> None:
    """Two or three in a line, or one."""
    for at in range(draw.common((1, 2, 3))):
        if at:
            page.glue(";")
        draw.common(PLAIN)(page, draw)


def _tree(draw: Draw, depth: int) -> tuple[Tree, int]:
    """A nested sum, difference or product of small numbers, and its value."""
    if depth == 0 or draw.chance(0.25):
        value = draw.between(1, 9)
        return value, value
    left, one = _tree(draw, depth - 1)
    right, two = _tree(draw, depth - 1)
    sign = draw.common("+-*") if abs(one * two) < 200 else draw.common("+-")
    return (sign, left, right), one + two if sign == "+" else one - two if sign == "-" else one * two


def _put_tree(page: Page, tree: Tree, *, outermost: bool = True) -> None:
    if isinstance(tree, int):
        page.word(str(tree), "number", choices=9)
        return
    sign, left, right = tree
    if not outermost:
        page.opening("(")
    _put_tree(page, left, outermost=False)
    page.word(sign, "operator")
    _put_tree(page, right, outermost=False)
    if not outermost:
        page.glue(")", choices=1)


def _chain(page: Page, draw: Draw) -> None:
    """An expression with brackets; sometimes the brackets are worked out first, one side and then the other."""
    tree, value = _tree(draw, draw.common((2, 3, 2)))
    if isinstance(tree, int):
        return _sum(page, draw)
    _put_tree(page, tree)
    if draw.chance(0.4):
        sign, left, right = tree
        page.word("=", "operator")
        for at, side in enumerate((left, right)):
            if at:
                page.word(sign, "operator", choices=1)
            found = _value(side)
            if found < 0:
                page.opening("(", choices=1)
            _result(page, found)
            if found < 0:
                page.glue(")", choices=1)
    return _equals(page, value)


def _value(tree: Tree) -> int:
    if isinstance(tree, int):
        return tree
    left, right = _value(tree[1]), _value(tree[2])
    return left + right if tree[0] == "+" else left - right if tree[0] == "-" else left * right


def _carries(page: Page, draw: Draw) -> None:
    """A long addition said digit by digit, with what is carried."""
    count = draw.common((2, 3, 4))
    left = put_random_digits(page, draw, count)
    page.word("+", "operator")
    right = put_random_digits(page, draw, count)
    page.glue(":")
    carry = 0
    for place in range(count):
        one, two = left // 10**place % 10, right // 10**place % 10
        total = one + two + carry
        parts = (one, two, 1) if carry else (one, two)
        for at, part in enumerate(parts):
            if at:
                page.word("plus", "conjunction")
            put(page, in_words(part, choices=1))
        page.word("is", "auxiliary", tense="present", number="singular")
        put(page, in_words(total, choices=1))
        carry = total // 10
        if carry and place < count - 1:
            page.glue(",")
            page.word("write", "verb")
            put(page, in_words(total % 10, choices=1))
            page.word("carry", "verb")
            put(page, in_words(carry, choices=1))
        page.glue(";", choices=1)
    GRAMMAR.write(page, draw, "sum_is", {})
    _result(page, left + right)
    page.glue(".")


def _compare(page: Page, draw: Draw) -> None:
    left = _operand(page, draw)
    spoken, right = draw.chance(0.5), draw.between(1, 999) if draw.chance(0.7) else left + draw.between(-3, 3)
    right = max(right, 0)
    if not spoken:
        page.word("<" if left < right else ">" if left > right else "=", "operator")
        page.word(str(right), "number")
        return
    page.word("is", "auxiliary", tense="present", number="singular")
    if left == right:
        page.word("equal", "adjective")
        page.word("to", "preposition")
    else:
        page.word("less" if left < right else "greater", "adjective")
        page.word("than", "preposition")
    page.word(str(right), "number")
    page.glue(",")
    page.word("the", "determiner")
    page.word("difference", "noun", number="singular")
    page.word("is", "auxiliary", tense="present", number="singular")
    _result(page, abs(left - right))
    page.glue(".")


def _remainder(page: Page, draw: Draw) -> None:
    """What is left of a number divided, or that nothing is."""
    size, times = draw.between(2, 12), draw.between(1, 12)
    left = draw.below(size) if draw.chance(0.5) else 0
    value = size * times + left
    page.word(str(value), "number")
    page.word("is", "auxiliary", tense="present", number="singular")
    if left:
        page.word("not", "particle")
    page.word("divisible", "adjective")
    page.word("by", "preposition")
    page.word(str(size), "number")
    page.glue(",")
    page.word("for", "conjunction")
    page.word(str(value), "number", choices=1)
    page.word("=", "operator")
    page.word(str(times), "number", choices=1)
    page.word("*", "operator")
    page.word(str(size), "number", choices=1)
    if left:
        page.word("+", "operator", choices=1)
        _result(page, left)
    page.glue(".")


def _convert(page: Page, draw: Draw) -> None:
    unit, count = draw.common(UNITS), draw.between(2, 12)
    short = bool(unit.short_big) and draw.chance(0.5)
    big, small = (unit.short_big, unit.short_small) if short else (unit.big, unit.small)
    first, second = count, count * unit.size
    if draw.chance(0.4):
        big, small, first, second = small, big, second, first
    page.word(str(first), "number")
    page.word(big, "noun", number="plural")
    if short:
        page.word("=", "operator")
    else:
        page.word("are", "auxiliary", tense="present", number="plural")
    page.word(str(second), "number", choices=1, part="answer")
    page.word(small, "noun", number="plural")
    if not short:
        page.glue(".")


def _equation(page: Page, draw: Draw) -> None:
    """`3 x + 4 = 19, so 3 x = 15, so x = 5`."""
    name, times = draw.common("xynabtkz"), draw.between(1, 9)
    plus, found = draw.between(1, 20), draw.between(1, 12)
    minus = times * found > plus and draw.chance(0.4)

    def left() -> None:
        if times > 1:
            page.word(str(times), "number", choices=1)
        page.word(name, "name", entity=page.entities)

    page.new_entity()
    if times > 1:
        page.word(str(times), "number")
    page.word(name, "name", entity=page.entities)
    page.word("-" if minus else "+", "operator")
    page.word(str(plus), "number")
    page.word("=", "operator")
    page.word(str(times * found + (-plus if minus else plus)), "number")
    for value in (times * found, found) if times > 1 else (found,):
        page.glue(",")
        GRAMMAR.write(page, draw, "so", {})
        if value == found:
            times = 1
        left()
        _equals(page, value)
    page.glue(".")


def _times_table(page: Page, draw: Draw) -> None:
    base, start = draw.between(2, 12), draw.common((1, 2, 3, 5))
    for at in range(draw.between(3, 6)):
        if at:
            page.glue(",")
        page.word(str(start + at), "number", **({"choices": 1} if at else {}))
        page.word("*", "operator")
        page.word(str(base), "number", **({"choices": 1} if at else {}))
        _equals(page, (start + at) * base)
    page.glue(".")


def _calculate(page: Page, draw: Draw) -> None:
    """`Work out: (2 + 3) * 4. Answer: 20.`"""
    page.capital = True
    with page.span(part="question"):
        GRAMMAR.write(page, draw, "solve", {})
        page.glue(":")
        draw.common((_chain, _plain))(page, draw)


KINDS: tuple[Exercise, ...] = (
    _plain,
    put_problem,
    _chain,
    _carries,
    _equation,
    _remainder,
    _convert,
    _compare,
    _times_table,
    _calculate,
)


def write(page: Page, draw: Draw) -> None:
    """A sheet of exercises of a few kinds, numbered or not."""
    page.capital = True
    with page.span(part="title"):
        GRAMMAR.write(page, draw, "title", {})
    goal, numbered = draw.between(500, 1500), draw.chance(0.5)
    kinds = draw.some(KINDS, 6)
    number = 0
    while page.at < goal:
        page.line()
        if number and draw.chance(0.06):
            GRAMMAR.write(page, draw, "check", {})
            page.line()
        number += 1
        if numbered:
            page.word(str(number), "number", choices=1)
            page.glue(")", choices=1)
        draw.common(kinds)(page, draw)


GENRE = Genre(name="arithmetic", says="exercises in arithmetic with right results", share=0.03, write=write)
