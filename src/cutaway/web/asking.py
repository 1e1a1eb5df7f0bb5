"""What a page is handed: the site, who is asking, and the fields of a form."""

from typing import Annotated

from fastapi import Depends, Path, Request
from starlette.datastructures import FormData

from cutaway.web.recorded import Shelf
from cutaway.web.site import Site
from cutaway.web.visitors import Visitor, moderator, take_step, visitor_of


def site_of(request: Request) -> Site:
    """The site that serves a request."""
    site: Site = request.app.state.site
    return site


def shelf_of(request: Request) -> Shelf:
    """The records that the site keeps at hand."""
    shelf: Shelf = request.app.state.shelf
    return shelf


async def fields_of(request: Request) -> dict[str, str]:
    """The fields of a form; files are not taken."""
    form: FormData = await request.form(max_files=0, max_fields=30)
    return {key: value for key, value in form.items() if isinstance(value, str)}


Id = Annotated[int, Path(ge=0, le=2**53)]  # what a database can look for
Fields = Annotated[dict[str, str], Depends(fields_of)]
Asking = Annotated[Visitor, Depends(visitor_of)]
Changing = Annotated[Visitor, Depends(take_step)]
Moderating = Annotated[Visitor, Depends(moderator)]
