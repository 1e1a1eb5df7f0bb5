"""Heat: one coloured cell for each pair of places, with its value printed where the cells are few."""

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
from cutaway.figures.theme import ACCENT, INK, OPPOSITE, faded, title
from cutaway.records.figure import Heat

FEW = 200  # cells up to which each carries its number
NARROW, ROOMY = 11, 26  # pixels of a cell without, and the height of one with, a number
WIDE = 48  # pixels across a cell with a number
PAGE = 1000  # pixels to fill with panels before a new row begins
LETTER = 6.2  # pixels, roughly, of one character of a label
BLANK, FULL = 0.05, 0.75  # opacity at zero and at the largest value, on which a number still reads


def heat(header: Heat, frame: pd.DataFrame) -> "alt.LayerChart | alt.FacetChart":
    """Opacity rises with the value, from the paper at zero; where values fall below zero, a second colour does.

    Raises: MissingColumnError; EmptyTableError; NotANumberError; RepeatedRowError if two rows share their cell.
    """
    table = with_columns(header.table, frame, used_columns(header))
    check_numbers(header.table, table, (header.value,))
    check_unique(header.table, table, (header.x, header.y, header.panel))
    columns, rows = in_order(table[header.x]), in_order(table[header.y])
    printed = len(table) <= FEW
    wide = WIDE if printed else NARROW
    high = ROOMY if printed else NARROW

    tilted = longest(columns) * LETTER > wide and not is_number(table[header.x])
    x = alt.X(field=header.x, type="ordinal", sort=columns, title=title(header.x))
    x = x.axis(labelAngle=-40 if tilted else 0, labelOverlap=not printed)
    y = alt.Y(field=header.y, type="ordinal", sort=rows, title=title(header.y)).axis(labelOverlap=not printed)
    colour = alt.Color(
        field=header.value, type="quantitative", title=title(header.value), scale=shade(table[header.value])
    )
    base = alt.Chart().encode(x=x, y=y)
    cells = base.mark_rect().encode(color=colour.legend(None) if printed else colour)
    layers = [cells]
    if printed:
        text = alt.Text(field=header.value, type="quantitative", format=".2f")
        layers.append(base.mark_text(color=INK, fontSize=11, opacity=0.92).encode(text=text))
    chart = alt.layer(*layers, data=alt.Data(values=json_rows(table)))
    chart = chart.properties(width=alt.Step(wide), height=alt.Step(high))
    if header.panel is None:
        return chart
    panels = in_order(table[header.panel])
    width = wide * len(columns) + LETTER * longest(rows) + 30
    facet = alt.Facet(field=header.panel, type="nominal", sort=panels, title=None)
    chart = chart.facet(facet=facet, columns=max(1, min(len(panels), int(PAGE // width))))
    return chart.resolve_scale(x="independent", y="independent")


def shade(values: "pd.Series[float]") -> "alt.Scale":
    """From transparent at zero to full colour at the largest distance from zero."""
    finite = [float(value) for value in values.dropna() if math.isfinite(value)]
    largest = max(abs(value) for value in finite) or 1.0
    rise = [faded(ACCENT, BLANK), faded(ACCENT, FULL)]
    if min(finite) >= 0:
        return alt.Scale(domain=[0, largest], range=rise)
    return alt.Scale(domain=[-largest, 0, largest], range=[faded(OPPOSITE, FULL), *rise])
