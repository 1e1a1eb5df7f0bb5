"""From a drawn program to the description of a transformer that computes it, with decoys beside it.

Attention is exactly as soft as asked for: a head puts `share` of its attention where it should, so what it brings is
known within bounds, and every neuron's threshold follows from them. Two inputs that name the same variable are one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import log
from typing import Any

import numpy as np

from cutaway.planted.description import Circuit, Head, Layer, Look, Move, Neuron, Neurons, Space
from cutaway.planted.looks import at, back, entries, rest
from cutaway.planted.random_circuits.program import Backed, Either, Gate, Gather, Local, Lookup, Program, Vote
from cutaway.planted.random_circuits.spans import Written, gate_neurons, voted

GAIN = 4.0  # logit of a value that is fully written
SURE = 14.0  # sharpness of a backup, and of a decoy that must never leave its rest


@dataclass
class Builder:
    """Writes one program down, step by step."""

    program: Program
    layers: int
    length: int
    share: float
    rng: np.random.Generator
    heads: list[list[Head]] = field(default_factory=list)
    neurons: list[list[Neurons]] = field(default_factory=list)
    spaces: dict[str, int] = field(default_factory=dict)
    written: dict[str, Written] = field(default_factory=dict)
    ready: dict[str, int] = field(default_factory=dict)  # by space, the stage after which it is written

    @property
    def sharpness(self) -> float:
        """The score at which a head gives `share` of its attention to one position and the rest to all others."""
        return log(self.share * (self.length - 1) / (1 - self.share))

    def build(self, name: str, *, decoy_heads: int, decoy_neurons: int, noise: float) -> Circuit:
        """The whole circuit."""
        self.heads, self.neurons = [[] for _ in range(self.layers)], [[] for _ in range(self.layers)]
        for number, step in enumerate(self.program.steps):
            BUILD[type(step)](self, step, number == len(self.program.steps) - 1)
        self.space("spare", 0)
        for number in range(decoy_heads):
            self.decoy_head(number)
        for number in range(decoy_neurons):
            self.decoy_neurons(number)
        return Circuit(
            name=name,
            vocab=self.program.values + 2,
            context=self.length,
            spaces=tuple(Space(space, size) for space, size in self.spaces.items()),
            layers=tuple(
                Layer(tuple(heads), tuple(some)) for heads, some in zip(self.heads, self.neurons, strict=True)
            ),
            sharpness=self.sharpness,
            noise=noise,
        )

    def space(self, name: str, stage: int) -> str:
        """A space for a variable."""
        self.spaces[name] = self.program.values
        self.ready[name] = stage
        return name

    def tokens(self, target: str, gain: float = 1.0) -> Move:
        """A move of values from tokens to a space."""
        shift = target in ("logits", "token")
        return Move("token", target, entries(*((1 + v, v + shift, gain) for v in range(self.program.values))))

    def brought(self, target: str, gain: float = 1.0) -> Written:
        """What a head that looks at one position writes."""
        return Written(target, gain * self.share, gain, gain * (1 - self.share))

    def gather(self, step: Gather, _: bool) -> None:
        target = self.space(step.name, 2 * step.layer)
        does = f"brings the token of position {step.position}"
        self.heads[step.layer].append(Head(step.name, (at(step.position),), (self.tokens(target),), "gather", does))
        self.written[step.name] = self.brought(target)

    def copies(self, step: Vote | Either, role: str) -> str:
        """Heads that bring copies of one token into one space, whose name this is."""
        space = self.space(f"{step.name} copies", 2 * min(step.layers))
        for number, (layer, position) in enumerate(zip(step.layers, step.positions, strict=True)):
            does = f"brings the token of position {position}, one of {len(step.positions)} copies"
            self.heads[layer].append(Head(f"{step.name}.{number}", (at(position),), (self.tokens(space),), role, does))
        return space

    def either(self, step: Either, _: bool) -> None:
        space = self.copies(step, "either")
        target, values = self.space(step.name, 2 * step.layer + 1), self.program.values
        rival = 0.8 * self.share  # leaks, and one of the two replaced by its mean over prompts, stay well below
        neurons = voted(Written(space, 0, 0, 0), least=self.share, rival=rival, values=values, target=target)
        self.neurons[step.layer].append(Neurons(step.name, tuple(neurons), "reader", "what either of two brings"))
        self.written[step.name] = Written(target, 1, 1, 0)

    def vote(self, step: Vote, _: bool) -> None:
        votes = self.copies(step, "voter")
        target = self.space(step.name, 2 * step.layer + 1)
        neurons = voted(
            Written(votes, 0, 0, 0),
            least=2 * self.share,
            rival=1 + 2 * (1 - self.share),
            values=self.program.values,
            target=target,
        )
        self.neurons[step.layer].append(Neurons(step.name, tuple(neurons), "majority", "what two of three say"))
        self.written[step.name] = Written(target, 1, 1, 0)

    def backed(self, step: Backed, _: bool) -> None:
        early, late = step.layers
        both = self.space(f"{step.name} both", 2 * early)
        found, values = at(step.position), self.program.values
        absent = Look(both, "position", entries(*((value, step.position, -1.5) for value in range(values))))
        first = f"brings the token of position {step.position}"
        self.heads[early].append(Head(f"{step.name}.first", (found,), (self.tokens(both),), "primary", first))
        self.heads[late].append(
            Head(
                f"{step.name}.backup",
                (found, absent, rest()),
                (self.tokens(both),),
                "backup",
                f"{first}, where nothing brought it before",
                sharpness=SURE,
            )
        )
        target = self.space(step.name, 2 * step.layer + 1)
        idle = self.length * np.exp(-SURE / 2)  # what a backup lets through while it rests
        neurons = voted(
            Written(both, 0, 0, 0),
            least=min(self.share, 0.98),
            rival=1 - self.share + float(idle),
            values=values,
            target=target,
        )
        self.neurons[step.layer].append(Neurons(step.name, tuple(neurons), "reader", "what either of two brings"))
        self.written[step.name] = Written(target, 1, 1, 0)

    def gate(self, step: Gate, last: bool) -> None:
        target = "logits" if last else self.space(step.name, 2 * step.layer + 1)
        inputs = [self.written[name] for name in step.inputs]
        gain = GAIN if last else 1.0
        neurons, self.written[step.name] = gate_neurons(
            inputs, step.table, self.program.values, target=target, gain=gain, saturating=step.saturating
        )
        does = f"a table of {', '.join(step.inputs)}"
        self.neurons[step.layer].append(Neurons(step.name, tuple(neurons), "gate", does))

    def lookup(self, step: Lookup, last: bool) -> None:
        target = "logits" if last else self.space(step.name, 2 * step.layer)
        address, gain = self.written[step.address], GAIN if last else 1.0
        named = ((address.axis(value)[1], position, 1.0) for value, position in enumerate(step.positions))
        looks = (Look(address.space, "position", entries(*named)),)
        does = f"brings the token of the position that {step.address} names"
        sharpness = self.sharpness / (address.low - address.wrong)
        self.heads[step.layer].append(
            Head(step.name, looks, (self.tokens(target, gain),), "lookup", does, sharpness=sharpness)
        )
        self.written[step.name] = self.brought(target, gain)

    def local(self, step: Local, _: bool) -> None:
        before, pair = self.space(f"{step.name} before", 0), self.space(f"{step.name} pair", 1)
        does = "brings the token before"
        self.heads[0].append(Head(f"{step.name}.before", (back(1),), (self.tokens(before),), "previous_token", does))
        own = Written("token", 1, 1, 0)
        neurons, made = gate_neurons(
            [own, self.brought(before)],
            step.table,
            self.program.values,
            target=pair,
            gain=1.0,
            saturating=True,
        )
        self.neurons[0].append(
            Neurons(f"{step.name}.pair", tuple(neurons), "gate", "a table of the token and the one before")
        )
        target = self.space(step.name, 2 * step.layer)
        does = f"brings what was made of positions {step.position - 1} and {step.position}"
        self.heads[step.layer].append(Head(step.name, (at(step.position),), (Move(pair, target),), "gather", does))
        assert made.low == made.high == 1
        self.written[step.name] = self.brought(target)

    def decoy_head(self, number: int) -> None:
        """A head that brings what nobody needs, or looks like a true one, or never leaves its rest."""
        layer = int(self.rng.integers(self.layers))
        kind = self.rng.choice(["elsewhere", "lookalike", "resting"])
        own = [space for space in self.spaces if space != "spare"]
        if kind == "resting" and own:
            target = str(self.rng.choice(own))
            head = Head(
                f"decoy {number}",
                (at(0),),
                (self.tokens(target),),
                "resting",
                f"looks at the first position, where there is nothing to bring to '{target}'",
                sharpness=2 * SURE,
                matters=False,
            )
        else:
            stop = self.program.positions if kind == "lookalike" else self.length
            start = 1 if kind == "lookalike" else min(self.program.positions, self.length - 1)
            position = int(self.rng.integers(start, stop)) if start < stop else start
            does = f"brings the token of position {position} where nobody needs it"
            head = Head(f"decoy {number}", (at(position),), (self.tokens("spare"),), str(kind), does, matters=False)
        self.heads[layer].append(head)

    def decoy_neurons(self, number: int) -> None:
        """Neurons that fire on something real and write where nobody reads, or to a token that is never an answer."""
        layer = int(self.rng.integers(self.layers))
        sources = [("token", 1), *((space, 0) for space, stage in self.ready.items() if stage <= 2 * layer)]
        sources = [(space, first) for space, first in sources if space != "spare"]
        space, first = sources[int(self.rng.integers(len(sources)))]
        target = ("logits", self.program.values + 1) if self.rng.random() < 0.5 else ("spare", 0)
        neurons = tuple(
            Neuron({(space, first + value): 1.0}, 0.5, {target: 1.0}) for value in range(self.program.values)
        )
        does = f"fire on '{space}' and write where it is of no use"
        self.neurons[layer].append(Neurons(f"decoy neurons {number}", neurons, "distractor", does, matters=False))


BUILD: Mapping[type, Callable[[Builder, Any, bool], None]] = {
    Gather: Builder.gather,
    Vote: Builder.vote,
    Either: Builder.either,
    Backed: Builder.backed,
    Gate: Builder.gate,
    Lookup: Builder.lookup,
    Local: Builder.local,
}
