"""A run says the same in every form; one that can be read in part, or not at all, hides nothing else."""

import csv
import io
import re
import shutil
from dataclasses import replace
from urllib.parse import quote

import pandas as pd
import pytest

from cutaway.records import Finding, Measured
from tests.figures.conftest import STUDY, make_record
from tests.web.conftest import TABLES, open_at, visit
from tests.web.reading import read

ID = "made-up-heads-20260102T030405Z"
DRAWN = {  # what each chart of STUDY draws, out of its header
    1: ["detector", "head", "score", "model"],
    2: ["head", "score", "detector", "model", "null"],
    3: ["score", "effect_nats", "looks_like", "model"],
    4: ["detector", "beyond", "low", "high"],
}
GARBAGE = {
    "empty": b"",
    "torn": b'{"study": "x"',
    "no keys": b"{}",
    "a list": b"[]",
    "not the keys": b'{"claims": [{}]}',
}


@pytest.fixture
def kept(records, client):
    records.write()
    return client


def rows_in(value):
    """Every mapping anywhere in some JSON."""
    if isinstance(value, dict):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from rows_in(part)


@pytest.mark.parametrize("number", DRAWN)
def test_the_data_of_a_chart_has_every_row_that_it_draws(records, serve, number):
    """The column `value` of the made-up header of figure 1 is called `score` in its table."""
    table = STUDY.figures[number - 1].table
    figures = (replace(STUDY.figures[0], value="score"), *STUDY.figures[1:])
    records.write()
    client = visit(serve(studies=[replace(STUDY, figures=figures)]))
    held = [*rows_in(client.get(f"/records/{ID}/figures/{number}.json").json())]
    for row in TABLES[table][DRAWN[number]].to_dict("records"):
        assert any(row.items() <= found.items() for found in held if row.keys() <= found.keys()), row


@pytest.mark.parametrize(("number", "tables"), [(5, ["heads"]), (6, ["attention", "attention_tokens"])])
def test_the_data_of_a_table_or_text_is_its_whole_tables(kept, number, tables):
    data = kept.get(f"/records/{ID}/figures/{number}.json").json()
    for table in tables:
        pd.testing.assert_frame_equal(pd.DataFrame(data[table]), TABLES[table], check_dtype=False)


def test_the_page_says_the_numbers_of_the_data(kept):
    """Numbers are spelled with fewer digits; the page says "0.871 0.852 to 0.889, n = 256"."""
    shown = read(kept.get(f"/records/{ID}"))
    for claim in kept.get(f"/records/{ID}.json").json()["claims"]:
        _, measured, _, _, verdict = (cell.text for cell in shown.first("tr", id=f"claim-{claim['key']}").every("td"))
        said = re.match(r"([\d.]+) ([\d.]+) to ([\d.]+), n = (\d+)", measured).groups()
        digits = [len(number.partition(".")[2]) for number in said]
        held = (claim["value"], claim["low"], claim["high"], claim["n"])
        assert [float(number) for number in said] == [
            round(one, places) for one, places in zip(held, digits, strict=True)
        ]
        assert verdict == claim["verdict"]


def test_no_cell_of_text_is_a_formula_for_a_spreadsheet(records, client):
    words = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "plain"]
    records.write(tables=TABLES | {"heads": TABLES["heads"].head(7).assign(role=words)})
    text = client.get(f"/records/{ID}/tables/heads.csv").text
    cells = [row["role"] for row in csv.DictReader(io.StringIO(text, newline=""))]
    assert len(cells) == len(words)
    assert not [cell for cell in cells if cell[0] in "=+-@\t\r"]


def test_a_number_below_zero_stays_a_number(records, client):
    records.write(tables=TABLES | {"heads": TABLES["heads"].assign(loss_added_nats=-0.5)})
    rows = csv.DictReader(io.StringIO(client.get(f"/records/{ID}/tables/heads.csv").text))
    assert {row["loss_added_nats"] for row in rows} == {"-0.5"}


@pytest.fixture
def outgrown(records, client):
    """A record whose first figure its study has changed since: the column that it draws is not there."""
    records.write(tables=TABLES | {"scores": TABLES["scores"].drop(columns="null")})
    return client


def test_a_figure_that_fits_no_longer_is_said_so_and_the_others_are_drawn(outgrown):
    page = read(outgrown.get(f"/records/{ID}"))
    assert "Figure 2 does not fit this record" in page.first("section", id="figures").text
    assert list(page.every("figure", id="figure-3"))


@pytest.mark.parametrize("ending", ["svg", "png", "json"])
def test_a_figure_that_fits_no_longer_is_gone_in_every_form(outgrown, ending):
    assert outgrown.get(f"/records/{ID}/figures/2.{ending}").status_code == 410
    assert outgrown.get(f"/records/{ID}/figures/3.{ending}").status_code == 200


@pytest.mark.parametrize("garbage", GARBAGE)
@pytest.mark.parametrize("file", ["claims.json", "run.json"])
def test_a_file_that_cannot_be_read_is_named_and_the_other_run_stands(records, client, file, garbage):
    records.write()
    records.write("second")
    (records.folder / "second" / file).write_bytes(GARBAGE[garbage])
    page = read(client.get("/records"))
    assert "second" in page.first(class_="faults").text
    assert [run["id"] for run in client.get("/records.json").json()] == [ID]
    assert client.get("/records/second").status_code == 410


def test_a_damaged_record_does_not_keep_a_site_from_opening(records, tmp_path, clock):
    records.write()
    (records.folder / ID / "claims.json").write_text("{")
    site = open_at(tmp_path, clock)
    assert visit(site).get("/problems").status_code == 200
    site.store.close()


@pytest.mark.parametrize("name", ["日本", 'a"b', "a b"])
def test_a_record_of_any_name_can_be_had_in_every_form(records, client, name):
    records.write(name)
    at = f"/records/{quote(name)}"
    for address in (at, f"{at}.json", f"{at}/tables/twins.csv", f"{at}/figures/4.svg", f"{at}/figures/5.json"):
        assert client.get(address).status_code == 200, address


def test_a_run_that_is_still_being_written_is_not_shown(records, client):
    records.write()
    shutil.copytree(records.folder / ID, records.folder / f".partial-{ID}-9")
    assert len(client.get("/records.json").json()) == 1
    assert client.get(f"/records/.partial-{ID}-9").status_code == 404


@pytest.mark.parametrize("name", ["x" * 256, "ä" * 200, "x" * 5000])
def test_a_name_longer_than_any_file_has_is_not_there(client, name):
    for address in (f"/records/{name}", f"/records/{name}.json", f"/embed/records/{name}/figures/1"):
        assert client.get(address).status_code == 404, address


def test_a_smoke_run_of_the_study_does_not_stand_for_it(records, client):
    """The newest run is a smoke run; the full one before it decides what pages say."""
    records.write()
    found = Finding(Measured(0.9, 0.8, 0.95, 9))
    hopeful = tuple(replace(one, finding=found.answers(one.claim.key)) for one in make_record(TABLES).answers)
    records.write("quick", size="smoke", answers=hopeful, environment={"began": "2026-02-01T00:00:00+00:00"})
    assert "no evidence" in read(client.get("/records/quick")).text
    assert f"/records/{ID}" in read(client.get("/problems/6.18")).first("section", aria_labelledby="studies").links
    assert read(client.get("/problems/6.18")).first(class_="glance").text.startswith("underpowered")
