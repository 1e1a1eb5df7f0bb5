"""Small models that learn to copy, grown during a run and watched while their heads come to work together."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cutaway.lab.side_by_side import Tables
from cutaway.models import wrap
from cutaway.models.toy import ToyConfig, ToyForCausalLM
from cutaway.stats.transitions import LAST, reached
from cutaway.tasks.symbols.repeated_tokens import repeated_tokens
from cutaway.techniques.composition.cut_composition import cut_composition
from cutaway.techniques.composition.scores import composition_scores
from cutaway.techniques.detectors.scores import score_heads
from cutaway.zoo.live import live
from cutaway.zoo.recipe import Recipe, Schedule
from cutaway.zoo.symbols import HELD_OUT, Symbols, scores

SYMBOLS, LENGTH, HEADS = 64, 64, 4
DRAWS = 50  # of rotated weights at each look


@dataclass(frozen=True)
class Copier:
    """One model to grow: its size, how long, how often to look; `deaf` keys never hear the first layer."""

    layers: int
    seed: int
    steps: int
    rows: int
    every: int = 10
    deaf: bool = False

    @property
    def kind(self) -> str:
        return "deaf keys" if self.deaf else "two layers" if self.layers == 2 else "one layer"


@dataclass(frozen=True, eq=False)
class Grown:
    """What was seen: `course`, a row a look; K-composition of every pair at every look, and what is chance there."""

    job: Copier
    course: pd.DataFrame
    pairs: NDArray[np.float64]
    chance: NDArray[np.float64]

    @classmethod
    def of(cls, job: Copier, tables: Tables) -> "Grown":
        """What `grow` saw of a job."""
        seen = tables["pairs"].to_numpy(dtype=float)
        return (
            cls(job, tables["course"], seen[:, 1:], seen[:, 0]) if seen.size else cls(job, tables["course"], seen, seen)
        )

    @property
    def strongest(self) -> int:
        """The pair with the highest K-composition over the last three looks."""
        return int(self.pairs[-LAST:].mean(axis=0).argmax())

    @property
    def first(self) -> int | None:
        """The pair that first comes to stay above chance; of two that come together, the higher one."""
        below = self.pairs <= self.chance[:, None]
        since = np.where(below.any(axis=0), len(below) - below[::-1].argmax(axis=0), 0)
        if since.min() >= len(below):
            return None
        return int(np.where(since == since.min(), self.pairs[min(since.min(), len(below) - 1)], -1.0).argmax())

    def leader(self, share: float) -> int:
        """The pair with the highest K-composition after a share of training."""
        return int(self.pairs[round(share * (len(self.pairs) - 1))].argmax())

    def curve(self, quantity: str) -> NDArray[np.float64]:
        """One quantity at every look; K-composition is that of the pair that ends strongest."""
        if quantity == "k_composition":
            return self.pairs[:, self.strongest]
        return self.course[quantity].to_numpy(dtype=float)

    def time(self, quantity: str, share: float = 0.5) -> float:
        """The step from which on it stays beyond a share of its way."""
        return reached(self.course["step"].to_numpy(dtype=float), self.curve(quantity), share)

    @property
    def right(self) -> float:
        """Share of symbols that are right at the end."""
        return float(self.course["right"].iloc[-1])


def grow(job: Copier) -> Tables:
    """Train one model and look at it as it learns, on periods that it is never trained on.

    Cost: about half a minute on one core for two layers, 400 steps of 64 rows.
    """
    task = repeated_tokens(SYMBOLS, LENGTH)
    shape = {"vocab_size": SYMBOLS, "n_ctx": LENGTH, "bos_token_id": None, "eos_token_id": None}
    recipe = Recipe(
        name=f"copying, layers: {job.layers}",
        summary="goes on with symbols that are shown again",
        config=ToyConfig(**shape, n_layers=job.layers, n_heads=HEADS, d_head=16),
        data=Symbols(task, ()),
        schedule=Schedule(steps=job.steps, rows=job.rows, learning_rate=2e-3, warmup=50, falls_to=1.0),
    )
    held_out = task.sample(rows=256, seed=HELD_OUT, split="test")
    course, pairs = [], []
    for step, module in live(recipe, seed=job.seed, every=job.every, meddle=deafen if job.deaf else None):
        model, said = wrap(module, name=recipe.name), scores(module, held_out)
        heads = score_heads(model, held_out.tokens[:64])
        looks = {kind: float(heads.of(kind)[at].max()) for kind, at in (("previous_token", 0), ("induction", -1))}
        course.append({"step": step, "right": said["answers_right"], "loss_nats": said["loss_nats"]} | looks)
        if job.layers > 1:
            frame = composition_scores(model, slots=("k",), draws=DRAWS, seed=step).frame
            each = {str(pair): value for pair, value in enumerate(frame["value"])}
            pairs.append({"chance": float(frame["largest_rotated"].iloc[0])} | each)
    return {"course": pd.DataFrame(course), "pairs": pd.DataFrame(pairs)}


def deafen(module: ToyForCausalLM) -> None:
    """Keep the second layer's keys from hearing the first."""
    cut_composition(wrap(module, name="deaf keys"), 1, slot="k")
