"""Floating-point operations and memory of runs, counted from the sizes of a model's weights before anything runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from torch import Tensor, nn

from cutaway.models.model import Model
from cutaway.models.run import part_of
from cutaway.models.sites import Site
from cutaway.models.sweep.cells import Cell

KEPT = 6  # tensors of the stream's size that are alive at once inside a block


@dataclass(frozen=True)
class Cost:
    """What runs of one model cost; a multiply and an add are two operations.

    `paths` are those of its blocks; of a model without any, every weight but an embedding counts at every position.
    """

    model: Model
    paths: Sequence[str]

    @cached_property
    def blocks(self) -> list[float]:
        """Operations a token in every block's weights."""
        return [2.0 * used_weights(part_of(self.model.module, path)) for path in self.paths]

    @cached_property
    def projections(self) -> float:
        """Operations a token of the last block up to its keys and values."""
        sites = [Site(name, len(self.paths) - 1) for name in ("q", "k", "v")]
        inside = {self.model.taps[site].path for site in sites if site in self.model.taps}
        return sum(2.0 * used_weights(part_of(self.model.module, path)) for path in inside)

    @property
    def pair(self) -> float:
        """Operations for each pair of a query and a key in one block: the score, and the mixing of values."""
        shape = self.model.shape
        return 4.0 * shape.n_heads * shape.d_head

    @property
    def token_read(self) -> float:
        """Operations for each logit."""
        return 2.0 * self.model.shape.d_model

    def base(self, rows: int, length: int, logits: int) -> float:
        """A pass through the blocks, of which some logits of each row are made."""
        every = sum(self.blocks) * length + len(self.paths) * self.pair * length**2
        return rows * (every + logits * self.token_read)

    def full(self, rows: int, length: int) -> float:
        """A plain forward pass."""
        if not self.paths:
            parts = (part for part in self.model.module.modules() if not isinstance(part, nn.Embedding))
            own = (weight for part in parts for weight in part.parameters(recurse=False) if weight.ndim > 1)
            return 2.0 * rows * length * sum(weight.numel() for weight in own)
        return self.base(rows, length, length * self.model.shape.d_vocab)

    def resumed(self, cells: Sequence[Cell], start: int, end: int, *, tail: int, logits: int) -> float:
        """A batch of cells that begin at `start`, of which positions from `tail` on leave the last block."""
        top, total = len(self.paths), 0.0
        for cell in cells:
            rows, new = len(cell.rows), end - start
            if cell.narrow and cell.last is not None and cell.layer is not None:
                some = cell.last + 1 - cell.start
                total += rows * some * (self.blocks[cell.layer] + self.pair * (cell.last + 1))
            for layer in range(cell.above, top):
                shortened = layer == top - 1 and tail > start
                through = end - tail if shortened else new
                total += rows * (self.blocks[layer] * through + self.pair * through * end)
                if shortened:
                    total += rows * self.projections * new
            total += rows * logits * self.token_read
        return total

    @property
    def width(self) -> int:
        """Bytes of one activation."""
        return self.model.dtype.itemsize

    @cached_property
    def token_bytes(self) -> float:
        """Memory of one token inside a block."""
        shape = self.model.shape
        heads = shape.n_heads * shape.d_head
        return float(self.width * (KEPT * shape.d_model + 4 * heads + 3 * shape.d_mlp))

    @cached_property
    def known_bytes(self) -> float:
        """Memory of one earlier position's key and value, which a batch joins to its own."""
        shape = self.model.shape
        return float(2 * 2 * self.width * shape.n_key_value_heads * shape.d_head)

    @property
    def score_bytes(self) -> float:
        """Memory of one pair of positions where scores are written out."""
        return 3.0 * 4 * self.model.shape.n_heads


def used_weights(part: nn.Module) -> float:
    """How many weights take part in a product for one token: of routed experts, those that are chosen."""
    config: Any = getattr(part, "config", None)
    total = 0.0
    for name, weight in part.named_parameters():
        if weight.ndim >= 2:
            total += weight.numel() * share_of_experts(name, weight, config)
    return total


def share_of_experts(name: str, weight: Tensor, config: Any) -> float:
    """One for a plain weight; for a stack of experts the share that a token uses."""
    chosen = getattr(config, "num_experts_per_tok", None)
    return chosen / weight.shape[0] if "experts" in name and chosen and weight.ndim == 3 else 1.0
