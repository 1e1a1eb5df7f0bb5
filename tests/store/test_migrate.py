"""Databases of an older version: migrated after a backup, all of it or nothing; and the tables that come out."""

import pytest
from sqlalchemy import inspect, text

from cutaway.errors.store import OldStoreError, StoreError
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
        store = connect(f"sqlite:///{copy}")
        assert version(store) == VERSIONS[0]
        with store.read() as db:
            assert [one.text for one in of_problem(db, "6.18")] == ["From before."]
        assert check(store) == []
        store.close()
    else:
        assert '"text": "From before."' in copy.read_text()


def test_an_older_one_can_be_left_alone(old):
    with pytest.raises(OldStoreError, match="cutaway store migrate"):
        open_store(old, migrate=False)
    store = connect(old)
    assert version(store) == VERSIONS[0]
    store.close()


def test_without_a_backup_nothing_is_migrated(old, monkeypatch, tmp_path):
    monkeypatch.setattr("cutaway.store.migrate.backup_name", lambda *_: tmp_path)  # which is there already
    with pytest.raises(StoreError, match="never overwritten"):
        open_store(old)
    store = connect(old)
    assert version(store) == VERSIONS[0]
    store.close()


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


@pytest.mark.parametrize("name", METADATA.tables)
def test_each_table_in_the_code_is_as_the_migrations_make_it(store, fresh, name):
    described = connect(fresh())
    with described.write() as db:
        METADATA.create_all(db)
    ours, theirs = (shape(side, name) for side in (described, store))
    assert ours == theirs
    described.close()


def shape(store, name):
    """All that the database says of a table."""
    with store.read() as db:
        seen = inspect(db)
        return {
            "columns": {column["name"]: (str(column["type"]), column["nullable"]) for column in seen.get_columns(name)},
            "indexes": {one["name"]: (one["column_names"], one["unique"]) for one in seen.get_indexes(name)},
            "key": seen.get_pk_constraint(name)["constrained_columns"],
            "foreign": [
                (one["constrained_columns"], one["referred_table"], one["referred_columns"], one["options"])
                for one in seen.get_foreign_keys(name)
            ],
            "unique": [one["column_names"] for one in seen.get_unique_constraints(name)],
        }


def test_the_migrations_make_no_table_that_the_code_does_not_know(store):
    with store.read() as db:
        made = {name for name in inspect(db).get_table_names() if not name.startswith("search")}
    assert made == {*METADATA.tables, "alembic_version"}
