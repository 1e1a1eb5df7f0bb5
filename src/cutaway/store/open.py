"""Open the database: where it is, how it is set up, and the two ways to use it, reading and writing."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError

from cutaway.errors.store import FullStoreError, StoreError

NAME = "cutaway.sqlite"
BUSY_SECONDS = 10  # how long a writer waits for another
TURN = 0x637574  # the lock that a writer of PostgreSQL holds, as one of SQLite holds the file
FULL = ("database or disk is full", "no space left", "could not extend file")


def now() -> datetime:
    """The present, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Store:
    """The database of one installation; `clock` says what time it is."""

    engine: Engine
    clock: Callable[[], datetime] = field(default=now)

    @property
    def where(self) -> str:
        """The file, or the address without its password."""
        return self.engine.url.database if self.is_sqlite and self.engine.url.database else str(self.engine.url)

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view of the whole database."""
        with self.engine.connect() as connection:
            if not self.is_sqlite:
                connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction: all of it is on disk when the block ends, or none of it. Writers take turns.

        Raises: FullStoreError; StoreError if the database cannot be written.
        """
        try:
            with self.engine.connect().execution_options(writes=True) as connection, connection.begin():
                if not self.is_sqlite:
                    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({TURN})")
                yield connection
        except DBAPIError as fault:
            if any(words in str(fault.orig).lower() for words in FULL):
                raise FullStoreError(self.where) from fault
            if isinstance(fault, OperationalError) or type(fault) is DatabaseError:  # of a damaged file
                raise StoreError(self.where, str(fault.orig), "Check it: cutaway store check") from fault
            raise

    def close(self) -> None:
        self.engine.dispose()


def url_of(data: Path, url: str | None = None) -> str:
    """The address of the database: `url`, or the SQLite file in the data folder."""
    return url or f"sqlite:///{data / NAME}"


def connect(url: str) -> Store:
    """A store at an address, whatever its version; most callers want `open_store`.

    Raises: StoreError if the address is none, or its folder cannot be made.
    """
    try:
        address = make_url(url)
        if address.get_backend_name() == "postgresql":
            address = address.set(drivername="postgresql+psycopg")
        if address.get_backend_name() == "sqlite" and address.database:
            Path(address.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(address, pool_pre_ping=address.get_backend_name() != "sqlite")
    except Exception as fault:
        raise StoreError(url, str(fault), "A store is a folder (--data DIR) or postgresql://USER@HOST/NAME.") from fault
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", prepare_sqlite)
        event.listen(engine, "begin", begin_sqlite)
    return Store(engine)


def prepare_sqlite(connection: sqlite3.Connection, _: Any) -> None:
    """What people write survives a power cut: every commit is on disk before it is answered."""
    connection.isolation_level = None  # we begin transactions ourselves
    for pragma in ("synchronous=FULL", f"busy_timeout={BUSY_SECONDS * 1000}", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def begin_sqlite(connection: Connection) -> None:
    """A writer takes its turn at once, so that it never has to give up half-way; a reader changes no byte of the file.

    Only a writer sees to the write-ahead log, which lets others read meanwhile: a file that is refused stays as it is.
    """
    writes = connection.get_execution_options().get("writes")
    if writes:
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
