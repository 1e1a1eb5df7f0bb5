"""`cutaway report`, as a user meets it: the list of records, one drawn again, and advice for what is not there."""

import csv
import io
import json
from dataclasses import replace

import pytest
from click.testing import CliRunner

from cutaway.cli import report
from cutaway.errors.records import DamagedRecordError, UnknownRecordError
from cutaway.records.discover import shipped_records
from cutaway.records.run_record import write_json
from tests.figures.conftest import STUDY, make_record, make_tables


@pytest.fixture(scope="module")
def kept():
    tables = make_tables()
    return make_record(tables), tables


@pytest.fixture
def data(tmp_path, kept, monkeypatch):
    """A data folder with one record, one that is still being written, and the study that made them."""
    record, tables = kept
    for name in (record.id, ".partial-x-1"):
        folder = tmp_path / "records" / name
        (folder / "tables").mkdir(parents=True)
        write_json(record, folder)
        for table, frame in tables.items():
            frame.to_parquet(folder / "tables" / f"{table}.parquet", index=False)
    monkeypatch.setattr(report, "find_study", lambda asked: STUDY)
    monkeypatch.setattr(report, "shipped_records", lambda: tmp_path / "none")
    return tmp_path


def told(data, *words):
    return CliRunner().invoke(report.command, [*words, "--data", str(data)], catch_exceptions=False)


def test_records_are_listed_with_their_verdicts(data, kept):
    (row,) = json.loads(told(data, "--json").stdout)
    assert row == {
        "id": kept[0].id, "study": "made-up-heads", "size": "full", "held": 2, "failed": 1, "undecided": 1,
        "reported": 1, "when": "2026-01-02T03:04:05+00:00",
    }  # fmt: skip


def test_the_list_is_the_same_for_eyes_and_as_csv(data, kept):
    (row,) = csv.DictReader(io.StringIO(told(data, "--csv").stdout))
    assert row["id"] == kept[0].id
    assert kept[0].id in told(data).stdout


def test_the_folder_can_come_from_the_environment(data, kept):
    result = CliRunner().invoke(report.command, ["--json"], env={"CUTAWAY_DATA": str(data)})
    assert kept[0].id in result.stdout


def test_an_empty_folder_says_what_to_type_below_what_comes_with_the_package(tmp_path):
    assert "cutaway run" in told(tmp_path).stdout
    assert "modular-arithmetic" in told(tmp_path).stdout


@pytest.mark.parametrize("by", ["id", "path"])
def test_a_record_is_drawn_again_by_id_or_path(data, kept, by):
    folder = data / "records" / kept[0].id
    result = told(data, kept[0].id if by == "id" else str(folder))
    assert result.stdout.strip() == str(folder / "report.html")
    html = (folder / "report.html").read_text(encoding="utf-8")
    assert kept[0].question in html
    assert "previous token heads" in html, "problem 6.18 is quoted from the catalog"
    assert (folder / "figures" / "01-scores.vl.json").is_file()


def test_drawing_again_changes_no_byte(data, kept):
    page = data / "records" / kept[0].id / "report.html"
    told(data, kept[0].id)
    before = page.read_bytes()
    told(data, kept[0].id)
    assert page.read_bytes() == before


def test_an_unknown_record_is_answered_with_the_nearest(data, kept):
    with pytest.raises(UnknownRecordError, match=rf"(?s)nearest: {kept[0].id}.*cutaway report"):
        told(data, kept[0].id[:-3])


def test_a_damaged_table_is_named(data, kept):
    (data / "records" / kept[0].id / "tables" / "twins.parquet").write_bytes(b"torn")
    with pytest.raises(DamagedRecordError, match="table 'twins' cannot be read"):
        told(data, kept[0].id)


def test_a_damaged_record_does_not_hide_the_others(data, kept):
    other = data / "records" / "other"
    other.mkdir()
    write_json(replace(kept[0], id="other"), other)
    result = told(data, "--json")
    assert [row["id"] for row in json.loads(result.stdout)] == [kept[0].id]
    assert "'heads' is missing" in result.stderr


def test_listing_is_in_the_order_of_time(data, kept):
    record, _ = kept
    early = replace(record, id="zz-early", tables=(), environment={"began": "2025-01-01T00:00:00+00:00"})
    (data / "records" / early.id).mkdir()
    write_json(early, data / "records" / early.id)
    assert [row["id"] for row in json.loads(told(data, "--json").stdout)] == ["zz-early", record.id]


def test_full_runs_that_ship_are_listed_and_drawn_in_one_s_own_folder(tmp_path):
    ids = [row["id"] for row in json.loads(told(tmp_path, "--json").stdout)]
    assert {id_.rpartition("-")[0] for id_ in ids} >= {"head-wiki", "induction-formation", "modular-arithmetic"}
    chosen = next(id_ for id_ in ids if id_.startswith("head-wiki-"))
    for asked in (chosen, str(shipped_records() / chosen), chosen):
        drawn = json.loads(told(tmp_path, asked, "--json").stdout)
        assert drawn == {"record": chosen, "report": str(tmp_path / "records" / chosen / "report.html")}
    assert not list(shipped_records().rglob("*.html"))
