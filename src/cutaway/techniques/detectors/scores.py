"""Score every head against every detector in one pass over a text, in memory that does not grow with it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from cutaway.models import Model
from cutaway.techniques.detectors.detector import FIRST_QUERY, Detector, all_detectors

PATTERN_BYTES = 64_000_000  # attention patterns held at a time


@dataclass(frozen=True)
class HeadScores:
    """Scores of all heads on one text: means over prompts, their standard errors, and how many prompts counted.

    A detector for which no prompt has a target has n = 0 and NaN scores.
    """

    detectors: tuple[Detector, ...]
    mean: Float[Tensor, "detector layer head"]
    stderr: Float[Tensor, "detector layer head"]
    prompts: Int[Tensor, "detector"]

    def of(self, name: str) -> Float[Tensor, "layer head"]:
        """One detector's scores."""
        return self.mean[self.index(name)]

    def index(self, name: str) -> int:
        return [detector.name for detector in self.detectors].index(name)

    def largest(self) -> dict[str, float]:
        """The largest score of any head, by detector."""
        return {detector.name: float(self.mean[at].max()) for at, detector in enumerate(self.detectors)}


class ScoreSums:
    """Sums over prompts, from which means and standard errors follow."""

    def __init__(self, detectors: Sequence[Detector], layers: int, heads: int) -> None:
        self.detectors = tuple(detectors)
        shape = len(self.detectors), layers, heads
        self.total = torch.zeros(shape, dtype=torch.float64)
        self.squares = torch.zeros(shape, dtype=torch.float64)
        self.prompts = torch.zeros(len(self.detectors), dtype=torch.int64)

    def add(self, trace: Mapping[str, Tensor], tokens: Int[Tensor, "batch pos"]) -> None:
        """Take in one batch whose patterns were read."""
        weights, counted = target_weights(self.detectors, tokens)
        self.prompts += counted.sum(dim=1)
        for layer in range(self.total.shape[1]):
            pattern = trace[f"pattern.{layer}"][..., : tokens.shape[1]].float()  # a sink is nobody's target
            mass = torch.einsum("bhx,bxd->dhb", pattern.flatten(2), weights.to(pattern.device)).double().cpu()
            self.total[:, layer] += mass.sum(dim=-1)
            self.squares[:, layer] += mass.square().sum(dim=-1)

    def scores(self) -> HeadScores:
        """What the batches so far say."""
        n = self.prompts.double()[:, None, None]
        mean = self.total / n
        variance = (self.squares / n - mean.square()).clamp(min=0) * n / (n - 1)
        return HeadScores(self.detectors, mean, (variance / n).sqrt(), self.prompts)


def target_weights(
    detectors: Sequence[Detector], tokens: Int[Tensor, "batch pos"]
) -> tuple[Float[Tensor, "batch pairs detector"], Tensor]:
    """For each prompt the weight of every (query, key) pair in its mean, and which prompts have any target."""
    weights, counted = [], []
    for detector in detectors:
        targets = detector.targets(tokens).clone()
        targets[:, :FIRST_QUERY] = False
        queries = targets.any(dim=-1).sum(dim=-1)
        weights.append(targets.flatten(1) / queries.clamp(min=1)[:, None])
        counted.append(queries > 0)
    return torch.stack(weights, dim=-1).float(), torch.stack(counted)


def batches_of(model: Model, tokens: Int[Tensor, "batch pos"]) -> Iterator[Int[Tensor, "batch pos"]]:
    """The rows in batches whose patterns fit in PATTERN_BYTES."""
    shape, length = model.shape, tokens.shape[1]
    row_bytes = 4 * shape.n_layers * shape.n_heads * length * length
    yield from torch.split(tokens, max(1, PATTERN_BYTES // row_bytes))


def score_heads(
    model: Model, tokens: Int[Tensor, "batch pos"], *, detectors: Sequence[Detector] | None = None
) -> HeadScores:
    """Score every head of the model on the rows of `tokens`.

    Units: share of attention on the detector's targets, 0 to 1.
    Cost: one eager forward pass that stops after the last layer's attention; memory of one batch of patterns.
    """
    sums = ScoreSums(detectors or all_detectors(), model.shape.n_layers, model.shape.n_heads)
    for batch in batches_of(model, tokens):
        sums.add(model.run(batch, read=["pattern"], logits=False), batch)
    return sums.scores()
