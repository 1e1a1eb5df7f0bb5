"""The log of everything that happened: it only ever grows, which the database itself enforces."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Select, func, insert, select

from cutaway.store.contribution import Contribution
from cutaway.store.open import Store
from cutaway.store.tables import contributions, events

Action = Literal[
    "proposed", "approved", "rejected", "edited", "withdrawn", "renewed", "released", "undone", "ran", "moved"
]


@dataclass(frozen=True)
class Actor:
    """Who did something, as the log names them."""

    name: str


@dataclass(frozen=True, kw_only=True)
class Event:
    """One line of the log; `kind` and `state` are those of its contribution today."""

    id: int
    at: datetime
    actor: str
    action: Action
    problem: str | None
    contribution: int | None
    run: str | None
    reason: str | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    kind: str | None
    state: str | None


def log(
    db: Connection,
    store: Store,
    actor: Actor,
    action: str,
    about: Contribution,
    *,
    reason: str | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Write one line about a contribution."""
    line = {"at": store.clock(), "actor": actor.name, "action": action, "problem": about.problem}
    details = {"contribution": about.id, "reason": reason, "before": before, "after": after}
    db.execute(insert(events).values(line | details))


def log_run(db: Connection, at: datetime, run: str, study: str, moved: Sequence[tuple[str, str, str]]) -> None:
    """Write that a run was recorded, and which problems it moved: number, standing before, standing after."""
    lines = [{"at": at, "actor": study, "action": "ran", "problem": None, "run": run, "before": None, "after": None}]
    lines += [
        {"at": at, "actor": study, "action": "moved", "problem": problem, "run": run}
        | {"before": {"standing": before}, "after": {"standing": after}}
        for problem, before, after in moved
    ]
    db.execute(insert(events), lines)


def of_contribution(db: Connection, number: int) -> list[Event]:
    """What happened to one contribution, oldest first."""
    return listed(db, asked(events.c.contribution == number).order_by(events.c.id))


def of_problem(db: Connection, problem: str) -> list[Event]:
    """What happened to one problem, newest first."""
    return listed(db, asked(events.c.problem == problem).order_by(events.c.id.desc()))


def latest(db: Connection, *, limit: int, before: int | None = None) -> list[Event]:
    """The newest lines, or those older than line `before`."""
    return listed(
        db, asked(*([] if before is None else [events.c.id < before])).order_by(events.c.id.desc()).limit(limit)
    )


def last_activity(db: Connection) -> dict[str, datetime]:
    """When something last happened, by problem."""
    newest = select(events.c.problem, func.max(events.c.at)).where(events.c.problem.is_not(None))
    return {problem: at for problem, at in db.execute(newest.group_by(events.c.problem))}


def asked(*conditions: ColumnElement[bool]) -> Select[Any]:
    """Lines with kind and state of what they speak of."""
    joined = events.outerjoin(contributions, events.c.contribution == contributions.c.id)
    return select(events, contributions.c.kind, contributions.c.state).select_from(joined).where(*conditions)


def listed(db: Connection, query: Select[Any]) -> list[Event]:
    """Rows as values."""
    return [Event(**row) for row in db.execute(query).mappings()]
