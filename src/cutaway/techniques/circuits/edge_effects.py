"""Cut every edge alone, exactly: the measure that attributions approximate."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import torch

from cutaway.models import Add, Edit, Replace, sweep
from cutaway.models.graph.graph import Reader
from cutaway.models.graph.node import Node
from cutaway.models.trace import Trace
from cutaway.records.progress import SILENT, Progress
from cutaway.techniques.circuits.edge_scores import EdgeScores
from cutaway.techniques.circuits.question import Question


@dataclass(frozen=True, eq=False)
class EdgeEdits(Sequence[list[Edit]]):
    """The edit that cuts each edge alone, made when it is asked for: nothing upstream of one cut has changed."""

    question: Question

    @cached_property
    def trace(self) -> Trace:
        """The streams that readers read."""
        question = self.question
        names = {"resid_pre"} | ({"attn_out"} if any(node.slots == ("in",) for node in question.graph.nodes) else set())
        with torch.no_grad():
            return question.graph.model.run(question.tokens, read=sorted(names), mask=question.pairs.mask, logits=False)

    def __len__(self) -> int:
        return len(self.question.graph.ends)

    def __getitem__(self, number: int) -> list[Edit]:  # type: ignore[override]
        graph = self.question.graph
        reader, sender, position = graph.ends[number]
        return [self.edit(graph.readers[reader], graph.senders[sender], position)]

    def edit(self, reader: Reader, sender: Node, position: int | None) -> Edit:
        """What cuts one edge."""
        question, node = self.question, reader.node
        change = question.other[sender.name] - question.own[sender.name]
        if position is not None:
            change = torch.zeros_like(change).index_copy(1, torch.tensor([position]), change[:, position, None])
        if node.kind == "logits":
            return Add(f"resid_post.{node.layer - 1}", change)
        reading = question.cut.reading
        stream = reading.stream(node, self.trace)
        if node.kind == "mlp":
            return Replace(f"mlp_out.{node.layer}", reading.mlp(node, stream + change))
        heard = (reading.norm(node, stream + change) - reading.norm(node, stream)) @ reading.map(node, reader.slot)
        if node.kind == "neurons":
            return Add(f"mlp_pre.{node.layer}", heard, neuron=list(node.indices))
        return Add(f"{reader.slot}.{node.layer}", heard, head=node.head)


@torch.no_grad()
def edge_effects(question: Question, *, progress: Progress = SILENT) -> EdgeScores:
    """Cut each edge alone and measure how the metric moves.

    Units:  of the metric, mean over the prompts; negative where the edge helps the right answer.
    Cost:   two forward passes and one sweep of as many edits as there are edges. Memory: what every sender says,
        senders x batch x pos x d_model numbers.
    Raises: UncuttableError; the errors of the metric.
    Reference: resample ablation of edges: Wang et al. 2022, arXiv:2211.00593 (path patching, one edge at a time);
        Goldowsky-Dill et al. 2023, arXiv:2304.05969.
    """
    edits = EdgeEdits(question)
    swept = sweep(
        question.graph.model, question.tokens, edits, question.metric, mask=question.pairs.mask, progress=progress
    )
    values = (swept.scores - swept.base).double().mean(dim=1).float()
    return EdgeScores(question.graph, "edge-patching", question.ablation, values, 2.0 + len(edits))
