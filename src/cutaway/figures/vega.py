"""A figure header and its table become a Vega-Lite spec, and a spec becomes an SVG, all on this machine."""

import itertools
import re
from typing import Any

import pandas as pd
import vl_convert

from cutaway.figures.bars import bars
from cutaway.figures.heat import heat
from cutaway.figures.lines import lines
from cutaway.figures.network import network
from cutaway.figures.points import points
from cutaway.figures.theme import Spec, config
from cutaway.records.figure import Bars, Drawn, Heat, Lines, Network

VEGA_LITE = "6.4"


def draw(header: Drawn, frame: pd.DataFrame) -> Spec:
    """The Vega-Lite spec of a figure, its data inside; the same table gives the same spec.

    Raises: MissingColumnError, EmptyTableError, NotANumberError or RepeatedRowError where header and table do not fit.
    """
    if isinstance(header, Bars):
        chart: Any = bars(header, frame)
    elif isinstance(header, Heat):
        chart = heat(header, frame)
    elif isinstance(header, Lines):
        chart = lines(header, frame)
    elif isinstance(header, Network):
        chart = network(header, frame)
    else:
        chart = points(header, frame)
    spec: Spec = chart.to_dict()
    return spec | {"description": header.says, "config": config()}


def svg(spec: Spec, *, name: str = "figure") -> str:
    """A static picture; `name` keeps its ids apart from those of other pictures on one page."""
    drawn: str = vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE)
    return with_ids_of(name, drawn)


def with_ids_of(name: str, drawn: str) -> str:
    """Ids numbered afresh: the renderer counts them through all pictures of its process."""
    numbers = itertools.count(1)
    fresh = {old: f"{name}-{next(numbers)}" for old in dict.fromkeys(re.findall(r'\bid="([^"]+)"', drawn))}
    return re.sub(r'(\bid="|url\(#)([^")]+)', lambda found: found[1] + fresh.get(found[2], found[2]), drawn)
