"""The slope of the metric in what each reader hears: one pass forward and back, then each reader's own map and norm."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

import torch
from jaxtyping import Float
from torch import Tensor

from cutaway.models import Edit
from cutaway.models.graph.graph import Reader
from cutaway.models.graph.reading import Reading
from cutaway.models.sites import Site
from cutaway.models.trace import Trace
from cutaway.techniques.circuits.question import Question


@dataclass(frozen=True, eq=False)
class Slopes:
    """Of one run of a question's prompts, with `edits` made in it."""

    question: Question
    edits: Sequence[Edit] = ()

    @cached_property
    def reading(self) -> Reading:
        return self.question.cut.reading

    @cached_property
    def trace(self) -> Trace:
        question = self.question
        shape, taps = question.graph.model.shape, question.graph.model.taps
        neurons = {
            "mlp_pre" if node.kind == "neurons" else "mlp_out" for node in question.graph.nodes if node.slots == ("in",)
        }
        layers = range(shape.n_layers)
        names = [f"{name}.{n}" for n in layers for name in ("resid_pre", "q", "k", "v", "attn_out", *sorted(neurons))]
        read = [name for name in names if Site(name.split(".")[0], int(name.split(".")[1])) in taps]
        return question.graph.model.run(
            question.tokens,
            read=[*read, f"resid_post.{shape.n_layers - 1}"],
            edit=list(self.edits),
            mask=question.pairs.mask,
            gradient_of=question.metric,
        )

    def of(self, reader: Reader) -> Float[Tensor, "batch pos d_model"]:
        """The gradient of each prompt's metric in the stream that one reader hears."""
        node, grad = reader.node, self.trace.grad
        if node.kind == "logits":
            return grad[f"resid_post.{node.layer - 1}"]
        stream = self.reading.stream(node, self.trace).detach().requires_grad_()
        with torch.enable_grad():
            if node.kind == "mlp":
                made, slope = self.reading.mlp(node, stream), grad[f"mlp_out.{node.layer}"]
            else:
                made = self.reading.norm(node, stream)
                at = f"mlp_pre.{node.layer}" if node.kind == "neurons" else f"{reader.slot}.{node.layer}"
                whole = grad[at]
                part = whole[..., list(node.indices)] if node.kind == "neurons" else whole[:, :, node.head]
                slope = part @ self.reading.map(node, reader.slot).T
            if made is stream:
                return slope.detach()
            (found,) = torch.autograd.grad(made, stream, slope.detach())
        return found

    def by_half_layer(self) -> Iterator[tuple[slice, Float[Tensor, "reader batch pos d_model"]]]:
        """Those of readers that hear the same senders, by their numbers; only one half layer's are in memory."""
        readers = self.question.graph.readers
        for _, some in groupby(range(len(readers)), key=lambda number: readers[number].node.place):
            numbers = list(some)
            yield slice(numbers[0], numbers[-1] + 1), torch.stack([self.of(readers[number]) for number in numbers])


def products(slopes: Slopes, gaps: Float[Tensor, "sender batch pos d_model"]) -> Float[Tensor, "edge"]:
    """By edge, the slope of its reader times the gap of its sender, summed over its positions, mean over prompts."""
    graph, rows = slopes.question.graph, gaps.shape[1]
    found = torch.zeros(*graph.exists.shape, *([] if graph.length is None else [graph.length]))
    flat = gaps.flatten(1)
    for numbers, slope in slopes.by_half_layer():
        heard = int(graph.exists[numbers].any(dim=0).sum())  # senders stand in order, so that these are the first
        if graph.length is None:
            product = slope.flatten(1) @ flat[:heard].T
        else:
            product = torch.einsum("rbpd,sbpd->rsp", slope, gaps[:heard])
        found[numbers, :heard] = (product / rows).cpu()
    return found[graph.exists].flatten()


@torch.no_grad()
def gaps_of(question: Question) -> Float[Tensor, "sender batch pos d_model"]:
    """By sender, what is said along a cut edge less what it says."""
    shape = (*question.tokens.shape, question.graph.model.shape.d_model)
    return torch.stack(
        [(question.other[node.name] - question.own[node.name]).expand(shape) for node in question.graph.senders]
    )
