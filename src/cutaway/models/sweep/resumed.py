"""Edited runs that begin at their own block and position, many in one batch that grows as it goes up the layers.

At every block the cells that begin there join: their rows of the stream come from the base run, and so do the keys
and values of all earlier positions. In the last block only the positions that the metric reads go all the way; of
the others the keys and values are enough.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import torch
from torch import Tensor

from cutaway.errors.models import SilentEditError
from cutaway.models.entries import chosen
from cutaway.models.model import Model
from cutaway.models.observer import Observer
from cutaway.models.passes import Passes
from cutaway.models.run import installed
from cutaway.models.sweep.base import Base
from cutaway.models.sweep.blocks import unembedding
from cutaway.models.sweep.cells import Cell, by_site, in_order, rows_of
from cutaway.models.sweep.known import CatchingLayer, CaughtError, KnownLayer, at_layer
from cutaway.models.sweep.readout import Readout


@dataclass(frozen=True)
class Resumed:
    """One batch: its cells in the order of their blocks, all taken to begin at `start`."""

    base: Base
    cells: Sequence[Cell]
    start: int
    readout: Readout
    length: int  # of the prompt, which the base may end before
    eager: bool  # whether something inside attention is edited

    @property
    def read(self) -> int:
        """The first position whose logits are computed; those before are the base run's."""
        return max(self.start, self.readout.start)

    @property
    def tail(self) -> int:
        """The first position that goes all the way through the last block."""
        return self.start if any(cell.whole for cell in self.cells) else self.read

    def hand(self) -> None:
        """Ask beforehand, while the model has no hooks, for what its blocks are called with."""
        for start in {self.start, self.tail}:
            self.base.arguments(start, self.base.end, eager=self.eager)


def run_resumed(model: Model, job: Resumed, base_logits: Tensor) -> Tensor:
    """The logits [batch, n, token] that the metrics read, of every cell's rows in turn.

    Raises: SilentEditError if a site was never reached; what the edits raise.
    """
    base, readout = job.base, job.readout
    job.hand()
    entering = [narrow_entry(model, job, part) for part in narrow_parts(job.cells)]
    rows = rows_of(job.cells, base.prompt.tokens.device)
    passes = Passes(0, job.length, growing=True, start=job.start, size=base.end - job.start)
    edits = by_site(job.cells, passes, plain=True)
    taps = in_order(model, edits)
    above = {site: tap for site, tap in taps.items() if site.layer is None and not site.is_module}
    below = Observer({site: tap for site, tap in taps.items() if site not in above}, (), edits, passes)
    with installed(model.module, below, softmax=model.layout.softmax):
        hidden = climb(job, passes, torch.cat(entering) if entering else None)
    passes.start, passes.size = job.read, readout.end - job.read
    finish = Observer(above, (), edits, passes)
    with (
        installed(model.module, finish, softmax=model.layout.softmax),
        unembedding(model.module, model.layout, readout.ids),
    ):
        logits = base.blocks.finish(hidden, base.prompt, job.read, readout.end, rows)
    refuse_missed(model, below, finish)
    if job.read == readout.start:
        return logits
    unchanged = base_logits[:, : job.read - readout.start].index_select(0, rows)
    return torch.cat((unchanged.to(logits.dtype), logits), dim=1)


def refuse_missed(model: Model, *observers: Observer) -> None:
    """Raises: SilentEditError if a site was never reached."""
    if missed := [str(spot.site) for observer in observers for spot in observer.spots if not spot.reached]:
        raise SilentEditError(model.name, missed, "it ran without reaching this site")


def narrow_parts(cells: Sequence[Cell]) -> list[list[Cell]]:
    """Narrow cells of the same block and positions together, in the order in which they stand."""
    narrow = (cell for cell in cells if cell.narrow)
    return [list(some) for _, some in groupby(narrow, key=lambda cell: (cell.layer, cell.start, cell.last))]


