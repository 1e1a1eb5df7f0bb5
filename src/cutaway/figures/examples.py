"""A head's strongest examples, one line each, set like a concordance: the query tokens stand under one another."""

from collections.abc import Sequence
from html import escape
from typing import Any

import pandas as pd

from cutaway.errors.figures import BrokenAttentionError
from cutaway.figures.attention import HEAD, head_name, heading
from cutaway.figures.glyphs import ELLIPSIS, one_line
from cutaway.figures.numerals import numeral
from cutaway.figures.rows import with_columns
from cutaway.figures.scroll import scrolling
from cutaway.records.figure import ExamplesOnText

BEFORE, BETWEEN, AFTER = 18, 30, 18  # characters kept before the earlier token, between the two, after the later


def examples_html(header: ExamplesOnText, frame: pd.DataFrame) -> str:
    """For each head a heading and its examples in the order of their rank.

    Raises: MissingColumnError; EmptyTableError; BrokenAttentionError if query or key is not a place in the tokens.
    """
    columns = [*HEAD, "rank", "weight", "strength", "tokens", "query", "key"]
    table = with_columns(header.table, frame, columns)
    parts = []
    for head, rows in table.groupby(HEAD, sort=False, dropna=False):
        lines = "".join(line(header, row) for row in rows.sort_values("rank", kind="stable").to_dict("records"))
        shown = (
            '<table class="examples"><thead><tr><th scope="col">weight</th><th scope="col">strength</th>'
            '<th scope="col" class="before">text, with its <mark class="key">key</mark></th>'
            '<th scope="col"><mark class="query">query</mark> and what follows</th></tr></thead>'
            f"<tbody>{lines}</tbody></table>"
        )
        parts.append(heading(head) + scrolling(shown, label=f"Strongest examples of {head_name(head)}"))
    return f'<div class="examples-of-heads">{"".join(parts)}</div>'


def line(header: ExamplesOnText, row: dict[Any, Any]) -> str:
    """One example."""
    tokens = [str(token) for token in row["tokens"]]
    query, key = int(row["query"]), int(row["key"])
    if not (0 <= query < len(tokens) and 0 <= key < len(tokens)):
        fault = f"query {query} or key {key} lies outside its {len(tokens)} tokens"
        raise BrokenAttentionError(header.table, header.table, f"rank {row['rank']}", fault)
    before, after = around(tokens, query, key)
    return (
        f'<tr><td class="number">{numeral(row["weight"])}</td><td class="number">{numeral(row["strength"])}</td>'
        f'<td class="before"><code>{before}</code></td><td><code>{after}</code></td></tr>'
    )


def around(tokens: Sequence[str], query: int, key: int) -> tuple[str, str]:
    """HTML up to the query, and from the query on, each cut to what is near one of the two tokens."""
    first, last = min(query, key), max(query, key)
    lead = keep_end(tokens[:first], BEFORE)
    tail = keep_start(tokens[last + 1 :], AFTER)
    if query == key:
        return lead, mark(tokens[query], "query key") + tail
    gap = keep_both(tokens[first + 1 : last], BETWEEN)
    if key < query:
        return lead + mark(tokens[key], "key") + gap, mark(tokens[query], "query") + tail
    return lead, mark(tokens[query], "query") + gap + mark(tokens[key], "key") + tail


def mark(token: str, kind: str) -> str:
    """A token set apart: a key is framed, a query is printed on colour; both are named for screen readers."""
    return f'<mark class="{kind}" title="{kind}">{escape(one_line(token))}</mark>'


def joined(tokens: Sequence[str]) -> str:
    """Tokens as one line of plain text."""
    return "".join(map(one_line, tokens))


def keep_end(tokens: Sequence[str], most: int) -> str:
    """The last characters."""
    text = joined(tokens)
    return escape(text) if len(text) <= most else ELLIPSIS + escape(text[len(text) - most :])


def keep_start(tokens: Sequence[str], most: int) -> str:
    """The first characters."""
    text = joined(tokens)
    return escape(text) if len(text) <= most else escape(text[:most]) + ELLIPSIS


def keep_both(tokens: Sequence[str], most: int) -> str:
    """Both ends."""
    text = joined(tokens)
    if len(text) <= most:
        return escape(text)
    half = most // 2
    return f"{escape(text[:half])} {ELLIPSIS} {escape(text[len(text) - half :])}"
