"""What changed: everything that moved, newest first, as a page, as JSON and as an Atom feed."""

from typing import Any
from xml.sax.saxutils import escape, quoteattr

from fastapi import APIRouter, Request
from starlette.responses import Response

from cutaway.store.events import Event, latest
from cutaway.web.answers import as_json
from cutaway.web.asking import site_of
from cutaway.web.pages import base_of, page
from cutaway.web.wording import KIND_NAMES, did

router = APIRouter()
PER_PAGE, IN_FEED = 50, 60


@router.get("/changes")
def changes(request: Request, before: int | None = None) -> Response:
    """The log, page by page."""
    found = events_before(request, before, PER_PAGE + 1)
    older = found[PER_PAGE - 1].id if len(found) > PER_PAGE else None
    return page(request, "changes.html", events=found[:PER_PAGE], older=older, before=before)


@router.get("/changes.json")
def changes_json(request: Request, before: int | None = None) -> Response:
    """The log as data; `before` is the id of the last line of the page before."""
    return as_json([public(event) for event in events_before(request, before, PER_PAGE)], name="changes.json")


@router.get("/changes.atom")
def atom(request: Request) -> Response:
    """The newest changes as a feed."""
    base = base_of(request)
    events = events_before(request, None, IN_FEED)
    updated = events[0].at.isoformat() if events else "2023-01-01T00:00:00+00:00"
    entries = "".join(
        f"<entry><id>{base}/changes#event-{event.id}</id><title>{escape(sentence(event))}</title>"
        f"<updated>{event.at.isoformat()}</updated><author><name>{escape(event.actor)}</name></author>"
        f"<link href={quoteattr(base + address(event))}/></entry>\n"
        for event in events
    )
    body = (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f"<title>Cutaway: what changed</title><id>{base}/changes</id><updated>{updated}</updated>\n"
        f'<link rel="self" href="{base}/changes.atom"/><link href="{base}/changes"/>\n{entries}</feed>\n'
    )
    return Response(body, media_type="application/atom+xml")


def events_before(request: Request, before: int | None, limit: int) -> list[Event]:
    """Lines of the log, newest first."""
    site = site_of(request)
    last = None if before is None else max(0, min(before, 2**53))
    with site.store.read() as db:
        return latest(db, limit=limit, before=last)


def sentence(event: Event) -> str:
    """One line of the log in words, without its date."""
    where = f" on {event.problem}" if event.problem else ""
    match event.action:
        case "ran":
            return f"{event.actor} was run"
        case "moved":
            before, after = (event.before or {}).get("standing"), (event.after or {}).get("standing")
            return f"{event.problem} moved from {before} to {after}, by {event.actor}"
    reason = f": {event.reason}" if event.reason else ""
    return f"{event.actor} {did(event.action, event.kind)} {KIND_NAMES[event.kind]}{where}{reason}"


def address(event: Event) -> str:
    """Where a line of the log leads."""
    if event.action == "ran":
        return f"/records/{event.run}"
    return f"/contributions/{event.contribution}" if event.contribution else f"/problems/{event.problem}"


def public(event: Event) -> dict[str, Any]:
    """A line as data: what was rejected or withdrawn is not repeated here."""
    return {
        "id": event.id,
        "at": event.at.isoformat(),
        "actor": event.actor,
        "action": event.action,
        "says": sentence(event),
        "problem": event.problem,
        "kind": event.kind,
        "contribution": event.contribution,
        "run": event.run,
        "reason": event.reason,
        "address": address(event),
    }
