"""What moderators do: approve, edit, reject with a reason, undo; and the log of all of it."""

from collections.abc import Callable

from fastapi import APIRouter, Request
from starlette.responses import Response

from cutaway.errors.store import DraftError
from cutaway.errors.web import PageError
from cutaway.store import contributions as store
from cutaway.store.contribution import FORMS, Contribution, clean, read_draft
from cutaway.web.answers import see
from cutaway.web.asking import Fields, Id, Moderating, site_of
from cutaway.web.forms import proposal_form
from cutaway.web.pages import page

router = APIRouter()
PER_PAGE = 50
LONGEST_REASON = 500  # characters
STEPS: dict[str, Callable[..., Contribution]] = {
    "approve": store.approve,
    "undo": store.undo,
    "renew": store.renew,
    "release": store.release,
}


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


@router.get("/contributions/{id}/edit")
def edit_form(request: Request, id: Id, visitor: Moderating) -> Response:  # noqa: ARG001  for moderators only
    """The form to edit a contribution."""
    with site_of(request).store.read() as db:
        found = store.get(db, id)
    fields = {name: value or "" for name, value in found.content().items()}
    return proposal_form(request, found.problem, found.kind, fields=fields, edited=id)


@router.post("/contributions/{id}/edit")
def edit(request: Request, id: Id, fields: Fields, visitor: Moderating) -> Response:
    """Replace the content; what it was before stays in the log."""
    site = site_of(request)
    with site.store.read() as db:
        found = store.get(db, id)
    try:
        draft = read_draft(found.problem, found.kind, fields)
    except DraftError as fault:
        return proposal_form(
            request, found.problem, found.kind, fields=fields, faults=fault.faults, status=422, edited=id
        )
    store.edit(site.store, id, draft, actor=visitor.actor)
    return see(f"/contributions/{id}")


@router.post("/contributions/{id}/{step}")
def decide(request: Request, id: Id, step: str, fields: Fields, visitor: Moderating, back: str = "") -> Response:
    """Approve, reject with a reason that the log shows, undo the last step, or renew and release for somebody."""
    site = site_of(request)
    if step == "reject":
        reason = clean(fields.get("reason", ""), lines=False)[:LONGEST_REASON]
        store.reject(site.store, id, actor=visitor.actor, reason=reason)
    elif step in STEPS:
        STEPS[step](site.store, id, actor=visitor.actor)
    else:
        raise PageError(404, f"A moderator cannot '{step}' a contribution.", f"They can: {', '.join(STEPS)}, reject")
    return see("/moderate" if back == "queue" else f"/contributions/{id}")
