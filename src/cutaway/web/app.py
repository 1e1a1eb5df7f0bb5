"""The application: one process that serves pages, JSON and figures, and answers every mistake with a page."""

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from cutaway.errors import CutawayError
from cutaway.errors.web import PageError
from cutaway.web.answers import status_of
from cutaway.web.guard import Guard
from cutaway.web.pages import page
from cutaway.web.recorded import Shelf
from cutaway.web.routes import all_routers
from cutaway.web.site import Site

NAMES = {
    403: "Not for you",
    404: "Not here",
    405: "Not like that",
    409: "Not possible",
    410: "Damaged",
    413: "Too much",
    422: "Not quite",
    429: "Slower, please",
    503: "Not now",
    507: "No room left",
}


def create_app(site: Site) -> FastAPI:
    """The application over an open site."""
    app = FastAPI(title="Cutaway", docs_url=None, redoc_url=None, description="The open problems, live.")
    app.state.site, app.state.shelf = site, Shelf(site)
    for router in all_routers():
        app.include_router(router)
    app.add_exception_handler(CutawayError, on_our_error)
    app.add_exception_handler(HTTPException, on_http_error)
    app.add_exception_handler(RequestValidationError, on_wrong_request)
    app.add_middleware(LookForRuns, site=site)
    app.add_middleware(GZipMiddleware, minimum_size=800, compresslevel=5)
    app.add_middleware(Guard, hosts=site.settings.hosts)
    return app


class LookForRuns:
    """Before a page, index what was run since the last."""

    def __init__(self, app: ASGIApp, *, site: Site) -> None:
        self.app, self.site = app, site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not scope["path"].startswith("/static/"):
            await run_in_threadpool(self.site.refresh)
        await self.app(scope, receive, send)


def on_our_error(request: Request, error: Exception) -> Response:
    """One of our own errors, with its advice."""
    site: Site = request.app.state.site
    said, _, advice = site.outward(str(error)).partition("\n")
    if isinstance(error, PageError):
        return refused(request, error.status, error.said, error.advice)
    return refused(request, status_of(error), said, "\n".join(line.strip() for line in advice.splitlines()))


def on_http_error(request: Request, error: Exception) -> Response:
    """What the framework refused, such as an address that is no page."""
    assert isinstance(error, HTTPException)
    said = f"There is no page {request.url.path}." if error.status_code == 404 else str(error.detail)
    return refused(request, error.status_code, said, "All pages are in the menu above, under Browse.", error.headers)


def on_wrong_request(request: Request, error: Exception) -> Response:
    """A parameter that does not fit its kind, such as a number that is none."""
    assert isinstance(error, RequestValidationError)
    faults = "\n".join(f"{'.'.join(map(str, one['loc'][1:]))}: {one['msg']}" for one in error.errors())
    return refused(request, 422, "The request does not fit this page.", faults)


def refused(request: Request, status: int, said: str, advice: str, headers: object = None) -> Response:
    """A refusal in the form that was asked for."""
    if request.url.path.endswith(".json"):
        answer: Response = JSONResponse({"error": said, "advice": advice}, status_code=status)
    else:
        answer = page(request, "error.html", status=status, name=NAMES.get(status, "Refused"), said=said, advice=advice)
    if isinstance(headers, dict):
        answer.headers.update(headers)
    return answer
