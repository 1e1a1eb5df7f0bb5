"""Every part of a model that writes to the residual stream, every part that reads it, and the edges between them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import torch
from jaxtyping import Bool
from torch import Tensor

from cutaway.errors.graph import UnknownEdgeError, UnknownFeatureError, UnknownNodeError
from cutaway.models.graph.dictionary import Dictionary
from cutaway.models.graph.edge import EMBED, LOGITS, POSITIONS, Edge, Slot
from cutaway.models.graph.node import Node
from cutaway.models.model import Model
from cutaway.models.sites import Site


@dataclass(frozen=True)
class Reader:
    """One slot of one node: a head's queries, keys or values, the input of an MLP or of some neurons, the logits."""

    node: Node
    slot: Slot


@dataclass(frozen=True, eq=False)
class Graph:
    """Nodes in the order of the computation. An edge leads from every node to every slot that comes after it.

    `parallel`: attention and MLP of a layer read the same stream, so that no edge leads from the one to the other.
    `length`: None, or of prompts at each of whose positions every edge is one of its own. `dictionaries`: by layer, of
    the features that are nodes.
    """

    model: Model
    nodes: tuple[Node, ...]
    parallel: bool = False
    length: int | None = None
    dictionaries: Mapping[int, Dictionary] = field(default_factory=dict)

    @classmethod
    def of(cls, model: Model) -> "Graph":
        """Heads, called `1.3`, whole MLPs, called `mlp1`, and `embed`, which is all that enters the first block.

        Raises: AbsentSiteError for a model that has no z.
        """
        shape, absent = model.shape, model.taps
        model.resolve("z")
        nodes = [Node(EMBED, "embed", -1)]
        for layer in range(shape.n_layers):
            nodes += [Node(f"{layer}.{head}", "head", layer, (head,)) for head in range(shape.n_heads)]
            if Site("mlp_out", layer) in absent:
                nodes.append(Node(f"mlp{layer}", "mlp", layer))
        parallel = Site("mlp_out", 0) in absent and Site("resid_mid", 0) not in absent
        return cls(model, (*nodes, Node(LOGITS, "logits", shape.n_layers)), parallel)

    @cached_property
    def senders(self) -> tuple[Node, ...]:
        """Nodes that write."""
        return tuple(node for node in self.nodes if node.writes)

    @cached_property
    def readers(self) -> tuple[Reader, ...]:
        """Slots of all nodes, in the order of the computation."""
        return tuple(Reader(node, slot) for node in self.nodes for slot in node.slots)

    @cached_property
    def exists(self) -> Bool[Tensor, "reader sender"]:
        """Which sender comes before which reader."""
        return torch.tensor([[self.before(sender, one.node) for sender in self.senders] for one in self.readers])

    def before(self, sender: Node, receiver: Node) -> bool:
        """Whether what one node writes is there when another reads."""
        if self.parallel and sender.layer == receiver.layer:
            return False
        return sender.place < receiver.place

    def with_features(self, layer: int, dictionary: Dictionary, features: Sequence[int]) -> "Graph":
        """The same with some features of an MLP as nodes, called `mlp1:7`; the MLP says what they leave of its output.

        Edges into the MLP are edges into all of its features, which are worked out from what it writes.
        Raises: UnknownNodeError for a layer without an MLP; UnknownFeatureError.
        """
        whole, count = self.node(f"mlp{layer}"), len(dictionary.directions)
        if not set(features) <= set(range(count)) or len(set(features)) < len(features):
            raise UnknownFeatureError(features, count)
        at = self.nodes.index(whole) + 1
        new = tuple(Node(f"{whole.name}:{one}", "feature", layer, (one,)) for one in features)
        nodes = (*self.nodes[:at], *new, *(node for node in self.nodes[at:] if not self.is_feature(node, layer)))
        return replace(self, nodes=nodes, dictionaries={**self.dictionaries, layer: dictionary})

    def is_feature(self, node: Node, layer: int) -> bool:
        """Whether a node is a feature of this layer's MLP."""
        return node.kind == "feature" and node.layer == layer

    def features(self, node: Node) -> list[Node]:
        """Those of an MLP that are nodes."""
        return [one for one in self.nodes if node.kind == "mlp" and self.is_feature(one, node.layer)]

    def by_position(self, length: int) -> "Graph":
        """The same for prompts of one length, with an edge for each position at which it is read.

        What a head's key reads at a position is one edge, whichever queries look there. Padding counts as positions.
        Reference: Haklay et al. 2025, arXiv:2502.04577.
        """
        return replace(self, length=length)

    @property
    def anywhere(self) -> "Graph":
        """The same with every edge once for all positions."""
        return replace(self, length=None)

    @cached_property
    def ends(self) -> tuple[tuple[int, int, int | None], ...]:
        """Reader and sender of every edge, by number, and its position."""
        positions = [None] if self.length is None else range(self.length)
        pairs = self.exists.nonzero().tolist()
        return tuple((reader, sender, position) for reader, sender in pairs for position in positions)

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        """Every edge, by reader, then by sender, then by position."""
        return tuple(
            Edge(self.senders[sender].name, self.readers[reader].node.name, self.readers[reader].slot, position)
            for reader, sender, position in self.ends
        )

    @cached_property
    def number(self) -> dict[Edge, int]:
        """The place of every edge in `edges`."""
        return {edge: at for at, edge in enumerate(self.edges)}

    def node(self, name: str) -> Node:
        """A node by name.

        Raises: UnknownNodeError with the nearest names.
        """
        found = next((node for node in self.nodes if node.name == name), None)
        if found is None:
            raise UnknownNodeError(name, self.model.name, [node.name for node in self.nodes])
        return found

    def chosen(self, edges: Iterable[Edge]) -> Bool[Tensor, "edge"]:
        """Which of `edges` are among some.

        Raises: UnknownEdgeError for one that the graph does not have.
        """
        found = torch.zeros(len(self.edges), dtype=torch.bool)
        for edge in edges:
            if edge not in self.number:
                raise UnknownEdgeError(str(edge), self.model.name, [str(one) for one in self.edges])
            found[self.number[edge]] = True
        return found

    def among(self, nodes: Collection[str]) -> Bool[Tensor, "edge"]:
        """Which edges have both ends among some nodes; embedding, positions and logits always count."""
        for name in nodes:
            self.node(name)
        inside = {*nodes, EMBED, POSITIONS, LOGITS}
        return torch.tensor([edge.sender in inside and edge.receiver in inside for edge in self.edges])

    def matrix(self, values: Tensor, *, fill: float = 0.0) -> Tensor:
        """Values [..., edge] laid out as [..., reader, sender], `fill` where there is no edge.

        By position as [..., reader, sender, pos].
        """
        positions = [] if self.length is None else [self.length]
        before, flat = values.shape[:-1], values.reshape(-1, int(self.exists.sum()), *positions)
        found = flat.new_full((len(flat), *self.exists.shape, *positions), fill)
        found[:, self.exists] = flat
        return found.view(*before, *found.shape[1:])
