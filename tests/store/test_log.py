"""The log: one line for every step, with what was before and after; and nothing that changes a line."""

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from cutaway.store import contributions as steps
from cutaway.store.contribution import read_draft
from cutaway.store.events import Actor, last_activity, latest, of_contribution
from cutaway.store.events import of_problem as events_of
from cutaway.store.tables import events
from tests.store.conftest import BEGAN, add

EVE = Actor("Eve")
MORE = {
    "reject": {"reason": "Not about this."},
    "edit": {"draft": read_draft("6.18", "claim", {"author": "Bob", "form": "draft", "url": "https://example.org/b"})},
}
CLAIM = {"author": "Ada", "tool": None, "title": None, "rating": None, "text": None, "url": None, "form": "idea"}
CLAIM |= {"state": "pending", "expires": "2026-05-30T12:00:00+00:00", "ended": None}  # ninety days from 1 March, noon
BOB = {"author": "Bob", "form": "draft", "url": "https://example.org/b"}
CHANGES = {
    "approve": ("approved", {"state": "approved"}),
    "reject": ("rejected", {"state": "rejected"}),
    "edit": ("edited", BOB),
    "withdraw": ("withdrawn", {"state": "withdrawn"}),
    "renew": ("renewed", {"expires": "2026-06-01T12:00:00+00:00"}),  # two days later
    "release": ("released", {"ended": "2026-03-03T12:00:00+00:00"}),
}


def lines_of(store, number):
    with store.read() as db:
        return of_contribution(db, number)


def count(store):
    with store.read() as db:
        return db.execute(select(func.count()).select_from(events)).scalar_one()


def test_a_proposal_writes_one_line_in_its_authors_name(store):
    made = add(store, "claim")
    (line,) = lines_of(store, made.id)
    assert (line.action, line.actor, line.at, line.problem, line.before, line.after) == (
        "proposed", "Ada", BEGAN, "6.18", None, CLAIM,
    )  # fmt: skip
    assert count(store) == 1


@pytest.mark.parametrize("step", CHANGES)
def test_each_step_writes_one_line_with_all_that_was_before_and_is_after(store, clock, step):
    made = add(store, "claim")
    clock.pass_by(days=2)
    getattr(steps, step)(store, made.id, actor=EVE, **MORE.get(step, {}))
    _, line = lines_of(store, made.id)
    action, changed = CHANGES[step]
    assert (line.action, line.actor, line.at, line.problem) == (action, "Eve", clock(), "6.18")
    assert (line.before, line.after) == (CLAIM, CLAIM | changed)
    assert count(store) == 2


@pytest.mark.parametrize("step", CHANGES)
def test_an_undo_writes_one_line_that_goes_back(store, clock, step):
    made = add(store, "claim")
    clock.pass_by(days=2)
    getattr(steps, step)(store, made.id, actor=EVE, **MORE.get(step, {}))
    steps.undo(store, made.id, actor=Actor("Mia"))
    line = lines_of(store, made.id)[-1]
    assert (line.action, line.actor) == ("undone", "Mia")
    assert (line.before, line.after) == (CLAIM | CHANGES[step][1], CLAIM)
    assert count(store) == 3


def test_a_reason_stands_in_the_line_of_the_rejection_only(store):
    made = add(store, "claim")
    steps.reject(store, made.id, actor=EVE, reason=" Not about this. ")
    steps.undo(store, made.id, actor=EVE)
    assert [line.reason for line in lines_of(store, made.id)] == [None, "Not about this.", None]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE events SET actor = 'nobody'",
        "UPDATE events SET actor = 'nobody' WHERE id = 1",
        "DELETE FROM events",
        "INSERT INTO events (id, at, actor, action) VALUES (1, '2026-01-01 00:00:00', 'nobody', 'ran') "
        "ON CONFLICT (id) DO UPDATE SET actor = 'nobody'",
    ],
)
def test_the_database_itself_refuses_to_change_or_delete_a_line(store, change):
    made = add(store)
    with pytest.raises(DBAPIError, match="only grows"), store.write() as db:
        db.execute(text(change))
    assert [line.actor for line in lines_of(store, made.id)] == ["Ada"]


def test_what_only_one_of_the_databases_knows_does_not_change_a_line_either(store):
    made = add(store)
    change = (
        "INSERT OR REPLACE INTO events (id, at, actor, action) VALUES (1, '2026-01-01 00:00:00', 'nobody', 'ran')"
        if store.is_sqlite
        else "TRUNCATE events"
    )
    with pytest.raises(DBAPIError, match="only grows"), store.write() as db:
        db.execute(text(change))
    assert [line.actor for line in lines_of(store, made.id)] == ["Ada"]


def test_it_is_read_newest_first_page_by_page_and_by_problem(store):
    numbers = [add(store, problem=problem).id for problem in ("6.18", "1.1", "6.18")]
    with store.read() as db:
        newest = latest(db, limit=2)
        assert [line.contribution for line in newest] == numbers[:0:-1]
        assert [line.contribution for line in latest(db, limit=9, before=newest[-1].id)] == numbers[:1]
        assert [line.contribution for line in events_of(db, "6.18")] == [numbers[2], numbers[0]]


def test_a_line_knows_kind_and_state_of_its_contribution_today(store):
    made = add(store, "claim")
    steps.approve(store, made.id, actor=EVE)
    assert [(line.kind, line.state) for line in lines_of(store, made.id)] == [("claim", "approved")] * 2


def test_last_activity_is_that_of_the_newest_line_of_each_problem(store, clock):
    first, _ = add(store), add(store, problem="1.1")
    clock.pass_by(hours=3)
    steps.approve(store, first.id, actor=EVE)
    with store.read() as db:
        assert last_activity(db) == {"6.18": clock(), "1.1": BEGAN}
