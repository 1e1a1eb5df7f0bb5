"""Points: one dot a row, told apart by colour and shape, with the bar each must clear where there is one."""

import altair as alt
import pandas as pd

from cutaway.figures.rows import check_numbers, in_order, is_number, json_rows, longest, used_columns, with_columns
from cutaway.figures.theme import ACCENT, CATEGORIES, INK, SHAPES, title
from cutaway.records.figure import Points

PAGE = 1000  # pixels to fill with panels before a new row begins
PANEL = 270  # pixels, the side of a panel of two measured axes
GAP = 34  # pixels between panels
STEP = 28  # pixels for each name on an axis
MANY = 60  # dots from which they are drawn thinner, as they will cover one another
LETTER = 6.2  # pixels, roughly, of one character of a label


def points(header: Points, frame: pd.DataFrame) -> "alt.LayerChart | alt.FacetChart":
    """Either axis may be measured or named; the bar of `line` is drawn across the measured one.

    Raises: MissingColumnError; EmptyTableError; NotANumberError if neither axis, or the bar, holds numbers.
    """
    table = with_columns(header.table, frame, used_columns(header))
    measured_y = is_number(table[header.y])
    check_numbers(
        header.table, table, (header.y if measured_y or not is_number(table[header.x]) else header.x, header.line)
    )

    x, y = axis(alt.X, table, header.x), axis(alt.Y, table, header.y)
    dots = alt.Chart().mark_point(
        filled=True, size=60, opacity=0.92 if len(table) <= MANY else 0.8, **({} if header.group else {"color": ACCENT})
    )
    layers = [dots.encode(x=x, y=y, **groups(header, table))]
    if header.line is not None:
        layers.insert(0, bar(header, x, y, upright=not measured_y))
    chart = alt.layer(*layers, data=alt.Data(values=json_rows(table)))
    width, height = side(table, header.x), side(table, header.y)
    if header.panel is None:
        wide = 460 if width == PANEL else width
        return chart.properties(width=wide, height=height)
    panels = in_order(table[header.panel])
    named = [column for column in (header.x, header.y) if not is_number(table[column])]
    names = LETTER * longest(in_order(table[header.y])) if header.y in named else 0
    room = width + names + GAP
    facet = alt.Facet(field=header.panel, type="nominal", sort=panels, title=None)
    chart = chart.properties(width=width, height=height)
    chart = chart.facet(facet=facet, columns=max(1, min(len(panels), int(PAGE // room))))
    own = {"x" if column == header.x else "y": "independent" for column in named}
    return chart.resolve_scale(**own) if own else chart


def axis(channel: "type[alt.X] | type[alt.Y]", table: pd.DataFrame, column: str) -> "alt.X | alt.Y":
    """A measured axis, or one of names in the order of the table."""
    if is_number(table[column]):
        measured = channel(field=column, type="quantitative", title=title(column))
        return measured.axis(tickCount=5).scale(zero=True, nice=True)
    names = in_order(table[column])
    named = channel(field=column, type="nominal", sort=names, title=title(column))
    return named.axis(grid=True, labelAngle=-40 if channel is alt.X and longest(names) * LETTER > STEP else 0)


def side(table: pd.DataFrame, column: str) -> int:
    """Pixels along one axis; names get room to be read."""
    return PANEL if is_number(table[column]) else max(120, STEP * table[column].nunique())


def groups(header: Points, table: pd.DataFrame) -> dict[str, object]:
    """Colour and shape by group; no legend where the axis or the panel already says it."""
    if header.group is None:
        return {}
    names = in_order(table[header.group])
    said = header.group in (header.x, header.y, header.panel)
    legend = None if said else alt.Legend(title=title(header.group), columns=6)
    colours = [CATEGORIES[at % len(CATEGORIES)] for at in range(len(names))]
    shapes = [SHAPES[at % len(SHAPES)] for at in range(len(names))]
    return {
        "color": alt.Color(
            field=header.group, type="nominal", scale=alt.Scale(domain=names, range=colours), legend=legend
        ),
        "shape": alt.Shape(
            field=header.group, type="nominal", scale=alt.Scale(domain=names, range=shapes), legend=legend
        ),
    }


def bar(header: Points, x: "alt.X", y: "alt.Y", *, upright: bool) -> "alt.Chart":
    """A short stroke at the bar that the dot beside it must clear."""
    tick = alt.Chart().mark_tick(
        color=INK, thickness=1.5, opacity=0.7, size=13, orient="vertical" if upright else "horizontal"
    )
    if upright:
        return tick.encode(x=alt.X(field=header.line, type="quantitative", title=title(header.x)), y=y)
    return tick.encode(x=x, y=alt.Y(field=header.line, type="quantitative", title=title(header.y)))
