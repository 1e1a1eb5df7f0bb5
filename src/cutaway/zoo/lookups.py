"""Training data of looking up: a row has one list and many questions about it, and what is asked grows harder.

From lists and questions alone three layers only guess. They first copy symbols that are shown again, then follow one
arrow, for which they need nothing but what copying has built, and then two.
"""

from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import torch
from jaxtyping import Bool, Int
from torch import Tensor
from transformers import PreTrainedTokenizerBase

from cutaway.models.answers import Answers
from cutaway.models.toy import ToyForCausalLM
from cutaway.tasks.split import held_out
from cutaway.tasks.symbolic import NOTHING, Rows, SymbolicTask
from cutaway.tasks.symbols.k_hop import Hops, k_hop
from cutaway.zoo.recipe import Batch, Measures
from cutaway.zoo.symbols import HELD_OUT, STRIDE, scores

SHORTEST = 4  # symbols that are shown again
COPYING_STAYS = 4  # one step in so many goes on copying while one arrow is learnt


@dataclass(frozen=True)
class Lookups:
    """Rows of the task `k-hop-lookup` with `questions` after the list instead of one.

    Until step `copies` random symbols are shown again, with another period in every step; until `follows_one` all
    questions have one arrow. Questions that the task holds out stand in rows too, and are not scored.
    """

    hops: tuple[int, ...]
    pairs: int
    vocabulary: int
    questions: int = 16
    copies: int = 1000
    follows_one: int = 1400

    @cached_property
    def task(self) -> SymbolicTask:
        return k_hop(self.hops, self.pairs, self.vocabulary)

    @cached_property
    def form(self) -> Hops:
        return Hops(self.hops, self.pairs, self.vocabulary)

    @property
    def length(self) -> int:
        return self.form.body + self.questions * (max(self.hops) + 2)

    @property
    def says(self) -> str:
        return (
            f"the task {self.task.name}: {self.task.says} {self.questions} questions stand after each list; until step"
            f" {self.copies} symbols shown again, and until {self.follows_one} one arrow alone"
        )

    def identity(self) -> dict[str, Any]:
        return {"task": self.task.name} | asdict(self)

    def batch(self, step: int, *, rows: int, seed: int) -> Batch:
        generator = torch.Generator().manual_seed(seed * STRIDE + step)
        if step < self.copies or (step < self.follows_one and step % COPYING_STAYS == 0):
            return self.copied(rows, generator)
        return self.asked(rows, self.hops[:1] if step < self.follows_one else self.hops, generator)

    def copied(self, rows: int, generator: torch.Generator) -> Batch:
        """Random symbols shown again and again, scored from the second time on."""
        period = int(torch.randint(SHORTEST, self.length // 2, (1,), generator=generator))
        once = torch.randint(self.vocabulary, (rows, period), generator=generator)
        tokens = once.repeat(1, self.length // period + 1)[:, : self.length]
        labels = torch.full_like(tokens, NOTHING)
        labels[:, period - 1 : -1] = tokens[:, period:]
        return Batch(tokens, labels)

    def asked(self, rows: int, hops: tuple[int, ...], generator: torch.Generator) -> Batch:
        """Lists with questions, each followed by its answer."""
        ring = torch.rand(rows, self.vocabulary, generator=generator).argsort(dim=1)[:, : self.pairs]
        order = torch.rand(rows, self.pairs, generator=generator).argsort(dim=1)
        start = torch.randint(self.pairs, (rows, self.questions), generator=generator)
        k = torch.tensor(hops)[torch.randint(len(hops), (rows, self.questions), generator=generator)]
        answers = ring.gather(1, (start + k) % self.pairs)
        lines = self.form.question(ring.gather(1, start).flatten(), k.flatten())
        lines = torch.cat([lines, answers.view(-1, 1)], dim=1).view(rows, -1)
        tokens = torch.cat([self.form.listed(ring, order), lines], dim=1)
        labels = torch.full_like(tokens, NOTHING)
        labels[:, self.form.last :: max(self.hops) + 2] = answers.masked_fill(self.never(ring, start, k), NOTHING)
        return Batch(tokens, labels)

    def never(
        self, ring: Int[Tensor, "batch n"], start: Int[Tensor, "batch question"], k: Int[Tensor, "batch question"]
    ) -> Bool[Tensor, "batch question"]:
        """Which questions are held out: what decides is the ring from the start on, and k."""
        turned = (start[..., None] + torch.arange(self.pairs)) % self.pairs
        content = torch.cat([ring[:, None].expand(*start.shape, -1).gather(2, turned), k[..., None]], dim=2)
        return held_out(content.flatten(0, 1)).view(start.shape)

    def watched(self, model: ToyForCausalLM, *, seed: int) -> Measures:
        return self.on_held_out(model, rows=512)

    def measured(self, model: ToyForCausalLM, *, seed: int) -> Measures:
        return self.on_held_out(model, rows=4096)

    def on_held_out(self, model: ToyForCausalLM, *, rows: int) -> Measures:
        """Questions of the task itself, one a row: all of them, and each number of arrows."""
        drawn = self.task.sample(rows=rows, seed=HELD_OUT, split="test")
        found, asked = scores(model, drawn), self.form.asked(drawn.tokens[:, :-1])[1]
        for k in self.hops:
            right = drawn.answers.right[asked == k]
            some = Rows(drawn.tokens[asked == k], Answers(drawn.answers.at[asked == k], right))
            found[f"{k}_hops_right"] = scores(model, some)["answers_right"]
        return found

    def tokenizer(self) -> PreTrainedTokenizerBase | None:
        return None
