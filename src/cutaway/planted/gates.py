"""Neurons that several circuits have."""

from collections.abc import Mapping

from cutaway.planted.description import Axis, Neuron


def follows(first: Axis, second: Axis, writes: Mapping[Axis, float]) -> Neuron:
    """Fires where both axes are there, and on neither alone: an AND of two that are nearly 1."""
    return Neuron({first: 1.0, second: 1.0}, 1.5, writes)


def saturating(
    reads: Mapping[Axis, float], low: float, high: float, writes: Mapping[Axis, float]
) -> tuple[Neuron, Neuron]:
    """Two neurons that together write nothing up to `low` and exactly `writes` from `high`, however strong the input.

    What soft attention leaks then changes nothing.
    """
    rate = {axis: weight / (high - low) for axis, weight in writes.items()}
    return Neuron(reads, low, rate), Neuron(reads, high, {axis: -weight for axis, weight in rate.items()})
