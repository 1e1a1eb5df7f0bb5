"""Accounts and sessions: secrets are not kept, and a session is good for what it was begun for."""

import pytest
from argon2 import PasswordHasher
from sqlalchemy import inspect, text

from cutaway.errors.store import AccountError, UnknownAccountError
from cutaway.store.migrate import open_store
from cutaway.store.people import (
    SESSION_DAYS,
    add_account,
    all_accounts,
    change_account,
    open_session,
    remove_account,
    session_of,
    sign_in,
    sign_out,
)

WORDS = "correct horse battery"


@pytest.fixture
def ada(store):
    add_account(store, "Ada", WORDS, role="member")
    return store


def test_who_has_the_password_signs_in_and_nobody_else(ada):
    token = sign_in(ada, "Ada", WORDS, mode="lab")
    session = session_of(ada, token, mode="lab")
    assert (session.account.name, session.account.role, session.is_moderator) == ("Ada", "member", False)
    assert sign_in(ada, "Ada", WORDS + "s", mode="lab") is None
    assert sign_in(ada, "Eve", WORDS, mode="lab") is None
    assert session_of(ada, "guessed", mode="lab") is None


def test_a_session_is_good_in_its_own_mode_only(ada):
    token = open_session(ada, mode="local")
    assert session_of(ada, token, mode="local").is_moderator
    assert session_of(ada, token, mode="public") is None


def test_a_session_ends_by_signing_out_or_after_its_days(ada, clock):
    first, second = (sign_in(ada, "Ada", WORDS, mode="lab") for _ in range(2))
    sign_out(ada, first)
    assert session_of(ada, first, mode="lab") is None
    clock.pass_by(days=SESSION_DAYS, seconds=-1)
    assert session_of(ada, second, mode="lab") is not None
    clock.pass_by(seconds=1)
    assert session_of(ada, second, mode="lab") is None


def test_a_new_password_ends_all_sessions_and_a_new_role_does_not(ada):
    token = sign_in(ada, "Ada", WORDS, mode="lab")
    change_account(ada, "Ada", role="moderator")
    assert session_of(ada, token, mode="lab").is_moderator
    change_account(ada, "Ada", password="another long one")
    assert session_of(ada, token, mode="lab") is None
    assert sign_in(ada, "Ada", WORDS, mode="lab") is None
    assert sign_in(ada, "Ada", "another long one", mode="lab") is not None


def test_a_removed_account_is_signed_out(ada):
    token = sign_in(ada, "Ada", WORDS, mode="lab")
    remove_account(ada, "Ada")
    assert session_of(ada, token, mode="lab") is None
    assert all_accounts(ada) == []


def test_neither_password_nor_token_is_in_any_table(ada):
    token = sign_in(ada, "Ada", WORDS, mode="lab")
    with ada.read() as db:
        kept = repr([db.execute(text(f"SELECT * FROM {table}")).all() for table in inspect(db).get_table_names()])
    assert "$argon2id$" in kept
    assert WORDS not in kept
    assert token not in kept


def test_neither_password_nor_token_is_anywhere_in_the_bytes_on_disk(tmp_path):
    store = open_store(f"sqlite:///{tmp_path}/store.sqlite")
    add_account(store, "Ada", WORDS, role="member")
    token = sign_in(store, "Ada", WORDS, mode="lab")
    change_account(store, "Ada", password="another long one")
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    store.close()
    assert b"$argon2id$" in kept
    for secret in (WORDS, token, "another long one"):
        assert secret.encode() not in kept


def test_the_same_password_is_kept_differently_for_each_account(ada):
    add_account(ada, "Eve", WORDS, role="member")
    with ada.read() as db:
        first, second = db.execute(text("SELECT password FROM accounts")).scalars()
    assert first != second


@pytest.mark.parametrize(("name", "password"), [("Ada", "a wrong password"), ("Nobody", WORDS)])
def test_a_wrong_name_costs_one_hash_as_a_wrong_password_does(ada, monkeypatch, name, password):
    costs = []
    for work in ("hash", "verify"):
        done = getattr(PasswordHasher, work)
        monkeypatch.setattr(PasswordHasher, work, lambda *words, done=done: costs.append(1) or done(*words))
    assert sign_in(ada, name, password, mode="lab") is None
    assert len(costs) == 1


def test_an_address_is_no_name_because_names_are_shown(ada):
    with pytest.raises(AccountError, match=r"'eve@example.org'.*shown to everybody"):
        add_account(ada, "eve@example.org", WORDS, role="member")


def test_lapsed_sessions_are_swept_out_when_another_begins(ada, clock):
    open_session(ada, mode="local")
    clock.pass_by(days=SESSION_DAYS)
    open_session(ada, mode="local")
    with ada.read() as db:
        assert db.execute(text("SELECT count(*) FROM sessions")).scalar() == 1


def test_names_are_taken_once_and_passwords_are_long(ada):
    with pytest.raises(AccountError, match="taken"):
        add_account(ada, "Ada", WORDS, role="member")
    with pytest.raises(AccountError, match="at least 10"):
        add_account(ada, "Eve", "too short", role="member")
    with pytest.raises(AccountError, match="1 to 80"):
        add_account(ada, "  ", WORDS, role="member")


@pytest.mark.parametrize(
    "change", [lambda store: remove_account(store, "Adda"), lambda store: change_account(store, "Adda", role="member")]
)
def test_an_unknown_name_is_answered_with_the_nearest(ada, change):
    with pytest.raises(UnknownAccountError, match="nearest: Ada"):
        change(ada)
