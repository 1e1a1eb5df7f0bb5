"""What anyone may do: propose something, and take back, release or renew what is theirs."""

from collections.abc import Callable

from fastapi import APIRouter, Request
from starlette.responses import Response

from cutaway.errors.store import DraftError, StoreError
from cutaway.errors.web import PageError
from cutaway.store import contributions as store
from cutaway.store.contribution import FORMS, KINDS, Contribution, Kind, read_draft
from cutaway.store.events import of_contribution
from cutaway.web.answers import see, status_of
from cutaway.web.asking import Asking, Changing, Fields, Id, site_of
from cutaway.web.forms import proposal_form
from cutaway.web.pages import page
from cutaway.web.site import Site
from cutaway.web.visitors import own

router = APIRouter()
OWN_STEPS = {"withdraw": store.withdraw, "release": store.release, "renew": store.renew, "undo": store.undo}


@router.get("/problems/{number}/propose/{kind}")
def form(request: Request, number: str, kind: str, visitor: Asking) -> Response:
    """The form for one kind of contribution."""
    return proposal_form(request, number, known(kind), fields={"author": visitor.name})


@router.post("/problems/{number}/propose/{kind}")
def propose(request: Request, number: str, kind: str, fields: Fields, visitor: Changing) -> Response:
    """Add a contribution: shown at once, marked as pending; a moderator's own is accepted at once."""
    site = site_of(request)
    asked = known(kind)
    site.catalog.problem(number)
    if not visitor.may_propose:
        raise PageError(403, "On this site, contributors sign in first.", "/login")
    if visitor.name:
        fields["author"] = visitor.name
    answer = see(f"/problems/{number}#discussion")
    try:
        draft = read_draft(number, asked, fields)
        made = store.propose(site.store, draft, owner=own(request, answer, visitor), approved=visitor.is_moderator)
    except DraftError as fault:
        return proposal_form(request, number, asked, fields=fields, faults=fault.faults, status=422)
    except StoreError as fault:
        said = {"text": f"nothing was saved, and what you wrote is still here: {fault.args[0].splitlines()[0]}"}
        return proposal_form(request, number, asked, fields=fields, faults=said, status=status_of(fault))
    answer.headers["location"] = f"/problems/{number}?added={made.id}#contribution-{made.id}"
    return answer


def known(kind: str) -> Kind:
    """A kind of contribution.

    Raises: PageError 404 with those that there are.
    """
    if kind not in KINDS:
        raise PageError(404, f"Nobody can propose a '{kind}'.", f"What can be proposed: {', '.join(KINDS)}")
    return kind


@router.get("/contributions/{id}")
def contribution(request: Request, id: Id, visitor: Asking) -> Response:
    """One contribution with its log. What was rejected or withdrawn shows its log only."""
    site = site_of(request)
    with site.store.read() as db:
        found = store.get(db, id)
        events = of_contribution(db, id)
    return page(
        request,
        "contribution.html",
        one=found,
        problem=site.catalog.problem(found.problem),
        events=events,
        forms=FORMS,
        now=site.store.clock(),
        mine=[found.id] if visitor.owns(found) else [],
    )


@router.post("/contributions/{id}/own/{step}")
def own_step(request: Request, id: Id, step: str, visitor: Changing) -> Response:
    """Withdraw, release, renew or undo; only by who contributed it, from the same browser or account."""
    site = site_of(request)
    with site.store.read() as db:
        found = store.get(db, id)
    if not visitor.owns(found):
        raise PageError(403, "Only who contributed this can do that.", "From the same browser, or signed in.")
    if step not in OWN_STEPS or (step == "undo" and not was_own(site, found)):
        raise PageError(404, f"A contribution cannot be changed by '{step}' here.", f"By: {', '.join(OWN_STEPS)}")
    change: Callable[..., Contribution] = OWN_STEPS[step]
    change(site.store, id, actor=visitor.actor)
    return see(f"/contributions/{id}")


def was_own(site: Site, found: Contribution) -> bool:
    """Whether the last step was its author's, so that they may undo it, and not a moderator's."""
    with site.store.read() as db:
        last = of_contribution(db, found.id)[-1]
    return last.action in ("withdrawn", "released", "renewed") and last.actor in ("its author", found.author)
