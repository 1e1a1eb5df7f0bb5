"""Copies, exports and checks: whole or not there, and honest about damage."""

import json
import sqlite3

import pytest
from sqlalchemy import text

from cutaway.catalog import load_catalog
from cutaway.errors.store import StoreError
from cutaway.store import contributions as steps
from cutaway.store.backup import backup, check
from cutaway.store.contributions import of_problem
from cutaway.store.events import Actor
from cutaway.store.export import export, read_lines
from cutaway.store.migrate import open_store
from cutaway.store.open import connect
from cutaway.store.people import add_account
from cutaway.store.search import index_catalog, search
from tests.store.conftest import add


def words(path):
    with sqlite3.connect(path) as db:
        found = [row[0] for row in db.execute("SELECT text FROM contributions ORDER BY id")]
    db.close()
    return found


@pytest.fixture
def filled(store):
    """A store with some history."""
    add(store, text="One.")
    steps.approve(store, add(store, "claim", text="Two.").id, actor=Actor("Eve"))
    steps.reject(store, add(store, "work", text="Three.").id, actor=Actor("Eve"), reason="No.")
    return store


def test_a_backup_holds_everything_and_is_not_overwritten(filled, tmp_path):
    target = tmp_path / "copy"
    assert backup(filled, target) == target
    held = words(target) if filled.is_sqlite else [
        row["text"] for row in map(json.loads, target.read_text().splitlines()) if row.get("row") == "contribution"
    ]  # fmt: skip
    assert held == ["One.", "Two.", "Three."]
    before = target.read_bytes()
    with pytest.raises(StoreError, match="never overwritten"):
        backup(filled, target)
    assert target.read_bytes() == before


def test_a_backup_that_fails_leaves_nothing(filled, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="no backup could be written"):
        backup(filled, tmp_path / "file" / "copy")
    assert [path.name for path in tmp_path.iterdir() if "copy" in path.name] == []


def test_a_store_with_history_is_sound(filled):
    assert check(filled) == []


def test_a_row_changed_behind_the_log_is_found(filled):
    with filled.write() as db:
        db.execute(text("UPDATE contributions SET author = 'Mallory' WHERE id = 2"))
    assert check(filled) == ["contribution 2 differs from the last line of its log"]


def test_a_row_that_nobody_logged_is_found(filled):
    with filled.write() as db:
        db.execute(
            text(
                "INSERT INTO contributions (id, problem, kind, state, author, created, owner) "
                "VALUES (99, '6.18', 'comment', 'approved', 'x', '2026-01-01 00:00:00', 'o')"
            )
        )
    assert check(filled) == ["contribution 99 is not in the log"]


def test_damaged_pages_are_found(tmp_path):
    path = tmp_path / "store.sqlite"
    store = open_store(f"sqlite:///{path}")
    for number in range(50):
        add(store, text=f"{number} zebras " * 100)
    store.close()
    body = bytearray(path.read_bytes())
    page = body.rindex(b"49 zebras") // 4096 * 4096
    body[page : page + 4096] = b"\xff" * 4096
    path.write_bytes(bytes(body))
    store = connect(f"sqlite:///{path}")
    assert any("damaged" in fault for fault in check(store))
    store.close()


def test_an_export_comes_back_into_an_empty_store_as_it_was(filled, tmp_path):
    lines = tmp_path / "lines.jsonl"
    count = export(filled, lines)
    assert count == 1 + 3 + 5, "what it is; three contributions; three proposals, an approval and a rejection"
    other = open_store(f"sqlite:///{tmp_path}/other.sqlite")
    index_catalog(other, load_catalog())
    assert read_lines(other, lines) == {"contribution": 3, "event": 5}
    export(other, tmp_path / "again.jsonl")
    assert (tmp_path / "again.jsonl").read_text().splitlines()[1:] == lines.read_text().splitlines()[1:]
    assert check(other) == []
    with other.read() as db:
        assert "6.18" in {hit.number for hit in search(db, "two")}
    other.close()


def test_what_is_added_after_an_import_gets_numbers_of_its_own(store, tmp_path):
    moment = "2026-01-01T00:00:00+00:00"
    one = {"row": "contribution", "id": 7, "problem": "6.18", "kind": "comment", "state": "approved", "author": "Ada"}
    one |= {"text": "x", "created": moment}
    line = {"row": "event", "id": 9, "at": moment, "actor": "Ada", "action": "proposed", "contribution": 7}
    head = {"cutaway": "contributions", "format": 1}
    (tmp_path / "lines.jsonl").write_text("\n".join(map(json.dumps, (head, one, line))))
    read_lines(store, tmp_path / "lines.jsonl")
    assert add(store).id == 8


def test_no_owner_and_no_password_leaves(filled, tmp_path):
    add_account(filled, "Eve", "a long password", role="moderator")
    export(filled, tmp_path / "lines.jsonl")
    said = (tmp_path / "lines.jsonl").read_text()
    assert "owner" not in said
    assert "argon2" not in said


def test_an_export_does_not_go_into_a_store_that_holds_something(filled, tmp_path):
    export(filled, tmp_path / "lines.jsonl")
    with pytest.raises(StoreError, match="not empty"):
        read_lines(filled, tmp_path / "lines.jsonl")


@pytest.mark.parametrize("damage", ["torn", "other", "empty", "column"])
def test_a_file_that_is_no_whole_export_changes_nothing(filled, tmp_path, damage):
    lines = tmp_path / "lines.jsonl"
    export(filled, lines)
    whole = lines.read_text()
    damaged = {"torn": whole[:-30], "other": '{"a": 1}\n', "empty": "", "column": whole.replace('"kind"', '"kin"')}
    lines.write_text(damaged[damage])
    other = open_store(f"sqlite:///{tmp_path}/other.sqlite")
    with pytest.raises(StoreError, match="no export"):
        read_lines(other, lines)
    with other.read() as db:
        assert of_problem(db, "6.18") == []
    other.close()
