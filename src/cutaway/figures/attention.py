"""Where heads look on real text: the text itself, token by token, and beside it the pattern.

Everything is there without a script. With one, pointing at a token shades the tokens it looks at.
"""

from collections.abc import Sequence
from html import escape
from typing import Any

import pandas as pd

from cutaway.errors.figures import BrokenAttentionError
from cutaway.figures.glyphs import visible
from cutaway.figures.pattern import Looks, pattern_svg
from cutaway.figures.rows import with_columns
from cutaway.figures.scroll import scrolling
from cutaway.records.figure import AttentionOnText

HEAD = ["model", "layer", "head", "role"]
OPEN = 2  # heads up to which all are unfolded; of more, only the first


def attention_html(header: AttentionOnText, cells: pd.DataFrame, tokens: pd.DataFrame) -> str:
    """One folding part for each head, with every text that the table shows it on.

    Raises: MissingColumnError; EmptyTableError; BrokenAttentionError if a cell lies outside its text.
    """
    cells = with_columns(header.table, cells, [*HEAD, "text", "query", "key", "weight"])
    tokens = with_columns(header.tokens_table, tokens, ["text", "position", "token"])
    texts = {text: words(header, str(text), rows) for text, rows in tokens.groupby("text", sort=False)}
    heads = list(cells.groupby(HEAD, sort=False, dropna=False))
    parts = []
    for number, (head, rows) in enumerate(heads):
        views = []
        for text, seen in rows.groupby("text", sort=False):
            if text not in texts:
                raise BrokenAttentionError(header.table, header.tokens_table, str(text), "it has no tokens")
            where = f"{head_name(head)} on {str(text)!r}"
            views.append(view(texts[text], looks_of(header, str(text), seen, len(texts[text])), where))
        unfolded = " open" if number == 0 or len(heads) <= OPEN else ""
        parts.append(f'<details class="head"{unfolded}><summary>{heading(head)}</summary>{"".join(views)}</details>')
    return f'<div class="attention">{"".join(parts)}</div>'


def head_name(head: Sequence[Any]) -> str:
    """A head as people name it: model, layer and number."""
    model, layer, number, _ = head
    return f"{model} head {layer}.{number}"


def heading(head: Sequence[Any]) -> str:
    """The head's name and what it does."""
    role = head[3]
    said = f' <span class="role">{escape(str(role))}</span>' if isinstance(role, str) and role else ""
    return f'<h4 class="head-name">{escape(head_name(head))}{said}</h4>'


def words(header: AttentionOnText, text: str, rows: pd.DataFrame) -> list[str]:
    """The tokens of one text in reading order."""
    ordered = rows.sort_values("position", kind="stable")
    if ordered["position"].tolist() != list(range(len(ordered))):
        raise BrokenAttentionError(header.table, header.tokens_table, text, "positions are missing or repeated")
    return [str(token) for token in ordered["token"]]


def looks_of(header: AttentionOnText, text: str, rows: pd.DataFrame, count: int) -> Looks:
    """The keys of each query, heaviest first."""
    looks: dict[int, list[tuple[int, float]]] = {}
    for query, key, weight in zip(rows["query"], rows["key"], rows["weight"], strict=True):
        if not (0 <= query < count and 0 <= key < count):
            fault = f"the cell of query {query} and key {key} lies outside its {count} tokens"
            raise BrokenAttentionError(header.table, header.tokens_table, text, fault)
        looks.setdefault(int(query), []).append((int(key), float(weight)))
    return {query: sorted(keys, key=lambda look: (-look[1], look[0])) for query, keys in looks.items()}


def view(tokens: Sequence[str], looks: Looks, name: str) -> str:
    """One text and one pattern, side by side where there is room; `name` says of which head and text."""
    spans = "".join(
        f'<span class="token" data-looks="{looks_at(looks.get(at, ()))}">{visible(token)}</span>'
        for at, token in enumerate(tokens)
    )
    says = f"Attention pattern of {name}, {len(tokens)} tokens: rows are queries, columns are keys."
    picture = scrolling(pattern_svg(tokens, looks, says=says), label=f"Pattern of {name}")
    return (
        f'<div class="view" data-attention><div class="reading"><div class="tokens">{spans}</div>'
        f'<p class="looks" hidden></p></div>{picture}</div>'
    )


def looks_at(keys: Sequence[tuple[int, float]]) -> str:
    """Keys with their weights in percent, for the script."""
    return " ".join(f"{key}:{100 * weight:.0f}" for key, weight in keys if round(100 * weight) > 0)
