"""Who is asking, by their cookies: a moderator, a member, or a visitor who may only take back what is theirs."""

import secrets
from dataclasses import dataclass

from fastapi import Request, Response

from cutaway.errors.web import PageError
from cutaway.store.contribution import Contribution
from cutaway.store.events import Actor
from cutaway.store.people import SESSION_DAYS, Session, hashed, session_of
from cutaway.web.site import Site

SESSION, MINE, THEME = "cutaway-session", "cutaway-mine", "cutaway-theme"
YEAR = 365 * 24 * 3600


@dataclass(frozen=True)
class Visitor:
    """One browser. `owner` marks what it contributed, so that it can take that back."""

    session: Session | None
    owner: str | None
    mode: str
    is_snapshot: bool = False

    @property
    def is_moderator(self) -> bool:
        return self.session is not None and self.session.is_moderator

    @property
    def name(self) -> str:
        """The name on what this visitor adds, if it is fixed."""
        return self.session.account.name if self.session and self.session.account else ""

    @property
    def may_propose(self) -> bool:
        """Anybody may, except on a lab's server, which knows its people, and on a snapshot."""
        return not self.is_snapshot and (self.mode != "lab" or self.session is not None)

    @property
    def actor(self) -> Actor:
        """How the log names them."""
        return Actor(self.name or ("moderator" if self.is_moderator else "its author"))

    def owns(self, contribution: Contribution) -> bool:
        return self.owner is not None and contribution.owner == self.owner


def visitor_of(request: Request) -> Visitor:
    """The visitor behind a request."""
    site: Site = request.app.state.site
    mode = site.settings.mode
    token, mine = request.cookies.get(SESSION), request.cookies.get(MINE)
    session = session_of(site.store, token, mode=mode) if token else None
    owner = f"account:{session.account.id}" if session and session.account else hashed(mine) if mine else None
    return Visitor(session, owner, mode, site.settings.is_snapshot)


def take_step(request: Request) -> Visitor:
    """The visitor behind a request that changes something, unless they are too fast.

    Raises: PageError 429 with the time to wait.
    """
    site: Site = request.app.state.site
    if seconds := site.steps.wait(address_of(request)):
        raise PageError(429, "That was a lot at once.", f"Nothing was saved. Try again in {seconds:.0f} seconds.")
    return visitor_of(request)


def moderator(request: Request) -> Visitor:
    """The moderator behind a request.

    Raises: PageError 403 for anybody else.
    """
    visitor = visitor_of(request)
    if not visitor.is_moderator:
        how = "the start link that `cutaway serve` printed" if visitor.mode == "local" else "/login"
        raise PageError(403, "This page is for moderators.", f"To become one here: {how}")
    return visitor


def address_of(request: Request) -> str:
    """Where a request came from, as the limits count it."""
    return request.client.host if request.client else "nowhere"


def own(request: Request, response: Response, visitor: Visitor) -> str:
    """The owner's mark for what this visitor adds; a browser without one gets its cookie with the answer."""
    if visitor.owner:
        return visitor.owner
    token = secrets.token_urlsafe(24)
    keep(request, response, MINE, token, seconds=YEAR)
    return hashed(token)


def keep(request: Request, response: Response, name: str, value: str, *, seconds: int = SESSION_DAYS * 86400) -> None:
    """Set a cookie that no script can read and no other site can send."""
    secure = request.url.scheme == "https"
    response.set_cookie(name, value, max_age=seconds, httponly=True, samesite="lax", secure=secure)
