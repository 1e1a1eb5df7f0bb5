"""The answers of a batch as token ids, the metric that scores them, and the logits of somebody who gives them.

Which metric a task has follows from its answers:

- one right and one wrong token at one place: the difference of their logits;
- several right or wrong ones: the probability of the right ones less that of the wrong ones;
- right ones alone: the log probability of the answer where there is one, the probability of all where there are many.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from cutaway.models.metric import Function, Metric, Unit

NONE = -1  # fills rows of ids and of positions up to the longest
SURE = 20.0  # logit of the answer that a control gives; all others are 0


@dataclass(frozen=True, eq=False)
class Answers:
    """Where each row is scored, and which next tokens are right and wrong there; NONE fills up.

    `wrong` singles out rivals; without it every other token is one. `is_one` says that the positions of a row are the
    pieces of one answer, which is right only as a whole; otherwise they are questions of their own and are averaged.
    """

    at: Int[Tensor, "batch n"]
    right: Int[Tensor, "batch n k"]
    wrong: Int[Tensor, "batch n j"] | None = None
    is_one: bool = True

    @cached_property
    def counts(self) -> Bool[Tensor, "batch n"]:
        """The positions that are scored at all."""
        return (self.right != NONE).any(dim=-1)

    @cached_property
    def positions(self) -> Int[Tensor, "batch n"]:
        """Where to read logits; what fills up reads the first place and is not counted."""
        return torch.where(self.counts, self.at, self.at[:, :1])

    @property
    def single(self) -> bool:
        """Whether every question has exactly one right answer."""
        return self.right.shape[-1] == 1

    def metric(self) -> Metric:
        """How good the answers of a run are.

        Units:  logits, nats (summed over the pieces of one answer) or probability, as the module says.
        """
        if self.wrong is None:
            return self.log_prob_metric() if self.single else self.right_mass_metric()
        if self.single and self.wrong.shape[-1] == 1:
            return self.difference_metric("logit_difference", "logits")
        return self.difference_metric("probability_difference", "probability")

    def accuracy(self) -> Metric:
        """Whether the answer is right: 1 or 0, or the share of a row's questions.

        With rivals, right is more likely than wrong; without, the best guess of the whole vocabulary is a right one,
        and of one answer in pieces every piece.
        """
        wrong, counts, is_one = self.wrong, self.counts, self.is_one

        def function(rows: Float[Tensor, "batch n d_vocab"], ids: Int[Tensor, "batch m"]) -> Float[Tensor, "batch"]:
            right, rivals = self.split(ids)
            on = counts.to(rows.device)
            if wrong is not None:
                hit = (mass(rows, right, self.right) > mass(rows, rivals, wrong)).to(rows.dtype)
            else:
                best = rows.amax(dim=-1, keepdim=True)
                chosen = masked(rows.gather(-1, right) == best, self.right, False).sum(dim=-1)
                hit = ((chosen > 0) & (chosen >= (rows == best).sum(dim=-1))).to(rows.dtype)  # a tie is no guess
            if is_one:
                return torch.where(on, hit, 1.0).amin(dim=-1)
            return (hit * on).sum(dim=-1) / on.sum(dim=-1)

        return self.made("accuracy", "share", "right more often", function)

    def log_prob_metric(self) -> Metric:
        """Log probability of the right tokens: summed over one answer, averaged over several."""

        def function(rows: Float[Tensor, "batch n d_vocab"], ids: Int[Tensor, "batch m"]) -> Float[Tensor, "batch"]:
            right, _ = self.split(ids)
            on = self.counts.to(rows.device)
            each = rows.log_softmax(dim=-1).gather(-1, right)[..., 0] * on
            return each.sum(dim=-1) if self.is_one else each.sum(dim=-1) / on.sum(dim=-1)

        return self.made("answer_log_prob", "nats", "a likelier answer; 0 is certain", function)

    def right_mass_metric(self) -> Metric:
        """Probability of all right tokens together, averaged over the questions of a row."""

        def function(rows: Float[Tensor, "batch n d_vocab"], ids: Int[Tensor, "batch m"]) -> Float[Tensor, "batch"]:
            right, _ = self.split(ids)
            return self.averaged(mass(rows, right, self.right))

        return self.made("right_probability", "probability", "more on right answers", function)

    def difference_metric(self, name: str, unit: Unit) -> Metric:
        """Right less wrong, in logits or in probability, averaged over the questions of a row."""

        def function(rows: Float[Tensor, "batch n d_vocab"], ids: Int[Tensor, "batch m"]) -> Float[Tensor, "batch"]:
            right, rivals = self.split(ids)
            assert self.wrong is not None
            if unit == "logits":
                return self.averaged(rows.gather(-1, right)[..., 0] - rows.gather(-1, rivals)[..., 0])
            return self.averaged(mass(rows, right, self.right) - mass(rows, rivals, self.wrong))

        return self.made(name, unit, "for the right answers, against the wrong ones", function, unit != "logits")

    def made(self, name: str, unit: Unit, higher_is: str, function: Function, whole: bool = True) -> Metric:
        """A metric that reads these positions and tokens."""
        ids = [filled(self.right)] + ([] if self.wrong is None else [filled(self.wrong)])
        tokens = torch.cat([part.flatten(1) for part in ids], dim=1)
        return Metric(name, unit, higher_is, function, positions=self.positions, tokens=tokens, whole_vocabulary=whole)

    def split(self, ids: Int[Tensor, "batch m"]) -> tuple[Tensor, Tensor]:
        """The ids of right and wrong tokens, [batch, n, k] and [batch, n, j], back from one row."""
        size = self.right.shape[1] * self.right.shape[2]
        right, wrong = ids[:, :size], ids[:, size:]
        return right.view(len(ids), *self.right.shape[1:]), wrong.view(len(ids), self.right.shape[1], -1)

    def averaged(self, each: Float[Tensor, "batch n"]) -> Float[Tensor, "batch"]:
        """The mean over the positions that count."""
        on = self.counts.to(each.device)
        return (each * on).sum(dim=-1) / on.sum(dim=-1)


def filled(ids: Int[Tensor, "batch n k"]) -> Int[Tensor, "batch n k"]:
    """Ids with the filling replaced by the first of them, which is there to be read and not counted."""
    return torch.where(ids == NONE, ids[..., :1].clamp(min=0), ids)


def masked(values: Tensor, ids: Tensor, fill: bool | float) -> Tensor:
    """Values with those of the filling replaced."""
    return values.masked_fill((ids == NONE).to(values.device), fill)


def mass(rows: Tensor, ids: Tensor, marked: Tensor) -> Float[Tensor, "batch n"]:
    """The probability of a set of tokens at each position."""
    return masked(rows.softmax(dim=-1).gather(-1, ids), marked, 0.0).sum(dim=-1)


def ids_of(sets: Sequence[Sequence[Sequence[int]]]) -> Int[Tensor, "batch n k"]:
    """Ids by row and position, of any numbers, as one tensor filled up with NONE."""
    n = max((len(row) for row in sets), default=0)
    k = max((len(ids) for row in sets for ids in row), default=0)
    out = torch.full((len(sets), max(n, 1), max(k, 1)), NONE)
    for at, row in enumerate(sets):
        for place, ids in enumerate(row):
            out[at, place, : len(ids)] = torch.tensor(list(ids), dtype=torch.long)
    return out


def spoken(
    chosen: Int[Tensor, "batch n k"], at: Int[Tensor, "batch n"], *, pos: int, d_vocab: int
) -> Float[Tensor, "batch pos d_vocab"]:
    """The logits of somebody who is sure of certain tokens at certain positions: SURE there, 0 elsewhere."""
    logits = torch.zeros(len(chosen), pos, d_vocab)
    for place in range(chosen.shape[1]):
        for column in range(chosen.shape[2]):
            ids = chosen[:, place, column]
            row = (ids != NONE).nonzero().flatten()
            logits[row, at[row, place], ids[row]] = SURE
    return logits
