"""An attention pattern as a static picture: one row for each query, one column for each key.

In a causal pattern the half above the diagonal is empty, so the tokens are written there, each beside the corner
where its own row and its own column meet: to the left lies where it looks, below lies who looks at it.
"""

from collections.abc import Mapping, Sequence
from html import escape

from cutaway.figures.glyphs import label
from cutaway.figures.theme import ACCENT

Looks = Mapping[int, Sequence[tuple[int, float]]]  # for each query, its keys with their weights

LETTER = 0.62  # width of a monospaced letter, in font sizes
GUIDE = 8  # tokens between two guide lines


def pattern_svg(tokens: Sequence[str], looks: Looks, *, says: str) -> str:
    """Cells are as opaque as their weight: 0 is the paper, 1 the full colour."""
    count = len(tokens)
    cell = 13 if count <= 40 else 11 if count <= 56 else 10 if count <= 72 else 9
    letters = [label(token) for token in tokens]
    margin = 1 + round(max(map(len, letters), default=0) * LETTER * (cell - 2)) + 6
    causal = all(key <= query for query, keys in looks.items() for key, _ in keys)
    left = 1 if causal else margin
    right = max((at * cell + len(text) * LETTER * (cell - 2) + 8 for at, text in enumerate(letters)), default=0)
    width = round(max(count * cell, right) + cell) + 2 if causal else margin + count * cell + 2
    height = count * cell + 2
    body = "".join(
        row(query, letters[query], looks.get(query, ()), cell=cell, left=left, causal=causal) for query in range(count)
    )
    return (
        f'<svg class="pattern" role="img" aria-label="{escape(says)}" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" font-size="{cell - 2}">'
        f'<path class="guides" d="{guides(count, cell, left, causal=causal)}"/>'
        f'<g class="cells" fill="{ACCENT}">{body}</g></svg>'
    )


def row(query: int, text: str, keys: Sequence[tuple[int, float]], *, cell: int, left: int, causal: bool) -> str:
    """One query: its cells, and its token where the row meets the diagonal."""
    top = query * cell + 1
    cells = "".join(
        f'<rect x="{left + key * cell}" y="{top}" width="{cell - 1}" height="{cell - 1}" opacity="{weight:.2f}"/>'
        for key, weight in keys
    )
    x, anchor = (left + (query + 1) * cell + 3, "start") if causal else (left - 5, "end")
    word = f'<text x="{x}" y="{top + cell - 3}" text-anchor="{anchor}">{escape(text)}</text>'
    return f'<g data-query="{query}">{cells}{word}</g>'


def guides(count: int, cell: int, left: int, *, causal: bool) -> str:
    """The outline, and a faint line every few tokens."""
    side = count * cell
    if not causal:
        return f"M{left},1h{side}v{side}h{-side}z"
    outline = f"M{left},1v{side}h{side}z"
    lines = [
        f"M{left},{1 + at * cell}h{at * cell}M{left + at * cell},{1 + at * cell}v{side - at * cell}"
        for at in range(GUIDE, count, GUIDE)
    ]
    return "".join([outline, *lines])
