"""How strongly a variable is written, whatever the prompt: bounds that make a drawn circuit right by construction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from cutaway.planted.description import Axis, Neuron

MARGIN = 0.1  # of the gap between wrong and right that a saturating gate keeps from either, for noise
WEAKEST = 0.45  # a gate whose output could be weaker than this is made saturating


@dataclass(frozen=True)
class Written:
    """A variable in a space: its own axis holds between `low` and `high`, any other at most `wrong`."""

    space: str
    low: float
    high: float
    wrong: float

    def axis(self, value: int) -> Axis:
        """Where a value stands; in `token`, after the first symbol."""
        return self.space, value + (self.space == "token")


def gap(inputs: Sequence[Written]) -> tuple[float, float, float]:
    """What the right combination of inputs adds up to, at least and at most, and the most of any other."""
    least, most = sum(one.low for one in inputs), sum(one.high for one in inputs)
    rival = max(most - one.high + one.wrong for one in inputs)
    assert rival < least, "the attention is too soft for so many inputs"
    return least, most, rival


def step(rival: float, least: float) -> tuple[float, float]:
    """Where a saturating pair of neurons begins, and how steeply it rises: within the gap, with room on both sides."""
    return rival + MARGIN * (least - rival), 1 / ((1 - 2 * MARGIN) * (least - rival))


def gate_neurons(
    inputs: Sequence[Written], table: Sequence[int], values: int, *, target: str, gain: float, saturating: bool
) -> tuple[list[Neuron], Written]:
    """One neuron, or a saturating pair, for each combination of inputs; what it writes lies within the bounds given.

    Linear, the output grows with the input from the most that a wrong combination reaches. Saturating, it is exactly
    1 wherever the right combination is as strong as it must be, and exactly 0 for every other.
    """
    least, most, rival = gap(inputs)
    weakest = (least - rival) / (most - rival)
    steep = saturating or weakest < WEAKEST
    start, slope = step(rival, least) if steep else (rival, 1 / (most - rival))
    offset = target == "logits"
    neurons: list[Neuron] = []
    for at, combination in enumerate(product(range(values), repeat=len(inputs))):
        reads: Mapping[Axis, float] = {one.axis(value): slope for one, value in zip(inputs, combination, strict=True)}
        axis = target, table[at] + offset
        neurons.append(Neuron(reads, slope * start, {axis: gain}))
        if steep:
            neurons.append(Neuron(reads, slope * start + 1, {axis: -gain}))
    return neurons, Written(target, gain if steep else gain * weakest, gain, 0.0)


def voted(inputs: Written, *, least: float, rival: float, values: int, target: str) -> list[Neuron]:
    """Saturating neurons that write a value exactly if its axis holds at least `least`, and not if at most `rival`."""
    start, slope = step(rival, least)
    neurons = []
    for value in range(values):
        reads = {inputs.axis(value): slope}
        neurons.append(Neuron(reads, slope * start, {(target, value): 1.0}))
        neurons.append(Neuron(reads, slope * start + 1, {(target, value): -1.0}))
    return neurons
