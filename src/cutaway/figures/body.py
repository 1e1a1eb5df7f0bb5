"""The figures of a study as HTML, each under the sentence that says what it shows."""

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np
import pandas as pd

from cutaway.figures.attention import attention_html
from cutaway.figures.examples import examples_html
from cutaway.figures.numerals import count
from cutaway.figures.rows import is_number, table_named, used_columns, with_columns
from cutaway.figures.scroll import scrolling
from cutaway.figures.table import NULL, table_html
from cutaway.figures.vega import draw, svg, with_ids_of
from cutaway.records.figure import AttentionOnText, Drawn, ExamplesOnText, Figure, Heat, Network

Tables = Mapping[str, pd.DataFrame]


def figure_html(number: int, header: Figure, tables: Tables, *, prefix: str = "", picture: str | None = None) -> str:
    """One figure. A table without rows is said to be empty: a run may honestly have found nothing to show.

    Every id begins with `prefix`, so that figures of several runs can share a page. A `picture` that `write_figures`
    left is shown instead of being drawn again; it is trusted as it stands.
    Raises: MissingTableError, MissingColumnError and the other errors of figures, where header and table do not fit.
    """
    frame = table_named(header.table, tables)
    content = (
        '<p class="empty">This run left the table empty: there was nothing to show.</p>'
        if frame.empty
        else drawn(number, header, tables, prefix=prefix, picture=picture)
    )
    return (
        f'<figure id="{escape(prefix)}figure-{number}"><figcaption><p class="figure-number">Figure {number}</p>'
        f"<h3>{escape(header.says)}</h3></figcaption>{content}"
        f'<p class="source"><code>tables/{escape(header.table)}.parquet</code>, {count(len(frame), "row")}'
        f"{undrawn(header, frame)}</p></figure>"
    )


def drawn(number: int, header: Figure, tables: Tables, *, prefix: str = "", picture: str | None = None) -> str:
    """The picture itself."""
    frame = table_named(header.table, tables)
    if isinstance(header, Drawn):
        name = escape(prefix) + picture_name(number)
        shown = with_ids_of(name, picture) if picture else svg(draw(header, frame), name=name)
        return scrolling(shown, label=f"Figure {number}")
    if isinstance(header, AttentionOnText):
        return attention_html(header, frame, table_named(header.tokens_table, tables))
    if isinstance(header, ExamplesOnText):
        return examples_html(header, frame)
    if header.columns:
        frame = with_columns(header.table, frame, [*header.columns, *nulls_of(header.columns, frame)])
    return table_html(header.table, frame)


def picture_name(number: int) -> str:
    """What the ids in a picture begin with."""
    return f"picture-{number}"


def nulls_of(columns: Sequence[str], frame: pd.DataFrame) -> list[str]:
    """The columns that hold the nulls of others."""
    return [f"{column}{NULL}" for column in columns if f"{column}{NULL}" in frame.columns]


def figure_rows(header: Figure, tables: Tables) -> dict[str, pd.DataFrame]:
    """What a figure shows, as tables by name: of a chart the columns it draws, of any other figure whole tables.

    Raises: MissingTableError; MissingColumnError.
    """
    frame = table_named(header.table, tables)
    if isinstance(header, AttentionOnText):
        return {header.table: frame, header.tokens_table: table_named(header.tokens_table, tables)}
    if isinstance(header, Drawn) and not frame.empty:
        frame = with_columns(header.table, frame, used_columns(header))
    return {header.table: frame}


def undrawn(header: Figure, frame: pd.DataFrame) -> str:
    """How many rows a picture cannot show, because their number is missing or infinite."""
    if frame.empty or not isinstance(header, Drawn):
        return ""
    places = [header.value] if isinstance(header, Heat | Network) else [header.x, header.y]
    measured = [place for place in places if is_number(frame[place])]
    finite = np.isfinite(frame[measured].to_numpy(dtype=float, na_value=np.nan)).all(axis=1)
    left_out = int((~finite).sum())
    return f"; {count(left_out, 'row has', 'rows have')} no finite value to draw" if left_out else ""
