"""The colours and the quiet look that all pictures share.

One picture must read on white and on near-black paper. So text takes the colour of the page (`currentColor`), marks
have a middling luminance (at least 3:1 against both papers), and a heat scale fades to transparent at zero.
"""

from typing import Any

LIGHT_PAPER, DARK_PAPER = "#fdfdfc", "#15171a"
INK = "currentColor"
FAINT_INK = 0.72  # opacity of labels
GRID = "rgba(128,128,128,0.24)"
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"

# Okabe and Ito's colour-blind safe set, its light and dark ones moved to the middle
CATEGORIES = ("#3d7dcc", "#d0661c", "#1f9a74", "#b8609f", "#9a8206", "#559abb", "#84848e", "#b5534a")
SHAPES = ("circle", "square", "triangle-up", "diamond", "triangle-down", "cross", "triangle-right", "triangle-left")
ACCENT, OPPOSITE = CATEGORIES[0], CATEGORIES[1]

Spec = dict[str, Any]


def faded(colour: str, opacity: float) -> str:
    """A colour of `#rrggbb` with an opacity."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity:g})"


def title(column: str) -> str:
    """A column's name as people read it."""
    return column.replace("_", " ")


def config() -> Spec:
    """The Vega-Lite configuration of every picture."""
    return {
        "background": None,
        "font": FONT,
        "padding": {"left": 4, "top": 4, "right": 24, "bottom": 4},
        "view": {"stroke": None},
        "axis": {
            "domain": False,
            "gridColor": GRID,
            "labelFlush": False,
            "labelColor": INK,
            "labelFontSize": 11,
            "labelLimit": 220,
            "labelOpacity": FAINT_INK,
            "labelPadding": 5,
            "ticks": False,
            "titleColor": INK,
            "titleFontSize": 11,
            "titleFontWeight": "normal",
            "titleOpacity": FAINT_INK,
            "titlePadding": 8,
        },
        "header": {
            "labelColor": INK,
            "labelFontSize": 12,
            "labelFontWeight": "bold",
            "labelPadding": 6,
            "title": None,
        },
        "legend": {
            "gradientLength": 140,
            "gradientThickness": 9,
            "labelColor": INK,
            "columnPadding": 18,
            "labelFontSize": 11,
            "labelOpacity": 0.85,
            "orient": "top",
            "symbolSize": 70,
            "titleColor": INK,
            "titleFontSize": 11,
            "titleFontWeight": "normal",
            "titleOpacity": FAINT_INK,
        },
        "facet": {"spacing": 34},
        "range": {"category": list(CATEGORIES)},
        "text": {"color": INK, "fontSize": 11},
    }
