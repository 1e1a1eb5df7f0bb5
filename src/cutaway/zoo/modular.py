"""Training data modulo p: half of all pairs of numbers, all of them in every step, and the other half never."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import torch
from jaxtyping import Bool, Int
from torch import Tensor
from transformers import PreTrainedTokenizerBase

from cutaway.models.toy import ToyForCausalLM
from cutaway.tasks.split import held_out
from cutaway.tasks.symbolic import NOTHING
from cutaway.zoo.address import address, is_zoo_name
from cutaway.zoo.recipe import Batch, Measures, all_recipes
from cutaway.zoo.symbols import label_loss

Operation = Literal["add", "subtract"]


@dataclass(frozen=True, eq=False)
class Asked:
    """What one asks a model for: the symbol behind a pair, the sign of b, and the pairs it saw in neither order."""

    p: int
    ask: int
    sign: int
    unseen: Bool[Tensor, "a b"]


def asked_of(name: str, *, d_vocab: int) -> list[Asked]:
    """What a model of the zoo is asked for. Of any other the last symbol is taken to be `=` behind two summands."""
    if not is_zoo_name(name, all_recipes()):
        p = d_vocab - 1
        return [Asked(p, p, 1, torch.ones(p, p, dtype=torch.bool))]
    at = address(name)
    if not isinstance(at.recipe.data, Modular):
        raise TypeError(f"{name} was not taught arithmetic on a circle")
    return at.recipe.data.asked(at.seed)


@dataclass(frozen=True)
class Modular:
    """Rows `a b =` for each operation; `=` is symbol p for the first and p + 1 for the second.

    What the task `modular-addition` or `modular-subtraction` holds out is never trained on; of the rest so many are
    that `share` of all pairs is.
    """

    p: int
    operations: tuple[Operation, ...] = ("add",)
    share: float = 0.5

    @property
    def says(self) -> str:
        named = " and ".join({"add": "a + b", "subtract": "a - b"}[one] for one in self.operations)
        return f"{named} modulo {self.p}, from {self.share:.0%} of all pairs, all in every step"

    def identity(self) -> dict[str, Any]:
        return {"p": self.p, "operations": list(self.operations), "share": self.share}

    @cached_property
    def rows(self) -> tuple[Int[Tensor, "row 3"], Int[Tensor, "row"]]:
        """Every pair with every operation, and its answer."""
        pairs = torch.cartesian_prod(torch.arange(self.p), torch.arange(self.p))
        tokens, answers = [], []
        for at, operation in enumerate(self.operations):
            tokens.append(torch.cat([pairs, torch.full((len(pairs), 1), self.p + at)], dim=1))
            sign = 1 if operation == "add" else -1
            answers.append((pairs[:, 0] + sign * pairs[:, 1]) % self.p)
        return torch.cat(tokens), torch.cat(answers)

    def trained(self, seed: int) -> Bool[Tensor, "row"]:
        """Which rows are trained on with this seed; the same pairs for every operation."""
        pairs = self.rows[0][: self.p * self.p, :2]
        allowed = (~held_out(pairs)).nonzero().flatten()
        order = torch.randperm(len(allowed), generator=torch.Generator().manual_seed(seed))
        chosen = torch.zeros(len(pairs), dtype=torch.bool)
        chosen[allowed[order[: round(self.share * len(pairs))]]] = True
        return chosen.repeat(len(self.operations))

    def unseen(self, seed: int) -> Bool[Tensor, "a b"]:
        """Pairs that training shows in neither order: a model that only learnt to exchange them knows nothing there."""
        trained = self.trained(seed)[: self.p * self.p].view(self.p, self.p)
        return ~(trained | trained.T)

    def asked(self, seed: int) -> list[Asked]:
        """Its operations, for the model of one seed."""
        signs = [1 if operation == "add" else -1 for operation in self.operations]
        return [Asked(self.p, self.p + at, sign, self.unseen(seed)) for at, sign in enumerate(signs)]

    def batch(self, step: int, *, rows: int, seed: int) -> Batch:
        return self.some(self.trained(seed))

    def some(self, chosen: Bool[Tensor, "row"]) -> Batch:
        """Rows with their label at the last position."""
        tokens, answers = (part[chosen] for part in self.rows)
        labels = torch.full_like(tokens, NOTHING)
        labels[:, -1] = answers
        return Batch(tokens, labels)

    def watched(self, model: ToyForCausalLM, *, seed: int) -> Measures:
        return self.measured(model, seed=seed)

    @torch.no_grad()
    def measured(self, model: ToyForCausalLM, *, seed: int) -> Measures:
        trained, found = self.trained(seed), {}
        for name, chosen in (("trained", trained), ("unseen", ~trained)):
            batch = self.some(chosen)
            logits = model(batch.tokens).logits
            right = logits[:, -1].argmax(dim=-1) == batch.labels[:, -1]
            found[f"{name}_right"] = round(float(right.double().mean()), 5)
            found[f"{name}_loss_nats"] = round(float(label_loss(logits, batch.labels)), 6)
        return found

    def tokenizer(self) -> PreTrainedTokenizerBase | None:
        return None
