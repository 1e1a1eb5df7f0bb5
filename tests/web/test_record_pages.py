"""Runs on pages: what they say is what the record holds, in every form it can be had."""

import io
import json
import shutil
import xml.etree.ElementTree as ET
from dataclasses import replace

import pandas as pd
import pytest

from cutaway.records import Finding, Measured
from tests.figures.conftest import STUDY, make_record, make_tables
from tests.web.conftest import TABLES, visit
from tests.web.reading import read

ID = "made-up-heads-20260102T030405Z"
CHARTS = [1, 2, 3, 4]  # of the figures of STUDY; then a table, attention, examples


@pytest.fixture
def kept(records, client):
    records.write()
    return client


def test_a_run_shows_without_a_restart(records, client):
    assert client.get("/records.json").json() == []
    records.write()
    assert [run["id"] for run in client.get("/records.json").json()] == [ID]
    standings = {row["number"]: row["standing"] for row in client.get("/problems.json").json()}
    assert (standings["6.18"], standings["6.19"]) == ("underpowered", "untouched")


def test_a_run_that_is_removed_leaves(records, client):
    records.write()
    client.get("/records.json")
    shutil.rmtree(records.folder / ID)
    assert client.get("/records.json").json() == []
    assert client.get(f"/records/{ID}").status_code == 404


def test_the_page_of_a_run_says_question_method_claims_and_verdicts(kept):
    shown = read(kept.get(f"/records/{ID}"))
    record = make_record(make_tables())
    assert shown.first("h1").text == record.question
    assert record.method in shown.text
    for answer in record.answers:
        row = shown.first("tr", id=f"claim-{answer.claim.key}").text
        assert answer.claim.sentence in row
        assert answer.verdict in row
        assert f"{answer.finding.value:.3f}".rstrip("0").rstrip(".") in row
    assert record.command in shown.text


def test_the_data_of_a_run_has_the_numbers_of_its_claims(kept):
    data = kept.get(f"/records/{ID}.json").json()
    planted = next(claim for claim in data["claims"] if claim["key"] == "planted")
    assert (planted["value"], planted["low"], planted["high"], planted["n"]) == (1.0, 0.998, 1.0, 96)
    assert (planted["above"], planted["verdict"]) == (0.99, "held")
    assert data["environment"]["wall_seconds"] == 61.5


def test_a_smoke_run_is_said_to_be_no_evidence_and_moves_nothing(records, client):
    records.write(size="smoke")
    assert "no evidence" in read(client.get("/records")).text
    standings = {row["number"]: row["standing"] for row in client.get("/problems.json").json()}
    assert standings["6.18"] == "untouched"


@pytest.mark.parametrize("number", CHARTS)
def test_a_chart_can_be_had_as_svg_png_csv_and_json(kept, number):
    at = f"/records/{ID}/figures/{number}"
    picture = ET.fromstring(kept.get(f"{at}.svg").text)
    assert picture.tag == "{http://www.w3.org/2000/svg}svg"
    assert next(node.text for node in picture if node.tag.endswith("title")) == STUDY.figures[number - 1].says
    png = kept.get(f"{at}.png")
    assert (png.content[:8], png.headers["content-type"]) == (b"\x89PNG\r\n\x1a\n", "image/png")
    table = TABLES[STUDY.figures[number - 1].table]
    read_back = pd.read_csv(io.StringIO(kept.get(f"{at}.csv").text), dtype={"head": "str"} if "head" in table else None)
    pd.testing.assert_frame_equal(read_back, table, check_dtype=False)
    values = json.loads(kept.get(f"{at}.json").text)
    assert values["description"] == STUDY.figures[number - 1].says


def test_the_json_of_a_chart_holds_every_value_that_it_shows(kept):
    spec = kept.get(f"/records/{ID}/figures/4.json").json()
    held = {value for row in spec["data"]["values"] for value in row.values() if isinstance(value, float)}
    assert held >= set(TABLES["twins"]["beyond"])


@pytest.mark.parametrize("ending", ["svg", "png"])
def test_a_table_is_no_picture_and_says_how_it_can_be_had(kept, ending):
    answer = kept.get(f"/records/{ID}/figures/5.{ending}")
    assert answer.status_code == 404
    assert ".csv" in read(answer).text


@pytest.mark.parametrize("table", list(TABLES))
def test_a_table_comes_whole_in_every_form(kept, table):
    at = f"/records/{ID}/tables/{table}"
    pd.testing.assert_frame_equal(
        pd.read_parquet(io.BytesIO(kept.get(f"{at}.parquet").content)), TABLES[table], check_dtype=False
    )
    assert len(kept.get(f"{at}.json").json()) == len(TABLES[table])
    assert kept.get(f"{at}.csv").text.count("\n") >= len(TABLES[table]) + 1
    assert kept.get(f"{at}.xlsx").status_code == 404


