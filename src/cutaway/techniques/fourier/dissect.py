"""One model of arithmetic modulo p taken apart: its frequencies, what is left with them and without, its neurons."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import Tensor

from cutaway.errors.choices import check_choice
from cutaway.models import Model
from cutaway.records import Measured
from cutaway.stats.intervals import bootstrap, bootstrap_mean, proportion
from cutaway.techniques.fourier.all_pairs import AllPairs, all_pairs
from cutaway.techniques.fourier.clock_or_pizza import distance_irrelevance, gradient_symmetry
from cutaway.techniques.fourier.key_frequencies import SHARE, neuron_to_answer
from cutaway.techniques.fourier.neuron_waves import NeuronWaves, neuron_waves
from cutaway.techniques.fourier.restrict import excluded, restricted, silenced
from cutaway.techniques.fourier.waves import few_that_carry, power_by_frequency

Kept = Literal["full", "restricted", "published", "excluded", "others"]


@dataclass(frozen=True, eq=False)
class Dissected:
    """What one model does when asked for sums, or for differences.

    `power`: what each neuron adds to the logits, by frequency; `keys`: the fewest frequencies that make up 90 % of it,
    strongest first; `others`: as many others, drawn at random, or what is left. Losses and shares of right answers are
    those of the pairs that are `scored`; what neurons follow and how distance matters, of all pairs. Intervals (95 %)
    are over pairs, neurons or distances.
    """

    model: Model
    pairs: AllPairs
    scored: Bool[Tensor, "a b"]
    power: Float[Tensor, "d_mlp frequency"]
    keys: tuple[int, ...]
    others: tuple[int, ...]
    seed: int

    @cached_property
    def waves(self) -> NeuronWaves:
        return neuron_waves(self.pairs.neurons)

    @property
    def distance(self) -> Measured:
        """See `distance_irrelevance`; the interval is over distances."""
        return bootstrap_mean(distance_irrelevance(self.pairs).numpy(), seed=self.seed)

    @cached_property
    def symmetry(self) -> float:
        """See `gradient_symmetry`."""
        return gradient_symmetry(self.model, p=self.pairs.p, ask=self.pairs.ask, seed=self.seed)

    @property
    def right(self) -> Measured:
        """Share of pairs that are answered right."""
        return shares(self.pairs.right()[self.scored])

    def right_without(self, frequencies: Sequence[int]) -> Measured:
        """The same where no wave of these frequencies is in the answers."""
        return shares(self.pairs.right(silenced(self.pairs, frequencies))[self.scored])

    @property
    def count(self) -> Measured:
        """How many key frequencies there are; the interval is over neurons."""
        return bootstrap(
            self.power.numpy(),
            lambda rows: float(len(few_that_carry(torch.from_numpy(rows.sum(axis=0)), SHARE))),
            seed=self.seed,
        )

    @property
    def follow(self) -> Measured:
        """Share of active neurons of which one frequency explains 85 % of the variance."""
        return proportion(int(self.waves.follow().sum()), int(self.waves.active.sum()))

    def losses(self, kept: Kept) -> Float[Tensor, "pair"]:
        """Nats of each pair with all logits, or with what is left of them.

        "restricted" and "others" are fitted over the scored pairs; "published" and "excluded" over all.

        Raises: UnknownChoiceError.
        """
        check_choice("kept", kept, Kept)
        if kept == "full":
            return self.pairs.losses()[self.scored]
        if kept == "excluded":
            return self.pairs.losses(excluded(self.pairs, self.keys))[self.scored]
        if kept == "published":
            return self.pairs.losses(restricted(self.pairs, self.keys))[self.scored]
        frequencies = self.keys if kept == "restricted" else self.others
        return self.pairs.losses(restricted(self.pairs, frequencies, over=self.scored))[self.scored]

    def beside_full(self, kept: Kept) -> Measured:
        """Mean loss by the mean loss of all of the logits."""
        both = np.stack([self.losses(kept).numpy(), self.losses("full").numpy()], axis=1)
        return bootstrap(both, lambda rows: float(rows[:, 0].mean() / rows[:, 1].mean()), seed=self.seed)

    @property
    def silenced_row(self) -> dict[str, Any]:
        """What is still right without the key frequencies, with its interval."""
        found = self.right_without(self.keys)
        named = {"model": self.name, "right_without_keys": found.value, "low": found.low, "high": found.high}
        return named | {"right_without_others": self.right_without(self.others).value}

    @property
    def power_rows(self) -> list[dict[str, Any]]:
        """What neurons add to the logits, a row for each frequency."""
        share = self.power.sum(dim=0) / self.power.sum()
        return [
            {"model": self.model.name, "frequency": at + 1, "share_of_power": float(each)}
            for at, each in enumerate(share)
        ]

    @property
    def neuron_rows(self) -> list[dict[str, Any]]:
        """Active neurons in order of how much of them one frequency explains, a row for each fiftieth."""
        explained = self.waves.explained[self.waves.active]
        shares = torch.linspace(0, 1, 51, dtype=explained.dtype)
        values = explained.quantile(1 - shares).tolist()
        return [
            {"model": self.name, "share_of_active_neurons": float(share), "variance_explained": value}
            for share, value in zip(shares, values, strict=True)
        ]

    @property
    def name(self) -> str:
        """The model, and what it is asked for where that is a difference."""
        return self.model.name if self.pairs.sign == 1 else f"{self.model.name}: a - b"

    @property
    def row(self) -> dict[str, Any]:
        """One row of a table of models."""
        return {
            "model": self.name,
            "right": self.right.value,
            "keys": len(self.keys),
            "frequencies": ", ".join(map(str, self.keys)) if len(self.keys) <= 8 else "many",
            "full_nats": float(self.losses("full").mean()),
            "restricted_nats": float(self.losses("restricted").mean()),
            "published_nats": float(self.losses("published").mean()),
            "excluded_nats": float(self.losses("excluded").mean()),
            "right_without_keys": self.right_without(self.keys).value,
            "right_without_others": self.right_without(self.others).value,
            "active_neurons": int(self.waves.active.sum()),
            "follow_one": self.follow.value,
            "distance_irrelevance": self.distance.value,
            "gradient_symmetry": self.symmetry,
        }


def dissect(
    model: Model, *, p: int, scored: Bool[Tensor, "a b"], ask: int | None = None, sign: int = 1, seed: int = 0
) -> Dissected:
    """Ask a model for everything once, and read its key frequencies off its weights.

    Cost: one forward pass of p * p rows of three tokens.
    Raises: NotArithmeticError if the model has no neurons or too few symbols.
    """
    pairs = all_pairs(model, p=p, ask=ask, sign=sign)
    power = power_by_frequency(neuron_to_answer(model, p))
    keys = few_that_carry(power.sum(dim=0), SHARE)
    rest = [frequency for frequency in range(1, p // 2 + 1) if frequency not in keys]
    drawn = torch.randperm(len(rest), generator=torch.Generator().manual_seed(seed))[: len(keys)]
    return Dissected(model, pairs, scored, power, keys, tuple(rest[at] for at in drawn), seed)


def shares(right: Float[Tensor, "pair"]) -> Measured:
    """A share with Wilson's interval."""
    return proportion(int(right.sum()), len(right))
