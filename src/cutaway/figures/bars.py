"""Bars: one measured number a row, with its interval, its value written at its end."""

import altair as alt
import pandas as pd

from cutaway.figures.rows import check_numbers, check_unique, in_order, is_number, json_rows, with_columns
from cutaway.figures.theme import ACCENT, INK, title
from cutaway.records.figure import Bars

BAR, GAP = 18, 14  # pixels
LENGTH = 520  # pixels of the axis of values
FEW = 40  # bars up to which each carries its number


def bars(header: Bars, frame: pd.DataFrame) -> "alt.LayerChart":
    """Named rows give lying bars, so that names can be read; numbered rows give standing ones.

    Raises: MissingColumnError; EmptyTableError; NotANumberError; RepeatedRowError if two rows share their `x`.
    """
    table = with_columns(header.table, frame, (header.x, header.y, header.low, header.high))
    check_numbers(header.table, table, (header.y, header.low, header.high))
    check_unique(header.table, table, (header.x,))
    order = in_order(table[header.x])
    lies = not is_number(table[header.x])
    across, along = (alt.Y, alt.X) if lies else (alt.X, alt.Y)
    rank, size = ("y", "x") if lies else ("x", "y")

    names = across(field=header.x, type="ordinal", sort=order, title=None if lies else title(header.x))
    lengths = along(field=header.y, type="quantitative", title=title(header.y), axis=alt.Axis(tickCount=5))
    base = alt.Chart(alt.Data(values=json_rows(table)))
    layers = [base.mark_bar(color=ACCENT, fillOpacity=0.9, **{"height" if lies else "width": BAR})]
    layers[0] = layers[0].encode(**{rank: names, size: lengths})
    end = header.y
    if header.low and header.high:
        ends = {size: along(field=header.low, type="quantitative"), f"{size}2": f"{header.high}"}
        layers.append(base.mark_rule(color=INK, strokeWidth=1.5, opacity=0.85).encode(**{rank: names}, **ends))
        end = header.high
    if len(order) <= FEW:
        offset = {"dx": 6, "align": "left"} if lies else {"dy": -6, "baseline": "bottom", "align": "center"}
        place = {rank: names, size: along(field=end, type="quantitative")}
        numbers = alt.Text(field=header.y, type="quantitative", format=".3~f")
        layers.append(base.mark_text(color=INK, **offset).encode(**place, text=numbers))
    step = alt.Step(BAR + GAP)
    return alt.layer(*layers).properties(
        **({"width": LENGTH, "height": step} if lies else {"height": 240, "width": step})
    )
