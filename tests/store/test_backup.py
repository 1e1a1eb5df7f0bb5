"""Copies, exports and checks: whole or not there, and honest about damage."""

import json
import sqlite3

import pytest
from sqlalchemy import text

from cutaway.errors.store import StoreError
from cutaway.store import contributions as steps
from cutaway.store.backup import backup, check
from cutaway.store.contributions import of_problem
from cutaway.store.events import Actor
from cutaway.store.migrate import open_store
from cutaway.store.people import add_account, all_accounts
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


def test_a_backup_to_a_place_that_is_none_leaves_nothing(filled, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="no backup could be written"):
        backup(filled, tmp_path / "file" / "copy")
    assert [path.name for path in tmp_path.iterdir() if "copy" in path.name] == []


def test_a_backup_that_fails_half_way_leaves_nothing(filled, tmp_path, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("cutaway.store.backup.os.fsync", full)
    with pytest.raises(StoreError, match="No space left"):
        backup(filled, tmp_path / "copies" / "copy")
    assert list((tmp_path / "copies").iterdir()) == []


def test_what_a_backup_left_when_its_process_died_is_not_in_the_way(filled, tmp_path):
    (tmp_path / ".partial-copy").write_text("half of it")
    backup(filled, tmp_path / "copy")
    assert not (tmp_path / ".partial-copy").exists()


def test_a_backup_of_a_file_opens_as_a_store_with_everything_in_it(tmp_path):
    store = open_store(f"sqlite:///{tmp_path}/store.sqlite")
    add_account(store, "Eve", "a long password", role="moderator")
    made = add(store)
    copy = open_store(f"sqlite:///{backup(store, tmp_path / 'copy')}", migrate=False)
    with copy.read() as db:
        assert of_problem(db, "6.18") == [made]
    assert [account.name for account, _ in all_accounts(copy)] == ["Eve"]
    assert check(copy) == []
    add(copy)
    copy.close()
    store.close()


def test_a_store_with_history_is_sound(filled):
    assert check(filled) == []


def test_a_row_changed_behind_the_log_is_found(filled):
    with filled.write() as db:
        db.execute(text("UPDATE contributions SET author = 'Mallory' WHERE id = 2"))
    assert check(filled) == ["contribution 2 differs from the last line of its log"]


def test_a_line_that_is_gone_is_found(filled):
    """Number 2 was proposed and approved; the line of the proposal goes, what refuses that switched off."""
    with filled.write() as db:
        db.execute(
            text(
                "DROP TRIGGER events_refuse_delete" if filled.is_sqlite
                else "ALTER TABLE events DISABLE TRIGGER USER"
            )
        )  # fmt: skip
        db.execute(text("DELETE FROM events WHERE contribution = 2 AND action = 'proposed'"))
    assert check(filled) == ["line 3 of the log does not follow the one before of its contribution"]


def test_a_row_that_nobody_logged_is_found(filled):
    with filled.write() as db:
        db.execute(
            text(
                "INSERT INTO contributions (id, problem, kind, state, author, created, owner) "
                "VALUES (99, '6.18', 'comment', 'approved', 'x', '2026-01-01 00:00:00', 'o')"
            )
        )
    assert check(filled) == ["contribution 99 is not in the log"]
