"""A node of a model's graph: a part that writes to the residual stream, reads it, or both."""

from dataclasses import dataclass
from typing import Literal

from cutaway.models.graph.edge import Slot

Kind = Literal["embed", "positions", "head", "mlp", "neurons", "feature", "logits"]
READS: dict[Kind, tuple[Slot, ...]] = {
    "embed": (),
    "positions": (),
    "head": ("q", "k", "v"),
    "mlp": ("in",),
    "neurons": ("in",),
    "feature": (),  # it is made of what its MLP writes
    "logits": ("logits",),
}


@dataclass(frozen=True)
class Node:
    """One part: `layer` -1 before the blocks.

    `indices` are the number of a head or of a dictionary's feature, or those of some neurons of an MLP.
    """

    name: str
    kind: Kind
    layer: int
    indices: tuple[int, ...] = ()

    @property
    def slots(self) -> tuple[Slot, ...]:
        """What it reads."""
        return READS[self.kind]

    @property
    def writes(self) -> bool:
        """Whether others can read it."""
        return self.kind != "logits"

    @property
    def place(self) -> tuple[int, int]:
        """Where it comes in the computation: layer, and within it heads before neurons."""
        return self.layer, 1 if self.kind in ("mlp", "neurons", "feature") else 0

    @property
    def head(self) -> int:
        """The number of a head in its layer."""
        assert self.kind == "head"
        return self.indices[0]

    @property
    def site(self) -> str:
        """The activation that holds what it computes, of which `indices` are its part."""
        sites = {"embed": "embed", "positions": "pos_embed", "head": f"z.{self.layer}", "mlp": f"mlp_out.{self.layer}"}
        sites |= {"neurons": f"mlp_post.{self.layer}", "feature": f"mlp_out.{self.layer}"}
        return {**sites, "logits": "logits"}[self.kind]
