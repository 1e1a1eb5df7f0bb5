"""Mistakes with the corpus."""

from collections.abc import Iterable

from cutaway.errors.base import CutawayError, nearest


class UnknownKindError(CutawayError):
    """A kind of tag that there is not."""

    def __init__(self, asked: str, kinds: Iterable[str]) -> None:
        kinds = sorted(kinds)
        super().__init__(
            f"no tag is called '{asked}'.\n  nearest: {nearest(asked, kinds)}\n  all {len(kinds)}: {', '.join(kinds)}"
        )


class UnknownGenreError(CutawayError):
    """A genre that there is not."""

    def __init__(self, asked: str, genres: Iterable[str]) -> None:
        genres = sorted(genres)
        super().__init__(
            f"the corpus has no genre '{asked}'.\n  nearest: {nearest(asked, genres)}\n  all: {', '.join(genres)}"
        )


class TextSourceError(CutawayError):
    """Text of the user's own that cannot be read."""

    def __init__(self, source: str, fault: str, advice: str) -> None:
        super().__init__(f"no text can be read from '{source}': {fault}.\n  {advice}")
