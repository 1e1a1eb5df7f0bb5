"""Listings of SQL: tables that are made, filled and asked; columns are used where there is such a column."""

from typing import NamedTuple

from cutaway.corpus.code import identifiers
from cutaway.corpus.code.listing import Dialect, Listing, Name
from cutaway.corpus.document import Page
from cutaway.corpus.draw import Draw

KEYWORDS = """
    select from where and or not in is null insert into values update set delete create table primary key integer text
    references join left on group by order limit as desc asc having count sum avg max min between like distinct index
    default exists drop union all
    """
SQL = Dialect(KEYWORDS + KEYWORDS.upper(), comment="--")
NUMBERS = ("1", "10", "100", "5", "2", "3", "20", "50", "1000", "7", "12", "25", "500", "4", "30")


class Column(NamedTuple):
    """A column and whether it holds numbers."""

    name: Name
    is_number: bool


class Table(NamedTuple):
    """A table; `to` is the table that its `..._id` column points to, by number; `rows` counts its rows."""

    name: Name
    columns: tuple[Column, ...]
    to: int
    rows: list[int]


class Sql(Listing):
    """SQL under way."""

    __slots__ = ("is_upper", "tables")

    def __init__(self, page: Page, draw: Draw) -> None:
        super().__init__(page, draw, SQL)
        self.quote = "'"
        self.is_upper = draw.chance(0.6)
        self.tables: list[Table] = []

    def say(self, text: str) -> None:
        """Keywords in the document's case."""
        self.put(text.upper() if self.is_upper else text)


def create(p: Sql, thing: str, owner: str) -> None:
    """`CREATE TABLE`."""
    draw = p.draw
    p.say("create table ")
    table = p.new(identifiers.plural(thing))
    p.put(" (\n  ")
    identity = p.new("id")
    p.say(" integer primary key")
    columns = [Column(identity, True)]
    taken = {"id"}
    for _ in range(draw.between(2, 4)):
        is_number = draw.unit() < 0.5
        text = draw.common(identifiers.QUANTITIES if is_number else identifiers.TEXTS)
        if text in taken or text in SQL.keywords:
            continue
        taken.add(text)
        p.put(",\n  ")
        columns.append(Column(p.new(text), is_number))
        p.say(" integer" if is_number else " text")
        if draw.unit() < 0.3:
            p.say(" not null")
    to = -1
    if owner:
        to = len(p.tables) - 1
        p.put(",\n  ")
        columns.append(Column(p.new(f"{owner}_id"), True))
        p.say(" integer references ")
        p.name(p.tables[to].name)
        p.put(" (")
        p.sure(p.tables[to].columns[0].name)
        p.put(")")
    p.put("\n);\n")
    p.tables.append(Table(table, tuple(columns), to, [0]))


def value(p: Sql, column: Column) -> None:
    """A value that fits the column."""
    if column.is_number:
        p.literal(p.draw.common(NUMBERS))
    else:
        way = p.draw.unit()
        quality = p.draw.common(identifiers.QUALITIES)
        p.string(quality if way < 0.6 else f"{quality} {p.draw.common(identifiers.THINGS)}")


def insert(p: Sql, table: Table) -> None:
    """`INSERT INTO`: the columns, and rows with one value for each."""
    draw = p.draw
    p.say("insert into ")
    p.name(table.name)
    p.put(" (")
    for place, column in enumerate(table.columns):
        p.put(", " if place else "")
        p.sure(column.name)
    p.say(") values")
    rows = draw.between(1, 3)
    for row in range(rows):
        p.put("\n  (")
        for place, column in enumerate(table.columns):
            p.put(", " if place else "")
            if place == 0:
                table.rows[0] += 1
                p.page.raw(str(table.rows[0]), "literal", choices=1)
            else:
                value(p, column)
        p.put(")" if row == rows - 1 else "),")
    p.put(";\n")


def test(p: Sql, table: Table, alias: Name | None) -> None:
    """A condition on a column."""
    draw = p.draw
    column = draw.one(table.columns)
    mention(p, column, alias)
    way = draw.unit()
    if column.is_number and way < 0.2:
        p.say(" between ")
        low = draw.between(1, 20)
        p.literal(str(low))
        p.say(" and ")
        p.literal(str(low + draw.common((10, 5, 20, 100))))
    elif way < 0.1:
        p.say(" is not null")
    else:
        p.put(draw.common((" = ", " > ", " < ", " >= ")) if column.is_number else draw.common((" = ", " <> ")))
        value(p, column)


