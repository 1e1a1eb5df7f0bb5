"""Markdown of contributors as safe HTML: no script, no style, no picture, links that vouch for nothing."""

from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

from cutaway.store.contribution import ADDRESS, LEFT_OUT

TAGS = set(
    [
        "a",
        "blockquote",
        "br",
        "code",
        "del",
        "em",
        "h4",
        "h5",
        "h6",
        "hr",
        "li",
        "ol",
        "p",
        "pre",
        "strong",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
PARSER = MarkdownIt("js-default", {"html": False, "linkify": False, "typographer": False}).disable("image")
CLEANER = nh3.Cleaner(
    tags=TAGS,
    attributes={"a": {"href"}, "ol": {"start"}},
    url_schemes={"https", "http"},
    link_rel="nofollow ugc noopener noreferrer",
    url_relative="deny",
)
HEADINGS = {"h1": "h4", "h2": "h4", "h3": "h5"}


@lru_cache(maxsize=2048)
def as_html(text: str) -> Markup:
    """Safe HTML of some Markdown; headings begin below those of the page.

    E-mail addresses that only Markdown spells out, such as `me&#64;example.org`, are taken out here.
    """
    tokens = PARSER.parse(text)
    for token in tokens:
        token.tag = HEADINGS.get(token.tag, token.tag)
    html = PARSER.renderer.render(tokens, PARSER.options, {})
    return Markup(CLEANER.clean(ADDRESS.sub(LEFT_OUT, html)))
