"""Figures in notebooks: what they show, what they save, and that nothing heavy is loaded."""

import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET

import pandas as pd
import pytest

from cutaway.errors.figures import MissingTableError, UnknownFormatError
from cutaway.figures.inline import Chart, Shown, show
from cutaway.records import AttentionOnText, Bars, SortableTable

FRAME = pd.DataFrame({"x": ["a"], "y": [1.0]})


@pytest.fixture
def chart():
    return show(Bars(table="t", x="x", y="y", says="One bar."), FRAME)


def test_a_chart_offers_a_spec_and_a_picture(chart):
    bundle = chart._repr_mimebundle_()
    assert {"application/vnd.vegalite.v6+json", "image/svg+xml"} <= set(bundle)
    assert ET.fromstring(bundle["image/svg+xml"]).tag.endswith("svg")
    assert repr(chart) == "Chart('One bar.')"


def test_a_chart_saves_as_what_its_name_says(chart, tmp_path):
    assert chart.save(tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    assert ET.parse(chart.save(tmp_path / "a.svg")).getroot().tag.endswith("svg")
    assert json.loads(chart.save(tmp_path / "a.json").read_text()) == chart.spec
    assert "<h3>One bar.</h3>" in chart.save(str(tmp_path / "a.html")).read_text()


def test_an_unknown_ending_is_refused_with_those_that_exist(chart, tmp_path):
    with pytest.raises(UnknownFormatError, match=r"'a\.gif'(?s:.)*\.svg \.png \.json \.html"):
        chart.save(tmp_path / "a.gif")
    with pytest.raises(UnknownFormatError):
        Shown("x").save(tmp_path / "a.svg")


def test_other_figures_are_html_with_their_own_style(tmp_path):
    shown = show(SortableTable(table="t", says=""), FRAME)
    html = shown._repr_html_()
    assert html.startswith("<style>")
    assert "1.000" in html
    assert "1.000" in shown.save(tmp_path / "t.html").read_text()


def test_the_style_of_a_fragment_touches_nothing_outside_it():
    html = Shown("")._repr_html_()
    style = re.sub(r"/\*.*?\*/", "", html[len("<style>") : html.index("</style>")], flags=re.DOTALL)
    selectors = [part.strip() for rule in re.findall(r"([^{};]+)\{", style) for part in rule.split(",")]
    assert selectors
    assert [selector for selector in selectors if not selector.startswith((".cutaway", "@media"))] == []


def test_a_saved_page_has_its_colours(chart, tmp_path):
    for page in (chart.save(tmp_path / "a.html"), Shown("x").save(tmp_path / "b.html")):
        assert "--held: light-dark(" in page.read_text(encoding="utf-8")


def test_a_companion_table_has_to_be_given():
    with pytest.raises(MissingTableError, match="tokens"):
        show(AttentionOnText(table="t", tokens_table="tokens", says=""), FRAME)


def test_charts_are_values(chart):
    assert chart == Chart(chart.spec)


@pytest.mark.parametrize(
    ("module", "never"),
    [
        ("cutaway.figures", "pandas altair torch"),
        ("cutaway.figures.inline", "torch"),
        ("cutaway.figures.redraw", "torch"),
    ],
)
def test_importing_loads_no_more_than_it_needs(module, never):
    program = f"import sys, {module}; print(*set('{never}'.split()) & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "\n"
