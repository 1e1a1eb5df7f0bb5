"""What every request passes before a page sees it, and every answer before a browser does.

Host names are checked, bodies are bounded, and a request that changes something must come from our own pages: browsers
say so in `Sec-Fetch-Site`, older ones in `Origin`. A request with neither comes from no browser, and may carry no
cookie. Answers carry a policy that lets a page load nothing but our own files.
"""

import re
from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cutaway.errors.web import PageError

LARGEST_BODY = 64 * 1024  # bytes
TOO_LARGE = f"At most {LARGEST_BODY // 1024} KB can be sent."
HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[^:\[\]]+)(?::[0-9]{1,5})?")
SAFE = {"GET", "HEAD", "OPTIONS"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors {framed_by}"
)
HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",  # with no-referrer, browsers would send `Origin: null` with our own forms
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class Guard:
    """The outermost layer of the site."""

    def __init__(self, app: ASGIApp, *, hosts: Iterable[str]) -> None:
        self.app, self.hosts = app, frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        embed = scope["path"].startswith("/embed/")

        async def sealed(message: Message) -> None:
            if message["type"] == "http.response.start":
                seal(MutableHeaders(scope=message), embed=embed)
            await send(message)

        if refusal := self.refusal(scope, headers):
            await refusal(scope, receive, sealed)
        else:
            asked = {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope  # the server leaves out the body
            await self.app(asked, bounded(receive), sealed)

    def refusal(self, scope: Scope, headers: Headers) -> PlainTextResponse | None:
        """Why a request is not served, if it is not."""
        host = headers.get("host", "").lower()
        named = HOST.fullmatch(host)
        if named is None or named["name"] not in self.hosts:
            return PlainTextResponse(
                "This site does not answer to that name. Its operator can allow it: cutaway serve --name NAME\n", 421
            )
        length = headers.get("content-length", "0")
        if not re.fullmatch("[0-9]{1,9}", length) or int(length) > LARGEST_BODY:
            return PlainTextResponse(f"{TOO_LARGE}\n", 413)
        if scope["method"] not in SAFE and not is_from_here(headers, host):
            return PlainTextResponse(
                "Refused: this request came from another site. Open the page here and try again.\n", 403
            )
        return None


def is_from_here(headers: Headers, host: str) -> bool:
    """Whether a request that changes something was made by one of our own pages, or by no browser at all."""
    if (site := headers.get("sec-fetch-site")) is not None:
        return site == "same-origin"
    if (origin := headers.get("origin")) is not None:
        return origin.lower() in (f"http://{host}", f"https://{host}")
    return "cookie" not in headers


def seal(headers: MutableHeaders, *, embed: bool) -> None:
    """Put our policy on an answer; only what lies below /embed/ may be framed, and that sets no cookie."""
    headers.setdefault("content-security-policy", POLICY.format(framed_by="*" if embed else "'none'"))
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("cross-origin-resource-policy", "cross-origin" if embed else "same-origin")
    if embed and "set-cookie" in headers:
        del headers["set-cookie"]


def bounded(receive: Receive) -> Receive:
    """A `receive` that reads no further once a body sent in pieces is too long.

    Raises: PageError 413, where the page reads the body.
    """
    got = 0

    async def read() -> Message:
        nonlocal got
        message = await receive()
        got += len(message.get("body", b""))
        if got > LARGEST_BODY:
            raise PageError(413, TOO_LARGE, "Nothing was saved.")
        return message

    return read
