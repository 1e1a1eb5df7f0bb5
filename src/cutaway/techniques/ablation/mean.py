"""Replace one head's output by its mean: how much loss does that head save?"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from cutaway.models import Model, Replace
from cutaway.records.progress import SILENT, Progress
from cutaway.tasks.repeated_tokens import next_token_loss

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
    Cost: len(heads) + 2 forward passes over `tokens`.
    Reference: Wang et al. 2022, arXiv:2211.00593, section 2 (mean ablation).
    """
    shape = model.shape
    chosen = tuple(heads or [(layer, head) for layer in range(shape.n_layers) for head in range(shape.n_heads)])
    means = mean_z(model, tokens)
    base = losses(model, tokens, counted, [])
    added = []
    with progress.phase(f"{model.name}: mean ablation of each head", len(chosen)) as tick:
        for layer, head in chosen:
            edit = Replace(f"z.{layer}", means[layer][head], head=head)
            added.append(losses(model, tokens, counted, [edit]) - base)
            tick()
    per_prompt = torch.stack(added).double()
    stderr = per_prompt.std(dim=1) / per_prompt.shape[1] ** 0.5
    return Effects(chosen, per_prompt.mean(dim=1), stderr, per_prompt.shape[1])


def mean_z(model: Model, tokens: Int[Tensor, "batch pos"]) -> list[Float[Tensor, "head d_head"]]:
    """Each layer's mean z over prompts and positions."""
    total: list[Tensor] = []
    for batch in torch.split(tokens, ROWS):
        trace = model.run(batch, read=["z"], logits=False)
        sums = [trace[f"z.{layer}"].sum(dim=(0, 1)) for layer in range(model.shape.n_layers)]
        total = [a + b for a, b in zip(total, sums, strict=True)] if total else sums
    return [value / tokens.numel() for value in total]


def losses(
    model: Model, tokens: Int[Tensor, "batch pos"], counted: Bool[Tensor, "batch pos"], edits: list[Replace]
) -> Float[Tensor, "batch"]:
    """Mean loss of each prompt over its counted tokens."""
    found = []
    for batch, mask in zip(torch.split(tokens, ROWS), torch.split(counted, ROWS), strict=True):
        loss = next_token_loss(model.run(batch, edit=edits).logits, batch.to(model.device)).cpu() * mask
        found.append(loss.sum(dim=-1) / mask.sum(dim=-1))
    return torch.cat(found)
