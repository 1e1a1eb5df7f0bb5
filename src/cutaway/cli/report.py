"""`cutaway report`: list the records kept here, or draw one again from its tables."""

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from cutaway.cli.output import data_option, print_rows, table_options
from cutaway.errors.base import nearest
from cutaway.errors.records import DamagedRecordError, UnknownRecordError
from cutaway.records.claim import Verdict
from cutaway.records.discover import find_study, shipped_records
from cutaway.records.run_record import RunRecord, prepare, read_record, records_in, whole_folder

VERDICTS: tuple[Verdict, ...] = ("held", "failed", "undecided", "reported")


@click.command("report")
@click.argument("record", required=False)
@data_option
@table_options
def command(record: str | None, data: Path, as_json: bool, as_csv: bool) -> None:
    """Draw a RECORD's figures and report again, named by its id or its folder; without one, list all records.

    Full runs of every study come with the package; to draw one of these is to copy it here first.

    \b
    Examples:
      cutaway report
      cutaway report head-wiki-20260101T120000Z
    """
    records = data / "records"
    if record is not None:
        report = drawn_again(own_folder(record, records))
        click.echo(json.dumps({"record": report.parent.name, "report": str(report)}) if as_json else str(report))
        return
    print_rows(list(overview(records)), as_json=as_json, as_csv=as_csv)
    if not (as_json or as_csv) and not any(records.glob("[!.]*/claims.json")):
        click.echo(f"No records of yours in {records} yet.  To make one: cutaway run STUDY")


def overview(records: Path) -> Iterator[Mapping[str, Any]]:
    """One row per record, oldest first; a damaged one is named on the error stream and left out."""
    read = []
    for folder in records_in((records, shipped_records())).values():
        try:
            read.append(read_record(folder))
        except DamagedRecordError as fault:
            click.echo(str(fault), err=True)
    for record in sorted(read, key=began):
        verdicts = [answer.verdict for answer in record.answers]
        counts: dict[str, int] = {verdict: verdicts.count(verdict) for verdict in VERDICTS}
        yield {"id": record.id, "study": record.study, "size": record.size, **counts, "when": began(record)}


def began(record: RunRecord) -> str:
    """When the run began, as its environment has it."""
    return str(record.environment.get("began", ""))


def own_folder(asked: str, records: Path) -> Path:
    """The folder of a record by its path or its id; one that comes with the package is first copied to our own.

    Raises: UnknownRecordError with the nearest ids.
    """
    known = records_in((records, shipped_records()))
    folder = Path(asked) if (Path(asked) / "claims.json").is_file() else known.get(asked)
    if folder is None:
        raise UnknownRecordError(asked, nearest(asked, known))
    if folder.resolve().parent != shipped_records().resolve():
        return folder
    if (records / folder.name / "claims.json").is_file():
        return records / folder.name
    prepare(records)
    with whole_folder(records / folder.name) as fresh:
        shutil.copytree(folder, fresh, dirs_exist_ok=True)
    return records / folder.name


def drawn_again(folder: Path) -> Path:
    """The report of a record, drawn from its tables and from the catalog's statements of its problems."""
    from cutaway.catalog.load import load_catalog
    from cutaway.figures.redraw import redraw

    record = read_record(folder)
    return redraw(folder, find_study(record.study), load_catalog().statements(record.problems))