def narrow_entry(model: Model, job: Resumed, cells: Sequence[Cell]) -> Tensor:
    """The stream [batch, pos, d_model] above the first block of cells that change only some of its positions."""
    base, first = job.base, cells[0]
    layer, begin, end = first.layer or 0, first.start, (first.last or 0) + 1
    handed = base.arguments(begin, end, eager=job.eager)
    rows = rows_of(cells, base.prompt.tokens.device)
    passes = Passes(len(rows), job.length, growing=True, start=begin, size=end - begin)
    edits = by_site(cells, passes)
    observer = Observer(in_order(model, edits), (), edits, passes)
    hidden = base.stream(layer, rows, slice(begin, end))
    with installed(model.module, observer, softmax=model.layout.softmax):
        args, kwargs = handed.to(layer, hidden, rows, at_layer(layer, base.pairs.of(layer, rows, begin)))
        changed = chosen(base.blocks.parts[layer](*args, **kwargs), (), "the output of a block")
    refuse_missed(model, observer)
    before = base.stream(layer + 1, rows, slice(job.start, begin))
    after = base.stream(layer + 1, rows, slice(end, None))
    return torch.cat((before, changed.to(before.device), after), dim=1)


def climb(job: Resumed, passes: Passes, narrow: Tensor | None) -> Tensor:
    """The stream [batch, pos, d_model] above the blocks, at the positions whose logits are computed.

    `narrow`: how it enters above the first block of the narrow cells, in turn.
    """
    base, start = job.base, job.start
    device, top = base.prompt.tokens.device, len(base.blocks)
    hidden = base.entering[0][:0, start:]
    rows = torch.empty(0, dtype=torch.long, device=device)
    joining: dict[int, list[Cell]] = {}
    for cell in job.cells:
        joining.setdefault(cell.above, []).append(cell)
    at, taken = start, 0
    for layer in range(min(joining), top + 1):
        for some in runs(joining.get(layer, ())):
            new = rows_of(some, device)
            if some[0].narrow:
                entry = narrow[taken : taken + len(new), at - start :]  # type: ignore[index]
                taken += len(new)
            else:
                entry = base.stream(layer, new, slice(at, None))
            hidden = entry if not len(hidden) else torch.cat((hidden, entry))
            rows = torch.cat((rows, new))
        passes.batch = len(rows)
        if layer == top - 1 and job.tail > start:
            hidden, at = tail_of_block(job, passes, hidden, rows), job.tail
        elif layer < top:
            hidden = run_block(job, layer, hidden, rows, base.pairs.of(layer, rows, start), begin=start)
    return hidden[:, job.read - at : job.readout.end - at]


def runs(cells: Sequence[Cell]) -> list[list[Cell]]:
    """Neighbours that enter in the same way."""
    return [list(some) for _, some in groupby(cells, key=lambda cell: cell.narrow)]


def run_block(job: Resumed, layer: int, hidden: Tensor, rows: Tensor, known: KnownLayer, *, begin: int) -> Tensor:
    """One block on the positions from `begin` on, with the keys and values of those before."""
    handed = job.base.arguments(begin, job.base.end, eager=job.eager)
    args, kwargs = handed.to(layer, hidden, rows, at_layer(layer, known))
    return chosen(job.base.blocks.parts[layer](*args, **kwargs), (), "the output of a block")


def tail_of_block(job: Resumed, passes: Passes, hidden: Tensor, rows: Tensor) -> Tensor:
    """The last block: keys and values at every position, all the rest only from `job.tail` on."""
    base, start, tail = job.base, job.start, job.tail
    layer = len(base.blocks) - 1
    before = base.pairs.of(layer, rows, start)
    catching = CatchingLayer(start, before.keys, before.values)
    try:
        run_block(job, layer, hidden, rows, catching, begin=start)
    except CaughtError:
        keys, values = catching.caught
    else:
        raise AssertionError("the last block does not read its cache")
    known = KnownLayer(tail, keys[:, :, :tail], values[:, :, :tail])
    passes.start, passes.size = tail, base.end - tail
    return run_block(job, layer, hidden[:, tail - start :], rows, known, begin=tail)
