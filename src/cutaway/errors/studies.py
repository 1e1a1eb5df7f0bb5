"""Mistakes with studies and their headers."""

import re
from collections.abc import Iterable

from cutaway.errors.base import CutawayError, nearest


class UnknownStudyError(CutawayError):
    """Neither a study nor a problem that a study attacks."""

    def __init__(self, asked: str, slugs: Iterable[str]) -> None:
        slugs = list(slugs)
        what = (
            f"no study attacks problem {asked} yet.\n  the problem: cutaway problems {asked}"
            if re.fullmatch(r"\d+\.\d+", asked)
            else f"there is no study '{asked}'.\n  nearest: {nearest(asked, slugs)}"
        )
        super().__init__(f"{what}\n  all {len(slugs)} studies: cutaway studies")


class StudyHeaderError(CutawayError):
    """A study file whose header cannot be read from its syntax tree."""

    def __init__(self, path: str, line: int, fault: str) -> None:
        super().__init__(f"{path}:{line}: {fault}.\n  How a study is written: CONTRIBUTING.md, 'A study'.")


class DuplicateStudyError(CutawayError):
    """Two files that declare the same slug."""

    def __init__(self, slug: str, first: str, second: str) -> None:
        super().__init__(f"two studies are called '{slug}':\n  {first}\n  {second}\n  Rename one of them.")


class StudyTakesNoModelsError(CutawayError):
    """A model added to a study that looks at its own models alone."""

    def __init__(self, slug: str, models: Iterable[str], others: Iterable[str]) -> None:
        super().__init__(
            f"study '{slug}' grows its own models and cannot look at {', '.join(models)}.\n"
            f"  studies that can: {', '.join(others)}"
        )


class NotebookExistsError(CutawayError):
    """A notebook that would be written over."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f"{path} is there already, and may hold your work.\n"
            f"  another name: cutaway notebook STUDY FILE;  write over it: --force"
        )


class UnansweredClaimError(CutawayError):
    """A study whose run does not answer exactly the claims of its header."""

    def __init__(self, slug: str, missing: Iterable[str], extra: Iterable[str]) -> None:
        super().__init__(
            f"study '{slug}' did not answer its header: missing {sorted(missing)}, not in the header {sorted(extra)}.\n"
            f"  run() returns one Finding per claim, each with .answers(key)."
        )
