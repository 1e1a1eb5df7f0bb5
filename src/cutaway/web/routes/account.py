"""Becoming a moderator or a member, and choosing the paper."""

import secrets

from fastapi import APIRouter, Request
from starlette.responses import Response

from cutaway.errors.web import PageError
from cutaway.store.people import open_session, sign_in, sign_out
from cutaway.web.answers import see
from cutaway.web.asking import Asking, Fields, site_of
from cutaway.web.pages import page
from cutaway.web.visitors import SESSION, THEME, YEAR, address_of, keep

router = APIRouter()


@router.get("/start")
def start(request: Request, visitor: Asking, token: str = "") -> Response:
    """The link that `cutaway serve` prints: whoever started a local site moderates it. It works once."""
    site = site_of(request)
    if visitor.is_moderator:
        return see("/")
    with site.lock:
        known, given_token = site.start_token, token.encode()
        fits = (
            site.settings.mode == "local" and known is not None and secrets.compare_digest(known.encode(), given_token)
        )
        if fits:
            site.start_token = None
    if not fits:
        raise PageError(403, "This start link is not valid, or was used already.", "Start again: cutaway serve")
    answer = see("/")
    keep(request, answer, SESSION, open_session(site.store, mode=site.settings.mode))
    return answer


@router.get("/login")
def login_form(request: Request) -> Response:
    """The form to sign in."""
    return page(request, "login.html", fault="", name="")


@router.post("/login")
def login(request: Request, fields: Fields) -> Response:
    """Sign in; a few tries, then a pause."""
    site = site_of(request)
    if seconds := site.sign_ins.wait(address_of(request)):
        raise PageError(429, "Too many tries.", f"Try again in {seconds:.0f} seconds.")
    name = fields.get("name", "")[:80]
    token = sign_in(site.store, name, fields.get("password", "")[:1000], mode=site.settings.mode)
    if token is None:
        return page(request, "login.html", status=403, fault="Name and password do not fit together.", name=name)
    answer = see("/")
    keep(request, answer, SESSION, token)
    return answer


@router.post("/logout")
def logout(request: Request) -> Response:
    """Sign out, here and in the store."""
    site = site_of(request)
    if token := request.cookies.get(SESSION):
        sign_out(site.store, token)
    answer = see("/")
    answer.delete_cookie(SESSION)
    return answer


@router.post("/theme")
def theme(request: Request, fields: Fields) -> Response:
    """Choose light, dark, or what the system likes, and go back to the page."""
    back = fields.get("back", "/")
    answer = see(back if back.startswith("/") and not back.startswith(("//", "/\\")) and "\n" not in back else "/")
    chosen = fields.get("theme", "")
    if chosen in ("light", "dark"):
        keep(request, answer, THEME, chosen, seconds=YEAR)
    else:
        answer.delete_cookie(THEME)
    return answer
