"""Propose, moderate and find contributions; every step writes its line into the log in the same transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from cutaway.errors.store import ForbiddenStepError, UnknownContributionError
from cutaway.store.contribution import CONTRIBUTION_FIELDS, VISIBLE, Contribution, Draft, Kind, State
from cutaway.store.events import Actor, log
from cutaway.store.open import Store
from cutaway.store.search import index_discussion
from cutaway.store.tables import contributions, events

CLAIM_DAYS = 90  # how long a claim stands before it lapses
MUTABLE = ("state", "author", "tool", "form", "title", "url", "rating", "text", "expires", "ended")


def propose(store: Store, draft: Draft, *, owner: str, approved: bool = False) -> Contribution:
    """Add a contribution; it is shown at once, as pending unless a moderator wrote it. Claims expire after 90 days."""
    at = store.clock()
    state: State = "approved" if approved else "pending"
    expires = at + timedelta(days=CLAIM_DAYS) if draft.kind == "claim" else None
    values = asdict(draft) | {"state": state, "created": at, "expires": expires, "owner": owner}
    with store.write() as db:
        number = db.execute(insert(contributions).values(values).returning(contributions.c.id)).scalar_one()
        made = get(db, number)
        log(db, store, Actor(draft.author), "proposed", made, after=mutable(made))
        index_discussion(db, draft.problem)
    return made


def approve(store: Store, number: int, *, actor: Actor) -> Contribution:
    """Say that a contribution is sound; also one that was rejected or withdrawn before."""
    return step(store, number, "approved", actor=actor, state="approved")


def reject(store: Store, number: int, *, actor: Actor, reason: str) -> Contribution:
    """Take a contribution from the pages, with a reason that the log shows.

    Raises: ForbiddenStepError without a reason.
    """
    if not reason.strip():
        raise ForbiddenStepError("rejected", "a rejection needs a reason, which its author will read")
    return step(store, number, "rejected", actor=actor, reason=reason.strip(), state="rejected")


def edit(store: Store, number: int, draft: Draft, *, actor: Actor) -> Contribution:
    """Replace the content by that of a checked draft of the same kind; state and dates stay."""
    return step(store, number, "edited", actor=actor, **draft.content())


def withdraw(store: Store, number: int, *, actor: Actor) -> Contribution:
    """Its author takes it back."""
    return step(store, number, "withdrawn", actor=actor, state="withdrawn")


def renew(store: Store, number: int, *, actor: Actor) -> Contribution:
    """A claim stands for another ninety days from now, also one that has lapsed or was released.

    Raises: ForbiddenStepError for anything but a visible claim.
    """
    expires = store.clock() + timedelta(days=CLAIM_DAYS)
    return step(store, number, "renewed", actor=actor, only="claim", expires=expires, ended=None)


def release(store: Store, number: int, *, actor: Actor) -> Contribution:
    """A claim ends now; help that was wanted is wanted no longer.

    Raises: ForbiddenStepError for anything but a visible claim or call for help.
    """
    return step(store, number, "released", actor=actor, only="claim help", ended=store.clock())


def undo(store: Store, number: int, *, actor: Actor) -> Contribution:
    """Put back what the last step changed; undone twice, it is done again.

    Raises: ForbiddenStepError where nothing but the proposal happened.
    """
    with store.write() as db:
        found = get(db, number)
        last = db.execute(
            select(events.c.before).where(events.c.contribution == number).order_by(events.c.id.desc()).limit(1)
        ).scalar_one()
        if last is None:
            raise ForbiddenStepError("undone", "nothing happened to it since it was proposed")
        change(db, store, found, "undone", actor, stored(last))
        return get(db, number)


def step(
    store: Store, number: int, action: str, *, actor: Actor, reason: str | None = None, only: str = "", **values: Any
) -> Contribution:
    """One logged change of one contribution; `only` names the kinds that allow it while they are shown."""
    with store.write() as db:
        found = get(db, number)
        if only and (found.kind not in only.split() or found.state not in VISIBLE):
            raise ForbiddenStepError(action, f"it is a {found.state} {found.kind}")
        change(db, store, found, action, actor, values, reason)
        return get(db, number)


def change(
    db: Connection,
    store: Store,
    found: Contribution,
    action: str,
    actor: Actor,
    values: dict[str, Any],
    reason: str | None = None,
) -> None:
    """Write the change, its line in the log, and what search finds."""
    db.execute(update(contributions).where(contributions.c.id == found.id).values(values))
    log(db, store, actor, action, found, reason=reason, before=mutable(found), after=mutable(get(db, found.id)))
    index_discussion(db, found.problem)


def get(db: Connection, number: int) -> Contribution:
    """One contribution.

    Raises: UnknownContributionError.
    """
    row = db.execute(select(contributions).where(contributions.c.id == number)).mappings().first()
    if row is None:
        raise UnknownContributionError(number)
    return read(row)


def of_problem(db: Connection, problem: str, states: Sequence[State] = VISIBLE) -> list[Contribution]:
    """What people added to one problem, oldest first."""
    asked = select(contributions).where(contributions.c.problem == problem, contributions.c.state.in_(states))
    return [read(row) for row in db.execute(asked.order_by(contributions.c.id)).mappings()]


def visible(db: Connection, kinds: Iterable[Kind]) -> list[Contribution]:
    """All shown contributions of some kinds, oldest first."""
    asked = select(contributions).where(contributions.c.kind.in_(list(kinds)), contributions.c.state.in_(VISIBLE))
    return [read(row) for row in db.execute(asked.order_by(contributions.c.id)).mappings()]


def queue(db: Connection, state: State = "pending", *, limit: int, offset: int = 0) -> list[Contribution]:
    """What waits for a moderator, oldest first."""
    asked = select(contributions).where(contributions.c.state == state).order_by(contributions.c.id)
    return [read(row) for row in db.execute(asked.limit(limit).offset(offset)).mappings()]


def count(db: Connection, state: State) -> int:
    """How many are in a state."""
    return db.execute(
        select(func.count()).select_from(contributions).where(contributions.c.state == state)
    ).scalar_one()


def read(row: RowMapping) -> Contribution:
    """A row as a value."""
    return Contribution(**{name: row[name] for name in CONTRIBUTION_FIELDS})


def mutable(found: Contribution) -> dict[str, Any]:
    """What a step may change, as JSON for the log."""
    values = {name: getattr(found, name) for name in MUTABLE}
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in values.items()}


def stored(before: dict[str, Any]) -> dict[str, Any]:
    """The log's JSON as values of the table."""
    return {
        name: datetime.fromisoformat(value) if name in ("expires", "ended") and value else value
        for name, value in before.items()
    }
