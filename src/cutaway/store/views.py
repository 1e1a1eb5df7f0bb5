"""Saved views: a name for a state of the list, kept for one visitor, at an address that can be shared."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select

from cutaway.errors.store import DraftError
from cutaway.store.contribution import INVISIBLE, clean
from cutaway.store.open import Store
from cutaway.store.tables import views

MOST = 100  # of one visitor


@dataclass(frozen=True)
class View:
    """A saved view; `address` is a path of this site with its query."""

    id: int
    owner: str
    name: str
    address: str
    created: datetime


def save_view(store: Store, *, owner: str, name: str, address: str) -> int:
    """Keep a view; returns its number.

    Raises: DraftError without a name, or with too many views, or if the address leaves the list.
    """
    name = clean(name, lines=False)
    if not 1 <= len(name) <= 80:
        raise DraftError({"name": "1 to 80 characters"})
    leaves = not (address + "?").startswith(("/problems?", "/cards?"))
    if leaves or len(address) > 1000 or INVISIBLE.search(address):
        raise DraftError({"address": "a view is a state of the list of problems"})
    with store.write() as db:
        if db.execute(select(func.count()).select_from(views).where(views.c.owner == owner)).scalar_one() >= MOST:
            raise DraftError({"name": f"you have {MOST} views; remove one first"})
        values = {"owner": owner, "name": name, "address": address, "created": store.clock()}
        number: int = db.execute(insert(views).values(values).returning(views.c.id)).scalar_one()
    return number


def views_of(store: Store, owner: str) -> list[View]:
    """A visitor's views, by name."""
    with store.read() as db:
        rows = db.execute(select(views).where(views.c.owner == owner).order_by(views.c.name, views.c.id)).mappings()
        return [View(**row) for row in rows]


def view(store: Store, number: int) -> View | None:
    """One view, whoever made it."""
    with store.read() as db:
        row = db.execute(select(views).where(views.c.id == number)).mappings().first()
    return View(**row) if row else None


def remove_view(store: Store, number: int, *, owner: str) -> None:
    """Remove a view of one's own."""
    with store.write() as db:
        db.execute(delete(views).where(views.c.id == number, views.c.owner == owner))
