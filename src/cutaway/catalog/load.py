"""Load the catalog from its nine files, check what ties them together, and keep it for the next caller."""

from functools import cache
from pathlib import Path

from cutaway.catalog.chapter_file import ChapterFile, read_chapter
from cutaway.catalog.contents import Catalog
from cutaway.catalog.number import order
from cutaway.catalog.references import referred_numbers
from cutaway.errors.catalog import CatalogError

DATA = Path(__file__).parent / "data"
COUNTS = (23, 38, 33, 45, 38, 59, 18, 22, 63)  # problems of chapters 1 to 9, as the list has them


@cache
def load_catalog(folder: Path = DATA) -> Catalog:
    """The whole catalog, every rule checked.

    Raises: CatalogError, with file, problem and fault, if a file is damaged.
    """
    files = [read_chapter(path) for path in sorted(folder.glob("*.toml"))]
    check_chapters(files)
    for file in files:
        check_count(file)
    check_references(files)
    check_works(files)
    return Catalog(
        chapters=tuple(file.chapter for file in files),
        problems=tuple(problem for file in files for problem in file.problems),
        works=tuple(
            sorted((work for file in files for work in file.works), key=lambda work: [order(n) for n in work.numbers])
        ),
    )


def check_chapters(files: list[ChapterFile]) -> None:
    """Nine files, each named after the chapter it holds."""
    for file in files:
        if not file.name.startswith(f"{file.chapter.number}-"):
            raise CatalogError(file.name, f"holds chapter {file.chapter.number}, which its name should begin with")
    for number in range(1, len(COUNTS) + 1):
        found = [file.name for file in files if file.chapter.number == number]
        if len(found) != 1:
            raise CatalogError(found[1] if found else f"{number}-*.toml", f"chapter {number} has {len(found)} files")
    if len(files) != len(COUNTS):
        raise CatalogError(files[-1].name, f"the list has {len(COUNTS)} chapters")


def check_count(file: ChapterFile) -> None:
    """As many problems as the list has in this chapter, with no gap."""
    chapter, count = file.chapter.number, COUNTS[file.chapter.number - 1]
    found = {problem.number for problem in file.problems}
    listed = {f"{chapter}.{place}" for place in range(1, count + 1)}
    if wrong := sorted(found ^ listed, key=order):
        fault = "is missing" if wrong[0] in listed else "is not in the list"
        raise CatalogError(file.name, f"{wrong[0]} {fault}; chapter {chapter} has {count} problems", number=wrong[0])


def check_references(files: list[ChapterFile]) -> None:
    """Every problem that a statement mentions is there, and is another one."""
    known = {problem.number for file in files for problem in file.problems}
    for file in files:
        for problem in file.problems:
            try:
                referred = referred_numbers(problem.text)
            except ValueError as error:
                raise CatalogError(file.name, f"text: {error}", number=problem.number) from error
            if unknown := [number for number in referred if number not in known]:
                raise CatalogError(file.name, f"text refers to {unknown[0]}, not a problem", number=problem.number)
            if problem.number in referred:
                raise CatalogError(file.name, "text refers to the problem itself", number=problem.number)


def check_works(files: list[ChapterFile]) -> None:
    """Every work addresses known problems, and is listed once."""
    known = {problem.number for file in files for problem in file.problems}
    seen: set[str] = set()
    for file in files:
        for work in file.works:
            first = work.numbers[0]
            if unknown := [number for number in work.numbers if number not in known]:
                fault = f"the work '{work.title}' addresses {unknown[0]}, not a problem"
                raise CatalogError(file.name, fault, number=unknown[0])
            for name in (work.url, work.title):
                if name in seen:
                    raise CatalogError(file.name, f"'{name}' is listed twice; one work, all its numbers", number=first)
                seen.add(name)
