"""What anyone may do: propose something, and take back, release or renew what is theirs."""

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from cutaway.errors.store import DraftError
from cutaway.errors.web import PageError
from cutaway.store import contributions as store
from cutaway.store.contribution import ALLOWED, FORMS, KINDS, LONGEST, NEEDED, Contribution, Kind, read_draft
from cutaway.store.events import of_contribution
from cutaway.web.answers import see
from cutaway.web.asking import Asking, Changing, Fields, Id, site_of
from cutaway.web.pages import page
from cutaway.web.site import Site
from cutaway.web.visitors import Visitor, own
from cutaway.web.wording import EXPLAINED, HEADINGS

router = APIRouter()

Given = Mapping[str, str]
OWN_STEPS = {"withdraw": store.withdraw, "release": store.release, "renew": store.renew, "undo": store.undo}


@router.get("/problems/{number}/propose/{kind}")
def form(request: Request, number: str, kind: str, visitor: Asking) -> Response:
    """The form for one kind of contribution."""
    return draw(request, visitor, number, known(kind))


@router.post("/problems/{number}/propose/{kind}")
def propose(
    request: Request,
    number: str,
    kind: str,
    fields: Fields,
    visitor: Changing,
) -> Response:
    """Add a contribution: shown at once, marked as pending; a moderator's own is accepted at once."""
    site = site_of(request)
    asked = known(kind)
    site.catalog.problem(number)
    if not visitor.may_propose:
        raise PageError(403, "On this site, contributors sign in first.", "/login")
    if visitor.name:
        fields["author"] = visitor.name
    try:
        draft = read_draft(number, asked, fields)
    except DraftError as fault:
        return draw(request, visitor, number, asked, fields=fields, faults=fault.faults, status=422)
    answer = see(f"/problems/{number}#discussion")
    made = store.propose(site.store, draft, owner=own(request, answer, visitor), approved=visitor.is_moderator)
    answer.headers["location"] = f"/problems/{number}?added={made.id}#contribution-{made.id}"
    return answer


def draw(
    request: Request,
    visitor: Visitor,
    number: str,
    kind: Kind,
    *,
    fields: Given | None = None,
    faults: Given | None = None,
    status: int = 200,
) -> Response:
    """The form, perhaps with what was typed and what is wrong with it."""
    site = site_of(request)
    return page(
        request,
        "propose.html",
        status=status,
        problem=site.catalog.problem(number),
        fields=fields or {"author": visitor.name},
        faults=faults or {},
        action=f"/problems/{number}/propose/{kind}",
        editing=False,
        **about(kind),
    )


def about(kind: Kind) -> dict[str, Any]:
    """What a form of one kind has to know."""
    return {
        "kind": kind,
        "heading": HEADINGS[kind],
        "explained": EXPLAINED[kind],
        "allowed": ALLOWED[kind],
        "needed": NEEDED[kind],
        "forms": FORMS.get(kind, {}),
        "longest": LONGEST,
    }


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
def own_step(request: Request, id: int, step: str, visitor: Changing) -> Response:
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
