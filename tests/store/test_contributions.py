"""What a contribution goes through: proposed, decided, edited, taken back, lapsed, and put back by undo."""

from datetime import timedelta

import pytest

from cutaway.errors.store import ForbiddenStepError, UnknownContributionError
from cutaway.store import contributions as steps
from cutaway.store.contribution import KINDS, read_draft
from cutaway.store.events import Actor, of_contribution
from tests.store.conftest import BEGAN, add

EVE = Actor("Eve")


def shown(store, problem="6.18"):
    with store.read() as db:
        return [one.id for one in steps.of_problem(db, problem)]


def stored(store, number):
    with store.read() as db:
        return steps.get(db, number)


def log_of(store, number):
    with store.read() as db:
        return of_contribution(db, number)


@pytest.mark.parametrize("kind", KINDS)
def test_a_proposal_of_each_kind_is_shown_at_once_and_pending(store, kind):
    made = add(store, kind)
    assert (made.state, made.kind, made.author, made.created) == ("pending", kind, "Ada", BEGAN)
    assert stored(store, made.id) == made
    assert shown(store) == [made.id]


def test_a_moderators_own_is_accepted_at_once(store):
    draft = read_draft("6.18", "comment", {"text": "So it is."})
    assert steps.propose(store, draft, owner="o", approved=True).state == "approved"


def test_only_what_is_pending_or_approved_is_shown(store):
    kept, approved, rejected, withdrawn = (add(store) for _ in range(4))
    steps.approve(store, approved.id, actor=EVE)
    steps.reject(store, rejected.id, actor=EVE, reason="Not about this.")
    steps.withdraw(store, withdrawn.id, actor=EVE)
    assert shown(store) == [kept.id, approved.id]


def test_the_queue_holds_what_is_pending_oldest_first(store):
    first, second, third = (add(store) for _ in range(3))
    steps.approve(store, second.id, actor=EVE)
    with store.read() as db:
        assert [one.id for one in steps.queue(db, limit=9)] == [first.id, third.id]
        assert [one.id for one in steps.queue(db, limit=1, offset=1)] == [third.id]
        assert steps.count(db, "pending") == 2


def test_a_rejection_needs_a_reason_and_the_log_keeps_it(store):
    made = add(store)
    with pytest.raises(ForbiddenStepError, match="reason"):
        steps.reject(store, made.id, actor=EVE, reason="  ")
    assert stored(store, made.id).state == "pending"
    steps.reject(store, made.id, actor=EVE, reason=" Not about this. ")
    last = log_of(store, made.id)[-1]
    assert (last.action, last.actor, last.reason, last.problem) == ("rejected", "Eve", "Not about this.", "6.18")


def test_an_edit_replaces_the_content_and_nothing_else(store, clock):
    made = add(store, "work")
    clock.pass_by(days=2)
    draft = read_draft("6.18", "work", {"form": "post", "title": "On tails", "url": "https://example.org/tails"})
    edited = steps.edit(store, made.id, draft, actor=EVE)
    assert (edited.form, edited.title, edited.author) == ("post", "On tails", "anonymous")
    assert (edited.state, edited.created, edited.owner) == (made.state, made.created, made.owner)


@pytest.mark.parametrize("step", ["approve", "reject", "edit", "withdraw"])
def test_undo_puts_back_what_was_before_and_undone_twice_it_is_done_again(store, step):
    made = add(store)
    draft = read_draft("6.18", "comment", {"text": "Other words."})
    more = {"reject": {"reason": "No."}}.get(step, {})
    words = (made.id, draft) if step == "edit" else (made.id,)
    after = getattr(steps, step)(store, *words, actor=EVE, **more)
    assert steps.undo(store, made.id, actor=EVE) == made
    assert steps.undo(store, made.id, actor=EVE) == after
    assert [event.action for event in log_of(store, made.id)][-2:] == ["undone", "undone"]


def test_a_fresh_proposal_cannot_be_undone(store):
    with pytest.raises(ForbiddenStepError, match="nothing happened"):
        steps.undo(store, add(store).id, actor=EVE)


def test_a_claim_stands_for_ninety_days_to_the_second(store, clock):
    claim = add(store, "claim")
    assert claim.expires == BEGAN + timedelta(days=90)
    assert claim.is_live(BEGAN + timedelta(days=90, seconds=-1))
    assert not claim.is_live(BEGAN + timedelta(days=90))


def test_a_renewed_claim_stands_for_ninety_days_from_then_also_after_it_lapsed(store, clock):
    claim = add(store, "claim")
    clock.pass_by(days=100)
    assert not stored(store, claim.id).is_live(clock())
    assert steps.renew(store, claim.id, actor=EVE).expires == BEGAN + timedelta(days=190)
    assert stored(store, claim.id).is_live(clock())


def test_a_released_claim_ends_and_a_renewal_or_undo_takes_it_up_again(store, clock):
    claim = add(store, "claim")
    clock.pass_by(days=1)
    assert steps.release(store, claim.id, actor=EVE).ended == clock()
    assert not stored(store, claim.id).is_live(clock())
    assert steps.undo(store, claim.id, actor=EVE).is_live(clock())
    steps.release(store, claim.id, actor=EVE)
    assert steps.renew(store, claim.id, actor=EVE).is_live(clock())


@pytest.mark.parametrize(("step", "kind"), [("renew", "comment"), ("renew", "help"), ("release", "work")])
def test_only_what_can_end_is_renewed_or_released(store, step, kind):
    made = add(store, kind)
    with pytest.raises(ForbiddenStepError, match=kind):
        getattr(steps, step)(store, made.id, actor=EVE)
    assert len(log_of(store, made.id)) == 1, "nothing is logged that did not happen"


def test_a_rejected_claim_is_not_renewed(store):
    claim = add(store, "claim")
    steps.reject(store, claim.id, actor=EVE, reason="No.")
    with pytest.raises(ForbiddenStepError, match="rejected"):
        steps.renew(store, claim.id, actor=EVE)


def test_an_unknown_number_is_named(store):
    with pytest.raises(UnknownContributionError, match="77"):
        steps.approve(store, 77, actor=EVE)


def test_nothing_of_a_step_that_fails_is_kept(store, monkeypatch):
    made = add(store)

    def torn(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(steps, "index_discussion", torn)
    with pytest.raises(KeyboardInterrupt):
        steps.approve(store, made.id, actor=EVE)
    assert stored(store, made.id).state == "pending"
    assert len(log_of(store, made.id)) == 1
