"""Charts: what is in the spec, what is refused, and that the same table gives the same bytes."""

import itertools
import json
import re
import xml.etree.ElementTree as ET

import pandas as pd
import pytest

from cutaway.errors.figures import EmptyTableError, MissingColumnError, NotANumberError, RepeatedRowError
from cutaway.figures.theme import CATEGORIES, DARK_PAPER, LIGHT_PAPER
from cutaway.figures.vega import draw, svg
from cutaway.records import Bars, Heat, Lines, Network, Points

GAINS = pd.DataFrame({"model": ["two", "one"], "gain": [1.5, 0.25], "low": [1.25, 0.0], "high": [1.75, 0.5]})
GAIN = Bars(table="gain", x="model", y="gain", low="low", high="high", says="Only two layers copy.")
GRID = pd.DataFrame([(x, y, x * 10.0 + y, "one") for x in range(3) for y in range(2)], columns=["x", "y", "v", "panel"])
DOTS = pd.DataFrame({"head": ["0.0", "0.1"], "score": [0.25, 0.75], "null": [0.5, 0.5], "kind": ["a", "b"]})


def texts(drawn):
    return [node.text for node in ET.fromstring(drawn).iter("{http://www.w3.org/2000/svg}text")]


def inlined(spec):
    """Every row of data anywhere in a spec."""
    if isinstance(spec, dict):
        own = spec.get("data", {}).get("values", []) if isinstance(spec.get("data"), dict) else []
        return [*own, *(row for value in spec.values() for row in inlined(value))]
    return [row for part in spec for row in inlined(part)] if isinstance(spec, list) else []


