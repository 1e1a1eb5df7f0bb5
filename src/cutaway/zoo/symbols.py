"""Training data from a symbolic task: endless fresh rows of its training split, scored where it has answers."""

from dataclasses import dataclass, field
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor
from transformers import PreTrainedTokenizerBase

from cutaway.models.answers import NONE
from cutaway.models.toy import ToyForCausalLM
from cutaway.tasks.symbolic import Rows, SymbolicTask
from cutaway.zoo.recipe import Batch, Measures

STRIDE = 1_000_003  # steps of one seed stay apart from those of another
HELD_OUT = 2_147_000_000  # seed of the rows that a card is measured on


@dataclass(frozen=True)
class Symbols:
    """The training split of a task. `task` is made by its own file; `settings` say how, for the card."""

    task: SymbolicTask = field(repr=False)
    settings: tuple[tuple[str, Any], ...] = ()

    @property
    def says(self) -> str:
        return f"the task {self.task.name}: {self.task.says}"

    def identity(self) -> dict[str, Any]:
        return {"task": self.task.name, "symbols": len(self.task.symbols), **dict(self.settings)}

    def batch(self, step: int, *, rows: int, seed: int) -> Batch:
        drawn = self.task.sample(rows=rows, seed=seed * STRIDE + step, split="train")
        return Batch(drawn.tokens, drawn.labels)

    def watched(self, model: ToyForCausalLM, *, seed: int) -> Measures:
        return scores(model, self.task.sample(rows=256, seed=HELD_OUT, split="test"))

    def measured(self, model: ToyForCausalLM, *, seed: int) -> Measures:
        return scores(model, self.task.sample(rows=2048, seed=HELD_OUT, split="test"))

    def tokenizer(self) -> PreTrainedTokenizerBase | None:
        return None


@torch.no_grad()
def scores(model: ToyForCausalLM, rows: Rows) -> dict[str, float]:
    """Share of answers that are right, each and whole rows at once, and nats a label."""
    logits = torch.cat([model(part).logits for part in torch.split(rows.tokens, 256)])
    counts = rows.answers.counts
    said = logits.gather(1, rows.answers.positions[..., None].expand(-1, -1, logits.shape[-1])).argmax(dim=-1)
    right = ((rows.answers.right == said[..., None]) & (rows.answers.right != NONE)).any(dim=-1)
    return {
        "answers_right": round(float(right[counts].double().mean()), 5),
        "rows_right": round(float((right | ~counts).all(dim=1).double().mean()), 5),
        "loss_nats": round(float(label_loss(logits, rows.labels)), 5),
    }


def label_loss(logits: Float[Tensor, "batch pos v"], labels: Int[Tensor, "batch pos"]) -> Float[Tensor, ""]:
    """Mean nats over all labels that count."""
    return torch.nn.functional.cross_entropy(logits.flatten(0, 1), labels.flatten())
