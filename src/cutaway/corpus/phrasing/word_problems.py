"""Problems in words: somebody has some things, more or fewer after each event, and how many are there in the end?"""

from cutaway.corpus.document import Page
from cutaway.corpus.draw import Draw
from cutaway.corpus.phrasing.grammar import Grammar, Words
from cutaway.corpus.phrasing.numbers import digits, in_words
from cutaway.corpus.phrasing.people import meet
from cutaway.corpus.phrasing.things import plural, single

GRAMMAR = Grammar("""
start =
    ^ {who} had {n} {things} .
    ^ {who} had {n} {things} {where} .
    ^ there were {n} {things} {where} , and all of them belonged_vd to {who} .
    ^ {who} counted_vd {n} {things} {where} .
    ^ on {day} {who} owned_vd {n} {things} .
where =
    in a box_n
    on the table_n
    at home_n
    in a bag_n
    in the cellar_n
    behind the door_n
    on a shelf_n
    in the garden_n
day =
    Monday_P
    Saturday_P
    Friday_P
    Wednesday_P
more =
    ^ then {other} gave_vd {him} {n} more_a .
    ^ {he} bought_vd another {n} .
    ^ {he} found_vd {n} more_a {where} .
    ^ {other} brought_vd {him} {n} more_a from {place} .
    ^ later {n} more_a came_vd by post_n .
    ^ {he} won_vd {n} more_a in a game_n with {other} .
place =
    town_n
    the market_n
    a fair_n
    school_n
    the attic_n
fewer =
    ^ then {he} gave_vd {n} of them to {other} .
    ^ {he} lost_vd {n} of them {where} .
    ^ {other} borrowed_vd {n} of them .
    ^ {he} sold_vd {n} of them at {place} .
    ^ {n} of them were broken_vn on the way_n .
    ^ {he} left_vd {n} of them with {other} .
ask_end =
    ^ how many {things} did {who} have in the end_n ?
    ^ how many were left_vn ?
    ^ how many of them did {who} have then ?
    ^ how many {things} had {who} at last_r ?
share =
    ^ {who} shared_vd {n} {things} equally_r among {k} friends_ns .
    ^ {who} put_vd {n} {things} into {k} boxes_ns , the same_a number_n in each .
    ^ {n} {things} were packed_vn into {k} equal_a parcels_ns by {who} .
ask_share =
    ^ how many {things} were in each part_n ?
    ^ what did each get_v ?
    ^ how many are in one ?
price =
    ^ {who} bought_vd {k} {things} at {n} coins_ns each .
    ^ each of the {k} {things} cost_vd {who} {n} coins_ns .
    ^ {who} paid_vd {n} coins_ns for each of {k} {things} .
ask_price =
    ^ what did {he} pay_v in all ?
    ^ how many coins_ns was that_u ?
    ^ what did they cost_v together_r ?
ages =
    ^ {who} is {n} years_ns older_a than {other} , who is {k} .
    ^ {other} is {k} , and {who} is {n} years_ns older_a .
ask_ages =
    ^ how old_a is {who} ?
    ^ what is the age_n of {who} ?
""")

COUNTED = ("fruit", "toy", "stationery", "jewel", "vegetable", "flower", "kitchenware")


def put_problem(page: Page, draw: Draw) -> None:
    """One problem with its answer."""
    who, other = meet(page, draw, 2)
    things = (plural(draw.common(single(draw.common(COUNTED)))),)
    fill: dict[str, Words] = {
        "who": who.first,
        "other": other.first,
        "he": who.subject,
        "him": who.object,
        "things": things,
    }
    draw.common((_story, _sharing, _price, _ages))(page, draw, fill)


def _shown(draw: Draw, value: int) -> Words:
    return in_words(value) if value <= 12 and draw.chance(0.5) else digits(value)


def _answer(page: Page, draw: Draw, value: int, reckoning: str) -> None:
    page.capital = True
    if draw.chance(0.5):
        for at, part in enumerate(reckoning.split()):
            page.word(
                part, "number" if part.isdigit() else "operator", **({"choices": 1} if part.isdigit() or at else {})
            )
        page.word("=", "operator")
    else:
        page.word("answer", "noun", number="singular")
        page.glue(":")
    page.word(str(value), "number", choices=1, part="answer")
    page.glue(".")


def _story(page: Page, draw: Draw, fill: dict[str, Words]) -> None:
    """Up to four events; what there is never falls below zero."""
    have = draw.between(3, 40)
    reckoning = str(have)
    fill["n"] = _shown(draw, have)
    GRAMMAR.write(page, draw, "start", fill)
    for _ in range(draw.common((1, 2, 3, 4))):
        if have > 3 and draw.chance(0.5):
            change = draw.between(2, have - 1)
            rule, have = "fewer", have - change
            reckoning += f" - {change}"
        else:
            change = draw.between(2, 20)
            rule, have = "more", have + change
            reckoning += f" + {change}"
        fill["n"] = _shown(draw, change)
        GRAMMAR.write(page, draw, rule, fill)
    with page.span(part="question"):
        GRAMMAR.write(page, draw, "ask_end", fill)
    _answer(page, draw, have, reckoning)


def _sharing(page: Page, draw: Draw, fill: dict[str, Words]) -> None:
    parts, each = draw.between(2, 12), draw.between(2, 12)
    _two_numbers(page, draw, "share", fill, parts * each, parts)
    _answer(page, draw, each, f"{parts * each} / {parts}")


def _price(page: Page, draw: Draw, fill: dict[str, Words]) -> None:
    count, each = draw.between(2, 12), draw.between(2, 20)
    _two_numbers(page, draw, "price", fill, each, count)
    _answer(page, draw, count * each, f"{count} * {each}")


def _ages(page: Page, draw: Draw, fill: dict[str, Words]) -> None:
    more, age = draw.between(2, 30), draw.between(3, 60)
    _two_numbers(page, draw, "ages", fill, more, age)
    _answer(page, draw, more + age, f"{age} + {more}")


def _two_numbers(page: Page, draw: Draw, rule: str, fill: dict[str, Words], first: int, second: int) -> None:
    fill["n"], fill["k"] = _shown(draw, first), _shown(draw, second)
    GRAMMAR.write(page, draw, rule, fill)
    with page.span(part="question"):
        GRAMMAR.write(page, draw, f"ask_{rule}", fill)
