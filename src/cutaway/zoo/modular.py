"""Training data modulo p: half of all pairs of numbers, all of them in every step, and the other half never."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import torch
from jaxtyping import Bool, Int
from torch import Tensor
from transformers import PreTrainedTokenizerBase

from cutaway.errors.fourier import NotArithmeticError
from cutaway.models.toy import ToyForCausalLM
from cutaway.tasks.split import held_out
from cutaway.tasks.symbolic import NOTHING
from cutaway.techniques.fourier.all_pairs import LARGEST
from cutaway.zoo.address import address, is_zoo_name
from cutaway.zoo.recipe import Batch, Measures, all_recipes
from cutaway.zoo.symbols import label_loss

Operation = Literal["add", "subtract"]


@dataclass(frozen=True, eq=False)
class Asked:
    """What one asks a model for: the symbol behind a pair, and the sign of b.

    `trained`: the pairs it was trained on; `unseen`: those that training showed in neither order. Of a pair that was
    only seen the other way round a model may know the answer by exchanging a and b.
    """

    p: int
    ask: int
    sign: int
    trained: Bool[Tensor, "a b"]
    unseen: Bool[Tensor, "a b"]


def asked_of(name: str, *, d_vocab: int) -> list[Asked]:
    """What a model of the zoo is asked for.

    Of any other the last symbol is taken to be `=` behind two summands, and every pair to be unseen: nothing is known
    of its training.
    Raises: NotArithmeticError if it was taught something else, or has too many symbols.
    """
    if not is_zoo_name(name, all_recipes()):
        p = d_vocab - 1
        if p > LARGEST:
            raise NotArithmeticError(name, p, f"there are too many pairs; p goes up to {LARGEST}")
        every = torch.ones(p, p, dtype=torch.bool)
        return [Asked(p, p, 1, ~every, every)]
    at = address(name)
    if not isinstance(at.recipe.data, Modular):
        raise NotArithmeticError(name, d_vocab - 1, "it was taught something else")
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

    def asked(self, seed: int) -> list[Asked]:
        """Its operations, for the model of one seed."""
        trained = self.trained(seed)[: self.p * self.p].view(self.p, self.p)
        signs = [1 if operation == "add" else -1 for operation in self.operations]
        return [Asked(self.p, self.p + at, sign, trained, ~(trained | trained.T)) for at, sign in enumerate(signs)]

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
