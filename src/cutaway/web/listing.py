"""The state of the list in its address, what it shows, and how many each further choice would show.

Values of one facet add to one another, facets narrow each other. Defaults are left out of the address, and one state
has one address.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote, urlencode

from sqlalchemy import Connection

from cutaway.catalog import Catalog
from cutaway.catalog.number import order
from cutaway.catalog.query import ease
from cutaway.errors.web import PageError
from cutaway.store.search import Hit, search
from cutaway.web.board import Row, board
from cutaway.web.facets import Facet, Value, facets
from cutaway.web.site import Site

SORTS = {
    "difficulty": "easier first",
    "number": "number",
    "activity": "latest activity",
    "prior-work": "most prior work",
    "relevance": "best match",
}
DEFAULT_SORT = "difficulty"
LONGEST_SEARCH = 200
SAFE = "*,"  # characters of our values that may stand in an address as they are


@dataclass(frozen=True)
class State:
    """One state of the list; `chosen` holds the values of each facet that is on."""

    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    q: str = ""
    sort: str = DEFAULT_SORT

    @property
    def query(self) -> str:
        """The canonical query, without its question mark; empty for the plain list."""
        pairs = [(key, ",".join(values)) for key, values in self.chosen.items() if values]
        pairs += [("q", self.q)] * bool(self.q) + [("sort", self.sort)] * (self.sort != DEFAULT_SORT)
        return urlencode(pairs, safe=SAFE, quote_via=quote)

    def at(self, path: str = "/problems") -> str:
        """The address of this state."""
        return f"{path}?{self.query}" if self.query else path

    def has(self, facet: str, value: str) -> bool:
        return value in self.chosen.get(facet, ())

    def toggled(self, known: Sequence[Facet], facet: Facet, value: str) -> "State":
        """The state with one value more, or less; facets and values stand in the order of the page."""
        held = set(self.chosen.get(facet.key, ())) ^ {value}
        chosen = {**self.chosen, facet.key: tuple(one.key for one in facet.values if one.key in held)}
        return replace(self, chosen={one.key: chosen[one.key] for one in known if chosen.get(one.key)})

    def without(self, facet: str) -> "State":
        return replace(self, chosen={key: values for key, values in self.chosen.items() if key != facet})


@dataclass(frozen=True)
class Choice:
    """A value of a facet as a link: what it would show alone, and whether it is on."""

    value: Value
    count: int
    is_on: bool
    state: State


@dataclass(frozen=True)
class Listing:
    """What one state shows."""

    state: State
    rows: Sequence[Row]
    total: int
    choices: Mapping[str, tuple[Choice, ...]]
    facets: Sequence[Facet]
    hits: Mapping[str, Hit]

    @property
    def active(self) -> list[tuple[Facet, Choice]]:
        """The values that are on."""
        return [(facet, choice) for facet in self.facets for choice in self.choices[facet.key] if choice.is_on]


def read_state(catalog: Catalog, given: Mapping[str, str]) -> State:
    """The state that an address asks for.

    Raises: PageError 404 with the known ones where it asks for a value, an order or a filter that there is not.
    """
    known = {facet.key: facet for facet in facets(catalog)}
    chosen: dict[str, tuple[str, ...]] = {}
    for key, text in given.items():
        if key in known:
            asked = {part for part in text.split(",") if part}
            values = [value.key for value in known[key].values]
            if unknown := sorted(asked - set(values)):
                raise PageError(404, f"The filter '{key}' has no value '{unknown[0]}'.", f"It has: {', '.join(values)}")
            chosen[key] = tuple(value for value in values if value in asked)
        elif key not in ("q", "sort"):
            raise PageError(404, f"The list has no filter '{key}'.", f"It has: {', '.join((*known, 'q', 'sort'))}")
    sort = given.get("sort", "") or DEFAULT_SORT
    if sort not in SORTS:
        raise PageError(404, f"The list has no order '{sort}'.", f"It has: {', '.join(SORTS)}")
    q = " ".join(given.get("q", "").split())[:LONGEST_SEARCH].rstrip()
    in_order = {key: chosen[key] for key in known if chosen.get(key)}
    return State(in_order, q, sort)


def listing(site: Site, db: Connection, state: State) -> Listing:
    """The problems that a state shows, in its order, and the count behind every choice."""
    hits = search(db, state.q) if state.q else None
    by_number = {hit.number: hit for hit in hits or ()}
    rows = board(site, db)
    found = rows if hits is None else [row for row in rows if row.number in by_number]
    known = facets(site.catalog)
    values = {facet.key: {row.number: set(facet.of(row)) for row in found} for facet in known}
    passes = {
        key: {number for number, has in values[key].items() if not has.isdisjoint(asked)}
        for key, asked in state.chosen.items()
        if asked
    }
    choices = {}
    for facet in known:
        others = [numbers for key, numbers in passes.items() if key != facet.key]
        rest = [has for number, has in values[facet.key].items() if all(number in numbers for numbers in others)]
        choices[facet.key] = tuple(
            Choice(
                value=value,
                count=sum(value.key in has for has in rest),
                is_on=state.has(facet.key, value.key),
                state=state.toggled(known, facet, value.key),
            )
            for value in facet.values
        )
    shown = [row for row in found if all(row.number in numbers for numbers in passes.values())]
    return Listing(state, arranged(shown, state.sort, list(by_number)), len(rows), choices, known, by_number)


def arranged(rows: Sequence[Row], sort: str, best: Sequence[str] = ()) -> list[Row]:
    """Rows in one of the orders of `SORTS`; equals stand in the order of their numbers."""
    rank = {number: place for place, number in enumerate(best)}

    def key(row: Row) -> tuple[Any, ...]:
        place = order(row.number)
        match sort:
            case "number":
                return place
            case "activity":
                return (-row.activity.timestamp() if row.activity else 0.0, place)
            case "prior-work":
                return (-row.works, place)
            case "relevance":
                return (rank.get(row.number, len(rank)), place)
        return (ease(row.problem), place)

    return sorted(rows, key=key)
