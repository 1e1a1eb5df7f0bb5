"""Copies, exports and checks: whole or not there, and honest about damage."""

import json
import sqlite3

import pytest
from sqlalchemy import text

from cutaway.errors.store import StoreError
from cutaway.store import contributions as steps
from cutaway.store.backup import backup, check
from cutaway.store.events import Actor
from cutaway.store.migrate import open_store
from cutaway.store.open import connect
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
