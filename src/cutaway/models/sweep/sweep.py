"""Thousands of edited runs of one prompt at a fraction of the passes, with the same numbers.

Most causal experiments are one base run and one small edit, again and again. What an edit cannot change is taken over
from the base run, what no metric reads is not computed, and the rest is run many at a time.
"""

import time
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor

from cutaway.errors.models import EditError
from cutaway.errors.sweep import NoEditsError, SeveralMetricsError
from cutaway.models.edits import Edit
from cutaway.models.gradient import asks_for_gradient
from cutaway.models.inputs import Given, check_mask
from cutaway.models.metric import Metric
from cutaway.models.metrics import as_metric
from cutaway.models.model import Model
from cutaway.models.sweep.check import resumable, verdict_of
from cutaway.models.sweep.engine import Engine
from cutaway.models.sweep.explained import Explained
from cutaway.models.sweep.kept import blank, fingerprint, load_kept, save_kept
from cutaway.records.progress import SILENT, Progress

WINDOW = 2048  # edits that are planned together, so that a longer sweep takes no more memory
MEMORY_MB = 64.0  # a batch; larger ones are no faster, because they fall out of the processor's cache
SAVE_EVERY = 20.0  # seconds

EditSet = Edit | Sequence[Edit]
AnyMetric = Metric | Callable[[Tensor], Tensor]
Metrics = AnyMetric | Sequence[AnyMetric] | Mapping[str, AnyMetric]


class SlowSweepWarning(UserWarning):
    """A model on which a sweep runs every edit from the start."""


@dataclass(frozen=True)
class Chunk:
    """Edits `first` up to, not including, `last` of a sweep: what one worker is given."""

    first: int
    last: int


@dataclass(frozen=True, eq=False)
class Swept:
    """Scores of every edited run, and of the base run, by metric; float32, on the CPU."""

    names: tuple[str, ...]
    values: Float[Tensor, "edit metric batch"]
    base_values: Float[Tensor, "metric batch"]

    @property
    def scores(self) -> Float[Tensor, "edit batch"]:
        """Of the only metric.

        Raises: SeveralMetricsError.
        """
        return self.of(self.only)

    @property
    def base(self) -> Float[Tensor, "batch"]:
        """The only metric of the base run."""
        return self.base_values[self.names.index(self.only)]

    @property
    def only(self) -> str:
        if len(self.names) > 1:
            raise SeveralMetricsError(self.names)
        return self.names[0]

    def of(self, name: str) -> Float[Tensor, "edit batch"]:
        """The scores of one of several metrics."""
        return self.values[:, self.names.index(name)]

    def __repr__(self) -> str:
        edits, _, rows = self.values.shape
        return f"Swept({edits} edits x {rows} rows; {', '.join(self.names)})"


