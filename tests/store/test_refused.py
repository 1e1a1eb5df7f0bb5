"""What is no database of ours, or of a newer Cutaway, is refused in a few lines, and left as it is to the byte."""

import random
import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import text

from cutaway.errors.store import NewerStoreError, StoreError
from cutaway.store.migrate import open_store
from cutaway.store.open import connect
from tests.store.conftest import add

RANDOM = random.Random(0)


def refuse(path, error):
    """Open a file that must be refused; returns what was said, after a look at the folder."""
    before = path.read_bytes()
    with pytest.raises(error) as refused:
        open_store(f"sqlite:///{path}")
    assert path.read_bytes() == before
    assert [found.name for found in path.parent.iterdir()] == [path.name]
    return str(refused.value)


def change(path, *words):
    with closing(sqlite3.connect(path)) as db:
        for word in words:
            db.execute(word)
        db.commit()


@pytest.fixture
def path(tmp_path):
    """The file of a store that was closed well."""
    made = open_store(f"sqlite:///{tmp_path}/store.sqlite")
    add(made)
    made.close()
    return tmp_path / "store.sqlite"


@pytest.mark.parametrize("journal", ["WAL", "DELETE"])
def test_a_newer_one_is_refused_and_not_a_byte_of_it_changes(path, journal):
    change(path, f"PRAGMA journal_mode={journal}", "UPDATE alembic_version SET version_num = '9999'")
    said = refuse(path, NewerStoreError)
    assert "9999" in said
    assert "Nothing was changed" in said


def test_a_newer_one_on_a_server_is_refused(url):
    store = open_store(url)
    with store.write() as db:
        db.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    with pytest.raises(NewerStoreError, match="9999"):
        open_store(url)


def test_a_file_of_another_program_is_refused_and_not_a_byte_of_it_changes(tmp_path):
    change(tmp_path / "recipes.sqlite", "CREATE TABLE recipes (id integer)")
    assert "recipes" in refuse(tmp_path / "recipes.sqlite", StoreError)


def test_a_database_of_another_program_is_refused_and_gets_no_table(url):
    store = connect(url)
    with store.write() as db:
        db.execute(text("CREATE TABLE recipes (id integer)"))
    with pytest.raises(StoreError, match="another program"):
        open_store(url)
    with pytest.raises(Exception, match="accounts"), store.read() as db:
        db.execute(text("SELECT * FROM accounts"))
    store.close()


@pytest.mark.parametrize(
    "content",
    [
        b"only words " * 900,
        b"SQLite format 3\x00" + b"\x07" * 9000,
        *(RANDOM.randbytes(size) for size in (99, 4096, 20_000)),
    ],
)
def test_a_file_that_is_no_database_is_refused_in_a_few_lines(tmp_path, content):
    (tmp_path / "store.sqlite").write_bytes(content)
    said = refuse(tmp_path / "store.sqlite", StoreError)
    assert len(said.splitlines()) <= 4
    assert len(said) < 500
    assert "--data DIR" in said


@pytest.mark.parametrize("share", [0.02, 0.5, 0.9])
def test_a_file_that_was_cut_off_is_refused(path, share):
    body = path.read_bytes()
    path.write_bytes(body[: int(len(body) * share)])
    assert len(refuse(path, StoreError).splitlines()) <= 4


def test_an_address_that_is_none_is_refused():
    with pytest.raises(StoreError, match="--data DIR"):
        open_store("cutaway.sqlite")


def test_a_server_that_is_not_there_is_said_not_to_be_there(tmp_path):
    with pytest.raises(StoreError, match="No such file"):
        open_store(f"postgresql:///x?host={tmp_path}&user=postgres")


def test_a_password_in_the_address_is_not_shown(tmp_path):
    with pytest.raises(StoreError) as refused:
        open_store(f"postgresql://ada:secret-word@/x?host={tmp_path}")
    assert "secret-word" not in str(refused.value)
