"""The list of problems: table and cards, and its parts by chapter, subcategory and difficulty, also as data."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from cutaway.catalog.number import is_number
from cutaway.errors.web import PageError
from cutaway.store.views import views_of
from cutaway.web.answers import as_csv, as_json
from cutaway.web.asking import Asking, site_of
from cutaway.web.board import row_record
from cutaway.web.facets import facets
from cutaway.web.listing import SORTS, Listing, State, listing, read_state
from cutaway.web.pages import page
from cutaway.web.visitors import Visitor

router = APIRouter()


def shown(request: Request) -> Listing:
    """What the address asks to be shown."""
    site, asked = site_of(request), request.query_params
    state = read_state(site.catalog, {key: ",".join(asked.getlist(key)) for key in asked})
    with site.store.read() as db:
        return listing(site, db, state)


def view(request: Request, visitor: Visitor, *, path: str) -> Response:
    """The list as table or cards; a number sent from the search goes to its problem, but not while it is typed."""
    site = site_of(request)
    is_live = "hx-request" in request.headers
    typed = request.query_params.get("q", "").strip()
    if not is_live and is_number(typed) and any(problem.number == typed for problem in site.catalog.problems):
        return RedirectResponse(f"/problems/{typed}", status_code=303)
    found = shown(request)
    if not is_live and request.url.query != found.state.query:
        return RedirectResponse(found.state.at(path), status_code=308)
    views = views_of(site.store, visitor.owner) if visitor.owner else []
    answer = page(request, "problems.html", found=found, here=path, sorts=SORTS, views=views)
    if is_live:
        answer.headers["hx-push-url"] = found.state.at(path)
    return answer


@router.get("/problems")
def table(request: Request, visitor: Asking) -> Response:
    """All problems as a table. Filters, search and order stand in the address."""
    return view(request, visitor, path="/problems")


@router.get("/cards")
def cards(request: Request, visitor: Asking) -> Response:
    """All problems as cards."""
    return view(request, visitor, path="/cards")


@router.get("/problems.json")
def problems_json(request: Request) -> Response:
    """Exactly the problems that the page with the same query shows, in its order."""
    return as_json(records(request), name="problems.json")


@router.get("/problems.csv")
def problems_csv(request: Request) -> Response:
    """Exactly the problems that the page with the same query shows, in its order."""
    site = site_of(request)
    with site.store.read() as db:
        first = listing(site, db, State(sort="number")).rows[0]
    return as_csv(records(request), columns=list(row_record(site, first)), name="problems.csv")


def records(request: Request) -> list[dict[str, Any]]:
    """The shown rows as plain values."""
    site = site_of(request)
    return [row_record(site, row) for row in shown(request).rows]


def section(request: Request, chosen: Mapping[str, str], **context: Any) -> Response:
    """The page of one value of a facet."""
    site = site_of(request)
    state = read_state(site.catalog, chosen)
    with site.store.read() as db:
        found = listing(site, db, state)
    return page(request, "section.html", found=found, here=None, **context)


@router.get("/chapters/{number}")
def chapter(request: Request, number: int) -> Response:
    """One chapter: where it is introduced, its subcategories, how far it has come, and its problems."""
    site = site_of(request)
    found = next((chapter for chapter in site.catalog.chapters if chapter.number == number), None)
    if found is None:
        raise PageError(404, f"There is no chapter {number}.", f"There are 1 to {len(site.catalog.chapters)}.")
    return section(request, {"chapter": str(number)}, title=found.title, kind=f"Chapter {number}", chapter=found)


@router.get("/subcategories/{key}")
def subcategory(request: Request, key: str) -> Response:
    """One subcategory; "none" holds the problems without one."""
    return of_value(request, "subcategory", key, kind="Subcategory")


@router.get("/difficulties/{key}")
def difficulty(request: Request, key: str) -> Response:
    """One rating exactly as in its source, or "unrated"."""
    return of_value(request, "rating", key, kind="Difficulty")


def of_value(request: Request, facet: str, key: str, *, kind: str) -> Response:
    """The page of one value of a facet."""
    site = site_of(request)
    asked = next(known for known in facets(site.catalog) if known.key == facet)
    value = asked.value(key)
    if value is None:
        raise PageError(404, f"There is no {kind.lower()} '{key}'.", "All of them are in the menu above, under Browse.")
    return section(request, {facet: key}, title=value.name, kind=kind, chapter=None)
