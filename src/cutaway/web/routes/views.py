"""Saved views: a state of the list under a name of one's own, with a short address to share."""

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from cutaway.errors.web import PageError
from cutaway.store.views import remove_view, save_view, view
from cutaway.web.answers import see
from cutaway.web.asking import Changing, Fields, Id, site_of
from cutaway.web.visitors import own

router = APIRouter()


@router.get("/views/{id}")
def open_view(request: Request, id: Id) -> Response:
    """The state of the list that a view holds."""
    site = site_of(request)
    found = view(site.store, id)
    if found is None:
        raise PageError(404, f"There is no saved view {id}.", "The list: /problems")
    return RedirectResponse(found.address, status_code=303)


@router.post("/views")
def save(request: Request, fields: Fields, visitor: Changing) -> Response:
    """Keep the state of the list that the form stands on."""
    site = site_of(request)
    address = fields.get("address", "")
    answer = see(address)
    save_view(site.store, owner=own(request, answer, visitor), name=fields.get("name", ""), address=address)
    return answer


@router.post("/views/{id}/remove")
def remove(request: Request, id: Id, visitor: Changing) -> Response:
    """Remove a view of one's own."""
    site = site_of(request)
    if visitor.owner:
        remove_view(site.store, id, owner=visitor.owner)
    return see("/problems")
