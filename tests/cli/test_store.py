"""`cutaway store`, `export` and `import`, as an operator meets them."""

import json
import sqlite3

import pytest
from click.testing import CliRunner

from cutaway.cli.main import cutaway
from cutaway.errors.store import AccountError, NewerStoreError, OldStoreError, StoreError, UnknownAccountError
from cutaway.store.contribution import read_draft
from cutaway.store.contributions import propose
from cutaway.store.migrate import open_store
from cutaway.store.open import NAME, url_of
from cutaway.store.people import sign_in


@pytest.fixture
def data(tmp_path):
    """A data folder whose store holds one comment."""
    store = open_store(url_of(tmp_path / "data"))
    propose(store, read_draft("6.18", "comment", {"author": "Ada", "text": "Look here."}), owner="somebody")
    store.close()
    return tmp_path / "data"


def told(*words, data, **more):
    return CliRunner().invoke(cutaway, [*words, "--data", str(data)], catch_exceptions=False, **more)


def test_a_sound_store_is_said_to_be_sound(data):
    assert "sound" in told("store", "check", data=data).stdout


def test_check_names_a_contribution_that_was_changed_behind_the_log(data):
    with sqlite3.connect(data / NAME) as db:
        db.execute("UPDATE contributions SET text = 'other words'")
    with pytest.raises(StoreError, match="contribution 1 differs"):
        told("store", "check", data=data)


def test_a_folder_without_a_store_is_said_to_have_none_and_gets_none(tmp_path):
    with pytest.raises(StoreError, match="cutaway serve"):
        told("store", "check", data=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_backup_is_a_database_with_everything_in_it(data, tmp_path):
    told("store", "backup", str(tmp_path / "copy.sqlite"), data=data)
    with sqlite3.connect(tmp_path / "copy.sqlite") as db:
        assert db.execute("SELECT author, text FROM contributions").fetchall() == [("Ada", "Look here.")]


def test_an_older_store_is_migrated_when_asked_and_not_before(data):
    with sqlite3.connect(data / NAME) as db:
        for table in ("sessions", "accounts", "views", "runs", "notes", "search"):
            db.execute(f"DROP TABLE {table}")
        db.execute("UPDATE alembic_version SET version_num = '0001'")
    with pytest.raises(OldStoreError, match="cutaway store migrate"):
        told("store", "check", data=data)
    assert "version 0002" in told("store", "migrate", data=data).stdout
    assert "sound" in told("store", "check", data=data).stdout
    assert len(list(data.glob("before-migration-from-0001-*.sqlite"))) == 1


def test_a_newer_store_is_refused(data):
    with sqlite3.connect(data / NAME) as db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(NewerStoreError, match="9999"):
        told("store", "migrate", data=data)


def test_an_account_is_made_changed_and_removed(data):
    told("store", "account", "Ada", "--role", "moderator", "--password", "ten letters", data=data)
    (row,) = json.loads(told("store", "accounts", "--json", data=data).stdout)
    assert (row["name"], row["role"]) == ("Ada", "moderator")
    told("store", "account", "Ada", "--role", "member", data=data)
    assert json.loads(told("store", "accounts", "--json", data=data).stdout)[0]["role"] == "member"
    told("store", "account", "Ada", data=data, input="another one\nanother one\n")
    store = open_store(url_of(data))
    assert sign_in(store, "Ada", "another one", mode="lab") is not None
    assert sign_in(store, "Ada", "ten letters", mode="lab") is None
    store.close()
    told("store", "account", "Ada", "--remove", data=data)
    assert json.loads(told("store", "accounts", "--json", data=data).stdout) == []


def test_a_short_password_and_an_unknown_name_are_refused(data):
    with pytest.raises(AccountError, match="at least 10"):
        told("store", "account", "Ada", "--password", "short", data=data)
    with pytest.raises(UnknownAccountError, match="there is none"):
        told("store", "account", "Ada", "--remove", data=data)


def test_what_people_added_goes_out_as_lines_and_comes_back(data, tmp_path):
    lines = tmp_path / "lines.jsonl"
    assert json.loads(told("export", str(lines), "--json", data=data).stdout)["lines"] == 3
    head, contribution, event = map(json.loads, lines.read_text().splitlines())
    assert head["format"] == 1
    assert (contribution["author"], contribution["text"], event["action"]) == ("Ada", "Look here.", "proposed")
    fresh = tmp_path / "fresh"
    assert json.loads(told("import", str(lines), "--json", data=fresh).stdout) == {"contribution": 1, "event": 1}
    told("export", str(tmp_path / "again.jsonl"), data=fresh)
    assert (tmp_path / "again.jsonl").read_text().splitlines()[1:] == lines.read_text().splitlines()[1:]


def test_export_wants_a_file_or_a_folder_and_an_address_that_is_one(data, tmp_path):
    assert "--site DIR" in told("export", data=data).stderr
    refused = told("export", "--site", str(tmp_path / "s"), "--url", "example", data=data)
    assert "https://cutaway.example.org" in refused.stderr
