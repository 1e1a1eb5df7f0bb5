"""The table of findings in the docs is the one that the shipped records give."""

from pathlib import Path

from cutaway.figures.findings_table import findings_markdown
from cutaway.records.discover import shipped_records, study_headers
from cutaway.records.run_record import read_record, records_in

DOCS = Path(__file__).resolve().parents[2] / "docs" / "studies.md"


def test_a_row_has_the_claim_its_line_and_every_number(record):
    table = findings_markdown([record])
    rows = {row.split(" | ")[0].strip("| "): row for row in table.splitlines() if row.startswith("| ")}
    for answer in record.answers:
        row = rows[answer.claim.sentence]
        assert row.endswith(f"| {answer.verdict} |")
        assert f"n = {answer.finding.measured.n:,}" in row
        assert answer.claim.unit in row
    assert f"## {record.study}" in table


def test_the_findings_in_the_docs_are_those_of_the_records_that_ship():
    found = [read_record(folder) for folder in records_in([shipped_records()]).values()]
    by_study = {record.study: record for record in sorted(found, key=lambda record: record.environment["began"])}
    ordered = [by_study[header.slug] for header in study_headers() if header.slug in by_study]
    assert findings_markdown(ordered) in DOCS.read_text(encoding="utf-8")
