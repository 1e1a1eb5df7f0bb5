"""Saved views: one's own, of the list only."""

import pytest

from cutaway.errors.store import DraftError
from cutaway.store.views import MOST, remove_view, save_view, view, views_of


def test_views_are_ones_own_and_can_be_opened_by_whoever_has_the_address(store):
    mine = save_view(store, owner="me", name=" Easy  ones ", address="/problems?difficulty=A")
    save_view(store, owner="you", name="Yours", address="/cards")
    assert [(one.id, one.name) for one in views_of(store, "me")] == [(mine, "Easy ones")]
    assert view(store, mine).address == "/problems?difficulty=A"
    assert view(store, 99) is None


def test_only_the_owner_removes_a_view(store):
    mine = save_view(store, owner="me", name="Easy", address="/problems")
    remove_view(store, mine, owner="you")
    assert view(store, mine) is not None
    remove_view(store, mine, owner="me")
    assert view(store, mine) is None


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org",
        "//example.org",
        "/problemsx",
        "/moderate",
        "javascript:x",
        "",
        "/problems?" + "q" * 999,
        "/problems?q=\x00",
    ],
)
def test_a_view_does_not_leave_the_list(store, address):
    with pytest.raises(DraftError, match="address"):
        save_view(store, owner="me", name="x", address=address)


@pytest.mark.parametrize("name", [" ", "x" * 81, "\u200b"])
def test_a_view_needs_a_name(store, name):
    with pytest.raises(DraftError, match="1 to 80"):
        save_view(store, owner="me", name=name, address="/problems")


def test_there_are_not_too_many_views_of_one_visitor(store):
    for number in range(MOST):
        save_view(store, owner="me", name=str(number), address="/problems")
    with pytest.raises(DraftError, match="remove one"):
        save_view(store, owner="me", name="one more", address="/problems")
