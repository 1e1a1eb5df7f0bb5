"""Bars: one measured number a row, with its interval, its value written at its end."""

import json
import math

import altair as alt
import pandas as pd

from cutaway.figures.rows import (
    check_numbers,
    check_unique,
    in_order,
    is_number,
    json_rows,
    longest,
    used_columns,
    with_columns,
)
from cutaway.figures.theme import ACCENT, INK, title
from cutaway.records.figure import Bars

BAR, GAP = 18, 14  # pixels
LENGTH = 520  # pixels of the axis of values
FEW = 40  # bars up to which each carries its number
LETTER = 6.4  # pixels, roughly, of one digit
NUMBER = "place of its number"  # a column of the spec alone


def bars(header: Bars, frame: pd.DataFrame) -> "alt.LayerChart":
    """Named rows give lying bars, so that names can be read; numbered rows give standing ones.

    Raises: MissingColumnError; EmptyTableError; NotANumberError; RepeatedRowError if two rows share their `x`.
    """
    table = with_columns(header.table, frame, used_columns(header))
    check_numbers(header.table, table, (header.y, header.low, header.high))
    check_unique(header.table, table, (header.x,))
    order = in_order(table[header.x])
    lies = not is_number(table[header.x])
    across, along = (alt.Y, alt.X) if lies else (alt.X, alt.Y)
    rank, size = ("y", "x") if lies else ("x", "y")

    names = across(field=header.x, type="ordinal", sort=order, title=None if lies else title(header.x))
    names = names if lies else names.axis(labelAngle=0)
    lengths = along(field=header.y, type="quantitative", title=title(header.y), axis=alt.Axis(tickCount=5))
    base = alt.Chart(alt.Data(values=json_rows(table)))
    layers = [base.mark_bar(color=ACCENT, fillOpacity=0.9, **{"height" if lies else "width": BAR})]
    layers[0] = layers[0].encode(**{rank: names, size: lengths})
    if header.low and header.high:
        ends = {size: along(field=header.low, type="quantitative"), f"{size}2": f"{header.high}"}
        layers.append(base.mark_rule(color=INK, strokeWidth=1.5, opacity=0.85).encode(**{rank: names}, **ends))
    step = BAR + GAP
    if len(order) <= FEW:
        offset = {"dx": 6, "align": "left"} if lies else {"dy": -6, "baseline": "bottom", "align": "center"}
        place = {rank: names, size: along(field=NUMBER, type="quantitative")}
        numbers = alt.Text(field=header.y, type="quantitative", format=".3~f")
        valid = base.transform_filter(f"isValid(datum[{json.dumps(header.y)}])")
        text = valid.transform_calculate(**{NUMBER: furthest(header)}).mark_text(color=INK, aria=False, **offset)
        layers.append(text.encode(**place, text=numbers))
        printed = longest(f"{value:.3f}".rstrip("0").rstrip(".") for value in table[header.y])
        step = step if lies else max(step, math.ceil(printed * LETTER + GAP / 2))
    sides = {"width": LENGTH, "height": alt.Step(step)} if lies else {"height": 240, "width": alt.Step(step)}
    return alt.layer(*layers).properties(**sides)


def furthest(header: Bars) -> str:
    """Where a number stands: after its interval and its bar, and for a bar below zero on the other side of zero."""
    columns = [column for column in (header.y, header.high) if column]
    return f"max(0, {', '.join(f'datum[{json.dumps(column)}]' for column in columns)})"
