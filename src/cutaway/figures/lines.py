"""Lines: a number along an axis of steps, sizes or places, a line for each group, with its band where there is one."""

import math

import altair as alt
import pandas as pd

from cutaway.figures.rows import check_numbers, check_unique, in_order, json_rows, used_columns, with_columns
from cutaway.figures.theme import ACCENT, CATEGORIES, title
from cutaway.records.figure import Lines

PAGE = 1040  # pixels to fill with panels before a new row begins
WIDE, HIGH = 460, 260  # pixels of a picture without panels
PANEL = 290  # pixels across a panel
GAP = 50  # pixels between panels, their axis included
POWERS = 5  # of ten that an axis names, roughly
MANY = 40  # rows a line from which its dots are left out


def lines(header: Lines, frame: pd.DataFrame) -> "alt.LayerChart | alt.FacetChart":
    """Both axes are measured; on an axis that grows by equal factors only what is above zero has a place.

    Raises: MissingColumnError; EmptyTableError; NotANumberError; RepeatedRowError if a line has two values in a place.
    """
    table = with_columns(header.table, frame, used_columns(header))
    check_numbers(header.table, table, (header.x, header.y, header.low, header.high))
    check_unique(header.table, table, (header.x, header.group, header.panel))
    for axis, columns in (("x", [header.x]), ("y", [header.y, header.low, header.high])):
        for column in columns if axis in header.log else ():
            if column is not None:
                table = table.assign(**{column: table[column].where(table[column] > 0)})
                check_numbers(header.table, table, (column,))

    x = measured(alt.X(field=header.x, type="quantitative", title=title(header.x)), table, [header.x], header.log)
    ends = [column for column in (header.y, header.low, header.high) if column]
    y = measured(alt.Y(field=header.y, type="quantitative", title=title(header.y)), table, ends, header.log)
    base = alt.Chart().encode(x=x, **colours(header, table))
    plain = {} if header.group else {"color": ACCENT}
    layers = [base.mark_line(strokeWidth=2, **plain).encode(y=y)]
    if header.low and header.high:
        low = alt.Y(field=header.low, type="quantitative", title=title(header.y))
        layers.append(base.mark_area(opacity=0.16, **plain).encode(y=low, y2=header.high))
    named = [column for column in (header.group, header.panel) if column]
    if (table.groupby(named).size().max() if named else len(table)) <= MANY:
        layers.append(base.mark_point(filled=True, size=26, opacity=1, **plain).encode(y=y))
    chart = alt.layer(*layers, data=alt.Data(values=json_rows(table)))
    if header.panel is None:
        return chart.properties(width=WIDE, height=HIGH)
    panels = in_order(table[header.panel])
    facet = alt.Facet(field=header.panel, type="nominal", sort=panels, title=None)
    across = max(1, min(len(panels), PAGE // (PANEL + GAP)))
    return chart.properties(width=PANEL, height=PANEL * 2 // 3).facet(facet=facet, columns=across)


def measured(
    channel: "alt.X | alt.Y", table: pd.DataFrame, columns: list[str], log: tuple[str, ...]
) -> "alt.X | alt.Y":
    """An axis of even steps, or of equal factors with a line at each power of ten."""
    along = "x" if isinstance(channel, alt.X) else "y"
    if along not in log:
        return channel.axis(tickCount=5).scale(zero=along == "y", nice=True)
    values = table[columns].to_numpy(dtype=float).ravel()
    values = values[values > 0]
    lowest, highest = math.floor(math.log10(values.min())), math.ceil(math.log10(values.max()))
    every = max(1, (highest - lowest) // POWERS)
    powers = [10.0**power for power in range(lowest, highest + 1, every)]
    return channel.axis(values=powers, format="~g").scale(type="log", nice=False)


def colours(header: Lines, table: pd.DataFrame) -> dict[str, object]:
    """A colour for each group."""
    if header.group is None:
        return {}
    names = in_order(table[header.group])
    scale = alt.Scale(domain=names, range=[CATEGORIES[at % len(CATEGORIES)] for at in range(len(names))])
    legend = alt.Legend(title=title(header.group), columns=6, symbolOpacity=1, labelLimit=300)
    return {"color": alt.Color(field=header.group, type="nominal", scale=scale, legend=legend)}
