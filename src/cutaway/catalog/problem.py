"""What the catalog holds: chapters, their problems, and the published works that address them."""

from dataclasses import dataclass
from datetime import date

from cutaway.catalog.difficulty import Difficulty

ATTRIBUTION = (
    '"200 Concrete Open Problems in Mechanistic Interpretability" by Neel Nanda, '
    "an Alignment Forum sequence, and its Coda table"
)
SOURCES = {
    "post": "a close copy of the lines of the chapter's post",
    "coda": "the letter in the Coda table",
    "summary": "a condensed public list of the sequence",
}
CONFIDENCES = {
    "high": "quoted closely, labelled, or two sources agree",
    "medium": "one condensed source",
    "low": "sources disagree, or the row is inferred",
}
CONFIRMATIONS = {
    "url": "title and address were seen together",
    "title": "only the title was seen",
}


@dataclass(frozen=True)
class Chapter:
    """One of the nine parts of the list, with the address of the post that introduces it."""

    number: int
    title: str
    post_url: str


@dataclass(frozen=True)
class Problem:
    """One open problem; what is `None` is not known.

    `text` is the list's own, to be quoted with `ATTRIBUTION`. `existing_work`, `currently_working` and
    `help_wanted` are cells as people wrote them; `claimed_by` and `claimed_on` are read from the second.
    """

    number: str
    chapter: Chapter
    text: str
    subcategory: str | None = None
    difficulty: Difficulty | None = None
    difficulty_source: str | None = None
    difficulty_confidence: str | None = None
    post_number: str | None = None
    existing_work: str | None = None
    currently_working: str | None = None
    help_wanted: str | None = None
    claimed_by: str | None = None
    claimed_on: date | None = None

    @property
    def rating(self) -> str:
        """The difficulty with its source, as it is always shown: "B-C* (summary)", or "not rated"."""
        return f"{self.difficulty} ({self.difficulty_source})" if self.difficulty else "not rated"


@dataclass(frozen=True)
class Work:
    """A published work that addresses the problems `numbers` at least in part, seldom in full."""

    numbers: tuple[str, ...]
    title: str
    authors: str
    year: int
    url: str
    note: str
    confirmed: str
