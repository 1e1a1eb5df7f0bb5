"""The report of a made-up record: complete, honest, self-contained, and the same bytes each time."""

import base64
import hashlib
import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser

import pandas as pd
import pytest

from cutaway.errors.figures import MissingColumnError, MissingTableError
from cutaway.figures.numerals import listed, numeral
from cutaway.figures.redraw import redraw
from cutaway.figures.report import report_html, write_figures
from cutaway.figures.verdicts import summary
from cutaway.records import Remark
from cutaway.records.run_record import write_json

LOADING = {"src", "srcset", "poster", "data", "action", "formaction", "background", "ping", "manifest"}
PROBLEMS = {"6.18": ("Find heads <automatically>.", "https://example.org/list")}


class Tags(HTMLParser):
    """Every start tag with its attributes, and the nesting."""

    VOID = frozenset({"meta", "link", "br", "circle", "path", "rect", "line", "stop", "use"})

    def __init__(self, text):
        super().__init__()
        self.tags, self.open = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if tag not in self.VOID:
            assert self.open.pop() == tag


@pytest.fixture
def html(record, study, tables):
    return report_html(record, study, tables, PROBLEMS)


@pytest.fixture
def folder(tmp_path, record, tables):
    """The record as a run leaves it."""
    folder = tmp_path / record.id
    (folder / "tables").mkdir(parents=True)
    write_json(record, folder)
    for name, table in tables.items():
        table.to_parquet(folder / "tables" / f"{name}.parquet", index=False)
    return folder


