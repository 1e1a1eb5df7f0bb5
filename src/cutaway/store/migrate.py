"""The version of a database: make a new one, bring an older one up to date after a backup, refuse a newer one."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from cutaway.errors.store import NewerStoreError, OldStoreError, StoreError
from cutaway.store.backup import backup
from cutaway.store.open import Store, connect

MIGRATIONS = Path(__file__).parent / "migrations"
VERSIONS = sorted(path.stem.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))
NEWEST = VERSIONS[-1]


def open_store(url: str, *, migrate: bool = True) -> Store:
    """A store of the newest version: made if there is none, migrated (after a backup) if it is older.

    Raises: StoreError if it cannot be used; NewerStoreError; OldStoreError if it is older and `migrate` is off.
    """
    store = connect(url)
    try:
        found = version(store)
        if found == NEWEST:
            return store
        if found is not None and found not in VERSIONS:
            raise NewerStoreError(store.where, found, NEWEST)
        if found is not None and not migrate:
            raise OldStoreError(store.where, found, NEWEST)
        if found is not None:
            backup(store, backup_name(store, found))
        with store.write() as db:
            upgrade(db)
    except DBAPIError as fault:
        store.close()
        raise StoreError(
            store.where, str(fault.orig), "Is it a database? Restore a backup, or keep another: --data DIR"
        ) from fault
    except BaseException:
        store.close()
        raise
    return store


def version(store: Store) -> str | None:
    """The version of the tables; `None` for an empty database.

    Raises: StoreError if it holds tables of another program.
    """
    with store.read() as db:
        names = inspect(db).get_table_names()
        if "alembic_version" in names:
            found: str | None = db.execute(text("SELECT version_num FROM alembic_version")).scalar()
            return found
    if names:
        raise StoreError(
            store.where, f"it holds the tables of another program ({names[0]})", "Name another: --store URL"
        )
    return None


def upgrade(db: Connection, to: str = "head") -> None:
    """Run the migrations that are missing, all in the caller's transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = db
    command.upgrade(config, to)


def backup_name(store: Store, found: str) -> Path:
    """Where the backup before a migration goes: beside the database, with version and time."""
    folder = Path(store.where).parent if store.is_sqlite else Path()
    return (
        folder
        / f"before-migration-from-{found}-{store.clock():%Y%m%dT%H%M%SZ}{'.sqlite' if store.is_sqlite else '.jsonl'}"
    )
