"""What is true of a planted model, as data: parts, edges, directions, and what each ablation does.

A statement always names its ablation. A part may carry the task and yet show nothing when it alone is removed,
because others stand in for it; that too is a statement, so that what a method must miss can be asserted as well as
what it must find.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd
from jaxtyping import Float
from torch import Tensor

from cutaway.models.graph import EMBED, LOGITS, POSITIONS, Edge

Ablation = str  # "zero", "mean", or the name of a corruption whose activations take their place
ROLES = ("previous_token", "duplicate_token", "induction", "current_token", "first_token")  # that detectors look for


@dataclass(frozen=True)
class Part:
    """A head, or neurons that do one job, and where they are: `indices` are the head's number or the neurons'.

    Outside transformers, channels or units of a layer; layer 0 is the input itself.
    `carries`: whether the task goes through it. A part that does not is a decoy: it computes something else.
    """

    name: str
    kind: Literal["head", "neurons", "channels", "units"]
    layer: int
    indices: tuple[int, ...]
    role: str
    does: str
    carries: bool

    @property
    def head(self) -> int:
        """The number of a head in its layer."""
        assert self.kind == "head"
        return self.indices[0]

    @property
    def site(self) -> str:
        """Where it writes: the activation of which `indices` are its part."""
        names = {"head": "z.", "neurons": "mlp_post."}
        return f"{names.get(self.kind, 'module:layers.')}{self.layer}"

    @property
    def is_decoy(self) -> bool:
        return not self.carries


Subject = str | Edge


@dataclass(frozen=True)
class Statement:
    """What happens to the metric when parts or edges are ablated together: it moves, or nothing does."""

    of: frozenset[Subject]
    ablation: Ablation
    moves: bool
    why: str = ""

    def __str__(self) -> str:
        names = " and ".join(sorted(str(one) for one in self.of))
        return f"{names} ablated ({self.ablation}): {'moves' if self.moves else 'nothing'}"


@dataclass(frozen=True)
class Truth:
    """Parts, edges and statements of one planted model.

    `edges` are all that exist: between any other two parts no weight leads. Those that are `idle` only tell a head
    where to rest. `directions` are the axes of every space in the residual stream, and `features` the axes that each
    neuron of a part reads, in the order of its indices. `tolerance` is the share of the clean score below which a
    change counts as nothing.
    """

    parts: tuple[Part, ...]
    edges: tuple[Edge, ...]
    idle: frozenset[Edge]
    statements: tuple[Statement, ...]
    directions: Mapping[str, Float[Tensor, "axis d_model"]] = field(default_factory=dict, repr=False)
    features: Mapping[str, tuple[tuple[tuple[str, int], ...], ...]] = field(default_factory=dict, repr=False)
    tolerance: float = 1e-3

    def part(self, name: str) -> Part:
        """A part by name."""
        return next(part for part in self.parts if part.name == name)

    @property
    def heads(self) -> tuple[Part, ...]:
        """Every head in order."""
        return tuple(part for part in self.parts if part.kind == "head")

    def playing(self, role: str) -> list[Part]:
        """The parts that truly play a role."""
        return [part for part in self.parts if part.role == role]

    @property
    def circuit(self) -> frozenset[Edge]:
        """The edges that the task goes through."""
        carriers = {part.name for part in self.parts if part.carries} | {EMBED, POSITIONS, LOGITS}
        return frozenset(edge for edge in self.edges if {edge.sender, edge.receiver} <= carriers) - self.idle

    @property
    def ablations(self) -> tuple[Ablation, ...]:
        """The ablations that something is stated under."""
        return tuple(dict.fromkeys(statement.ablation for statement in self.statements))

    def about(self, ablation: Ablation) -> list[Statement]:
        """The statements that hold under one ablation."""
        return [statement for statement in self.statements if statement.ablation == ablation]

    def alone(self, ablation: Ablation) -> dict[Subject, bool]:
        """What each single part or edge does when it alone is ablated: True if the metric moves."""
        return {next(iter(one.of)): one.moves for one in self.about(ablation) if len(one.of) == 1}

    def hidden(self, ablation: Ablation) -> list[Subject]:
        """Parts and edges that carry the task and show nothing when they alone are ablated: predictable misses."""
        carriers = {part.name for part in self.parts if part.carries}
        inside: set[Subject] = carriers | set(self.circuit)
        return [subject for subject, moves in self.alone(ablation).items() if not moves and subject in inside]

    @property
    def frame(self) -> pd.DataFrame:
        """One row a part: name, kind, layer, indices, role, does, carries, and what each ablation of it alone does."""
        alone = {ablation: self.alone(ablation) for ablation in self.ablations}
        return pd.DataFrame(
            [
                vars(part) | {ablation: alone[ablation].get(part.name) for ablation in self.ablations}
                for part in self.parts
            ]
        )


Exceptions = Mapping[tuple[Subject | frozenset[Subject], Ablation], tuple[bool, str]]


def stated(
    parts: Iterable[Part],
    edges: Iterable[Edge],
    idle: Collection[Edge],
    *,
    same: Mapping[Ablation, Iterable[Subject]],
    unsaid: Collection[Subject] = (),
    exceptions: Exceptions | None = None,
) -> tuple[Statement, ...]:
    """The statements that follow from which parts carry the task, with exceptions.

    Ablated to zero, whatever carries the task moves the metric; replaced by what it is on a corrupted prompt, only
    what is not the `same` there on both prompts. Decoys move nothing. Nothing is said of zeroing an idle edge, which
    depends on how soft the head is, nor of zeroing what is `unsaid`. Exceptions say otherwise, each with its reason,
    or speak of sets.
    """
    parts = list(parts)
    carriers = {part.name for part in parts if part.carries} | {EMBED, POSITIONS, LOGITS}
    subjects: dict[Subject, bool] = {part.name: part.carries for part in parts}
    subjects |= {edge: edge.sender in carriers and edge.receiver in carriers and edge not in idle for edge in edges}
    found: dict[tuple[frozenset[Subject], Ablation], Statement] = {}
    for subject, carries in subjects.items():
        whole, sender = frozenset([subject]), subject.sender if isinstance(subject, Edge) else subject
        if subject not in idle and subject not in unsaid:
            found[whole, "zero"] = Statement(whole, "zero", carries)
        for corruption, alike in same.items():
            unchanged = {POSITIONS, *alike}
            moves = carries and subject not in unchanged and sender not in unchanged
            found[whole, corruption] = Statement(whole, corruption, moves)
    for (one_or_more, ablation), (moves, why) in (exceptions or {}).items():
        whole = one_or_more if isinstance(one_or_more, frozenset) else frozenset([one_or_more])
        found[whole, ablation] = Statement(whole, ablation, moves, why)
    return tuple(found.values())
