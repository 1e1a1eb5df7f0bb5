"""A file damaged behind our back: `check` names the damage, and whatever else is asked ends in an error in words."""

import random
import re
from contextlib import suppress

import pytest

from cutaway.errors.store import StoreError
from cutaway.store.backup import check
from cutaway.store.contributions import approve
from cutaway.store.events import Actor
from cutaway.store.export import export
from cutaway.store.migrate import open_store
from cutaway.store.open import connect
from tests.store.conftest import add

PAGE = 4096


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The bytes of a store with forty claims, every one approved."""
    path = tmp_path_factory.mktemp("whole") / "store.sqlite"
    store = open_store(f"sqlite:///{path}")
    for number in range(40):
        approve(store, add(store, "claim", text=f"{number} zebras " * 30).id, actor=Actor("Eve"))
    store.close()
    return path.read_bytes()


@pytest.fixture
def damaged(tmp_path):
    """Opens a store of the given bytes."""
    opened = []

    def make(body):
        (tmp_path / "store.sqlite").write_bytes(bytes(body))
        opened.append(connect(f"sqlite:///{tmp_path}/store.sqlite"))
        return opened[-1]

    yield make
    for store in opened:
        store.close()


def changed(body, pattern, new):
    """The bytes with the last byte of what the pattern finds first, behind the schema, replaced."""
    at = re.compile(pattern).search(body, PAGE).end() - 1
    return body[:at] + new + body[at + 1 :]


def test_a_whole_file_is_sound(whole, damaged):
    assert check(damaged(whole)) == []


def test_a_page_of_rubbish_is_found(whole, damaged):
    at = whole.rindex(b"39 zebras") // PAGE * PAGE
    faults = check(damaged(whole[:at] + b"\xff" * PAGE + whole[at + PAGE :]))
    assert any("damaged" in fault for fault in faults)


def test_one_letter_of_a_text_is_found(whole, damaged):
    (fault,) = check(damaged(changed(whole, rb"zebra", b"u")))
    assert "log" in fault


@pytest.mark.parametrize(
    ("pattern", "new"),
    [(rb'{"state": "approved"', b";"), (rb"\d\d\d\d-\d\d-\d\d \d\d:", b"x"), (rb"zebr", b"\xff")],
    ids=["JSON", "date", "UTF-8"],
)
def test_what_cannot_be_read_any_more_is_found(whole, damaged, pattern, new):
    assert any("damaged" in fault for fault in check(damaged(changed(whole, pattern, new))))


@pytest.mark.parametrize("seed", range(25))
def test_wherever_the_damage_is_it_ends_in_words(whole, damaged, tmp_path, seed):
    draw = random.Random(seed)
    at = draw.randrange(len(whole) // PAGE) * PAGE
    size = draw.choice([1, 100, PAGE])
    store = damaged(whole[:at] + draw.randbytes(size) + whole[at + size :])
    assert isinstance(check(store), list)
    for use in (
        lambda: open_store(f"sqlite:///{tmp_path}/store.sqlite").close(),
        lambda: export(store, tmp_path / "lines"),
        lambda: add(store),
    ):
        with suppress(StoreError):
            use()