@pytest.mark.parametrize(
    "address", ["figures/99", "figures/0", "figures/x", "figures/1.gif", "tables/none.csv", "figures/-1"]
)
def test_what_a_record_does_not_have_is_not_there(kept, address):
    assert kept.get(f"/records/{ID}/{address}").status_code in (404, 422)


def test_a_figure_has_a_page_of_its_own_and_one_to_embed(kept):
    shown = read(kept.get(f"/records/{ID}/figures/1"))
    assert f'src="http://localhost/embed/records/{ID}/figures/1"' in shown.text
    embedded = read(kept.get(f"/embed/records/{ID}/figures/1?theme=dark"))
    assert embedded.first("html").get("data-theme") == "dark"
    assert list(embedded.every("nav")) == []
    assert f"http://localhost/records/{ID}/figures/1" in embedded.links


def test_two_runs_are_compared_claim_by_claim(records, client):
    first = make_record(make_tables())
    worse = [
        replace(one, finding=replace(one.finding, measured=Measured(0.1, 0.05, 0.2, 9)))
        if one.claim.key == "induction"
        else one
        for one in first.answers
    ]
    records.write()
    records.write("other", answers=tuple(worse), seed=7)
    shown = read(client.get(f"/compare?a={ID}&b=other"))
    row = next(row for row in shown.every("tr") if "two-layer model has an induction head" in row.text)
    assert "held" in row.text
    assert "failed" in row.text
    assert row.has("class_", "differs")
    (seed,) = [line for line in shown.every("tr") if line.text.startswith("seed")]
    assert [cell.text for cell in seed.every("td")] == ["0", "7"]


def test_comparing_with_a_run_that_is_none_says_so(kept):
    assert kept.get("/compare?a=none&b=none").status_code == 404
    assert "Choose two" in read(kept.get("/compare")).text


def test_a_damaged_record_is_named_and_hides_no_other(records, client):
    records.write()
    torn = records.folder / "torn"
    torn.mkdir()
    (torn / "claims.json").write_text("{")
    page = read(client.get("/records"))
    assert "torn" in page.first("div", class_="faults").text
    assert f"/records/{ID}" in page.links
    assert client.get("/records/torn").status_code == 410


def test_a_record_whose_table_was_removed_is_said_to_be_damaged(records, client):
    records.write()
    client.get("/records")
    (records.folder / ID / "tables" / "heads.parquet").unlink()
    answer = client.get(f"/records/{ID}")
    assert answer.status_code == 410
    assert "heads" in read(answer).text


def test_the_newest_full_run_is_linked_from_an_older_one(records, client):
    records.write()
    newer = {"began": "2026-02-02T00:00:00+00:00"}
    records.write("newer", environment=newer)
    assert "/records/newer" in read(client.get(f"/records/{ID}")).first("main").links


def test_a_null_that_is_not_finite_does_not_break_the_pages(records, client):
    nan, inf = float("nan"), float("inf")
    found = Finding(Measured(nan, -inf, inf, 1), null=(nan,))
    odd = tuple(replace(one, finding=found.answers(one.claim.key)) for one in make_record(make_tables()).answers)
    records.write(answers=odd)
    for address in (f"/records/{ID}", "/records", "/problems/6.18", f"/records/{ID}.json", "/studies", "/records.json"):
        assert client.get(address).status_code == 200, address


def test_the_study_page_shows_claims_as_fixed_and_the_newest_verdicts(kept):
    shown = read(kept.get("/studies/made-up-heads"))
    assert all(claim.sentence in shown.text for claim in STUDY.claims)
    assert "underpowered" in shown.text
    assert read(kept.get("/studies")).text.count("undecided") == 1
    assert kept.get("/studies/none").status_code == 404
    assert visit(kept.app.state.site).get("/studies.json").json()[0]["slug"] == "made-up-heads"


@pytest.mark.parametrize("body", [b"\xff\x00", b"null", b'{"claims": "x"}'])
def test_records_of_any_bytes_hide_no_page(records, client, body):
    records.write()
    for name in ("claims.json", "run.json"):
        torn = records.folder / f"torn-{name}"
        torn.mkdir()
        (torn / "claims.json").write_text("{}")
        (torn / "run.json").write_text("{}")
        (torn / name).write_bytes(body)
    for address in ("/", "/problems", "/records", f"/records/{ID}"):
        assert client.get(address).status_code == 200
    assert client.get("/records/torn-claims.json").status_code in (404, 410)


def test_only_the_head_of_a_page_can_be_asked_for(kept):
    answer = kept.head("/problems")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")


def test_where_the_records_lie_is_nobody_elses_business(records, client):
    torn = records.folder / "torn"
    torn.mkdir(parents=True)
    (torn / "claims.json").write_text("{")
    for address in ("/records", "/records/torn"):
        said = client.get(address).text
        assert "torn" in said
        assert str(records.folder) not in said
