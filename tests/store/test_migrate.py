"""Databases of other ages: an older one is migrated after a backup, a newer or a foreign one is left as it is."""

import hashlib
import sqlite3

import pytest
from sqlalchemy import create_engine, inspect, text

from cutaway.errors.store import NewerStoreError, OldStoreError, StoreError
from cutaway.store.backup import check
from cutaway.store.contributions import of_problem
from cutaway.store.migrate import NEWEST, VERSIONS, open_store, upgrade, version
from cutaway.store.open import connect
from cutaway.store.tables import METADATA
from tests.store.conftest import add

OLD_ROW = (
    "INSERT INTO contributions (problem, kind, state, author, text, created, owner) "
    "VALUES ('6.18', 'comment', 'approved', 'Ada', 'From before.', '2025-01-02 03:04:05', 'o')"
)
OLD_AFTER = (
    '{"state": "approved", "author": "Ada", "tool": null, "form": null, "title": null, "url": null, "rating": null, '
    '"text": "From before.", "expires": null, "ended": null}'
)
OLD_LINE = (
    "INSERT INTO events (at, actor, action, problem, contribution, after) "
    f"VALUES ('2025-01-02 03:04:05', 'Ada', 'proposed', '6.18', 1, '{OLD_AFTER}')"
)


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def old(url):
    """A database of the first version that holds one contribution."""
    store = connect(url)
    with store.write() as db:
        upgrade(db, VERSIONS[0])
        db.execute(text(OLD_ROW))
        db.execute(text(OLD_LINE))
    store.close()
    return url


def test_an_older_database_is_brought_up_to_date_with_everything_in_it(old, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    store = open_store(old)
    assert version(store) == NEWEST
    with store.read() as db:
        assert [one.text for one in of_problem(db, "6.18")] == ["From before."]
    assert check(store) == []
    add(store)
    store.close()


def test_it_is_backed_up_first(old, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    open_store(old).close()
    (copy,) = tmp_path.glob(f"before-migration-from-{VERSIONS[0]}-*")
    if copy.suffix == ".sqlite":
        with sqlite3.connect(copy) as db:
            assert db.execute("SELECT version_num FROM alembic_version").fetchall() == [(VERSIONS[0],)]
            assert db.execute("SELECT text FROM contributions").fetchall() == [("From before.",)]
        db.close()
    else:
        assert '"text": "From before."' in copy.read_text()


def test_an_older_one_can_be_left_alone(old):
    with pytest.raises(OldStoreError, match="cutaway store migrate"):
        open_store(old, migrate=False)


def test_a_migration_that_fails_leaves_the_old_version_whole(old, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)

    def torn(db):
        upgrade(db)
        raise KeyboardInterrupt

    monkeypatch.setattr("cutaway.store.migrate.upgrade", torn)
    with pytest.raises(KeyboardInterrupt):
        open_store(old)
    monkeypatch.undo()
    store = connect(old)
    assert version(store) == VERSIONS[0]
    with store.read() as db:
        assert "accounts" not in inspect(db).get_table_names()
    store.close()


def test_a_newer_one_is_refused_and_not_a_byte_of_it_changes(tmp_path):
    path = tmp_path / "store.sqlite"
    open_store(f"sqlite:///{path}").close()
    with sqlite3.connect(path) as db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
    db.close()
    before = digest(path)
    with pytest.raises(NewerStoreError, match="9999"):
        open_store(f"sqlite:///{path}")
    assert digest(path) == before
    assert [found.name for found in tmp_path.iterdir()] == ["store.sqlite"]


def test_a_database_of_another_program_is_refused(url):
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as db:
        db.execute(text("CREATE TABLE recipes (id integer)"))
    engine.dispose()
    with pytest.raises(StoreError, match="another program"):
        open_store(url)


@pytest.mark.parametrize(
    "content", [b"not a database at all, only words " * 200, b"SQLite format 3\x00" + b"\x07" * 9000]
)
def test_a_damaged_file_is_said_to_be_damaged(tmp_path, content):
    path = tmp_path / "store.sqlite"
    path.write_bytes(content)
    with pytest.raises(StoreError, match="cannot be used"):
        open_store(f"sqlite:///{path}")
    assert path.read_bytes() == content


def test_an_address_that_is_none_is_refused():
    with pytest.raises(StoreError, match="--data DIR"):
        open_store("cutaway.sqlite")


def test_the_tables_in_the_code_are_those_that_the_migrations_make(store, tmp_path):
    described = create_engine(f"sqlite:///{tmp_path}/described.sqlite")
    if not store.is_sqlite:
        pytest.skip("types are compared on SQLite, where both sides have the same dialect")
    METADATA.create_all(described)
    ours, theirs = inspect(described), inspect(store.engine)
    for name in METADATA.tables:
        columns = [
            {column["name"]: (str(column["type"]), column["nullable"]) for column in side.get_columns(name)}
            for side in (ours, theirs)
        ]
        assert columns[0] == columns[1], name
        indexes = [
            {index["name"]: index["column_names"] for index in side.get_indexes(name)} for side in (ours, theirs)
        ]
        assert indexes[0] == indexes[1], name
    described.dispose()
