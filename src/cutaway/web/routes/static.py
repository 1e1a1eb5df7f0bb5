"""Our own files: never changing under an address, compressed ahead of time."""

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from cutaway.errors.web import PageError
from cutaway.web.pages import statics

router = APIRouter()
FOREVER = "public, max-age=31536000, immutable"


@router.get("/static/{stamp}/{name}")
def static_file(request: Request, stamp: str, name: str) -> Response:
    """One file; under an old stamp, the way to the new one."""
    found = statics().get(name)
    if found is None:
        raise PageError(404, f"There is no file {name}.")
    if f"/{stamp}/" not in found.address:
        return RedirectResponse(found.address)
    headers = {"cache-control": FOREVER, "vary": "Accept-Encoding"}
    if found.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(found.packed, media_type=found.kind, headers=headers | {"content-encoding": "gzip"})
    return Response(found.body, media_type=found.kind, headers=headers)
