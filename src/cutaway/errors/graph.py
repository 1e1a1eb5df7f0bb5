"""Mistakes with the graph of a model: parts and edges it does not have, and families whose edges cannot be cut."""

from collections.abc import Sequence

from cutaway.errors.base import CutawayError, nearest


class UnknownNodeError(CutawayError):
    """A node that the graph does not have."""

    def __init__(self, asked: str, model: str, names: Sequence[str]) -> None:
        super().__init__(
            f"the graph of '{model}' has no node '{asked}'.\n  nearest: {nearest(asked, names)}\n"
            f"  all {len(names)}: [node.name for node in Graph.of(model).nodes]"
        )


class UnknownEdgeError(CutawayError):
    """An edge that the graph does not have."""

    def __init__(self, asked: str, model: str, names: Sequence[str]) -> None:
        super().__init__(
            f"the graph of '{model}' has no edge '{asked}'.\n  nearest: {nearest(asked, names)}\n"
            f"  all {len(names)}: Graph.of(model).edges; an edge leads from a node to a later one"
        )


class UncuttableError(CutawayError):
    """A family in which what a part reads is not a linear map of a norm of the stream, as cutting an edge assumes."""

    def __init__(self, model: str, what: str, fault: str) -> None:
        super().__init__(
            f"edges of model '{model}' cannot be cut: {what} {fault}.\n"
            "  What edges need: keys of every head's own, norms before attention and MLP, none of queries and keys.\n"
            "  Whole parts can be patched in any model: cutaway.patch_grid(model, ..., site='z', per=('layer', 'head'))"
        )


class SaidNothingError(CutawayError):
    """A sender whose edges are to be cut, and nothing given that is said along them instead."""

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__(
            f"nothing is given for {len(missing)} senders: {', '.join(missing[:6])}.\n"
            "  Along a cut edge something else is said: said_on(graph, corrupted), silence(graph), or means(said)."
        )


class UnknownFeatureError(CutawayError):
    """Features that a dictionary does not have, or that are named twice."""

    def __init__(self, asked: Sequence[int], count: int) -> None:
        named = ", ".join(map(str, list(asked)[:6]))
        super().__init__(
            f"the dictionary has {count} features, of which each may be a node once; asked for: {named}.\n"
            f"  graph.with_features(layer, dictionary, features) takes different numbers from 0 to {count - 1}"
        )


class OtherLengthError(CutawayError):
    """A graph by position, and prompts of another length."""

    def __init__(self, length: int | None, found: int) -> None:
        super().__init__(
            f"the graph has an edge for each of {length} positions, and the prompts are {found} tokens long.\n"
            f"  For these: graph.by_position({found})"
        )


class NoSlotError(CutawayError):
    """A slot that a node does not have."""

    def __init__(self, node: str, slot: str, slots: Sequence[str]) -> None:
        has = ", ".join(slots) or "none: it only writes"
        super().__init__(
            f"'{node}' has no slot '{slot}'; it has {has}.\n"
            "  A head is read into by q, k and v, an MLP or neurons by in, the logits by logits:\n"
            f"  slot='{next(iter(slots), 'q')}'"
        )
