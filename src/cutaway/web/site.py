"""What all pages share: the store, the catalog, the studies, the records, and the limits."""

import secrets
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from cutaway.catalog import Catalog, load_catalog
from cutaway.records.discover import study_headers
from cutaway.records.study import Study
from cutaway.store.migrate import open_store
from cutaway.store.open import Store, url_of
from cutaway.store.runs import index_records
from cutaway.store.search import index_catalog
from cutaway.web.limits import Limit
from cutaway.web.settings import Mode, Settings

STEPS: dict[Mode, tuple[int, float]] = {"local": (600, 60), "lab": (120, 600), "public": (20, 600)}
SIGN_INS = (10, 600)


@dataclass
class Site:
    """One running site."""

    settings: Settings
    store: Store
    catalog: Catalog
    studies: Sequence[Study]
    start_token: str | None = field(default_factory=lambda: secrets.token_urlsafe(24))
    damaged: list[str] = field(default_factory=list)
    indexed: float = -1.0
    lock: threading.Lock = field(default_factory=threading.Lock)
    kept: Any = None  # the board as it was drawn up last; see board.py

    def __post_init__(self) -> None:
        self.steps = Limit(*STEPS[self.settings.mode])
        self.sign_ins = Limit(*SIGN_INS)

    def __enter__(self) -> "Site":
        return self

    def __exit__(self, *_: object) -> None:
        self.store.close()

    @cached_property
    def studies_of(self) -> Mapping[str, tuple[Study, ...]]:
        """The studies of each problem that has one."""
        found: dict[str, list[Study]] = {}
        for study in self.studies:
            for number in study.problems:
                found.setdefault(number, []).append(study)
        return {number: tuple(studies) for number, studies in found.items()}

    def study(self, slug: str) -> Study | None:
        """A study by its name."""
        return next((study for study in self.studies if study.slug == slug), None)

    def outward(self, text: str) -> str:
        """A text for whoever reads the site: where its folders lie is nobody else's business."""
        for folder in self.settings.record_folders:
            text = text.replace(f"{folder}/", "")
        return text

    def refresh(self) -> None:
        """Index what was run since the last look; a look at the folder's time stamp when there is nothing new."""
        try:
            changed = self.settings.records.stat().st_mtime
        except FileNotFoundError:
            changed = 0.0
        if changed == self.indexed:
            return
        with self.lock:
            if changed != self.indexed:
                asks = {study.slug: study.asks for study in self.studies}
                self.damaged = list(map(self.outward, index_records(self.store, self.settings.record_folders, asks)))
                self.indexed = changed


def open_site(settings: Settings, *, studies: Sequence[Study] | None = None) -> Site:
    """A site over its data, the store migrated and the index up to date.

    Raises: StoreError if the store cannot be used.
    """
    store = open_store(url_of(settings.data, settings.store_url))
    catalog = load_catalog()
    index_catalog(store, catalog)
    site = Site(settings, store, catalog, study_headers() if studies is None else studies)
    site.refresh()
    return site
