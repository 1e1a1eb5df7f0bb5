"""The null of a head score: how high the best head of an untrained model scores."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import torch
from jaxtyping import Int
from torch import Tensor

from cutaway.models import Model, untrained_twin
from cutaway.models.twin import is_large
from cutaway.records import upper_percentile
from cutaway.records.progress import SILENT, Progress
from cutaway.techniques.detectors.scores import HeadScores, score_heads

TWINS = 20
NARROW_ROWS = 16  # prompts that narrow twins are scored on; fewer prompts make the null wider, never narrower


@dataclass(frozen=True)
class Null:
    """By detector, the largest score over all heads of each twin; `narrow` if the twins were made smaller."""

    largest: dict[str, list[float]]
    narrow: bool

    def line(self, detector: str) -> float:
        """The 95th percentile over twins: what the best head of one more twin exceeds one time in twenty."""
        return upper_percentile(self.largest[detector])


def head_null(
    model: Model,
    tokens: Int[Tensor, "batch pos"],
    *,
    seed: int,
    twins: int = TWINS,
    score: Callable[[Model, Tensor], HeadScores] = score_heads,
    progress: Progress = SILENT,
) -> Null:
    """Score untrained twins of the model on the same rows and keep the largest score of each.

    Above 20 million weights the twins have the same layers, heads, head size and context, but a small
    vocabulary and small MLPs, read NARROW_ROWS of the rows, and token ids are folded into that vocabulary.
    `score`: `score_heads`, or `score_straight`. Cost: `twins` times that.
    """
    narrow = is_large(model)
    tokens = tokens[:NARROW_ROWS] if narrow else tokens
    largest: dict[str, list[float]] = {}
    with progress.phase(f"{model.name}: untrained twins", twins) as tick:
        for number in range(twins):
            twin = untrained_twin(model, seed=seed + number, narrow=narrow)
            for name, best in score(twin, fold(tokens, twin)).largest().items():
                largest.setdefault(name, []).append(best)
            tick()
    return Null(largest, narrow)


def count_beyond(
    null: Null, models: Iterable[Model], tokens: Int[Tensor, "batch pos"], *, count: int, progress: Progress = SILENT
) -> dict[str, int]:
    """By detector, how many of `count` models have a head that scores beyond the null on `tokens`."""
    beyond = dict.fromkeys(null.largest, 0)
    with progress.phase("models against the null", count) as tick:
        for model in models:
            for name, score in score_heads(model, tokens).largest().items():
                beyond[name] += score > null.line(name)
            tick()
    return beyond


def fold(tokens: Int[Tensor, "batch pos"], twin: Model) -> Int[Tensor, "batch pos"]:
    """Token ids within the twin's vocabulary; equal ids stay equal, and ids folded onto others are rare."""
    vocab = twin.shape.d_vocab
    if int(tokens.max()) < vocab:
        return tokens
    known, inverse = torch.unique(tokens, return_inverse=True)
    return inverse % vocab if len(known) <= vocab else tokens % vocab
