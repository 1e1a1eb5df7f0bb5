"""Copy a live database to a file, and check that one is sound."""

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DBAPIError

from cutaway.errors.store import StoreError
from cutaway.store.contributions import mutable, read
from cutaway.store.export import write_lines
from cutaway.store.open import Store
from cutaway.store.tables import contributions, events


def backup(store: Store, target: Path) -> Path:
    """A whole copy: of SQLite a database, of PostgreSQL everything people added, as JSON lines.

    It takes its name only when it is complete and on disk. Raises: StoreError if the target is there, or cannot be
    written.
    """
    if target.exists():
        raise StoreError(store.where, f"'{target}' is there already", "Name a new file; a backup is never overwritten.")
    partial = target.with_name(f".partial-{target.name}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial.unlink(missing_ok=True)
        if store.is_sqlite:
            with closing(store.engine.raw_connection()) as raw:
                raw.cursor().execute("VACUUM INTO ?", (str(partial),))
        else:
            write_lines(store, partial)
        with partial.open("rb+") as file:
            os.fsync(file.fileno())
        partial.rename(target)
    except (OSError, sqlite3.Error, DBAPIError) as fault:
        raise StoreError(
            store.where, f"no backup could be written to '{target}': {fault}", "Name another file."
        ) from fault
    finally:
        with suppress(OSError):
            partial.unlink()
    return target


def check(store: Store) -> list[str]:
    """What is wrong with a store; an empty list if nothing is.

    The database's own check; then, whether each line of the log goes on from where the line before it ended, and each
    contribution is what the last line says.
    """
    try:
        with store.read() as db:
            if store.is_sqlite:
                said = db.execute(text("PRAGMA integrity_check")).scalars().all()
                faults = [f"the file is damaged: {line}" for line in said if line != "ok"]
                faults += [f"a row of {row[0]} points nowhere" for row in db.execute(text("PRAGMA foreign_key_check"))]
            else:
                faults = []
            if "contributions" not in inspect(db).get_table_names():
                return [*faults, "it has no contributions table"]
            last: dict[int, Any] = {}
            said_of = select(events.c.id, events.c.contribution, events.c.before, events.c.after)
            for line in db.execute(said_of.where(events.c.contribution.is_not(None)).order_by(events.c.id)):
                if line.before != last.get(line.contribution):
                    faults.append(f"line {line.id} of the log does not follow the one before of its contribution")
                last[line.contribution] = line.after
            for row in db.execute(select(contributions)).mappings():
                found = read(row)
                if found.id not in last:
                    faults.append(f"contribution {found.id} is not in the log")
                elif mutable(found) != last[found.id]:
                    faults.append(f"contribution {found.id} differs from the last line of its log")
            return faults
    except DBAPIError as fault:
        return [f"the file is damaged: {fault.orig}"]
    except ValueError as fault:  # of a date or of JSON
        return [f"the file is damaged: {fault}"]
