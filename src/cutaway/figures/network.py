"""Network: parts in rows by level, lowest first, and a curve for each link between them."""

from typing import Any

import altair as alt
import pandas as pd

from cutaway.errors.figures import NotANumberError
from cutaway.figures.rows import check_numbers, check_unique, in_order, json_rows, used_columns, with_columns
from cutaway.figures.theme import CATEGORIES, INK, title
from cutaway.records.figure import Network

LETTER = 6.6  # pixels, roughly, of one character of a name
ROW = 74  # pixels from one level to the next
GAP = 26  # pixels between two names of one level
BOX = 19  # pixels, the height of a box around a name
NARROW, WIDEST = 240, 1000  # pixels of the whole picture
FILL = "rgba(128,128,128,0.16)"  # of a box
THIN, THICK = 0.6, 3.2  # pixels of the smallest and the largest link
POINTS = 21  # of each curve
APART = 9  # pixels between the ends of links of two groups
ASIDE = 50  # pixels by which a link that passes a level swings out


def network(header: Network, frame: pd.DataFrame) -> "alt.LayerChart":
    """Width by the size of a link's value, dashed where it is below zero; colour by group.

    Raises: MissingColumnError; EmptyTableError; NotANumberError if levels or values are not numbers; RepeatedRowError.
    """
    table = with_columns(header.table, frame, used_columns(header))
    check_numbers(header.table, table, (header.sender_level, header.receiver_level, header.value))
    check_unique(header.table, table, (header.sender, header.receiver, header.group))
    for column in (header.sender_level, header.receiver_level):
        if table[column].isna().any():
            raise NotANumberError(header.table, column, "nothing", [header.sender_level, header.receiver_level])
    names = places(header, table)
    wide = max(NARROW, min(WIDEST, int(2 * max(abs(x) for x, _, _ in names.values()) + 120)))
    levels = [level for _, level, _ in names.values()]
    across = alt.Scale(domain=[-wide / 2, wide / 2], nice=False, zero=False)
    upward = alt.Scale(domain=[min(levels) - 0.4, max(levels) + 0.4], nice=False, zero=False)
    chart = alt.layer(links(header, table, names, across, upward), *boxes(names, across, upward))
    return chart.properties(width=wide, height=ROW * (max(levels) - min(levels)) + BOX * 3)


def places(header: Network, table: pd.DataFrame) -> dict[str, tuple[float, int, float]]:
    """By name: x in pixels from the middle, its level among those in use, and the width of its box."""
    level_of: dict[str, float] = {}
    for name, level in (
        *zip(table[header.sender], table[header.sender_level], strict=True),
        *zip(table[header.receiver], table[header.receiver_level], strict=True),
    ):
        level_of.setdefault(str(name), float(level))
    found: dict[str, tuple[float, int, float]] = {}
    for at, level in enumerate(sorted(set(level_of.values()))):
        row = sorted((name for name, own in level_of.items() if own == level), key=natural)
        widths = [LETTER * len(name) + 16 for name in row]
        left = -(sum(widths) + GAP * (len(row) - 1)) / 2
        for name, width in zip(row, widths, strict=True):
            found[name] = (left + width / 2, at, width)
            left += width + GAP
    return found


