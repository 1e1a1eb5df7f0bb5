"""Replace one head's output by its mean: how much loss does that head save?"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from cutaway.errors.ablation import NoUnitsError
from cutaway.models import Model, Replace, loss, sweep
from cutaway.models.transforms.fold import wide
from cutaway.records.progress import SILENT, Progress

ROWS = 16  # prompts a forward pass

Head = tuple[int, int]


@dataclass(frozen=True)
class Effects:
    """Loss added by mean-ablating each head: nats per counted token, mean over prompts and standard error."""

    heads: tuple[Head, ...]
    mean: Float[Tensor, "head"]
    stderr: Float[Tensor, "head"]
    prompts: int

    def of(self, layer: int, head: int) -> tuple[float, float] | tuple[None, None]:
        """Effect and standard error of one head, or nothing where it was not ablated."""
        if (layer, head) not in self.heads:
            return None, None
        at = self.heads.index((layer, head))
        return float(self.mean[at]), float(self.stderr[at])


def mean_ablate_each(
    model: Model,
    tokens: Int[Tensor, "batch pos"],
    *,
    counted: Bool[Tensor, "batch pos"],
    heads: Sequence[Head] | None = None,
    progress: Progress = SILENT,
) -> Effects:
    """Replace each head's z alone by its mean over these prompts and positions, and measure the loss it costs.

    Units: nats per token of `counted`; positive means the head lowers the loss.
    Cost: two forward passes over `tokens` and a sweep of len(heads) edits.
    Raises: NoUnitsError if `heads` is empty; by default they are all heads.
    Reference: Wang et al. 2022, arXiv:2211.00593, section 2 (mean ablation).
    """
    shape = model.shape
    every = [(layer, head) for layer in range(shape.n_layers) for head in range(shape.n_heads)]
    chosen = tuple(every if heads is None else heads)
    if not chosen:
        raise NoUnitsError
    means = mean_z(model, tokens)
    edits = [Replace(f"z.{layer}", means[layer][head], head=head) for layer, head in chosen]
    added = []
    batches = list(zip(torch.split(tokens, ROWS), torch.split(counted, ROWS), strict=True))
    with progress.phase(f"{model.name}: mean ablation of each head, in batches of prompts", len(batches)) as tick:
        for some, which in batches:
            found = sweep(model, some, edits, loss(some, of=which))
            added.append(found.scores - found.base)
            tick()
    per_prompt = torch.cat(added, dim=1).double()
    stderr = per_prompt.std(dim=1) / per_prompt.shape[1] ** 0.5
    return Effects(chosen, per_prompt.mean(dim=1), stderr, per_prompt.shape[1])


def mean_z(model: Model, tokens: Int[Tensor, "batch pos"]) -> list[Float[Tensor, "head d_head"]]:
    """Each layer's mean z over prompts and positions."""
    total: list[Tensor] = []
    for batch in torch.split(tokens, ROWS):
        trace = model.run(batch, read=["z"], logits=False)
        sums = [wide(trace[f"z.{layer}"]).sum(dim=(0, 1)) for layer in range(model.shape.n_layers)]
        total = [a + b for a, b in zip(total, sums, strict=True)] if total else sums
    return [(value / tokens.numel()).to(model.dtype) for value in total]