def mention(p: Sql, column: Column, alias: Name | None) -> None:
    """`o.size`, or `size` where there is one table only."""
    if alias is not None:
        p.name(alias)
        p.put(".")
    p.name(column.name, "attribute")


def where(p: Sql, table: Table, alias: Name | None) -> None:
    """`WHERE`, with one or two conditions."""
    p.say("where ")
    test(p, table, alias)
    if p.draw.unit() < 0.35:
        p.say(p.draw.common((" and ", " or ")))
        test(p, table, alias)


def select(p: Sql, table: Table) -> None:
    """`SELECT` with its clauses; from two tables where one points to the other."""
    draw = p.draw
    joined = p.tables[table.to] if table.to >= 0 and draw.unit() < 0.6 else None
    first = Name(table.name.text[0], p.page.new_entity()) if joined else None
    p.say("select ")
    grouped = draw.one(table.columns) if draw.unit() < 0.3 else None
    if grouped is not None:
        mention(p, grouped, first)
        if first is None and draw.unit() < 0.4:
            p.say(", count(distinct ")
            p.name(table.columns[0].name, "attribute")
            p.put(")")
        else:
            p.say(", count(*)")
    else:
        for place, column in enumerate(draw.some(table.columns, draw.between(1, min(3, len(table.columns))))):
            p.put(", " if place else "")
            mention(p, column, first)
    p.say("\nfrom ")
    p.name(table.name)
    if joined is not None and first is not None:
        p.put(" ")
        p.sure(first, "definition")
        p.say("\njoin ")
        p.name(joined.name)
        text = joined.name.text[0]
        second = Name(text if text != first.text else joined.name.text[:2], p.page.new_entity())
        p.put(" ")
        p.name(second, "definition")
        p.say(" on ")
        mention(p, table.columns[-1], first)
        p.put(" = ")
        mention(p, joined.columns[0], second)
    p.put("\n")
    if draw.unit() < 0.7:
        where(p, table, first)
        p.put("\n")
    if grouped is not None:
        p.say("group by ")
        if first is not None:
            p.name(first)
            p.put(".")
        p.sure(grouped.name, "attribute")
    else:
        p.say("order by ")
        mention(p, draw.one(table.columns), first)
        if draw.unit() < 0.5:
            p.say(" desc")
    if draw.unit() < 0.4:
        p.say("\nlimit ")
        p.literal(draw.common(NUMBERS))
    p.put(";\n")


def change(p: Sql, table: Table) -> None:
    """`UPDATE` or `DELETE`."""
    draw = p.draw
    if draw.unit() < 0.6:
        p.say("update ")
        p.name(table.name)
        p.say(" set ")
        column = table.columns[draw.between(1, len(table.columns) - 1)] if len(table.columns) > 1 else table.columns[0]
        p.name(column.name, "attribute")
        p.put(" = ")
        if column.is_number and draw.unit() < 0.5:
            p.sure(column.name, "attribute")
            p.put(draw.common((" + ", " - ", " * ")))
        value(p, column)
        p.put(" ")
    else:
        p.say("delete from ")
        p.name(table.name)
        p.put(" ")
    where(p, table, None)
    p.put(";\n")


def write_sql(page: Page, draw: Draw) -> None:
    """Tables, then questions about them."""
    p = Sql(page, draw)
    things = identifiers.things_of(draw)
    create(p, things[0], "")
    if draw.unit() < 0.7:
        p.put("\n")
        create(p, things[1], things[0])
    target = draw.between(500, 1300)
    while page.at < target:
        p.put("\n")
        table = draw.one(p.tables)
        if draw.unit() < 0.3:
            verb, thing = draw.common(identifiers.VERBS), draw.common(things)
            p.comment(f"{verb} the {draw.common(identifiers.QUALITIES)} {identifiers.plural(thing)}")
            p.put("\n")
        way = draw.unit()
        if way < 0.25:
            insert(p, table)
        elif way < 0.75:
            select(p, table)
        else:
            change(p, table)
