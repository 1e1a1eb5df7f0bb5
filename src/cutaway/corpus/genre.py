"""A genre: a kind of document, one file each in `genres/`."""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from cutaway.corpus.document import Document, Page
from cutaway.corpus.draw import Draw


@dataclass(frozen=True)
class Genre:
    """How documents of one kind are written; `share` is its part of all documents.

    `write(page, draw)` writes one document of some 300 to 3000 characters.
    """

    name: str
    says: str
    share: float
    write: Callable[[Page, Draw], None]
    language: str = "english"

    def document(self, seed: int) -> Document:
        """The document of one seed."""
        page = Page(self.name, self.language)
        self.write(page, Draw(seed))
        return page.finished()


@cache
def all_genres() -> dict[str, Genre]:
    """Every genre by name, in the order of their names."""
    from cutaway.corpus import genres

    found: dict[str, Genre] = {}
    for file in pkgutil.iter_modules(genres.__path__):
        genre: Genre = importlib.import_module(f"{genres.__name__}.{file.name}").GENRE
        if genre.name in found:
            raise AssertionError(f"two genres are called {genre.name}")
        found[genre.name] = genre
    return dict(sorted(found.items()))
