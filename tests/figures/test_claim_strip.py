"""Strips on scales from 0 to 1 whose 232 pixels begin at 14: places worked out by hand."""

import itertools
import re
import xml.etree.ElementTree as ET

import pytest

from cutaway.figures.claim_strip import claim_strip
from cutaway.figures.labels import LETTER
from cutaway.records import Answer, Claim, Control, Finding, Measured

INF, NAN = float("inf"), float("nan")


def answer(value, low, high, *, above=None, below=None, null=None, control=None):
    claim = Claim(key="k", sentence="It is so.", unit="nats", tier="trained", above=above, below=below)
    return Answer(
        claim,
        Finding(
            Measured(value, low, high, 10),
            null=() if null is None else (null,),
            control=None if control is None else Control("a <decoy>", control),
        ),
    )


def drawn(asked):
    return ET.fromstring(claim_strip(asked))


def part(strip, name):
    return next((node for node in strip.iter() if name in node.get("class", "").split()), None)


def texts(strip):
    return {node.text: float(node.get("x")) for node in strip.iter("text")}


HELD = answer(0.875, 0.75, 1.0, above=0.5, null=0.25)


def test_everything_stands_on_one_scale():
    strip = drawn(HELD)
    assert part(strip, "line").get("d").startswith("M130 "), "0.5 is half way"
    assert part(strip, "null").get("d").startswith("M72 "), "14 + 232 / 4"
    interval = part(strip, "interval")
    assert (interval.get("x"), interval.get("width")) == ("188", "58"), "from 0.75 to 1"
    assert part(strip, "measured").find("circle").get("cx") == "217", "0.875"


def test_labels_stand_at_their_marks_and_say_the_line():
    assert texts(drawn(HELD)) == {"above 0.5": 130, "null": 72, "0": 14, "1": 246}


def test_a_control_has_a_mark_and_a_label():
    strip = drawn(answer(0.25, 0.0, 1.0, below=0.5, control=0.75))
    assert part(strip, "control").get("d").startswith("M188 ")
    assert texts(strip)["control"] == 188


@pytest.mark.parametrize(
    ("asked", "left", "width"), [(HELD, 130, 130), (answer(0.25, 0.0, 0.4, below=0.5, control=1.0), 0, 130)]
)
def test_the_wash_lies_on_the_side_of_the_line_where_the_claim_holds(asked, left, width):
    wash = part(drawn(asked), "holds")
    assert (float(wash.get("x")), float(wash.get("width"))) == (left, width)


def test_the_wash_begins_at_a_null_beyond_the_line():
    wash = part(drawn(answer(0.5, 0.0, 1.0, above=0.25, null=0.75)), "holds")
    assert (wash.get("x"), wash.get("width")) == ("188", "72")


def test_each_verdict_has_a_dot_of_its_own_shape():
    asked = [
        HELD,
        answer(0.25, 0.0, 0.4, above=0.5, null=1.0),
        answer(0.5, 0.0, 1.0, above=0.5),
        answer(0.5, 0.0, 1.0),
    ]
    dots = [list(part(drawn(each), "measured"))[1:] for each in asked]
    shapes = [[(node.tag, node.get("fill"), re.sub(r"[\d.]+", "", node.get("d", ""))) for node in dot] for dot in dots]
    assert [part(drawn(each), "measured").get("class").split()[1] for each in asked] == [
        "held", "failed", "undecided", "reported",
    ]  # fmt: skip
    assert all(one != other for one, other in itertools.combinations(shapes, 2))


def test_an_interval_of_no_width_leaves_the_dot():
    found = list(part(drawn(answer(1.0, 1.0, 1.0, above=0.5)), "measured"))
    assert [node.tag for node in found] == ["circle"]


def test_without_a_line_there_is_none():
    strip = drawn(answer(0.5, 0.0, 1.0))
    assert part(strip, "line") is None
    assert part(strip, "holds") is None
    assert set(texts(strip)) == {"0", "1"}


def test_the_same_is_said_in_words():
    said = drawn(HELD).get("aria-label")
    assert said == (
        "Measured 0.875 (nats), 95 % interval 0.750 to 1.000. The claim says above 0.5: held. "
        "The null's 95th percentile is 0.250. The scale runs from 0 to 1."
    )
    assert "The control, a <decoy>, is 0.750." in drawn(answer(0.1, 0.0, 0.2, below=0.5, control=0.75)).get(
        "aria-label"
    )


def test_nothing_in_it_needs_an_inline_style_or_an_id():
    strip = claim_strip(answer(0.5, 0.0, 1.0, above=0.5, null=0.2, control=0.8))
    assert not re.search(r"\s(style|id)=", strip)
    assert "<decoy>" not in strip


@pytest.mark.parametrize("value", [INF, -INF, NAN])
@pytest.mark.parametrize("which", ["value", "low", "high", "line", "null", "control"])
def test_what_is_not_finite_is_said_and_breaks_nothing(which, value):
    given = {"value": 0.5, "low": 0.25, "high": 0.75, "line": 0.5, "null": 0.25, "control": 1.0} | {which: value}
    line = given.pop("line")
    strip = claim_strip(answer(**given, above=line))
    ET.fromstring(strip)
    pictured = re.sub(r'aria-label="[^"]*"|>[^<]*<', "", strip)
    assert not re.search(r"nan|inf", pictured)


def test_an_infinite_interval_runs_beyond_the_end_of_the_scale():
    interval = part(drawn(answer(0.5, 0.0, INF, above=1.0)), "interval")
    assert float(interval.get("x")) == 14
    assert float(interval.get("x")) + float(interval.get("width")) == 254, "6 pixels inside; the scale ends at 246"


def test_no_number_at_all_is_said_to_be_none():
    strip = drawn(answer(NAN, NAN, NAN))
    assert list(texts(strip)) == ["no finite number to draw"]
    assert strip.get("aria-label").startswith("Measured no number (nats)")


PLACES = (-1.0, 0.0, 0.01, 0.5, 0.99, 1.0, 123456.5)


@pytest.mark.parametrize("line", PLACES)
@pytest.mark.parametrize("null", PLACES)
@pytest.mark.parametrize("control", PLACES)
def test_labels_stay_apart_and_inside(line, null, control):
    strip = drawn(answer(0.5, 0.4, 0.6, above=line, null=null, control=control))
    for _, row in itertools.groupby(strip.iter("text"), key=lambda node: node.get("y")):
        spans = sorted(
            (float(node.get("x")) - reach, float(node.get("x")) + reach)
            for node in row
            for reach in [len(node.text) * LETTER * 11 / 2]
        )
        assert spans[0][0] >= -0.01
        assert spans[-1][1] <= 260.01
        assert all(one[1] < other[0] for one, other in itertools.pairwise(spans))
    assert {"null", "control"} <= set(texts(strip))
