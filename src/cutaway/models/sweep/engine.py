"""The machine behind a sweep: one prompt, some metrics, and the scores of edited runs, planned and run in batches."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import torch
from torch import Tensor

from cutaway.models.edits import Edit
from cutaway.models.inputs import Given, arguments
from cutaway.models.metric import Metric
from cutaway.models.model import Model
from cutaway.models.run import lock_of
from cutaway.models.sweep.base import Base, run_base
from cutaway.models.sweep.blocks import Prompt, UnresumableError, can_choose, paths_of, unembedding
from cutaway.models.sweep.cells import Cell, MixedRowsError
from cutaway.models.sweep.cost import Cost
from cutaway.models.sweep.grouping import Prices, buckets, filled, narrowed
from cutaway.models.sweep.reach import Reach, Reading, marked
from cutaway.models.sweep.readout import Readout, Scorer, readout_of
from cutaway.models.sweep.resumed import Resumed, run_resumed
from cutaway.models.sweep.whole import run_whole

REDUCTIONS = ("layers", "positions", "readout", "tokens", "batching")
NO_MEMORY = ("can't allocate memory", "not enough memory", "out of memory")


@dataclass(frozen=True)
class Batch:
    """Cells that run together. `start` is None where they run from the beginning of the model."""

    cells: Sequence[Cell]
    start: int | None
    end: int
    eager: bool


@dataclass
class Engine:
    """Scores edited runs of one prompt. `off`: reductions, and kinds of sites, that do not hold here, with reasons.

    `paths` of the blocks; none where runs cannot be resumed.
    """

    model: Model
    inputs: Given
    mask: Tensor | None
    metrics: Mapping[str, Metric]
    off: Mapping[str, str]
    paths: Sequence[str]
    budget: float  # bytes
    graph: bool = False
    prices: Prices = field(default_factory=Prices)
    bases: dict[int, Base] = field(default_factory=dict)

    @cached_property
    def size(self) -> tuple[int, int]:
        """Rows and positions of the prompt."""
        model = self.model
        layout = model.layout
        call = arguments(
            model.name, layout.inputs, model.shape, self.inputs, self.mask, device=model.device, dtype=model.dtype
        )
        return call.batch, call.length

    @cached_property
    def prompt(self) -> Prompt:
        """The tokens, on the model's device; of other inputs there is none."""
        tokens: Tensor = self.inputs.to(self.model.device)  # type: ignore[union-attr]
        mask = None if self.mask is None else self.mask.to(self.model.device).long()
        positions = self.model.layout.inputs.positions
        return Prompt(tokens, mask, None if mask is None or positions is None else positions(mask))

    @cached_property
    def readout(self) -> Readout:
        """What the metrics read of every run."""
        may_cut = bool(self.paths) and "readout" not in self.off
        batch, _ = self.size
        found = readout_of(self.metrics, batch, self.logit_length, d_vocab=self.model.shape.d_vocab, may_cut=may_cut)
        if found.ids is not None and not can_choose(self.model.module, self.model.layout):
            found = Readout(found.start, found.end, None)
        return found if found.ids is None else Readout(found.start, found.end, found.ids.to(self.model.device))

    @cached_property
    def logit_length(self) -> int:
        """Positions of the logits: those of the prompt, or one for a model that classifies."""
        return self.size[1] if self.paths else int(self.unresumed.shape[1])

    @cached_property
    def unresumed(self) -> Tensor:
        """All logits of the prompt, where runs cannot be resumed."""
        return run_whole(self.model, self.inputs, self.mask, (), None)

    @cached_property
    def base_logits(self) -> Tensor:
        """What the metrics read of the base run, [batch, n, token]."""
        readout = self.readout
        if not self.paths:
            return readout.of(self.unresumed)
        base = self.base(readout.end)
        rows = torch.arange(self.size[0], device=self.model.device)
        hidden = base.entering[-1][:, readout.start : readout.end]
        module = self.model.module
        with lock_of(module), torch.no_grad(), unembedding(module, self.model.layout, readout.ids):
            return base.blocks.finish(hidden, base.prompt, readout.start, readout.end, rows)

    @cached_property
    def scorer(self) -> Scorer:
        return Scorer.of(self.metrics, self.readout, self.base_logits, self.logit_length)

    @cached_property
    def base_scores(self) -> Tensor:
        """The metrics of the base run [metric, batch]."""
        return self.scorer.score(self.base_logits)

    @cached_property
    def cost(self) -> Cost:
        try:
            return Cost(self.model, paths_of(self.model.layout))
        except UnresumableError:
            return Cost(self.model, ())

    def reach(self) -> Reach:
        """What turns a chunk of edits into cells."""
        batch, length = self.size
        reading = Reading(
            batch,
            length,
            self.readout.start,
            self.readout.end,
            by_layer="layers" not in self.off,
            by_position="positions" not in self.off,
            by_token="tokens" not in self.off,
            by_readout="readout" not in self.off,
        )
        tokens = marked(self.inputs, self.mask) if isinstance(self.inputs, Tensor) and self.paths else None
        barred = {name: reason for name, reason in self.off.items() if name not in REDUCTIONS}
        return Reach(self.model, reading, self.paths, tokens, barred)

    def base(self, end: int) -> Base:
        """The base run up to a position."""
        if end not in self.bases:
            some = self.prompt.until(end)
            self.bases[end] = run_base(self.model, some)
        return self.bases[end]

    def plan(self, edits: Sequence[tuple[int, Sequence[Edit]]]) -> list[Batch]:
        """The batches that some numbered sets of edits need; a number in none of them scores as the base run."""
        reach = self.reach()
        cells = [cell for number, some in edits for cell in reach.cells(number, some)]
        found = []
        beginning = [cell for cell in cells if cell.layer is None]
        for part in filled(beginning, self.rows(0, self.size[1], eager=False) if "batching" not in self.off else 1):
            found.append(Batch(part, None, self.size[1], eager=False))
        kinds: dict[tuple[int, bool, bool], list[Cell]] = {}
        for cell in cells:
            if cell.layer is not None:
                kinds.setdefault((cell.end, cell.eager, cell.whole), []).append(cell)
        top = len(self.paths)
        flops = max(self.cost.blocks, default=0.0) if self.paths else 0.0
        for (end, eager, _), some in kinds.items():
            some = narrowed(some, end=end, flops=flops, prices=self.prices)
            for bucket in buckets(some, end=end, top=top, flops=flops, prices=self.prices):
                start = min(cell.start for cell in bucket)
                most = self.rows(start, end, eager=eager) if "batching" not in self.off else 1
                found += [Batch(part, start, end, eager) for part in filled(bucket, most)]
        return found

    def rows(self, start: int, end: int, *, eager: bool) -> int:
        """How many rows of a batch fit into the budget; one run always does."""
        return max(1, int(self.budget / max(self.row_bytes(start, end, eager=eager), 1.0)))

    def row_bytes(self, start: int, end: int, *, eager: bool) -> float:
        """Memory that one row of a batch takes while it runs."""
        cost, new = self.cost, end - start
        _, n, tokens = self.base_logits.shape
        pairs = cost.score_bytes * new * end if eager else 0.0
        return cost.token_bytes * new + cost.known_bytes * end + pairs + 8.0 * n * tokens

    def run(self, batch: Batch) -> Iterator[tuple[Cell, Tensor]]:
        """Every cell with the logits [row, n, token] that the metrics read; in halves where a batch cannot be run."""
        logits: Tensor | None = None
        try:
            logits = self.logits(batch)
        except MixedRowsError:
            pass
        except (RuntimeError, MemoryError) as fault:
            if len(batch.cells) == 1 or not (isinstance(fault, MemoryError) or any(w in str(fault) for w in NO_MEMORY)):
                raise
            self.budget /= 2
        if logits is None:  # outside the handlers, which would keep the failed run's tensors alive
            middle = len(batch.cells) // 2
            for half in (batch.cells[:middle], batch.cells[middle:]):
                yield from self.run(Batch(half, batch.start, batch.end, batch.eager))
            return
        at = 0
        for cell in batch.cells:
            yield cell, logits[at : at + len(cell.rows)]
            at += len(cell.rows)

    def logits(self, batch: Batch) -> Tensor:
        """The logits of one batch, cell after cell."""
        if batch.start is None:
            return run_whole(self.model, self.inputs, self.mask, batch.cells, self.readout, graph=self.graph)
        job = self.resumed(batch)
        with torch.set_grad_enabled(self.graph):
            return run_resumed(self.model, job, self.base_logits)

    @property
    def base_flops(self) -> float:
        """Floating-point operations of the base run."""
        if not self.paths:
            return self.cost.full(*self.size)
        _, n, tokens = self.base_logits.shape
        return self.cost.base(self.size[0], self.readout.end, n * tokens)

    def flops(self, batch: Batch) -> float:
        """Floating-point operations of one batch."""
        if batch.start is None:
            return self.cost.full(sum(len(cell.rows) for cell in batch.cells), self.size[1])
        job = self.resumed(batch)
        ids = self.readout.ids
        logits = (self.readout.end - job.read) * (self.model.shape.d_vocab if ids is None else len(ids))
        return self.cost.resumed(batch.cells, job.start, batch.end, tail=job.tail, logits=logits)

    def bytes(self, batch: Batch) -> float:
        """Memory that one batch takes while it runs."""
        rows = sum(len(cell.rows) for cell in batch.cells)
        return rows * self.row_bytes(batch.start or 0, batch.end, eager=batch.eager)

    def resumed(self, batch: Batch) -> Resumed:
        """A batch with what it needs of the base run."""
        start = batch.start or 0
        return Resumed(self.base(batch.end), batch.cells, start, self.readout, self.size[1], batch.eager)

    def scores(self, edits: Sequence[tuple[int, Sequence[Edit]]]) -> Iterator[tuple[int, Tensor]]:
        """Each number with its scores [metric, batch], in the order in which they are done."""
        batches = self.plan(edits)
        waiting: dict[int, int] = {}
        for batch in batches:
            for cell in batch.cells:
                waiting[cell.number] = waiting.get(cell.number, 0) + 1
        for number, _ in edits:
            if number not in waiting:
                yield number, self.base_scores
        gathered: dict[int, Tensor] = {}
        rows_in_all = self.size[0]
        for batch in batches:
            for cell, logits in self.run(batch):
                if len(cell.rows) < rows_in_all:
                    whole = gathered.pop(cell.number, None)
                    whole = self.base_logits if whole is None else whole
                    logits = whole.index_copy(0, torch.tensor(cell.rows, device=whole.device), logits.to(whole.dtype))
                waiting[cell.number] -= 1
                if waiting[cell.number]:
                    gathered[cell.number] = logits
                else:
                    yield cell.number, self.scorer.score(logits)