@dataclass(eq=False)
class Sweep:
    """A sweep that is planned and not yet run: explain it, run it whole, or give its chunks to others.

    `kept_in`: a file for what is done, from which an interrupted sweep goes on, in this process or the next.
    """

    model: Model
    inputs: Given
    edits: Sequence[EditSet]
    metrics: Mapping[str, Metric]
    mask: Tensor | None = None
    memory_mb: float = MEMORY_MB
    kept_in: Path | None = None
    made: dict[Chunk, list[tuple[int, Sequence[Edit]]]] = field(default_factory=dict, repr=False)

    def __repr__(self) -> str:
        return f"Sweep({len(self.edits)} edits of {self.model!r}; {', '.join(self.metrics)})"

    @cached_property
    def off(self) -> Mapping[str, str]:
        """What does not hold for this architecture: reductions, and kinds of sites that run from the start."""
        padded = self.mask is not None and not bool(self.mask.bool().all())
        return verdict_of(self.model, padded=padded)

    @cached_property
    def engine(self) -> Engine:
        if self.mask is not None and isinstance(self.inputs, Tensor):
            check_mask(self.model.name, self.inputs, self.mask)
        padded = self.mask is not None and not bool(self.mask.bool().all())
        paths = resumable(self.model, self.off) if isinstance(self.inputs, Tensor) else ()
        if not paths:
            say_slow(self.model, self.off.get("layers", "its prompt is more than a tensor of tokens"))
        return Engine(
            self.model,
            self.inputs,
            self.mask if padded else None,
            self.metrics,
            self.off,
            paths,
            self.memory_mb * 1e6,
            graph=self.graph,
        )

    @property
    def base(self) -> Float[Tensor, "metric batch"]:
        """The metrics of the base run, for which no edited run is needed."""
        return self.engine.base_scores.cpu()

    @cached_property
    def graph(self) -> bool:
        """Whether scores are to be differentiable, because a value of some edit is being trained."""
        first, *others = self.chunks()
        later = (self.at(number) for chunk in others for number in range(chunk.first, chunk.last))
        return asks_for_gradient(
            edit for some in chain((some for _, some in self.numbered(first)), later) for edit in some
        )

    @cached_property
    def state(self) -> tuple[Tensor, Tensor]:
        """Scores [edit, metric, batch], and which edits have theirs."""
        kept = None if self.kept_in is None else load_kept(self.kept_in, self.key)
        return blank(len(self.edits), len(self.metrics), self.engine.size[0]) if kept is None else kept

    @cached_property
    def key(self) -> str:
        """What this sweep is, for the file that keeps it."""
        given = [value for value in (self.mask, *prompts(self.inputs), self.base) if value is not None]
        words = [f"{name}: {metric!r} {metric.tokens} {metric.positions}" for name, metric in self.metrics.items()]
        every = (self.at(number) for number in range(len(self.edits)))
        return fingerprint(self.model, given, every, words)

    def at(self, number: int) -> Sequence[Edit]:
        """One set of edits.

        Raises: EditError for what is none.
        """
        some: Any = self.edits[number]
        found = tuple(some) if isinstance(some, (list, tuple)) else (some,)
        for edit in found:
            if not isinstance(edit, Edit):
                raise EditError(repr(edit), "it is no edit", "Write cutaway.Zero('z.1'), or a list of such.")
        if not found:
            raise EditError("[]", f"set {number} of the edits is empty", "For the run without one: sweep(...).base")
        return found

    def chunks(self, size: int = WINDOW) -> list[Chunk]:
        """The whole sweep in parts that can be run anywhere, in any order."""
        edges = range(0, len(self.edits), size)
        return [Chunk(first, min(first + size, len(self.edits))) for first in edges]

    def run_chunk(self, chunk: Chunk) -> Float[Tensor, "edit metric batch"]:
        """The scores of one part, for whoever puts them together."""
        found = dict(self.engine.scores(self.numbered(chunk)))
        return torch.stack([found[number].detach().cpu() for number in range(chunk.first, chunk.last)])

    def numbered(self, chunk: Chunk) -> list[tuple[int, Sequence[Edit]]]:
        """The edits of a chunk, each with its number."""
        if chunk not in self.made:
            self.made.clear()  # of a long sweep only the edits of one chunk are there at once
            self.made[chunk] = [(number, self.at(number)) for number in range(chunk.first, chunk.last)]
        return self.made[chunk]

    def run(self, progress: Progress = SILENT) -> Swept:
        """Every score. Interrupted, it keeps what is done: run it again and it goes on from there.

        Raises: what `sweep` raises.
        """
        base = self.engine.base_scores
        if self.graph:
            return self.differentiable(base)
        scores, done = self.state
        saved = time.monotonic()
        try:
            with progress.phase(f"{self.model.name}: sweep", len(self.edits)) as tick:
                for _ in range(int(done.sum())):
                    tick()
                for chunk in self.chunks():
                    for number, found in self.engine.scores([one for one in self.numbered(chunk) if not done[one[0]]]):
                        scores[number], done[number] = found.cpu(), True
                        tick()
                        if self.kept_in is not None and time.monotonic() - saved > SAVE_EVERY:
                            save_kept(self.kept_in, self.key, scores, done)
                            saved = time.monotonic()
        finally:
            if self.kept_in is not None:
                save_kept(self.kept_in, self.key, scores, done)
        return Swept(tuple(self.metrics), scores, base.cpu())

    def differentiable(self, base: Tensor) -> Swept:
        """Scores through which autograd goes back to the values of the edits."""
        found = dict(self.engine.scores(self.numbered(Chunk(0, len(self.edits)))))
        return Swept(tuple(self.metrics), torch.stack([found[number] for number in range(len(self.edits))]), base)

    def explain(self) -> Explained:
        """What it will run, and how many operations that takes, against one full pass for each edit.

        Cost: a base run, and planning; no edited run.
        """
        engine, rows = self.engine, self.engine.size[0]
        ran = whole = batches = 0
        flops = most = 0.0
        for chunk in self.chunks():
            for batch in engine.plan(self.numbered(chunk)):
                runs = sum(len(cell.rows) for cell in batch.cells)
                ran, batches = ran + runs, batches + 1
                whole += runs if batch.start is None else 0
                flops += engine.flops(batch)
                most = max(most, engine.bytes(batch))
        return Explained(
            edits=len(self.edits),
            rows=rows,
            answered=len(self.edits) * rows - ran,
            batches=batches,
            flops=flops + engine.base_flops,
            naive_flops=len(self.edits) * engine.cost.full(rows, engine.size[1]),
            base_bytes=sum(base.bytes for base in engine.bases.values()),
            batch_bytes=most,
            off=self.off,
            whole=whole,
        )


