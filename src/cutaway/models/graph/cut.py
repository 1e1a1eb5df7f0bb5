"""Runs in which some edges are cut: along those a reader hears something else, and everybody else listens on as before.

One run is one choice of edges. Many choices are run side by side, as more rows of one pass. Upstream of a cut nothing
changes; downstream everything is computed anew, so that what a sender says along its other edges is what it makes of
what it now hears. A share between 0 and 1 is a mixture of both, and differentiable.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from cutaway.errors.graph import OtherLengthError, SaidNothingError
from cutaway.models.edits import Apply, Edit
from cutaway.models.graph.edge import EMBED
from cutaway.models.graph.graph import Graph, Reader
from cutaway.models.graph.node import Node
from cutaway.models.graph.reading import Reading
from cutaway.models.graph.says import Said, spoken, write
from cutaway.models.metric import Metric
from cutaway.records.progress import SILENT, Progress

MEMORY_MB = 256.0  # for what senders say, and for what the readers of one layer hear

Kept = Bool[Tensor, "run edge"] | Float[Tensor, "run edge"]


@dataclass(frozen=True, eq=False)
class Cut:
    """The prompts `tokens` of a graph's model, and what is said along an edge that is cut, by sender.

    `swaps`: by sender, for each prompt the number of another: along whole edges is heard what it says on that one, in
    the same run, with whatever has been cut and swapped before it.
    Raises: UncuttableError for a family whose edges are not differences of the stream; SaidNothingError;
        OtherLengthError for a graph by position and prompts of another length.
    """

    graph: Graph
    tokens: Int[Tensor, "batch pos"]
    other: Said
    mask: Int[Tensor, "batch pos"] | None = None
    memory_mb: float = MEMORY_MB
    swaps: Mapping[str, Int[Tensor, "batch"]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if missing := [node.name for node in self.graph.senders if node.name not in self.other]:
            raise SaidNothingError(missing)
        if self.graph.length not in (None, self.tokens.shape[1]):
            raise OtherLengthError(self.graph.length, self.tokens.shape[1])
        self.reading.check()

    @cached_property
    def reading(self) -> Reading:
        return Reading(self.graph)

    @cached_property
    def runs_at_once(self) -> int:
        """How many runs fit into the memory."""
        widest = max(len(some) for some in by_layer(self.graph).values())
        numbers = (len(self.graph.senders) + 3 * widest) * self.tokens.numel() * self.graph.model.shape.d_model
        return max(1, int(self.memory_mb * 1e6 / (4 * numbers)))

    def logits(self, kept: Kept) -> Float[Tensor, "run batch pos d_vocab"]:
        """The logits of every run; `kept` is 1 at edges that stay and 0 at those that are cut.

        Cost: one pass over run x batch rows, and for each layer one product [reader, sender] by what is said.
        Memory: (senders + readers of a layer) x run x batch x pos x d_model numbers; of all layers if `kept` wants a
            gradient.
        """
        batch, runs = len(self.tokens), len(kept)
        cut = self.graph.matrix(1 - kept.to(self.graph.model.device, torch.float32))
        flow = Flow(self, cut)
        mask = None if self.mask is None else self.mask.repeat(runs, 1)
        trace = self.graph.model.run(
            self.tokens.repeat(runs, 1), edit=flow.edits(), mask=mask, graph=kept.requires_grad
        )
        return trace.logits.view(runs, batch, *trace.logits.shape[1:])

    @torch.no_grad()
    def scores(self, kept: Kept, metric: Metric, *, progress: Progress = SILENT) -> Float[Tensor, "run batch"]:
        """The metric of every run on every prompt; runs as many at a time as fit into `memory_mb`.

        Cost, Raises: as `logits`, and the errors of the metric.
        """
        metric, found = metric.bind(self.graph.model), []
        with progress.phase(f"{self.graph.model.name}: runs with edges cut", len(kept)) as tick:
            for some in torch.split(kept, self.runs_at_once):
                for logits in self.logits(some):
                    found.append(metric(logits).cpu())
                    tick()
        return torch.stack(found)


@dataclass(eq=False)
class Flow:
    """One pass: what has been said so far, and what each reader is to hear instead."""

    of: Cut
    cut: Float[Tensor, "run reader sender *pos"]
    streams: dict[int, Tensor] = field(default_factory=dict)  # by layer, as it enters the block
    middle: dict[int, Tensor] = field(default_factory=dict)  # and as it enters the MLP
    gaps: dict[str, Tensor] = field(default_factory=dict)  # by sender: what is said instead, less what it says
    swapped: dict[str, Tensor] = field(default_factory=dict)  # what it says on another prompt, less what it says

    @property
    def graph(self) -> Graph:
        return self.of.graph

    def edits(self) -> list[Edit]:
        """What makes a plain run this one: functions that note what passes, and change what is heard."""
        return [Apply(site, function) for site, function in self.steps()]

    def steps(self) -> Iterator[tuple[str, Callable[[Tensor], Tensor]]]:
        """By site, what happens there."""
        readers, last = by_layer(self.graph), self.graph.model.shape.n_layers - 1
        for layer in range(last + 1):
            nodes = [node for node in self.graph.nodes if node.layer == layer]
            yield f"resid_pre.{layer}", partial(self.enter, layer)
            for slot in "qkv":
                if some := [one for one in readers[layer] if one.slot == slot]:
                    yield f"{slot}.{layer}", partial(self.heads_hear, some)
            yield f"z.{layer}", partial(self.note, [node for node in nodes if node.kind == "head"])
            yield f"attn_out.{layer}", partial(self.pass_on, layer)
            neurons = [node for node in nodes if node.kind == "neurons"]
            if neurons:
                hearing = [one for one in readers[layer] if one.node in neurons]
                yield f"mlp_pre.{layer}", partial(self.neurons_hear, hearing)
                yield f"mlp_post.{layer}", partial(self.note, neurons)
            if whole := [one for one in readers[layer] if one.node.kind == "mlp"]:
                yield f"mlp_out.{layer}", partial(self.mlp_hears, whole[0])
        logits = next(one for one in self.graph.readers if one.slot == "logits")
        yield f"resid_post.{last}", partial(self.logits_hear, logits)

    def enter(self, layer: int, stream: Tensor) -> Tensor:
        """Note the stream, and before the first block what the embeddings said."""
        self.streams[layer] = stream
        if self.graph.parallel:
            self.middle[layer] = stream
        if layer == 0:
            self.begin(stream)
        return stream

    def pass_on(self, layer: int, added: Tensor) -> Tensor:
        """Note the stream between the halves."""
        if not self.graph.parallel:
            self.middle[layer] = self.streams[layer] + added
        return added

    def begin(self, stream: Tensor) -> None:
        """Note what the embeddings said."""
        positions = [node for node in self.graph.senders if node.kind == "positions"]
        for node in positions:
            said = self.graph.model.weight("W_pos")[: stream.shape[1]].expand_as(stream)
            self.say(node, said)
            stream = stream - said
        self.say(self.graph.node(EMBED), stream)

    def say(self, node: Node, value: Tensor) -> None:
        """Note what a sender says, against what is to be heard along its cut edges."""
        other = self.of.other[node.name].to(value.device, value.dtype)
        if len(other) == len(self.of.tokens) and len(other) != len(value):
            other = other.repeat(len(self.cut), 1, 1)
        self.gaps[node.name] = other - value
        if node.name in self.of.swaps:
            runs = value.view(len(self.cut), -1, *value.shape[1:])
            self.swapped[node.name] = (runs[:, self.of.swaps[node.name].to(value.device)] - runs).flatten(0, 1)

    def note(self, nodes: list[Node], value: Tensor) -> Tensor:
        """Note what heads or neurons say."""
        for node in nodes:
            self.say(node, write(self.graph, node, value))
        return value

    def heard(self, readers: list[Reader]) -> Float[Tensor, "reader row pos d_model"] | None:
        """What is added to the stream for each reader; None where all their edges are whole."""
        at = [self.graph.readers.index(one) for one in readers]
        found: Tensor | None = None
        for gaps, whole in ((self.gaps, False), (self.swapped, True)):
            before = self.graph.exists[at[0]].nonzero().flatten().tolist()
            shares = 1 - self.cut[:, at] if whole else self.cut[:, at]
            used = [n for n in before if self.graph.senders[n].name in gaps]
            if not shares.requires_grad:
                used = [n for n in used if bool(shares[:, :, n].any())]
            if used:
                more = self.mixed(shares[:, :, used], [gaps[self.graph.senders[n].name] for n in used])
                found = more if found is None else found + more
        return found

    def mixed(
        self, shares: Float[Tensor, "run reader sender *pos"], gaps: list[Tensor]
    ) -> Float[Tensor, "reader row pos d_model"]:
        """For each reader, the gaps of the senders by their shares."""
        runs, shape = len(shares), gaps[0].shape
        if shares.ndim == 4:
            each = torch.stack([gap.view(runs, -1, *shape[1:]) for gap in gaps], dim=1)
            return torch.einsum("rjsp,rsbpd->jrbpd", shares.to(each.dtype), each).flatten(1, 2)
        by_run = torch.stack([gap.reshape(runs, -1) for gap in gaps], dim=1)
        mixed = torch.bmm(shares.to(by_run.dtype), by_run)  # [run, reader, batch * pos * d_model]
        return mixed.view(runs, -1, shape[0] // runs, *shape[1:]).transpose(0, 1).flatten(1, 2)

    def heads_hear(self, readers: list[Reader], value: Tensor) -> Tensor:
        """Queries, keys or values of the heads of a layer, each from a stream of its own."""
        if (heard := self.heard(readers)) is None:
            return value
        node, stream, reading = readers[0].node, self.streams[readers[0].node.layer], self.of.reading
        changed = reading.norm(node, stream + heard) - reading.norm(node, stream)
        maps = torch.stack([reading.map(one.node, one.slot) for one in readers])
        heads = torch.tensor([one.node.head for one in readers], device=value.device)
        return value.index_add(2, heads, torch.einsum("rbpd,rdh->bprh", changed, maps))

    def neurons_hear(self, readers: list[Reader], value: Tensor) -> Tensor:
        """The inputs of groups of neurons, each group from a stream of its own."""
        if (heard := self.heard(readers)) is None:
            return value
        stream, reading = self.middle[readers[0].node.layer], self.of.reading
        changed = reading.norm(readers[0].node, stream + heard) - reading.norm(readers[0].node, stream)
        for one, some in zip(readers, changed, strict=True):
            which = torch.tensor(one.node.indices, device=value.device)
            value = value.index_add(-1, which, some @ reading.map(one.node, "in"))
        return value

    def mlp_hears(self, reader: Reader, value: Tensor) -> Tensor:
        """What a whole MLP writes, from a stream of its own."""
        if (heard := self.heard([reader])) is not None:
            value = self.of.reading.mlp(reader.node, self.middle[reader.node.layer] + heard[0])
        for node, said in spoken(self.graph, reader.node, value):
            self.say(node, said)
        return value

    def logits_hear(self, reader: Reader, value: Tensor) -> Tensor:
        """The stream as the last norm gets it."""
        heard = self.heard([reader])
        return value if heard is None else value + heard[0]


def by_layer(graph: Graph) -> dict[int, list[Reader]]:
    """The readers of every layer."""
    found: dict[int, list[Reader]] = {layer: [] for layer in range(graph.model.shape.n_layers + 1)}
    for reader in graph.readers:
        found[reader.node.layer].append(reader)
    return found
