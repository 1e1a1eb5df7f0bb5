"""The list as it stands now: each problem with what people added to it and what was run on it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, func, select

from cutaway.catalog import Problem, as_record
from cutaway.records.standing import Standing
from cutaway.records.study import Study
from cutaway.store.contribution import VISIBLE
from cutaway.store.events import last_activity
from cutaway.store.runs import newest_runs, standings
from cutaway.store.tables import contributions, events, runs
from cutaway.web.site import Site

Working = Literal["now", "lapsed", "nobody"]


@dataclass(frozen=True)
class Said:
    """A live claim or call for help, as the list shows it."""

    author: str
    form: str
    state: str
    created: datetime


@dataclass(frozen=True, kw_only=True)
class Row:
    """One problem with all that is known of it today."""

    problem: Problem
    works: int
    standing: Standing
    studies: tuple[Study, ...]
    claims: tuple[Said, ...] = ()
    helps: tuple[Said, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    activity: datetime | None = None

    @property
    def number(self) -> str:
        return self.problem.number

    @property
    def has_existing_work(self) -> bool:
        """A work listed by us, accepted or proposed by somebody, or written into the list's own cell."""
        return self.works > 0 or self.problem.existing_work is not None

    @property
    def working(self) -> Working:
        if self.claims:
            return "now"
        return "lapsed" if self.problem.currently_working else "nobody"

    @property
    def is_help_wanted(self) -> bool:
        return bool(self.helps) or self.problem.help_wanted is not None


@dataclass(frozen=True)
class Kept:
    """A board that stays true until something is logged, a run comes or goes, or a claim expires."""

    state: tuple[Any, ...]
    until: datetime | None
    rows: Sequence[Row]


def board(site: Site, db: Connection) -> Sequence[Row]:
    """All problems in the order of their numbers.

    Cost: two small queries while nothing changes, else four over all that people added; no file is read.
    """
    state = (
        db.execute(select(func.max(events.c.id))).scalar(),
        db.execute(select(func.count()).select_from(runs)).scalar(),
    )
    kept: Kept | None = site.kept
    now = site.store.clock()
    if kept is None or kept.state != state or (kept.until is not None and kept.until <= now):
        kept = site.kept = Kept(state, next_expiry(db, now), draw_up(site, db, now))
    return kept.rows


def next_expiry(db: Connection, now: datetime) -> datetime | None:
    """When the next claim lapses by itself."""
    found: datetime | None = db.execute(
        select(func.min(contributions.c.expires)).where(contributions.c.expires > now)
    ).scalar()
    return found


def draw_up(site: Site, db: Connection, now: datetime) -> list[Row]:
    """The board as the database has it."""
    counts = counts_by_problem(db)
    live = live_by_problem(db, now)
    activity = last_activity(db)
    reached = standings(newest_runs(db))
    rows = []
    for problem in site.catalog.problems:
        number = problem.number
        found = counts.get(number, {})
        rows.append(
            Row(
                problem=problem,
                works=len(site.catalog.works_on(number)) + found.get("work", 0),
                standing=reached.get(number, "untouched"),
                studies=site.studies_of.get(number, ()),
                claims=live.get((number, "claim"), ()),
                helps=live.get((number, "help"), ()),
                counts=found,
                activity=activity.get(number),
            )
        )
    return rows


def counts_by_problem(db: Connection) -> dict[str, dict[str, int]]:
    """How many contributions of each kind are shown, by problem."""
    columns = contributions.c.problem, contributions.c.kind
    query = select(*columns, func.count()).where(contributions.c.state.in_(VISIBLE)).group_by(*columns)
    found: dict[str, dict[str, int]] = {}
    for problem, kind, count in db.execute(query):
        found.setdefault(problem, {})[kind] = count
    return found


def live_by_problem(db: Connection, at: datetime) -> dict[tuple[str, str], tuple[Said, ...]]:
    """Claims that stand and calls for help that were not released, by problem and kind, oldest first."""
    table = contributions.c
    query = (
        select(table.problem, table.kind, table.author, table.form, table.state, table.created)
        .where(table.kind.in_(("claim", "help")), table.state.in_(VISIBLE), table.ended.is_(None))
        .where((table.expires.is_(None)) | (table.expires > at))
        .order_by(table.id)
    )
    found: dict[tuple[str, str], list[Said]] = {}
    for problem, kind, *said in db.execute(query):
        found.setdefault((problem, kind), []).append(Said(*said))
    return {key: tuple(said) for key, said in found.items()}


def row_record(site: Site, row: Row) -> dict[str, Any]:
    """A row as plain values: what JSON and CSV say is what the page shows, and the list's own fields in full."""
    return as_record(site.catalog, row.problem) | {
        "standing": row.standing,
        "studies": [study.slug for study in row.studies],
        "existing_work_count": row.works,
        "working": row.working,
        "working_now": spoken(row.claims),
        "help": spoken(row.helps),
        "contributions": dict(row.counts),
        "activity": row.activity.isoformat() if row.activity else None,
    }


def spoken(said: Iterable[Said]) -> list[dict[str, str]]:
    """Claims or calls for help as plain values."""
    return [{"name": one.author, "what": one.form, "since": one.created.date().isoformat()} for one in said]
