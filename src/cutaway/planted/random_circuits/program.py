"""A drawn program over the tokens of a prompt, and what it computes when parts of it are replaced.

Variables have a few values; what is lost has none. The last position ends up with the answer. This is the causal
model of the network that is built from it, worked out on values alone: what it says of an intervention is
known without running the network.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cutaway.models.graph import EMBED, LOGITS, POSITIONS, Edge, Slot
from cutaway.planted.truth import Subject

Values = NDArray[np.int64]
QUERY_AND_KEY: tuple[Slot, ...] = ("q", "k")
LOST = -1  # what a variable is when nothing writes it


@dataclass(frozen=True)
class Gather:
    """A head brings the token of one position to the end."""

    name: str
    layer: int
    position: int


@dataclass(frozen=True)
class Vote:
    """Three heads bring three copies of one token, and neurons take what two of them say."""

    name: str
    layers: tuple[int, int, int]
    positions: tuple[int, int, int]
    layer: int


@dataclass(frozen=True)
class Either:
    """Two heads bring two copies of one token, and neurons take what either says; contradicted, they say both."""

    name: str
    layers: tuple[int, int]
    positions: tuple[int, int]
    layer: int


@dataclass(frozen=True)
class Backed:
    """A head brings a token; a later one brings it too, but only where the first wrote nothing; neurons read both."""

    name: str
    layers: tuple[int, int]
    position: int
    layer: int


@dataclass(frozen=True)
class Gate:
    """Neurons look a value up in a table of their inputs, the first input the slowest to vary."""

    name: str
    layer: int
    inputs: tuple[str, ...]
    table: tuple[int, ...]
    saturating: bool


@dataclass(frozen=True)
class Lookup:
    """A head brings the token of the position that a variable names."""

    name: str
    layer: int
    address: str
    positions: tuple[int, ...]


@dataclass(frozen=True)
class Local:
    """At every position neurons combine the token with the one before it; a head brings the result of one position."""

    name: str
    layer: int
    position: int
    table: tuple[int, ...]


Step = Gather | Vote | Either | Backed | Gate | Lookup | Local


@dataclass(frozen=True)
class Program:
    """Steps in order, each over those before it; the last one is the answer. `ties` are positions with one token."""

    steps: tuple[Step, ...]
    values: int
    positions: int

    @property
    def ties(self) -> tuple[tuple[int, ...], ...]:
        """Positions that show copies of one token."""
        return tuple(step.positions for step in self.steps if isinstance(step, (Vote, Either)))


@dataclass(frozen=True)
class Run:
    """One evaluation: what every part wrote at the end, and the tokens it read."""

    tokens: Values
    out: Mapping[str, Values]
    answer: Values


def evaluate(program: Program, tokens: Values, ablated: Collection[Subject] = (), other: Run | None = None) -> Run:
    """The answer for tokens [batch, pos] (values, LOST at other symbols), with parts or edges ablated.

    What is ablated takes its value from the `other` run, or is lost without one.
    """
    out: dict[str, Values] = {}
    worker = Worker(program, tokens, frozenset(ablated), other, out)
    for step in program.steps:
        WORK[type(step)](worker, step)
    return Run(tokens, out, worker.seen(program.steps[-1].name, LOGITS, "logits"))


@dataclass(frozen=True)
class Worker:
    """Does one step after another and keeps what each part wrote."""

    program: Program
    tokens: Values
    ablated: frozenset[Subject]
    other: Run | None
    out: dict[str, Values]

    def token(self, position: int, receiver: str, slot: Slot = "v") -> Values:
        """What a part reads of a token."""
        if Edge(EMBED, receiver, slot) in self.ablated:
            return self.lost() if self.other is None else self.other.tokens[:, position]
        return self.tokens[:, position]

    def seen(self, sender: str, receiver: str, slot: Slot) -> Values:
        """What a part reads of another part."""
        if sender in self.ablated or Edge(sender, receiver, slot) in self.ablated:
            return self.lost() if self.other is None else self.other.out[sender]
        return self.out[sender]

    def lost(self) -> Values:
        """Nothing, for every prompt."""
        return np.full(len(self.tokens), LOST)

    def looks(self, head: str) -> bool:
        """Whether a head still knows where to look: without positions it looks everywhere at once."""
        blind = any(Edge(POSITIONS, head, slot) in self.ablated for slot in QUERY_AND_KEY)
        return not (blind and self.other is None)

    def head(self, name: str, value: Values) -> None:
        """Keep what a head brings."""
        self.out[name] = value if self.looks(name) else self.lost()

    def gather(self, step: Gather) -> None:
        self.head(step.name, self.token(step.position, step.name))

    def vote(self, step: Vote) -> None:
        for number, position in enumerate(step.positions):
            member = f"{step.name}.{number}"
            self.head(member, self.token(position, member))
        votes = np.stack([self.seen(f"{step.name}.{number}", step.name, "in") for number in range(3)])
        self.out[step.name] = self.lost()
        for value in range(self.program.values):
            self.out[step.name][(votes == value).sum(axis=0) >= 2] = value

    def either(self, step: Either) -> None:
        for number, position in enumerate(step.positions):
            member = f"{step.name}.{number}"
            self.head(member, self.token(position, member))
        one, other = (self.seen(f"{step.name}.{number}", step.name, "in") for number in range(2))
        self.out[step.name] = np.where(one == LOST, other, np.where((other == LOST) | (one == other), one, LOST))

    def backed(self, step: Backed) -> None:
        first, second = f"{step.name}.first", f"{step.name}.backup"
        self.head(first, self.token(step.position, first))
        absent = self.seen(first, second, "q") == LOST
        self.head(second, np.where(absent, self.token(step.position, second), LOST))
        one, other = self.seen(first, step.name, "in"), self.seen(second, step.name, "in")
        self.out[step.name] = np.where(one == LOST, other, one)

    def gate(self, step: Gate) -> None:
        self.out[step.name] = self.table(step.table, [self.seen(name, step.name, "in") for name in step.inputs])

    def lookup(self, step: Lookup) -> None:
        address = self.seen(step.address, step.name, "q")
        shown = np.stack([self.token(position, step.name) for position in step.positions], axis=1)
        found = np.take_along_axis(shown, np.maximum(address, 0)[:, None], axis=1)[:, 0]
        self.head(step.name, np.where(address == LOST, LOST, found))

    def local(self, step: Local) -> None:
        before, pair = f"{step.name}.before", f"{step.name}.pair"
        self.head(before, self.token(step.position - 1, before))
        own = self.token(step.position, pair, "in")
        self.out[pair] = self.table(step.table, [own, self.seen(before, pair, "in")])
        self.head(step.name, self.seen(pair, step.name, "v"))

    def table(self, table: tuple[int, ...], inputs: list[Values]) -> Values:
        """The entry of a table; lost where an input is."""
        index = np.zeros(len(self.tokens), dtype=np.int64)
        for value in inputs:
            index = index * self.program.values + np.maximum(value, 0)
        lost = np.any([value == LOST for value in inputs], axis=0)
        return np.where(lost, LOST, np.array(table)[index])


WORK: Mapping[type, Callable[[Worker, Any], None]] = {
    Gather: Worker.gather,
    Vote: Worker.vote,
    Either: Worker.either,
    Backed: Worker.backed,
    Gate: Worker.gate,
    Lookup: Worker.lookup,
    Local: Worker.local,
}
