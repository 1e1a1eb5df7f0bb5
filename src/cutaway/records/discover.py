"""Find the studies of the package by walking their folder; duplicates are refused."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from cutaway.errors.studies import DuplicateStudyError, UnknownStudyError
from cutaway.records.header import read_header
from cutaway.records.study import Study


@cache
def studies_folder() -> Path:
    """Where the studies are."""
    spec = find_spec("cutaway.studies")
    if spec is None or not spec.submodule_search_locations:
        raise AssertionError("cutaway.studies is part of the package")
    return Path(spec.submodule_search_locations[0])


def shipped_records() -> Path:
    """Where the full runs are that come with the package."""
    return studies_folder() / "shipped"


@cache
def study_files() -> dict[str, Path]:
    """The file of every study by slug."""
    return read_folder(studies_folder())


def read_folder(root: Path) -> dict[str, Path]:
    """Every study below one folder, by slug.

    Raises: DuplicateStudyError if two files share a slug.
    """
    found: dict[str, Path] = {}
    for path in sorted(root.rglob("*.py")):
        if path.name == "__init__.py":
            continue
        slug = read_header(path).slug
        if slug in found:
            raise DuplicateStudyError(slug, str(found[slug]), str(path))
        found[slug] = path
    return found


def study_headers() -> list[Study]:
    """The header of every study, in the order of its file; no study is imported."""
    return [read_header(path) for path in study_files().values()]


def notebook_source(slug: str) -> str:
    """What a study's notebook is made of: the Markdown file beside it."""
    return study_files()[slug].with_suffix(".md").read_text(encoding="utf-8")


def module_of(slug: str) -> str:
    """The importable name of a study."""
    path = study_files()[slug]
    parts = path.with_suffix("").parts
    return ".".join(parts[len(parts) - 1 - parts[::-1].index("cutaway") :])


def find_study(asked: str) -> Study:
    """A study by its slug or by the number of a problem that it attacks.

    Raises: UnknownStudyError with the nearest slugs.
    """
    headers = study_headers()
    for header in headers:
        if asked == header.slug or asked in header.problems:
            return header
    raise UnknownStudyError(asked, [header.slug for header in headers])
