"""The whole site as plain files that any file server can host: every page that links lead to, drawn once.

What needs a server is left out: filters, search, forms. What a link leads to is there, also the states of the list that
pages link to, and every figure and table in every form.
"""

import asyncio
import hashlib
import json
import re
import shutil
import tempfile
from collections import deque
from collections.abc import Callable
from functools import cache
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

from starlette.types import ASGIApp, Message

from cutaway.errors.web import SnapshotError
from cutaway.records.progress import SILENT, Progress
from cutaway.web.app import create_app
from cutaway.web.settings import Settings
from cutaway.web.site import open_site

MARKER = "cutaway-snapshot.json"
LINK = re.compile(r'((?:href|src)=")(/[^"]*)(")')
IN_STYLE = re.compile(r"(url\()(/[^)]*)(\))")
START = ("/", "/problems.json", "/problems.csv", "/progress.json", "/changes.atom")
PLAIN = re.compile(r"[A-Za-z0-9._-]+")


def write_snapshot(settings: Settings, target: Path, *, progress: Progress = SILENT) -> int:
    """Write the site below `target`; returns how many files. All of it, or nothing; an older snapshot is replaced.

    The url of the settings is where it will be hosted, for the feed and the addresses of embedded figures.
    Raises: SnapshotError if `target` holds anything but a snapshot, or a link leads nowhere.
    """
    if target.exists() and any(target.iterdir()) and not (target / MARKER).is_file():
        raise SnapshotError(str(target), "it holds something that is no snapshot", "Name an empty or a new folder.")
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=".snapshot-", dir=target.parent))
    try:
        with open_site(settings) as site, progress.phase("pages", len(site.catalog.problems) * 4) as tick:
            count = crawl(create_app(site), fresh, settings.url, tick)
            said = {"pages": count, "of": settings.url, "made": site.store.clock().isoformat()}
        (fresh / MARKER).write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")
        fresh.chmod(0o755)
        if target.exists():
            shutil.rmtree(target)
        fresh.rename(target)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return count


def crawl(app: ASGIApp, folder: Path, url: str, tick: Callable[[], None]) -> int:
    """Draw every address that links lead to, beginning at the front page."""
    return asyncio.run(crawled(app, folder, url, tick))


async def crawled(app: ASGIApp, folder: Path, url: str, tick: Callable[[], None]) -> int:
    """The same, all in one task: the thread that draws pages ends with the task that asked for them."""
    waiting, seen = deque(START), set(START)
    while waiting:
        address = waiting.popleft()
        status, kind, body = await ask(app, address, url)
        if status != 200:
            raise SnapshotError(str(folder), f"the link to {address} answers {status}", "Please report it.")
        links: list[str] = []
        if kind.startswith("text/html"):
            body = rewritten(LINK, body, address, links)
        elif kind.startswith("text/css"):
            body = rewritten(IN_STYLE, body, address, links)
        path = folder / file_of(address)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        waiting.extend(link for link in dict.fromkeys(links) if link not in seen)
        seen.update(links)
        tick()
    return len(seen)


def rewritten(pattern: re.Pattern[str], body: bytes, address: str, links: list[str]) -> bytes:
    """A page whose links lead to files, relative to its own; `links` gets what they led to."""

    def led(found: re.Match[str]) -> str:
        whole = unescape(found[2])
        link, _, place = whole.partition("#")
        links.append(link)
        return f"{found[1]}{relative(file_of(link), file_of(address))}{'#' * bool(place)}{place}{found[3]}"

    return pattern.sub(led, body.decode()).encode()


@cache
def file_of(address: str) -> str:
    """The file of an address; what a file system or server might misread gets a name with a hash instead."""
    parts = urlsplit(address)
    names = [safe(unquote(name)) for name in parts.path.split("/") if name]
    if parts.query:
        names.append(f"at-{safe(parts.query)}")
    if not names or "." not in names[-1] or is_number(names) or parts.query:
        names.append("index.html")
    return "/".join(names)


def is_number(names: list[str]) -> bool:
    """Whether the last name is that of a page although it has a dot: a problem such as 6.18."""
    return re.fullmatch(r"[0-9]+\.[0-9]+", names[-1]) is not None


def safe(name: str) -> str:
    """A name of plain characters only, different for different names."""
    if PLAIN.fullmatch(name) and name.strip("."):
        return name
    return f"{re.sub('[^A-Za-z0-9]+', '-', name).strip('-')}-{hashlib.sha256(name.encode()).hexdigest()[:6]}"


def relative(target: str, source: str) -> str:
    """The way from the folder of one file to another file."""
    return "../" * source.count("/") + target


async def ask(app: ASGIApp, address: str, url: str) -> tuple[int, str, bytes]:
    """One GET request without a server, said to be sent to the host of `url`: status, type and body."""
    parts, host = urlsplit(address), urlsplit(url)
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": host.scheme,
        "path": unquote(parts.path),
        "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(),
        "root_path": "",
        "headers": [(b"host", host.netloc.encode())],
        "client": ("127.0.0.1", 0),
        "server": (host.hostname, host.port or 80),
        "state": {},
    }
    answer: dict[str, object] = {"status": 500, "type": ""}
    pieces: list[bytes] = []

    body: list[Message] = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> Message:
        return body.pop() if body else await asyncio.Future()

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            answer["status"] = message["status"]
            answer["type"] = dict(message["headers"]).get(b"content-type", b"").decode()
        else:
            pieces.append(message.get("body", b""))

    await app(scope, receive, send)
    return int(str(answer["status"])), str(answer["type"]), b"".join(pieces)