def row_of(html, key):
    found = re.search(rf'<tr id="claim-{key}">.*?</tr>', html, re.DOTALL)[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", found)).split())


def test_tags_are_nested_and_ids_are_unique(html):
    page = Tags(html)
    assert page.open == []
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_each_claim_stands_with_its_line_number_null_control_and_verdict(html):
    induction = row_of(html, "induction")
    for said in ("above 0.5", "0.871", "0.852 to 0.889, n = 256", "induction score of its best head", "held"):
        assert said in induction
    one_layer = row_of(html, "one-layer")
    for said in ("below 0.1", "0.214", "the two-layer model"):
        assert said in one_layer


def test_a_failed_claim_is_shown_as_failed(html):
    assert row_of(html, "one-layer").endswith("failed"), "the whole interval, 0.187 to 0.242, lies above the line, 0.1"
    assert "failed" not in row_of(html, "induction")


def test_what_a_study_remarks_on_a_verdict_is_shown_where_the_claim_has_it_and_only_there(record, study, tables):
    remarks = (
        Remark(claim="one-layer", verdict="failed", says="Its first head repeats itself."),
        Remark(claim="one-layer", verdict="held", says="Nothing was found."),
    )
    said = replace(study, remarks=remarks, limits=("Few <models>.",), next_steps=("Take more.",))
    html = report_html(record, said, tables)
    assert "Its first head repeats itself." in row_of(html, "one-layer")
    assert "Nothing was found." not in html
    assert "<h2>Limits</h2><ul><li>Few &lt;models&gt;.</li></ul>" in html
    assert "<h2>Next steps</h2><ul><li>Take more.</li></ul>" in html
    assert "Limits" not in report_html(record, study, tables)


def test_the_null_is_its_95th_percentile(html):
    # rank 0.95 * 21 = 19.95 of 20 values from 0.1 in steps of 0.003: 0.1 + 0.003 * 18.95
    assert "0.157" in row_of(html, "induction")


def test_the_summary_counts_verdicts_and_names_what_did_not_hold(record):
    said = summary(record, "trained")
    assert said.startswith("4 claims fixed before the run: 2 held, 1 failed, 1 undecided. 1 number is reported")
    assert "Failed: The trained one-layer model has no induction head." in said
    assert "proxy" not in said


def test_the_summary_admits_a_proxy_and_a_smoke_run(record):
    assert "proxy" in summary(record, "real")
    assert "no evidence" in summary(replace(record, size="smoke"), "trained")


def test_problems_are_quoted_and_linked(html):
    assert '<a href="https://example.org/list" rel="noreferrer">6.18</a>' in html
    assert "Find heads &lt;automatically&gt;." in html


def test_nothing_is_loaded_from_outside(html):
    for tag, attributes in Tags(html).tags:
        assert not LOADING & set(attributes), tag
        for name in ("href", "xlink:href"):
            target = attributes.get(name, "#")
            assert target.startswith(("#", "data:")) or (tag == "a" and target == "https://example.org/list")
    assert "@import" not in html
    assert set(re.findall(r"url\((.)", html)) <= {"#"}


def test_the_policy_admits_this_script_and_this_style_and_no_other(html):
    policy = next(
        attributes["content"]
        for tag, attributes in Tags(html).tags
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    )
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for kind in ("script", "style"):
        (inline,) = re.findall(rf"<{kind}>(.*?)</{kind}>", html, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy


def test_no_attribute_needs_an_inline_style_or_handler(html):
    for _, attributes in Tags(html).tags:
        assert not [name for name in attributes if name == "style" or name.startswith("on")]


def test_hostile_tokens_names_and_notes_stay_text(record, study, tables):
    evil = "</script><script>alert(1)</script>"
    tables["attention_tokens"].loc[0, "token"] = evil
    tables["heads"].loc[0, "role"] = evil
    tables["scores"].loc[tables["scores"]["model"] == "attn-only-1l", "model"] = evil
    record = replace(record, question=evil, method=evil, environment={evil: evil})
    assert report_html(record, study, tables).count("<script") == 1


def test_every_figure_stands_in_the_order_of_the_header(html, study):
    assert re.findall(r'<figure id="figure-\d">.*?<h3>(.*?)</h3>', html, re.DOTALL) == [
        header.says for header in study.figures
    ]


def test_every_value_of_a_sortable_table_is_there_without_a_script(html, tables):
    without = re.sub(r"<script>.*?</script>", "", html, flags=re.DOTALL)
    for value in tables["heads"].select_dtypes("float").to_numpy().ravel():
        assert f"{value:.3f}" in without


def test_a_table_that_the_run_left_empty_is_said_to_be_empty(record, study, tables):
    html = report_html(record, study, tables | {"examples": pd.DataFrame(), "scores": pd.DataFrame()})
    assert html.count("left the table empty") == 3, "two figures draw scores, one draws examples"


def test_rows_that_cannot_be_drawn_are_counted(record, study, tables):
    tables["effects"].loc[[0, 3], "score"] = float("nan")
    assert "2 rows have no finite value to draw" in report_html(record, study, tables)


def test_a_study_that_changed_since_the_run_is_told_so(record, study, tables):
    del tables["twins"]
    with pytest.raises(MissingTableError, match=r"(?s)no table 'twins'.*run it again"):
        report_html(record, study, tables)


def test_a_missing_column_is_named(record, study, tables):
    tables["twins"] = tables["twins"].drop(columns="beyond")
    with pytest.raises(MissingColumnError, match="'twins' has no column 'beyond'"):
        report_html(record, study, tables)


def test_specs_and_pictures_are_numbered_by_their_place_and_old_ones_go(tmp_path, study, tables):
    (tmp_path / "figures").mkdir()
    for old in ("09-gone.vl.json", "09-gone.svg", "my-own.svg"):
        (tmp_path / "figures" / old).write_text("")
    written = write_figures(tmp_path, study, tables)
    charts = ("01-scores", "02-scores", "03-effects", "04-twins")
    names = {f"{chart}{ending}" for chart in charts for ending in (".vl.json", ".svg")}
    assert {path.name for path in written} == names
    assert {path.name for path in (tmp_path / "figures").iterdir()} == {*names, "my-own.svg"}
    spec = json.loads((tmp_path / "figures" / "01-scores.vl.json").read_text())
    assert spec["$schema"].startswith("https://vega.github.io/schema/vega-lite/v6")


def test_pictures_stand_alone_and_are_those_of_the_report(tmp_path, html, study, tables):
    pictures = [path for path in write_figures(tmp_path, study, tables) if path.suffix == ".svg"]
    assert len(pictures) == 4
    for path in pictures:
        text = path.read_text(encoding="utf-8")
        assert ET.fromstring(text).tag == "{http://www.w3.org/2000/svg}svg"
        assert text in html


def test_each_claim_has_a_strip_beside_its_number(html, record):
    strips = re.findall(r'<td data-label="Measured">.*?<svg class="strip".*?aria-label="(Measured[^"]+)"', html)
    assert len(strips) == len(record.answers)
    assert strips[1].startswith("Measured 0.871 (induction score of its best head)")


def test_redrawing_a_record_gives_the_same_bytes(folder, study):
    def drawn():
        redraw(folder, study, PROBLEMS)
        return {path.name: path.read_bytes() for path in (folder / "report.html", *(folder / "figures").iterdir())}

    assert drawn() == drawn()
    assert not list(folder.glob(".report*"))


def test_drawing_from_the_folder_equals_drawing_from_memory(folder, record, study, tables):
    assert redraw(folder, study).read_text(encoding="utf-8") == report_html(record, study, tables)


@pytest.mark.parametrize(
    ("value", "like", "printed"),
    [(0.12345, 0, "0.123"), (-0.5, 0, "−0.500"), (9.0, 16.4, "9.0"), (-0.0001, 1, "0.000"), (12345.6, 0, "12,346"),
     (0.00012, 0, "1.2e−04"), (2e15, 0, "2.0e+15"),
     (float("nan"), 0, "–"), (float("-inf"), 0, "−∞"), (0.0, 0, "0.000")],
)  # fmt: skip
def test_numbers_are_as_fine_as_their_neighbours(value, like, printed):
    assert numeral(value, like=like) == printed


@pytest.mark.parametrize(("parts", "said"), [(["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")])
def test_parts_are_listed_as_a_sentence_does(parts, said):
    assert listed(parts) == said
