"""Who writes what each part reads: the edges of a description, and the lines that read what nothing wrote."""

from collections.abc import Iterator, Mapping, Sequence

import torch
from torch import Tensor

from cutaway.errors.planted import DescriptionError
from cutaway.models.graph import EMBED, LOGITS, POSITIONS, Edge, Slot
from cutaway.planted.description import ANY, BUILT_IN, Axis, Circuit, Head, Layer, Line, Look, Neurons, Space

Axes = dict[str, Tensor]  # by space, which axes are touched
SLOTS: tuple[Slot, ...] = ("q", "k", "v")


def edges_of(circuit: Circuit, *, idle: bool = True) -> tuple[Edge, ...]:
    """Every pair of a writer and a later reader that share an axis; without `idle` those that only serve to rest.

    Raises: DescriptionError for a part that reads a space which nothing before it writes.
    """
    check_names(circuit)
    written: list[tuple[str, Axes]] = [(EMBED, {"token": torch.ones(circuit.vocab, dtype=torch.bool)})]
    if circuit.has("position"):
        positions = torch.ones(circuit.context, dtype=torch.bool)
        written.append((POSITIONS, {"position": positions}))
    found: list[Edge] = []
    for number, layer in enumerate(circuit.layers):
        for parts in (layer.heads, layer.neurons):
            for part in parts:
                for slot, line, axes in reads_of(circuit, part):
                    if isinstance(line, Look) and line.idle and not idle:
                        continue
                    found += joined(circuit, number, part, slot, line, axes, written)
            written += [(part.name, writes_of(circuit, part)) for part in parts]
    logits = {"logits": torch.ones(circuit.vocab, dtype=torch.bool)}
    for sender, axes in written:
        if meets(axes, logits, circuit):
            found.append(Edge(sender, LOGITS, "logits"))
    return tuple(dict.fromkeys(found))


def joined(
    circuit: Circuit,
    layer: int,
    part: Head | Neurons,
    slot: Slot,
    line: Line,
    axes: Axes,
    written: Sequence[tuple[str, Axes]],
) -> list[Edge]:
    """The edges into one slot of one part; every space it reads must have been written."""
    senders = [sender for sender, made in written if meets(made, axes, circuit)]
    for space in axes:
        if not any(meets(made, {space: axes[space]}, circuit) for _, made in written):
            so_far = ", ".join(dict.fromkeys(space for _, made in written for space in made))
            fault = f"'{part.name}' in layer {layer} reads '{space}', which nothing before it writes"
            raise DescriptionError(circuit.name, line.line, fault, f"written before it: {so_far}")
    return [Edge(sender, part.name, slot) for sender in senders]


def reads_of(circuit: Circuit, part: Head | Neurons) -> Iterator[tuple[Slot, Line, Axes]]:
    """What each slot of a part reads, and the line that says so."""
    sizes = circuit.sizes
    if isinstance(part, Neurons):
        for neuron in part.neurons:
            for space, axis in neuron.reads:
                yield "in", neuron, {space: one_axis(sizes[space], axis)}
        return
    if part.shuffled:
        for slot in SLOTS:
            yield slot, part, {name: torch.ones(size, dtype=torch.bool) for name, size in built_in(circuit)}
        return
    for look in part.looks:
        table = look.table(sizes[look.query], sizes[look.key]) != 0
        yield "q", look, constant(circuit) if look.query == ANY else {look.query: table.any(dim=1)}
        yield "k", look, constant(circuit) if look.key == ANY else {look.key: table.any(dim=0)}
    for move in part.moves:
        table = move.table(sizes[move.source], sizes[move.target]) != 0
        yield "v", move, {move.source: table.any(dim=1)}


def writes_of(circuit: Circuit, part: Head | Neurons) -> Axes:
    """Which axes a part writes."""
    sizes = circuit.sizes
    found: Axes = {}
    if isinstance(part, Neurons):
        for neuron in part.neurons:
            for (space, axis), weight in neuron.writes.items():
                if weight:
                    add(found, space, one_axis(sizes[space], axis))
        return found
    for move in part.moves:
        add(found, move.target, (move.table(sizes[move.source], sizes[move.target]) != 0).any(dim=0))
    return found