def natural(name: str) -> list[tuple[int, str]]:
    """A key that puts 2 before 10."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in name.replace(".", " . ").split()]


def links(
    header: Network,
    table: pd.DataFrame,
    names: dict[str, tuple[float, int, float]],
    across: "alt.Scale",
    upward: "alt.Scale",
) -> "alt.Chart":
    """A curve for each row of the table."""
    groups = in_order(table[header.group])
    rows = curves(header, table, names, groups)
    colours = [CATEGORIES[at % len(CATEGORIES)] for at in range(len(groups))]
    return (
        alt.Chart(alt.Data(values=rows))
        .mark_line(opacity=0.75, strokeCap="round")
        .encode(
            x=placed(alt.X, "x", across),
            y=placed(alt.Y, "y", upward),
            detail=alt.Detail(field="link", type="nominal"),
            order=alt.Order(field="step", type="quantitative"),
            color=alt.Color(
                field="group",
                type="nominal",
                scale=alt.Scale(domain=groups, range=colours),
                legend=alt.Legend(title=title(header.group), columns=6) if len(groups) > 1 else None,
            ),
            strokeWidth=alt.StrokeWidth(field="width", type="quantitative", scale=None),
            strokeDash=alt.StrokeDash(
                field="sign",
                type="nominal",
                scale=alt.Scale(domain=["for", "against"], range=[[1, 0], [4, 4]]),
                legend=None,
            ),
            tooltip=[alt.Tooltip(field=one, type="nominal") for one in ("from", "to", "group")]
            + [alt.Tooltip(field="value", type="quantitative", format=".4~g")],
        )
    )


def curves(
    header: Network, table: pd.DataFrame, names: dict[str, tuple[float, int, float]], groups: list[Any]
) -> list[dict[str, Any]]:
    """The points of every link, from the top of one box to the bottom of the other."""
    ends = {
        str(name): [group for group in groups if group in set(some)]
        for name, some in table.groupby(header.receiver)[header.group]
    }
    largest = float(table[header.value].abs().max()) or 1.0
    rows: list[dict[str, Any]] = []
    for number, row in enumerate(json_rows(table)):
        value = float(row[header.value] or 0.0)
        said = {
            "link": number,
            "group": row[header.group],
            "from": row[header.sender],
            "to": row[header.receiver],
            "value": value,
            "width": round(THIN + (THICK - THIN) * abs(value) / largest, 2),
            "sign": "against" if value < 0 else "for",
        }
        (x1, y1, _), (x2, y2, _) = names[str(row[header.sender])], names[str(row[header.receiver])]
        reach = ends[str(row[header.receiver])]
        x2 += (reach.index(row[header.group]) - (len(reach) - 1) / 2) * APART
        swing = (ASIDE if x1 + x2 >= 0 else -ASIDE) if y2 - y1 > 1 else 0
        edge = 0.5 * BOX / ROW
        for step in range(POINTS):
            t = step / (POINTS - 1)
            bend = 3 * t * t - 2 * t * t * t
            rows.append(
                {
                    **said,
                    "step": step,
                    "x": round(x1 + (x2 - x1) * bend + 4 * swing * t * (1 - t), 2),
                    "y": round(y1 + edge + (y2 - y1 - 2 * edge) * t, 4),
                }
            )
    return rows


def boxes(
    names: dict[str, tuple[float, int, float]], across: "alt.Scale", upward: "alt.Scale"
) -> "tuple[alt.Chart, alt.Chart]":
    """The parts by name."""
    half = 0.5 * BOX / ROW
    rows = [
        {"name": name, "x": at, "y": level, "left": at - wide / 2, "right": at + wide / 2}
        | {"low": level - half, "high": level + half}
        for name, (at, level, wide) in names.items()
    ]
    data = alt.Chart(alt.Data(values=rows))
    box = data.mark_rect(cornerRadius=5, fill=FILL, stroke=INK, strokeOpacity=0.55, strokeWidth=1).encode(
        x=placed(alt.X, "left", across),
        y=placed(alt.Y, "low", upward),
        x2=alt.X2(field="right"),
        y2=alt.Y2(field="high"),
    )
    name = alt.Text(field="name", type="nominal")
    text = data.mark_text(fontSize=11).encode(x=placed(alt.X, "x", across), y=placed(alt.Y, "y", upward), text=name)
    return box, text


def placed(channel: "type[alt.X] | type[alt.Y]", field: str, scale: "alt.Scale") -> "alt.X | alt.Y":
    """Pixels or levels, with no axis drawn."""
    return channel(field=field, type="quantitative", axis=None, scale=scale)
