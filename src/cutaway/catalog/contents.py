"""The whole catalog, and what links its problems: numbers, cross references and prior work."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from cutaway.catalog.number import order
from cutaway.catalog.problem import Chapter, Problem, Work
from cutaway.catalog.references import referred_numbers
from cutaway.errors.catalog import UnknownProblemError

Links = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Catalog:
    """Chapters, problems and works, each in the natural order of their numbers."""

    chapters: tuple[Chapter, ...]
    problems: tuple[Problem, ...]
    works: tuple[Work, ...]

    def __hash__(self) -> int:
        return self._hash

    def problem(self, number: str) -> Problem:
        """The problem of that number.

        Raises: UnknownProblemError if there is none.
        """
        if number not in self._by_number:
            raise UnknownProblemError(number, list(self._by_number))
        return self._by_number[number]

    def references(self, number: str) -> tuple[str, ...]:
        """The problems that this problem's statement mentions, in reading order."""
        return self._references[self.problem(number).number]

    def referenced_by(self, number: str) -> tuple[str, ...]:
        """The problems whose statements mention this one, in natural order."""
        return self._referenced_by.get(self.problem(number).number, ())

    def statements(self, numbers: Iterable[str]) -> dict[str, tuple[str, str]]:
        """Statement and address of its post, by number: what a report quotes."""
        problems = [self.problem(number) for number in numbers]
        return {problem.number: (problem.text, problem.chapter.post_url) for problem in problems}

    def works_on(self, number: str) -> tuple[Work, ...]:
        """The published works that address this problem, oldest first."""
        return self._works_on.get(self.problem(number).number, ())

    @cached_property
    def _hash(self) -> int:
        """Of all problems, worked out once: every page asks several times for what is kept of a catalog."""
        return hash((self.chapters, self.problems, self.works))

    @cached_property
    def _by_number(self) -> Mapping[str, Problem]:
        return {problem.number: problem for problem in self.problems}

    @cached_property
    def _references(self) -> Links:
        return {problem.number: referred_numbers(problem.text) for problem in self.problems}

    @cached_property
    def _referenced_by(self) -> Links:
        sources: dict[str, list[str]] = {}
        for source in sorted(self._references, key=order):
            for target in self._references[source]:
                sources.setdefault(target, []).append(source)
        return {target: tuple(found) for target, found in sources.items()}

    @cached_property
    def _works_on(self) -> Mapping[str, tuple[Work, ...]]:
        found: dict[str, list[Work]] = {}
        for work in sorted(self.works, key=lambda work: (work.year, work.title)):
            for number in work.numbers:
                found.setdefault(number, []).append(work)
        return {number: tuple(works) for number, works in found.items()}
