"""Tables: separated by commas, drawn with bars, aligned by spaces; ledgers with totals, scores, schedules, stocks."""

from collections.abc import Callable
from typing import NamedTuple

from cutaway.corpus.document import Page
from cutaway.corpus.draw import Draw
from cutaway.corpus.genre import Genre
from cutaway.corpus.kinds import words
from cutaway.corpus.lexicon.names import COMPANIES, TOWNS
from cutaway.corpus.phrasing.dates import DAYS, any_date, clock, full_date
from cutaway.corpus.phrasing.grammar import Grammar, Word, Words, put, tagged
from cutaway.corpus.phrasing.people import meet
from cutaway.corpus.phrasing.things import plural, single, singular

GRAMMAR = Grammar("""
scores_title =
    scores_ns of the {event}
    results_ns in {town}
    points_ns by player_n
    the {event} of {year}
scores_said =
    ^ {name} scored_vd {points} points_ns .
    ^ with {points} points_ns , {name} is number_n {rank} .
    ^ {name} from {home} has {points} .
    ^ number_n {rank} is {name} .
    ^ {points} points_ns went_vd to {name} of {home} .
ledger_title =
    accounts_ns of {who}
    spent_vn in {town}
    cash_n book_n
    bill_n for {who}
    ledger_n of the {event}
ledger_said =
    ^ the {name} cost_vd {points} .
    ^ {points} coins_ns were paid_vn for the {name} .
    ^ on {home} {who} bought_vd the {name} .
total_said =
    ^ in all , {who} spent_vd {total} .
    ^ the total_n is {total} .
    ^ together_r this makes_vz {total} .
schedule_title =
    timetable_n for {day}
    programme_n of the {event}
    departures_ns from {town}
    plan_n for {day}
schedule_said =
    ^ the {name} begins_vz at {points} .
    ^ at {points} the {name} begins_vz .
    ^ the {name} is in the {home} .
    ^ go_v to the {home} for the {name} .
stock_title =
    stock_n of {firm}
    goods_ns in the {room}
    inventory_n , {year}
    orders_ns from {town}
stock_said =
    ^ there are {points} {name} in the {home} .
    ^ the {home} holds_vz {points} {name} .
    ^ we have {points} {name} left_vn .
    ^ look_v for the {name} in the {home} .
places_title =
    towns_ns and people_ns
    towns_ns of the region_n
    census_n of {year}
places_said =
    ^ {name} has {points} people_ns .
    ^ the mayor_n of {name} is {home} .
    ^ {home} governs_vz {name} .
    ^ in {name} live_vb {points} people_ns .
before =
    ^ the table_n shows_vz it all .
    ^ here are the figures_ns .
    ^ see_v below_r .
    ^ all figures_ns are checked_vn .
event =
    spring_n games_ns
    summer_n fair_n
    town_n race_n
    chess_n club_n
    harvest_n feast_n
    school_n cup_n
    regatta_n
    open_a day_n
""")
TOWN_WORDS = tuple((Word(town, "proper"),) for town in TOWNS)
GAME_PARTS = tuple(
    (Word(word, "noun", {"number": "singular"}),)
    for word in words(
        "lecture concert breakfast meeting lunch tour workshop dinner opening debate film walk lesson market parade"
        " reading rehearsal break auction match exhibition dance quiz contest picnic speech ceremony"
    )
)


class Row(NamedTuple):
    """What it is of, a figure, and one thing more; `cells` are in the order of the columns."""

    name: tuple[Word, ...]
    points: tuple[Word, ...]
    home: tuple[Word, ...]


class Table(NamedTuple):
    """Its rules in the grammar, column names, rows, and the sum of the figures if that is shown."""

    rule: str
    columns: tuple[str, str, str]
    rows: list[Row]
    ranked: bool = False
    total: int | None = None


def _number(value: int) -> tuple[Word, ...]:
    return (Word(str(value), "number"),)


def _scores(page: Page, draw: Draw) -> Table:
    people = meet(page, draw, draw.between(4, 8))
    points = sorted((draw.between(3, 99) for _ in people), reverse=True)
    rows = [
        Row(person.full, _number(score), draw.common(TOWN_WORDS)) for person, score in zip(people, points, strict=True)
    ]
    return Table("scores", ("Name", "Points", "Town"), rows, ranked=draw.chance(0.7))


def _ledger(page: Page, draw: Draw) -> Table:
    costs = [draw.between(1, 200) for _ in range(draw.between(4, 9))]
    date, style = any_date(draw), draw.one((0, 2))  # the third style has a comma in it
    rows = list[Row]()
    for cost, noun in zip(costs, draw.some(single("bought")[:80], len(costs)), strict=True):
        rows.append(Row((singular(noun, page.new_entity()),), _number(cost), full_date(date, style)))
        date = date.later(draw.below(6))
    return Table("ledger", ("Item", "Coins", "Date"), rows, total=sum(costs))


def _schedule(page: Page, draw: Draw) -> Table:
    start = draw.between(84, 120) * 5
    rows = list[Row]()
    rooms = draw.some(single("room")[:25], 4)
    for event in draw.some(GAME_PARTS, draw.between(4, 9)):
        rows.append(Row(tagged(event, entity=page.new_entity()), clock(start), (singular(draw.one(rooms)),)))
        start += draw.common((30, 60, 45, 90, 15))
    return Table("schedule", ("Event", "Time", "Room"), rows)


