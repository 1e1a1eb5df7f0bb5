"""What every sender writes to the stream on some prompts, and what may be said in its place along a cut edge."""

from collections.abc import Iterator, Mapping

import torch
from jaxtyping import Float, Int
from torch import Tensor

from cutaway.models.graph.graph import Graph
from cutaway.models.graph.node import Node
from cutaway.models.trace import Trace

Said = Mapping[str, Float[Tensor, "#batch #pos d_model"]]  # by the name of the sender


def sites_of(graph: Graph) -> list[str]:
    """What must be read to know what every sender writes."""
    found = {node.site for node in graph.senders if node.kind != "embed"}
    return sorted(found | {"resid_pre.0"})


def write(graph: Graph, node: Node, value: Tensor) -> Float[Tensor, "batch pos d_model"]:
    """What a node makes of the activation at its site, as it joins the stream; without biases that nobody owns."""
    if node.kind == "head":
        return value[:, :, node.head] @ graph.model.weight("W_O", node.layer)[node.head]
    if node.kind == "neurons":
        which = list(node.indices)
        return value[:, :, which] @ graph.model.weight("W_out", node.layer)[which]
    return value


def spoken(graph: Graph, node: Node, value: Tensor) -> Iterator[tuple[Node, Float[Tensor, "batch pos d_model"]]]:
    """What a node says, after those of its features that are nodes: together they are all that it writes."""
    rest = write(graph, node, value)
    if features := graph.features(node):
        dictionary = graph.dictionaries[node.layer]
        active = dictionary.encode(rest)
        for one in features:
            (number,) = one.indices
            said = active[..., number, None] * dictionary.directions[number]
            rest = rest - said
            yield one, said
    yield node, rest


def written(graph: Graph, trace: Trace) -> dict[str, Float[Tensor, "batch pos d_model"]]:
    """What every sender writes, by name, from a run that read `sites_of(graph)`.

    Memory: senders x batch x pos x d_model numbers.
    """
    speakers = [node for node in graph.senders if node.kind not in ("embed", "feature")]
    found = {one.name: said for node in speakers for one, said in spoken(graph, node, trace[node.site])}
    whole = trace["resid_pre.0"]
    return {"embed": whole - found["positions"] if "positions" in found else whole, **found}


@torch.no_grad()
def said_on(
    graph: Graph, tokens: Int[Tensor, "batch pos"], mask: Int[Tensor, "batch pos"] | None = None
) -> dict[str, Float[Tensor, "batch pos d_model"]]:
    """What every sender writes on other prompts, such as corrupted ones: for resample ablation of edges.

    Cost: one forward pass. Memory: senders x batch x pos x d_model numbers.
    """
    return written(graph, graph.model.run(tokens, read=sites_of(graph), mask=mask, logits=False))


def silence(graph: Graph) -> dict[str, Float[Tensor, "1 1 d_model"]]:
    """Nothing, from every sender: zero ablation of edges."""
    nothing = torch.zeros(1, 1, graph.model.shape.d_model, device=graph.model.device)
    return {node.name: nothing for node in graph.senders}


def means(said: Said) -> dict[str, Float[Tensor, "1 pos d_model"]]:
    """What every sender writes on average over the prompts, position by position: mean ablation of edges."""
    return {name: value.mean(dim=0, keepdim=True) for name, value in said.items()}
