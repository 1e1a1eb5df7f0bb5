"""Descriptions of circuits that cannot be compiled, and truths that an intervention contradicts."""

from collections.abc import Iterable, Sequence

from cutaway.errors.base import CutawayError, nearest


class DescriptionError(CutawayError):
    """A line of a description that cannot be compiled: which one, why, and what would do."""

    def __init__(self, circuit: str, line: str, fault: str, advice: str) -> None:
        super().__init__(f"circuit '{circuit}' cannot be compiled: {fault}.\n  at {line}\n  {advice}")


class UnknownCircuitError(CutawayError):
    """No circuit has that name."""

    def __init__(self, asked: str, names: Iterable[str]) -> None:
        names = sorted(names)
        super().__init__(
            f"there is no planted circuit '{asked}'.\n  nearest: {nearest(asked, names)}\n"
            f"  all {len(names)}: {', '.join(names)}"
        )


class UntrueError(CutawayError):
    """Statements of a truth that exact interventions contradict, or a task that the model does not solve."""

    def __init__(self, circuit: str, faults: Sequence[str]) -> None:
        shown = "".join(f"\n  {fault}" for fault in faults[:8])
        more = f"\n  and {len(faults) - 8} more" if len(faults) > 8 else ""
        super().__init__(
            f"what is said of '{circuit}' is not true:{shown}{more}\n  all of it, measured: planted.verify(circuit)"
        )