def built_in(circuit: Circuit) -> list[tuple[str, int]]:
    """The spaces that the embeddings write, with their sizes."""
    return [(name, circuit.sizes[name]) for name in ("token", "position") if circuit.has(name)]


def add(found: Axes, space: str, axes: Tensor) -> None:
    """Mark more axes."""
    found[space] = found[space] | axes if space in found else axes


def one_axis(size: int, axis: int) -> Tensor:
    """A mark on one axis."""
    return torch.arange(size) == axis


def constant(circuit: Circuit) -> Axes:
    """What stands for a constant: all positions, or all tokens where positions are not in the stream."""
    space = "position" if circuit.has("position") else "token"
    return {space: torch.ones(circuit.sizes[space], dtype=torch.bool)}


def meets(written: Axes, read: Axes, circuit: Circuit) -> bool:
    """Whether something written is read: on a shared axis, or anywhere in dimensions that are shared."""
    owner = {space.name: space for space in circuit.spaces}
    for one, axes in written.items():
        for other, wanted in read.items():
            (home, crowded), (other_home, also) = home_of(one, owner), home_of(other, owner)
            if one == other and not crowded:
                if bool((axes & wanted).any()):
                    return True
            elif home == other_home and (crowded or also):
                return True
    return False


def home_of(name: str, owner: Mapping[str, Space]) -> tuple[str, bool]:
    """Whose dimensions a space lies in, and whether its axes share them."""
    space = owner.get(name)
    if space is None:
        return name, False
    return space.inside or name, bool(space.inside) or (space.dims is not None and space.dims < space.size)


def check_names(circuit: Circuit) -> None:
    """Refuse unknown spaces, axes outside them, and names given twice.

    Raises: DescriptionError.
    """
    own = [space.name for space in circuit.spaces]
    for space in circuit.spaces:
        if space.name in BUILT_IN or own.count(space.name) > 1:
            raise DescriptionError(circuit.name, space.line, f"space '{space.name}' is there twice", "Rename one.")
        if space.inside is not None:
            check_space(circuit, space.inside, space)
    seen: set[str] = {EMBED, POSITIONS, LOGITS}
    for part in parts_of(circuit.layers):
        if part.name in seen:
            raise DescriptionError(circuit.name, part.line, f"two parts are called '{part.name}'", "Rename one.")
        seen.add(part.name)
        if isinstance(part, Head):
            check_head(circuit, part)
        else:
            for neuron in part.neurons:
                for axis in (*neuron.reads, *neuron.writes):
                    check_axis(circuit, part.name, axis, neuron)


def check_head(circuit: Circuit, head: Head) -> None:
    """Raises: DescriptionError for a head that names a space which is not there."""
    for look in head.looks:
        check_space(circuit, look.query, look)
        check_space(circuit, look.key, look)
    for move in head.moves:
        check_space(circuit, move.source, move)
        check_space(circuit, move.target, move)


def check_space(circuit: Circuit, name: str, line: Line) -> None:
    """Raises: DescriptionError for a space that is not there."""
    if name not in circuit.sizes:
        spaces = ", ".join(space for space in circuit.sizes if space != ANY)
        raise DescriptionError(circuit.name, line.line, f"there is no space '{name}'", f"its spaces: {spaces}")


def check_axis(circuit: Circuit, part: str, axis: Axis, line: Line) -> None:
    """Raises: DescriptionError for an axis that a space does not have."""
    name, number = axis
    check_space(circuit, name, line)
    size = circuit.sizes[name]
    if not 0 <= number < size:
        fault = f"'{part}' names axis {number} of '{name}', which has {size}"
        raise DescriptionError(circuit.name, line.line, fault, f"axes are 0 to {size - 1}")


def parts_of(layers: Sequence[Layer]) -> Iterator[Head | Neurons]:
    """Every part in order."""
    for layer in layers:
        yield from layer.heads
        yield from layer.neurons
