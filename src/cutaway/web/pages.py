"""Draw a page: the templates and what they can say, and our own files, whose addresses change with their content."""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import quote

from fastapi import Request
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse

from cutaway.catalog import mentions
from cutaway.catalog.difficulty import LETTERS
from cutaway.figures.claim_strip import claim_strip
from cutaway.figures.page import asset
from cutaway.figures.verdicts import badge
from cutaway.records.standing import MEANINGS, STANDINGS
from cutaway.records.words import in_words
from cutaway.store.search import CLOSE, OPEN
from cutaway.web.facets import ratings, subcategories
from cutaway.web.markdown import as_html
from cutaway.web.site import Site
from cutaway.web.visitors import THEME, visitor_of
from cutaway.web.wording import HINTS, KIND_NAMES, LABELS, did

VENDOR = {"htmx.min.js", "vega.min.js", "vega-lite.min.js", "vega-embed.min.js"}
FONTS = {"inter-latin-wght-normal.woff2", "inter-latin-wght-italic.woff2"}
TYPES = {"css": "text/css", "js": "text/javascript", "woff2": "font/woff2", "svg": "image/svg+xml"}
TRUNCATED = 10  # characters of a hash in an address


@dataclass(frozen=True)
class Static:
    """One of our own files; `packed` is the same, compressed, where that makes it smaller."""

    name: str
    kind: str
    body: bytes
    packed: bytes | None

    @property
    def address(self) -> str:
        return f"/static/{hashlib.sha256(self.body).hexdigest()[:TRUNCATED]}/{self.name}"


@cache
def statics() -> Mapping[str, Static]:
    """Every file that pages load, by name."""
    folder = files("cutaway.web") / "assets"
    fonts = {name: (folder / "vendor" / name).read_bytes() for name in sorted(FONTS)}
    found = {name: static(name, body) for name, body in fonts.items()}
    faces = (folder / "fonts.css").read_text(encoding="utf-8")
    for name, font in found.items():
        faces = faces.replace(name, font.address)
    styles = [faces, asset("tokens.css"), asset("parts.css"), (folder / "site.css").read_text(encoding="utf-8")]
    found["site.css"] = static("site.css", "\n".join(styles).encode())
    found["site.js"] = static("site.js", (folder / "site.js").read_bytes())
    found["figures.js"] = static("figures.js", asset("report.js").encode())
    found["live.js"] = static("live.js", (folder / "live.js").read_bytes())
    found["icon.svg"] = static("icon.svg", (folder / "icon.svg").read_bytes())
    return found | {name: static(name, (folder / "vendor" / name).read_bytes()) for name in sorted(VENDOR)}


def static(name: str, body: bytes) -> Static:
    """A file, compressed once."""
    ending = name.rpartition(".")[2]
    packed = None if ending == "woff2" else gzip.compress(body, 9, mtime=0)
    return Static(name, TYPES[ending], body, packed)


@cache
def environment() -> Environment:
    """The templates; whatever they print is escaped, and a name they do not know is an error."""
    made = Environment(
        loader=PackageLoader("cutaway.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "day": day, "moment": moment, "markdown": as_html, "marked": marked, "linked": linked, "part": part,
    }  # fmt: skip
    made.globals |= {
        "static": lambda name: statics()[name].address,
        "STANDINGS": STANDINGS,
        "MEANINGS": MEANINGS,
        "LETTERS": LETTERS,
        "ratings": ratings,
        "subcategories": subcategories,
        "kind_names": KIND_NAMES,
        "did": did,
        "labels": LABELS,
        "hints": HINTS,
        "badge": lambda verdict: Markup(badge(verdict)),
        "strip": lambda answer: Markup(claim_strip(answer)),
        "in_words": in_words,
    }
    return made


def page(request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """A whole page."""
    site: Site = request.app.state.site
    shared = {
        "request": request,
        "site": site,
        "catalog": site.catalog,
        "visitor": visitor_of(request),
        "theme": theme_of(request),
        "path": request.url.path,
    }
    html = environment().get_template(template).render(**shared, **context)
    return HTMLResponse(html, status_code=status, headers={"cache-control": "no-cache", "vary": "Cookie"})


def theme_of(request: Request) -> str:
    """The paper that this browser asked for: light, dark, or whatever its system likes."""
    asked = request.query_params.get("theme") if request.url.path.startswith("/embed/") else request.cookies.get(THEME)
    return asked if asked in ("light", "dark") else "auto"


def base_of(request: Request) -> str:
    """Where others reach this site, without a slash at the end."""
    site: Site = request.app.state.site
    return (site.settings.url or str(request.base_url)).rstrip("/")


def day(at: datetime) -> str:
    """A date as people write it."""
    return f"{at.day} {at:%B %Y}"


def moment(at: datetime) -> str:
    """A date with the time, for the log."""
    return f"{at:%Y-%m-%d %H:%M} UTC"


def part(text: str) -> str:
    """Text as one part of a path."""
    return quote(text, safe="*")


def marked(text: str) -> Markup:
    """Text out of the search, its found words marked."""
    return Markup(escape(text).replace(OPEN, Markup("<mark>")).replace(CLOSE, Markup("</mark>")))


def linked(text: str) -> Markup:
    """A statement, its mentions of other problems as links."""
    parts: list[str] = []
    at = 0
    for mention in mentions(text):
        said = escape(text[mention.start : mention.end])
        parts.append(escape(text[at : mention.start]))
        parts.append(Markup('<a href="/problems/{}">{}</a>').format(mention.numbers[0], said))
        at = mention.end
    return Markup("").join([*parts, escape(text[at:])])