def _stock(page: Page, draw: Draw) -> Table:
    group = draw.common(("fruit", "tool", "clothing", "toy", "container", "stationery", "instrument", "furniture"))
    rooms = draw.some(single("building")[:30], 3)
    nouns = draw.some(single(group), draw.between(4, 9))
    rows = [
        Row((plural(noun, page.new_entity()),), _number(draw.between(2, 400)), (singular(draw.one(rooms)),))
        for noun in nouns
    ]
    total = sum(int(row.points[0].text) for row in rows) if draw.chance(0.5) else None
    return Table("stock", ("Goods", "Number", "Where"), rows, total=total)


def _towns(draw: Draw, count: int) -> list[tuple[Word, ...]]:
    found = list[tuple[Word, ...]]()
    while len(found) < count:
        if (town := draw.common(TOWN_WORDS)) not in found:
            found.append(town)
    return found


def _places(page: Page, draw: Draw) -> Table:
    people = meet(page, draw, draw.between(4, 8))
    counts = [draw.between(2, 900) * 10 ** draw.below(3) for _ in people]
    if ranked := draw.chance(0.5):
        counts.sort(reverse=True)
    rows = [
        Row(tagged(town, entity=page.new_entity()), _number(count), person.full)
        for town, count, person in zip(_towns(draw, len(people)), counts, people, strict=True)
    ]
    return Table("places", ("Town", "People", "Mayor"), rows, ranked=ranked)


KINDS: tuple[Callable[[Page, Draw], Table], ...] = (_scores, _ledger, _schedule, _stock, _places)


def _width(words: Words) -> int:
    return sum(len(word.text) for word in words) + sum(word.how == "word" for word in words) - 1


def _cells(table: Table, order: tuple[int, int, int]) -> list[list[tuple[Word, ...]]]:
    """Rows of cells in the order of the columns, with a rank before them and a row of the total after them, if any."""
    rows = [[row[at] for at in order] for row in table.rows]
    if table.total is not None:
        determined = (Word(str(table.total), "number", {"choices": 1}),)
        last = ((Word("Total", "noun", {"number": "singular"}),), determined, (Word("-", "punctuation"),))
        rows.append([last[at] for at in order])
    if table.ranked:
        for rank, row in enumerate(rows, 1):
            row.insert(0, (Word(str(rank), "number", {"choices": 1}),))
    return rows


def _put_rows(page: Page, table: Table, order: tuple[int, int, int], style: str) -> None:
    heads: list[tuple[Word, ...]] = [(Word(table.columns[at], "noun", {"part": "header"}),) for at in order]
    if table.ranked:
        heads.insert(0, (Word("Rank", "noun", {"part": "header"}),))
    rows = _cells(table, order)
    widths = [max(map(_width, column)) for column in zip(heads, *rows, strict=True)]
    _put_row(page, heads, style, widths)
    if style == "bars":
        page.line()
        page.word("|", "punctuation")
        for _ in heads:
            page.opening("-")
            for _ in range(2):
                page.glue("-", choices=1)
            page.word("|", "punctuation")
    for row in rows:
        _put_row(page, [tagged(cell, part="cell") for cell in row], style, widths)


def _put_row(page: Page, cells: list[tuple[Word, ...]], style: str, widths: list[int]) -> None:
    page.line()
    with page.span(part="row"):
        if style == "bars":
            page.word("|", "punctuation")
        for at, cell in enumerate(cells):
            last = at == len(cells) - 1
            if style not in ("bars", "aligned") and at:
                if style == "\t":
                    page.raw(style)
                else:
                    page.glue(style)
                    page.tight = style != ";"
            put(page, cell)
            if style == "bars":
                page.word("|", "punctuation", choices=1)
            elif style == "aligned" and not last:
                page.raw(" " * (widths[at] - _width(cell) + 2))


def _said(page: Page, draw: Draw, table: Table, fill: dict[str, Words]) -> None:
    """Sentences that quote cells of the table; what they quote is determined by the row."""
    said = dict[int, set[int]]()
    for _ in range(draw.between(1, 4)):
        at = draw.below(len(table.rows))
        row = table.rows[at]
        cells: dict[str, Words] = {"name": row.name, "points": row.points, "home": row.home, "rank": _number(at + 1)}
        GRAMMAR.write_new(page, draw, f"{table.rule}_said", {**fill, **cells}, said=said.setdefault(at, set()))
    if table.total is not None and draw.chance(0.6):
        GRAMMAR.write(page, draw, "total_said", {**fill, "total": tagged(_number(table.total), choices=1)})


def write(page: Page, draw: Draw) -> None:
    """One to four tables in one style, with sentences about them."""
    goal, style = draw.between(400, 1200), draw.common((",", "bars", "aligned", ";", "\t"))
    kinds = draw.shuffled(KINDS)
    while page.at < goal:
        if page.at:
            page.line()
            page.line()
        fill: dict[str, Words] = {
            "who": meet(page, draw, 1)[0].first,
            "town": draw.common(TOWN_WORDS),
            "day": (Word(draw.one(DAYS), "proper"),),
            "year": _number(draw.between(1980, 2031)),
            "firm": (Word(draw.common(COMPANIES), "proper"),),
            "room": (singular(draw.common(single("building"))),),
        }
        table = draw.common(kinds)(page, draw)
        page.capital = True
        with page.span(part="title"):
            GRAMMAR.write(page, draw, f"{table.rule}_title", fill)
        if draw.chance(0.2):
            page.glue(".")
            GRAMMAR.write(page, draw, "before", fill)
        order = draw.common(((0, 1, 2), (0, 2, 1)) if table.total else ((0, 1, 2), (0, 2, 1), (2, 0, 1)))
        _put_rows(page, table, order, style)
        page.line()
        _said(page, draw, table, fill)


GENRE = Genre(
    name="table",
    says="tables of several layouts, with totals and ranks, and sentences that quote them",
    share=0.04,
    write=write,
)
