"""How each part reads the stream: the norm before it, and the linear map or the MLP behind that.

Where a head's queries are a linear map of a normed stream, another stream changes them by the map of the difference of
the norms. Biases, positions of a shortformer and rotations need not be known for that. It is tried on two prompts.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn

from cutaway.errors.graph import UncuttableError
from cutaway.models.graph.edge import Slot
from cutaway.models.graph.graph import Graph
from cutaway.models.graph.node import Node
from cutaway.models.model import Model
from cutaway.models.sites import Site
from cutaway.models.trace import Trace

ROUNDING = 1e-5  # of the largest product of a stream and a map, of which many may cancel
TOLERANCE = 1e-3  # of the largest activation of a site: a wrong map is off by about all of it


@dataclass(frozen=True, eq=False)
class Reading:
    """The norms, maps and MLPs of one model."""

    graph: Graph

    @property
    def model(self) -> Model:
        return self.graph.model

    def module(self, site: str, layer: int | None) -> nn.Module | None:
        """The module behind a site, if there is that site."""
        tap = self.model.taps.get(Site(site, layer))
        return None if tap is None else self.model.module.get_submodule(tap.path)

    def norm(self, node: Node, stream: Float[Tensor, "... d_model"]) -> Float[Tensor, "... d_model"]:
        """The stream as a head or an MLP gets it."""
        second = self.module("ln2_scale", node.layer) if node.kind in ("mlp", "neurons") else None
        first = self.module("ln1_scale", node.layer) if node.kind == "head" or self.graph.parallel else None
        found: Any = second or first
        normed: Tensor = stream if found is None else found.forward(stream)
        return normed

    def map(self, node: Node, slot: Slot) -> Float[Tensor, "d_model out"]:
        """What comes behind the norm: the map to the queries, keys or values of a head, or to some neurons."""
        if node.kind == "neurons":
            return self.model.weight("W_in", node.layer)[:, list(node.indices)]
        return self.model.weight(f"W_{slot.upper()}", node.layer)[node.head]

    def mlp(self, node: Node, stream: Float[Tensor, "... d_model"]) -> Float[Tensor, "... d_model"]:
        """What a whole MLP would write."""
        module: Any = self.module("mlp_out", node.layer)
        normed = self.norm(node, stream)
        written: Tensor = module.forward(normed.flatten(0, -3)).view_as(
            normed
        )  # without the hooks of the run under way
        return written

    @cached_property
    def sites(self) -> list[str]:
        """What `check` has to see."""
        names = ("resid_pre", "q", "k", "v", "z", "attn_out", "mlp_pre", "mlp_out", "resid_post")
        return [name for name in names if Site(name, 0) in self.model.taps]

    @torch.no_grad()
    def check(self) -> None:
        """Try on two random prompts whether every part reads as we say.

        Cost: a forward pass over two short prompts.
        Raises: UncuttableError.
        """
        model, shape = self.model, self.model.shape
        if shape.n_key_value_heads != shape.n_heads:
            raise UncuttableError(model.name, "its keys and values", "are shared between heads")
        draw = torch.randint(shape.d_vocab, (2, min(8, shape.n_ctx)), generator=torch.Generator().manual_seed(0))
        trace = model.run(draw.to(model.device), read=self.sites, logits=False)
        for node in self.graph.nodes:
            if node.kind in ("head", "mlp", "neurons"):
                self.check_node(node, trace)
        for layer in range(shape.n_layers):
            self.check_layer(layer, trace)

    def check_node(self, node: Node, trace: Trace) -> None:
        """Raises: UncuttableError if what it computes is not what we say it reads."""
        stream = self.stream(node, trace)
        if node.kind == "mlp":
            self.agree(f"mlp_out.{node.layer}", trace[f"mlp_out.{node.layer}"], self.mlp(node, stream), of=stream)
            return
        normed = self.norm(node, stream)
        for slot in node.slots:
            site, which = (
                (f"mlp_pre.{node.layer}", list(node.indices)) if slot == "in" else (f"{slot}.{node.layer}", node.head)
            )
            if slot == "in" and Site("mlp_linear", node.layer) in self.model.taps:
                raise UncuttableError(self.model.name, "its neurons", "have gates; take whole MLPs as nodes")
            value = trace[site][..., which] if slot == "in" else trace[site][:, :, which]
            made = (normed[0] - normed[1]) @ self.map(node, slot)
            rounding = ROUNDING * float(normed.abs().max() * self.map(node, slot).abs().max())
            self.agree(site, value[0] - value[1], made, of=value, rounding=rounding)

    def check_layer(self, layer: int, trace: Trace) -> None:
        """Raises: UncuttableError if the stream is not the sum of what the parts write."""
        heads = trace[f"attn_out.{layer}"]
        z = trace[f"z.{layer}"]
        mixed = torch.einsum("bphd,hdm->bpm", z[:1] - z[1:], self.model.weight("W_O", layer))
        self.agree(f"attn_out.{layer}", heads[:1] - heads[1:], mixed, of=heads)
        total = trace[f"resid_pre.{layer}"] + heads
        if Site("mlp_out", layer) in self.model.taps:
            total = total + trace[f"mlp_out.{layer}"]
        self.agree(f"resid_post.{layer}", trace[f"resid_post.{layer}"], total, of=total)

    def stream(self, node: Node, trace: Trace) -> Tensor:
        """The stream that a node reads, before any norm."""
        before = trace[f"resid_pre.{node.layer}"]
        if node.kind == "head" or self.graph.parallel:
            return before
        return before + trace[f"attn_out.{node.layer}"]

    def agree(self, site: str, true: Tensor, ours: Tensor, *, of: Tensor, rounding: float = 1e-9) -> None:
        """Raises: UncuttableError for numbers that are not equal but for rounding, beside the size of something."""
        if float((true - ours).abs().max()) > TOLERANCE * float(of.abs().max()) + rounding:
            raise UncuttableError(self.model.name, f"'{site}'", "is made in another way than a norm and a map")
