"""Draw a record again from its tables, without running anything."""

import os
from pathlib import Path

import pandas as pd

from cutaway.errors.records import DamagedRecordError
from cutaway.figures.report import Problems, report_html, write_figures
from cutaway.records.run_record import RunRecord, read_record
from cutaway.records.study import Study


def read_folder(folder: Path) -> tuple[RunRecord, dict[str, pd.DataFrame]]:
    """A record with its tables.

    Raises: UnknownRecordError; DamagedRecordError, also where a table cannot be read.
    """
    record = read_record(folder)
    tables = {}
    for name in record.tables:
        try:
            tables[name] = pd.read_parquet(folder / "tables" / f"{name}.parquet")
        except (OSError, ValueError) as fault:  # pyarrow's errors are ValueErrors
            raise DamagedRecordError(str(folder), f"table '{name}' cannot be read ({fault})") from fault
    return record, tables


def redraw(folder: Path, study: Study, problems: Problems | None = None) -> Path:
    """Write the figures and `report.html` of a record; the same tables give the same bytes.

    Raises: UnknownRecordError; DamagedRecordError; the errors of figures where study and tables do not fit.
    """
    record, tables = read_folder(folder)
    text = report_html(record, study, tables, problems)
    write_figures(folder, study, tables)
    report = folder / "report.html"
    fresh = folder / f".report-{os.getpid()}.html"
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(report)
    return report