def luminance(colour):
    """Relative luminance, WCAG 2.2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def test_a_bar_carries_its_number_and_its_name():
    drawn = texts(svg(draw(GAIN, GAINS)))
    assert {"two", "one", "1.5", "0.25"} <= set(drawn)


def test_a_number_stands_clear_of_its_bar_and_its_interval():
    # a pixel is 1/200 with 1.5 drawn at 500 and zero at 200; a number stands 6 pixels after its interval, or after zero
    frame = pd.DataFrame({"model": ["a", "b"], "gain": [1, -0.75], "low": [0.5, -1.0], "high": [1.5, -0.5]})
    places = {
        node.text: float(re.search(r"translate\(([\d.]+)", node.get("transform"))[1])
        for node in ET.fromstring(svg(draw(GAIN, frame))).iter("{http://www.w3.org/2000/svg}text")
        if node.get("text-anchor") == "start"
    }
    assert places == pytest.approx({"1": 506, "−0.75": 206})


def test_a_number_keeps_its_value_whatever_its_column_is_called(tables):
    drawn = texts(
        svg(draw(Bars(table="t", x="detector", y="beyond", low="low", high="high", says=""), tables["twins"]))
    )
    assert {"3", "4", "5", "6", "7"} <= set(drawn), "the counts, not the ends of their intervals, 9 to 13"


def test_a_missing_value_has_no_number():
    assert "null" not in texts(svg(draw(GAIN, GAINS.assign(gain=[1.5, float("nan")]))))


def test_long_numbers_over_standing_bars_have_room():
    frame = pd.DataFrame({"layer": [0, 1, 2], "gain": [12345.678] * 3})
    drawn = ET.fromstring(svg(draw(Bars(table="t", x="layer", y="gain", says=""), frame)))
    at = [
        float(re.search(r"translate\(([\d.]+)", node.get("transform"))[1])
        for node in drawn.iter("{http://www.w3.org/2000/svg}text")
        if node.text == "12345.678"
    ]
    # nine characters of Liberation Sans at 11 pixels: eight digits of 6.1 and a point of 3.1
    assert min(right - left for left, right in itertools.pairwise(at)) > 52


def test_a_cell_carries_its_number_where_cells_are_few():
    drawn = texts(svg(draw(Heat(table="grid", x="x", y="y", value="v", says=""), GRID)))
    assert {"0.00", "1.00", "10.00", "11.00", "20.00", "21.00"} <= set(drawn)


def test_a_cell_carries_no_number_where_cells_are_many():
    many = pd.DataFrame([(x, y, 0.123) for x in range(15) for y in range(15)], columns=["x", "y", "v"])
    assert "0.12" not in texts(svg(draw(Heat(table="grid", x="x", y="y", value="v", says=""), many)))


def test_heat_gives_values_below_zero_a_colour_of_their_own():
    low = GRID.assign(v=-GRID["v"])
    one, two = (json.dumps(draw(Heat(table="grid", x="x", y="y", value="v", says=""), frame)) for frame in (GRID, low))
    assert '"domain": [0, 21.0]' in one
    assert '"domain": [-21.0, 0, 21.0]' in two


def test_every_panel_is_named():
    two = pd.concat([GRID, GRID.assign(panel="another")])
    drawn = texts(svg(draw(Heat(table="grid", x="x", y="y", value="v", panel="panel", says=""), two)))
    assert {"one", "another"} <= set(drawn)


def test_the_bar_to_clear_lies_where_its_value_says():
    drawn = svg(draw(Points(table="dots", x="head", y="score", line="null", says=""), DOTS))
    quarter, three_quarters = (
        float(re.search(rf'score: {score}"[^>]*translate\([\d.]+,([\d.]+)', drawn)[1]) for score in (0.25, 0.75)
    )
    top, thick = map(float, re.search(r'score: 0.5"[^>]* d="M[\d.]+,([\d.]+)h\d+v([\d.]+)', drawn).groups())
    assert top + thick / 2 == pytest.approx((quarter + three_quarters) / 2), "0.5 is half way"


@pytest.mark.parametrize("kind", ["group", "panel"])
def test_points_keep_all_rows(kind):
    spec = draw(Points(table="dots", x="head", y="score", says="", **{kind: "kind"}), DOTS)
    assert sorted(row["score"] for row in inlined(spec)) == [0.25, 0.75]


def test_a_spec_holds_only_the_columns_that_are_drawn():
    rows = inlined(draw(GAIN, GAINS.assign(secret="not drawn")))
    assert rows
    assert all(set(row) == {"model", "gain", "low", "high"} for row in rows)


@pytest.mark.parametrize(
    ("header", "frame"),
    [
        (GAIN, GAINS),
        (Heat(table="grid", x="x", y="y", value="v", panel="panel", says=""), GRID),
        (Points(table="dots", x="head", y="score", group="kind", line="null", says=""), DOTS),
    ],
)
def test_the_same_table_gives_the_same_bytes(header, frame):
    first, second = draw(header, frame), draw(header, frame.copy())
    assert json.dumps(first) == json.dumps(second)
    assert svg(first) == svg(second)


def test_ids_of_two_pictures_on_a_page_differ():
    many = pd.DataFrame([(x, y, x * 0.1) for x in range(15) for y in range(15)], columns=["x", "y", "v"])
    spec = draw(Heat(table="grid", x="x", y="y", value="v", says=""), many)
    one, two = (set(re.findall(r'\bid="([^"]+)"', svg(spec, name=name))) for name in ("one", "two"))
    assert one, "a legend has a gradient with an id"
    assert not one & two
    assert set(re.findall(r"url\(#([^)]+)\)", svg(spec, name="one"))) <= one


@pytest.mark.parametrize("colour", CATEGORIES)
def test_marks_stand_out_from_both_papers(colour):
    assert contrast(colour, LIGHT_PAPER) >= 3, "WCAG 2.2, 1.4.11"
    assert contrast(colour, DARK_PAPER) >= 3, "WCAG 2.2, 1.4.11"


def test_text_takes_the_ink_of_the_page():
    inks = set(re.findall(r'<text[^>]* fill="([^"]+)"', svg(draw(GAIN, GAINS))))
    assert inks == {"currentColor"}


def test_a_missing_column_is_named_with_those_that_exist():
    with pytest.raises(MissingColumnError, match=r"(?s)no column 'gian'.*nearest: gain.*model, gain, low, high"):
        draw(Bars(table="gain", x="model", y="gian", says=""), GAINS)


def test_an_empty_table_is_named_with_its_columns():
    with pytest.raises(EmptyTableError, match=r"(?s)'gain' has no rows.*model, gain, low, high"):
        draw(GAIN, GAINS.iloc[:0])


def test_a_column_without_a_number_is_refused():
    with pytest.raises(EmptyTableError, match="no finite number in column 'gain'"):
        draw(GAIN, GAINS.assign(gain=float("nan")))


def test_text_where_a_length_belongs_is_refused():
    with pytest.raises(NotANumberError, match="column 'model'"):
        draw(Bars(table="gain", x="gain", y="model", says=""), GAINS)


@pytest.mark.parametrize(
    ("header", "frame"),
    [(GAIN, pd.concat([GAINS, GAINS])), (Heat(table="grid", x="x", y="panel", value="v", says=""), GRID)],
)
def test_rows_that_would_hide_one_another_are_refused(header, frame):
    with pytest.raises(RepeatedRowError):
        draw(header, frame)


def test_missing_and_infinite_values_are_legal_json():
    spec = draw(Points(table="dots", x="head", y="score", says=""), DOTS.assign(score=[float("inf"), 0.5]))
    json.dumps(spec, allow_nan=False)


LINKS = pd.DataFrame(
    {
        "sender": ["embed", "embed", "0.1", "0.10", "mlp0"],
        "receiver": ["0.1", "0.10", "mlp0", "logits", "logits"],
        "slot": ["q", "v", "in", "logits", "logits"],
        "value": [1.0, -2.0, 0.5, 0.0, 4.0],
        "sender_level": [0, 0, 1, 1, 2],
        "receiver_level": [1, 1, 2, 9, 9],
    }
)
NETWORK = Network(table="links", says="Who tells whom.")


def curves(frame):
    found = {}
    for row in inlined(draw(NETWORK, frame)):
        if "link" in row:
            found.setdefault(row["link"], []).append(row)
    return found


def test_a_network_names_its_parts_and_draws_a_curve_for_each_link():
    drawn = svg(draw(NETWORK, LINKS))
    assert {"embed", "0.1", "0.10", "mlp0", "logits", "q", "v"} <= set(texts(drawn))
    assert len(curves(LINKS)) == len(LINKS)


def test_links_are_as_wide_as_their_values_and_dashed_below_zero():
    widths = [curve[0]["width"] for curve in curves(LINKS).values()]
    assert sorted(range(5), key=lambda at: widths[at]) == [3, 2, 0, 1, 4]
    assert [curve[0]["sign"] for curve in curves(LINKS).values()] == ["for", "against", "for", "for", "for"]


def test_links_rise_from_the_senders_level_to_the_receivers_whatever_numbers_levels_have():
    for link, curve in curves(LINKS).items():
        heights = [point["y"] for point in curve]
        assert heights == sorted(heights)
        low, high = {0: (0, 1), 1: (0, 1), 2: (1, 2), 3: (1, 3), 4: (2, 3)}[link]
        assert low < heights[0] < low + 0.5
        assert high - 0.5 < heights[-1] < high


def test_parts_of_a_level_stand_in_order_of_their_numbers_without_covering_one_another():
    boxes = {row["name"]: row for row in inlined(draw(NETWORK, LINKS)) if "left" in row}
    assert boxes["0.1"]["right"] < boxes["0.10"]["left"]


def test_a_network_refuses_a_link_twice_and_levels_that_are_no_numbers():
    with pytest.raises(RepeatedRowError):
        draw(NETWORK, pd.concat([LINKS, LINKS[:1]]))
    with pytest.raises(NotANumberError):
        draw(NETWORK, LINKS.assign(sender_level=["a"] * 5))
    with pytest.raises(NotANumberError):
        draw(NETWORK, LINKS.assign(receiver_level=[1, 1, 2, 9, None]))
    with pytest.raises(MissingColumnError):
        draw(NETWORK, LINKS.drop(columns="slot"))


CURVES = pd.DataFrame(
    [
        (step, name, value, panel)
        for panel in "ab"
        for name in ("one", "two")
        for step, value in ((1, 4.0), (10, 0.5), (100, 0.0))
    ],
    columns=["step", "of", "loss", "panel"],
)


def marks(drawn, kind):
    return [node.get("d") or "" for node in ET.fromstring(drawn).iter() if node.get("aria-roledescription") == kind]


def test_lines_have_a_stroke_for_each_group_in_each_panel():
    drawn = svg(draw(Lines(table="t", x="step", y="loss", group="of", panel="panel", says=""), CURVES))
    assert len(marks(drawn, "line mark")) == 4
    assert {"one", "two", "a", "b", "step", "loss"} <= set(texts(drawn))


def test_on_an_axis_of_equal_factors_steps_of_ten_are_equally_far_apart_and_zero_has_no_place():
    frame = CURVES[(CURVES["panel"] == "a") & (CURVES["of"] == "one")]
    spec = draw(Lines(table="t", x="step", y="loss", log=("x", "y"), says=""), frame)
    assert [row["loss"] for row in inlined(spec)] == [4.0, 0.5, None]
    points = re.findall(
        r"[ML](-?[\d.]+),",
        marks(svg(draw(Lines(table="t", x="step", y="step", log=("x",), says=""), frame)), "line mark")[0],
    )
    first, second, third = map(float, points)
    assert second - first == pytest.approx(third - second, rel=0.02)


def test_a_band_reaches_from_its_low_to_its_high_end():
    frame = CURVES[CURVES["panel"] == "a"].assign(
        low=lambda rows: rows["loss"] - 0.5, high=lambda rows: rows["loss"] + 1
    )
    drawn = svg(draw(Lines(table="t", x="step", y="loss", group="of", low="low", high="high", says=""), frame))
    assert len(marks(drawn, "area mark")) == 2


def test_a_line_with_two_values_in_one_place_is_refused():
    with pytest.raises(RepeatedRowError):
        draw(Lines(table="t", x="step", y="loss", says=""), CURVES)
