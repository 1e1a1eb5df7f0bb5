"""Mistakes with circuits: nothing to explain, nothing in them, and truths of another ablation."""

from collections.abc import Sequence

from cutaway.errors.base import CutawayError


class NothingToExplainError(CutawayError):
    """Cutting every edge changes the metric by nothing."""

    def __init__(self, metric: str, ablation: str, gap: float) -> None:
        super().__init__(
            f"there is nothing for a circuit to explain: with every edge cut ({ablation}), {metric} moves by {gap:g}.\n"
            "  Choose a corruption that changes the answer, another ablation, or a metric that sees it:\n"
            "  Question(graph, pairs, ablation='zero')"
        )


class EmptyCircuitError(CutawayError):
    """A circuit without edges was to be judged."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"the circuit '{name}' has no edges, so that nothing can be said of it.\n"
            "  Lower the threshold it was found with, or name how many edges to keep: thresholded(scores, edges=20)"
        )


class OtherAblationError(CutawayError):
    """Scores made under one ablation, to be held against a truth under another."""

    def __init__(self, scored: str, stated: Sequence[str]) -> None:
        super().__init__(
            f"the scores were made under the ablation '{scored}', and the truth speaks of: {', '.join(stated)}.\n"
            "  A part may matter under one and not under the other: score it under the same,\n"
            f"  Question(graph, pairs, ablation={stated[0]!r}), or take the truth about '{scored}'."
        )


class PositionsUnknownError(CutawayError):
    """Scores by position, to be held against a truth of whole edges."""

    def __init__(self, planted: str) -> None:
        super().__init__(
            f"the truth of '{planted}' is of whole edges and not of their positions.\n"
            "  Add the scores of each edge up first: scores.anywhere()"
        )


class OtherModelError(CutawayError):
    """A circuit or scores of one model, to be used on another."""

    def __init__(self, theirs: str, ours: str) -> None:
        super().__init__(
            f"this was found in model '{theirs}' and cannot be used on '{ours}'.\n"
            "  Find it anew: cutaway circuit MODEL TASK"
        )


class OtherGraphsError(CutawayError):
    """Questions about several models or graphs, to be asked of the same circuits."""

    def __init__(self, models: Sequence[str]) -> None:
        named = ", ".join(models) or "none"
        super().__init__(
            f"circuits go across questions about one graph of one model; these are about {named}.\n"
            "  Give at least one, and make all of them with the same graph: Question(graph, pairs)"
        )


class NotScoredError(CutawayError):
    """Scores that are not numbers, from a method that went wrong."""

    def __init__(self, method: str, count: int, of: int) -> None:
        super().__init__(
            f"'{method}' gave {count} of {of} edges a score that is no number.\n"
            "  Look at the run they come from: do its logits hold nan? A smaller learning rate, for masks."
        )


class ShareError(CutawayError):
    """A share of the gap that no circuit can be asked to keep."""

    def __init__(self, asked: float) -> None:
        super().__init__(f"a circuit cannot be asked to keep {asked:g} of the gap.\n  Above 0 and at most 1: keeps=0.9")


class NoPairsError(CutawayError):
    """Two methods that have no case in common."""

    def __init__(self, one: str, other: str, measure: str) -> None:
        super().__init__(
            f"no case has '{measure}' of both '{one}' and '{other}'.\n"
            f"  Run both: cutaway bench circuits --method {one} --method {other}"
        )
