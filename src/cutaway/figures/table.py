"""A DataFrame as an HTML table: complete without a script, sortable with one.

A column `X` beside a column `X_null` is a score beside the bar it must clear: the two share one cell, and a score
beyond its null is bold and marked.
"""

from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from cutaway.errors.figures import EmptyTableError
from cutaway.figures.numerals import is_missing, numeral
from cutaway.figures.rows import is_number
from cutaway.figures.scroll import scrolling
from cutaway.figures.theme import title

NULL = "_null"
BEYOND = "▲"
TALL = 24  # rows from which the table scrolls under its own header


def table_html(name: str, frame: pd.DataFrame) -> str:
    """The whole table, every value in it; its leading columns of names stay in sight.

    Raises: EmptyTableError if it has no rows.
    """
    if frame.empty:
        raise EmptyTableError(name, frame.columns)
    columns = [str(column) for column in frame.columns]
    frame = frame.set_axis(columns, axis="columns")
    shown = [column for column in columns if base_of(column, columns) is None]
    naming = leading_names(frame, shown)
    numeric = {column for column in columns if is_number(frame[column])}
    head = "".join(header_cell(column, columns, naming, numeric) for column in shown)
    rows = "".join(row_html(row, shown, naming, numeric) for row in frame.to_dict("records"))
    legend = ""
    if len(shown) < len(columns):
        legend = (
            f'<p class="legend"><b>{BEYOND}</b> beyond its null. The small number beside a score is its null: '
            "what the best of the same kind reaches where there is nothing to find.</p>"
        )
    table = f'<table class="data" data-sortable><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
    return legend + scrolling(table, label=f"Table {title(name)}", tall=len(frame) > TALL)


def base_of(column: str, columns: Sequence[str]) -> str | None:
    """The column whose null this one is."""
    base = column.removesuffix(NULL)
    return base if base != column and base in columns else None


def leading_names(frame: pd.DataFrame, shown: Sequence[str]) -> set[str]:
    """The columns before the first measurement, which say what a row is about; at most three."""
    names = []
    for column in shown[:3]:
        if frame[column].dtype.kind == "f":
            break
        names.append(column)
    return set(names or shown[:1])


def header_cell(column: str, columns: Sequence[str], naming: set[str], numeric: set[str]) -> str:
    """A column's name."""
    kind = " ".join(["name"] * (column in naming) + ["number"] * (column in numeric))
    small = ' <small title="the null beside each value">null</small>' if column + NULL in columns else ""
    return f'<th scope="col" class="{kind}">{escape(title(column))}{small}</th>'


def row_html(row: dict[Any, Any], shown: Sequence[str], naming: set[str], numeric: set[str]) -> str:
    """One row; its first cell heads it."""
    cells = []
    for at, column in enumerate(shown):
        tag, scope = ("th", ' scope="row"') if at == 0 else ("td", "")
        kind = " ".join(["name"] * (column in naming) + ["number"] * (column in numeric))
        value = row[column]
        sort_by = f' data-value="{+value!r}"' if isinstance(value, (int, float)) and not is_missing(value) else ""
        cells.append(f'<{tag}{scope} class="{kind}"{sort_by}>{with_null(value, row.get(column + NULL))}</{tag}>')
    return f"<tr>{''.join(cells)}</tr>"


def with_null(value: Any, null: Any) -> str:
    """A score and its null, or a plain value."""
    if is_missing(null) or not isinstance(null, (int, float)):
        return cell_text(value)
    beside = f' <small class="null" title="null">{cell_text(null)}</small>'
    if isinstance(value, (int, float)) and not is_missing(value) and value > null:
        return f'<b class="beyond" title="beyond its null">{BEYOND} {cell_text(value)}</b>{beside}'
    return cell_text(value) + beside


def cell_text(value: Any) -> str:
    """One value as text, escaped."""
    if isinstance(value, (list, tuple, np.ndarray)):
        return ", ".join(cell_text(part) for part in value)
    if is_missing(value):
        return '<span class="missing">–</span>'
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return numeral(value) if abs(value) >= 0.0005 else "0.000"
    return escape(str(value).replace("-", "−") if isinstance(value, int) else str(value))