TOLD: set[str] = set()  # classes of models of which it has been said that their sweeps are slow


def say_slow(model: Model, reason: str) -> None:
    """Warn that every edit runs from the start, once for a class of models."""
    family = type(model.module).__name__
    if family not in TOLD:
        TOLD.add(family)
        text = f"sweeps of model '{model.name}' run every edit from the start: {reason}"
        warnings.warn(text, SlowSweepWarning, stacklevel=4)


def prompts(inputs: Given) -> Iterable[Tensor]:
    """The tensors of a prompt."""
    if isinstance(inputs, Tensor):
        return [inputs]
    values = inputs.values() if isinstance(inputs, Mapping) else inputs
    return [value for value in values if isinstance(value, Tensor)]


def by_name(metrics: Metrics) -> dict[str, Metric]:
    """Metrics by name; those of a list under their own, told apart by a number where they share it."""
    if isinstance(metrics, Mapping):
        return {name: as_metric(metric) for name, metric in metrics.items()}
    given = list(metrics) if isinstance(metrics, Sequence) else [metrics]
    found: dict[str, Metric] = {}
    for metric in map(as_metric, given):
        name, number = metric.name, 1
        while name in found:
            number += 1
            name = f"{metric.name}-{number}"
        found[name] = metric
    return found


def plan_sweep(
    model: Model,
    base_tokens: Given,
    edits: Iterable[EditSet],
    metric: Metrics,
    *,
    mask: Int[Tensor, "batch pos"] | None = None,
    memory_mb: float = MEMORY_MB,
    kept_in: str | Path | None = None,
) -> Sweep:
    """A sweep that has not begun: `.explain()` says what it will cost, `.chunks()` cuts it up, `.run()` runs it.

    Arguments and errors as of `sweep`.
    """
    if isinstance(edits, Edit):
        raise EditError(repr(edits), "it is one edit where several belong", "Write a list: [edit]")
    every = edits if isinstance(edits, Sequence) else list(edits)
    if not len(every):
        raise NoEditsError
    if isinstance(base_tokens, Mapping) and list(base_tokens) == ["input_ids"]:
        base_tokens = base_tokens["input_ids"]
    metrics = by_name(metric)
    bound = {name: one.bind(model) for name, one in metrics.items()}
    return Sweep(model, base_tokens, every, bound, mask, memory_mb, None if kept_in is None else Path(kept_in))


def sweep(
    model: Model,
    base_tokens: Given,
    edits: Iterable[EditSet],
    metric: Metrics,
    *,
    mask: Int[Tensor, "batch pos"] | None = None,
    memory_mb: float = MEMORY_MB,
    kept_in: str | Path | None = None,
    progress: Progress = SILENT,
) -> Swept:
    """The metric of the same prompt under every edit, or set of edits, alone: `.scores` [edit, batch], `.base` [batch].

    The numbers are those of one full run for each edit, to 1e-5 of the effects' range and the last bits of the score.
    What makes it fast is checked on a small copy of the architecture at its first sweep, and left out, with a reason,
    where it does not hold: `plan_sweep(...).explain()`. Several metrics, in a list or by name, share the runs:
    `.of(name)`. A value that requires a gradient gets one through the scores.
    Cost: one base run, and of every edited run the part that its edit can change and the metric reads. Memory: the
    base run's stream, keys and values, and about `memory_mb` for each batch.
    Raises: NoEditsError, EditError, UnknownSiteError, AbsentSiteError, UnequalPromptsError, PromptError,
        SilentEditError, OtherSweepError, and the errors of the metric.
    """
    asked = plan_sweep(model, base_tokens, edits, metric, mask=mask, memory_mb=memory_mb, kept_in=kept_in)
    return asked.run(progress)
