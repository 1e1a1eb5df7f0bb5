"""Markdown of contributors as safe HTML: no script, no style, no picture, links that vouch for nothing."""

from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

from cutaway.store.contribution import ADDRESS, LEFT_OUT

TAGS = {"a", "blockquote", "br", "code", "del", "em", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "strong"}
TAGS |= {"table", "tbody", "td", "th", "thead", "tr", "ul"}
PARSER = MarkdownIt("js-default", {"html": False, "linkify": False, "typographer": False}).disable("image")
CLEANER = nh3.Cleaner(
    tags=TAGS,
    attributes={"a": {"href"}, "ol": {"start"}},
    url_schemes={"https", "http"},
    link_rel="nofollow ugc noopener noreferrer",
    url_relative="deny",
)
FIRST, LAST = 4, 6  # levels of headings inside a contribution: they begin below those of the page


@lru_cache(maxsize=2048)
def as_html(text: str) -> Markup:
    """Safe HTML of some Markdown; its headings begin below those of the page, whatever level they were written at.

    E-mail addresses that only Markdown spells out, such as `me&#64;example.org`, are taken out here.
    """
    tokens = PARSER.parse(text)
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    highest = min((int(token.tag[1]) for token in headings), default=FIRST)
    for token in headings:
        token.tag = f"h{min(LAST, int(token.tag[1]) - highest + FIRST)}"
    html = PARSER.renderer.render(tokens, PARSER.options, {})
    return Markup(CLEANER.clean(ADDRESS.sub(LEFT_OUT, html)))
