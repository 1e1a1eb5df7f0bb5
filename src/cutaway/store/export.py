"""Everything that people added, as JSON lines that outlive the program; and the way back."""

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Table, func, insert, select
from sqlalchemy.exc import DBAPIError, StatementError

from cutaway.errors.store import StoreError
from cutaway.store.open import Store
from cutaway.store.search import index_discussion
from cutaway.store.tables import Moment, contributions, events

TABLES: dict[str, Table] = {"contribution": contributions, "event": events}
PRIVATE = {"owner"}  # who may withdraw a contribution is nobody else's business


def lines(store: Store) -> Iterator[str]:
    """One JSON object a line: first what the file is, then every contribution, then every line of the log."""
    yield json.dumps({"cutaway": "contributions", "format": 1, "exported": store.clock().isoformat()})
    with store.read() as db:
        for kind, table in TABLES.items():
            columns = [column for column in table.c if column.name not in PRIVATE]
            for row in db.execute(select(*columns).order_by(table.c.id)).mappings():
                yield json.dumps(
                    {"row": kind} | {name: as_json(value) for name, value in row.items()}, ensure_ascii=False
                )


def write_lines(store: Store, target: Path) -> int:
    """Write the export to a file; returns the number of its lines."""
    count = 0
    with target.open("w", encoding="utf-8") as file:
        for line in lines(store):
            file.write(line + "\n")
            count += 1
        file.flush()
        os.fsync(file.fileno())
    return count


def export(store: Store, target: Path) -> int:
    """Write the export to a file that takes its name only when it is whole; returns the number of its lines.

    Raises: StoreError if it cannot be written.
    """
    partial = target.with_name(f".partial-{target.name}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        count = write_lines(store, partial)
        partial.replace(target)
    except (OSError, DBAPIError, ValueError) as fault:
        raise StoreError(
            store.where, f"no export could be written to '{target}': {fault}", "Name another file."
        ) from fault
    finally:
        with suppress(OSError):
            partial.unlink()
    return count


def read_lines(store: Store, source: Path) -> dict[str, int]:
    """Fill an empty store from an export; returns how many rows of each kind. All of it, or nothing.

    Raises: StoreError if the store holds something already, or the file is no export.
    """
    rows: dict[str, list[dict[str, Any]]] = {kind: [] for kind in TABLES}
    try:
        with source.open(encoding="utf-8") as file:
            first, *rest = file  # not splitlines: a text may hold other ends of lines than that of a file
        head = json.loads(first)
        if head.get("cutaway") != "contributions" or head.get("format") != 1:
            raise ValueError("its first line does not say that it is one")
        for line in rest:
            values = json.loads(line)
            kind = values.pop("row")
            rows[kind].append({name: from_json(TABLES[kind], name, value) for name, value in values.items()})
        fill(store, rows)
    except (OSError, ValueError, KeyError, AttributeError, TypeError, StatementError) as fault:
        said = getattr(fault, "orig", None) or fault
        raise StoreError(
            str(source), f"it is no export: {said}", "An export is made by: cutaway export FILE"
        ) from fault
    return {kind: len(found) for kind, found in rows.items()}


def fill(store: Store, rows: dict[str, list[dict[str, Any]]]) -> None:
    """Put the rows of an export into an empty store, in one transaction.

    Raises: StoreError if it holds something.
    """
    with store.write() as db:
        if db.execute(select(func.count()).select_from(events)).scalar_one():
            raise StoreError(store.where, "it is not empty", "An export goes into an empty store: --data DIR")
        if rows["contribution"]:
            db.execute(insert(contributions), [row | {"owner": ""} for row in rows["contribution"]])
        if rows["event"]:
            db.execute(insert(events), rows["event"])
        if not store.is_sqlite:  # its counters do not follow numbers that come from elsewhere
            for table in TABLES.values():
                last = select(func.max(table.c.id)).scalar_subquery()
                db.execute(select(func.setval(func.pg_get_serial_sequence(table.name, "id"), last)))
        for problem in {row["problem"] for row in rows["contribution"]}:
            index_discussion(db, problem)


def from_json(table: Table, name: str, value: Any) -> Any:
    """The way back of `as_json`."""
    is_moment = isinstance(table.c[name].type, Moment)
    return datetime.fromisoformat(value) if is_moment and value else value


def as_json(value: Any) -> Any:
    """A moment as text, everything else as it is."""
    return value.isoformat() if isinstance(value, datetime) else value
