"""What moderators do: approve, edit, reject with a reason, undo; and the log of all of it."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from cutaway.errors.store import DraftError
from cutaway.store import contributions as store
from cutaway.store.contribution import FORMS, clean, read_draft
from cutaway.store.events import of_contribution
from cutaway.web.answers import see
from cutaway.web.asking import Fields, Id, Moderating, site_of
from cutaway.web.pages import page
from cutaway.web.routes.contribute import about
from cutaway.web.visitors import Visitor

router = APIRouter()
PER_PAGE = 50


@router.get("/moderate")
def queue(request: Request, visitor: Moderating, offset: int = 0) -> Response:
    """What waits, oldest first."""
    site = site_of(request)
    start = max(0, min(offset, 10**9))
    with site.store.read() as db:
        waiting = store.queue(db, limit=PER_PAGE, offset=start)
        total = store.count(db, "pending")
    return page(
        request,
        "moderate.html",
        waiting=waiting,
        total=total,
        start=start,
        step=PER_PAGE,
        forms=FORMS,
        now=site.store.clock(),
        mine=[],
        moderator=visitor,
    )


@router.post("/contributions/{id}/approve")
def approve(request: Request, id: Id, visitor: Moderating) -> Response:
    """Accept a contribution."""
    return done(request, store.approve(site_of(request).store, id, actor=visitor.actor).problem, id)


@router.post("/contributions/{id}/reject")
def reject(request: Request, id: Id, fields: Fields, visitor: Moderating) -> Response:
    """Take a contribution from the pages; the reason is shown in the log."""
    reason = clean(fields.get("reason", ""), lines=False)[:500]
    return done(request, store.reject(site_of(request).store, id, actor=visitor.actor, reason=reason).problem, id)


@router.post("/contributions/{id}/undo")
def undo(request: Request, id: Id, visitor: Moderating) -> Response:
    """Put back what the last step changed."""
    return done(request, store.undo(site_of(request).store, id, actor=visitor.actor).problem, id)


@router.post("/contributions/{id}/renew")
def renew(request: Request, id: Id, visitor: Moderating) -> Response:
    """Let a claim stand for another ninety days, for somebody who lost their cookie."""
    return done(request, store.renew(site_of(request).store, id, actor=visitor.actor).problem, id)


@router.post("/contributions/{id}/release")
def release(request: Request, id: Id, visitor: Moderating) -> Response:
    """End a claim or a call for help, for somebody who lost their cookie."""
    return done(request, store.release(site_of(request).store, id, actor=visitor.actor).problem, id)


@router.get("/contributions/{id}/edit")
def edit_form(request: Request, id: Id, visitor: Moderating) -> Response:
    """The form to edit a contribution."""
    with site_of(request).store.read() as db:
        found = store.get(db, id)
    fields = {name: value or "" for name, value in found.content().items()}
    return draw_edit(request, id, visitor, fields)


@router.post("/contributions/{id}/edit")
def edit(request: Request, id: Id, fields: Fields, visitor: Moderating) -> Response:
    """Replace the content; what it was before stays in the log."""
    site = site_of(request)
    with site.store.read() as db:
        found = store.get(db, id)
    try:
        draft = read_draft(found.problem, found.kind, fields)
    except DraftError as fault:
        return draw_edit(request, id, visitor, fields, faults=fault.faults, status=422)
    return done(request, store.edit(site.store, id, draft, actor=visitor.actor).problem, id)


def draw_edit(
    request: Request,
    id: int,
    visitor: Visitor,
    fields: dict[str, Any],
    *,
    faults: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    """The form of a proposal, filled."""
    site = site_of(request)
    with site.store.read() as db:
        found = store.get(db, id)
        events = of_contribution(db, id)
    return page(
        request,
        "propose.html",
        status=status,
        problem=site.catalog.problem(found.problem),
        fields=fields,
        faults=faults or {},
        action=f"/contributions/{id}/edit",
        editing=True,
        events=events,
        moderator=visitor,
        **about(found.kind),
    )


def done(request: Request, problem: str, id: int) -> Response:
    """Back to where the step was asked for: the queue, or the contribution."""
    asked = request.query_params.get("back")
    return see(
        "/moderate" if asked == "queue" else f"/contributions/{id}" if asked != "problem" else f"/problems/{problem}"
    )
