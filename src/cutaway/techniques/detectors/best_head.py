"""The best head of a kind, chosen on one half of the prompts and measured on the other."""

from dataclasses import dataclass

from jaxtyping import Int
from torch import Tensor

from cutaway.models import Model
from cutaway.records import Measured
from cutaway.stats.intervals import from_stderr
from cutaway.techniques.detectors.scores import score_heads


@dataclass(frozen=True)
class BestHead:
    """A head and its score on prompts that it was not chosen by."""

    layer: int
    head: int
    score: Measured

    @property
    def row(self) -> dict[str, object]:
        """As a row of a table."""
        return {"head": f"{self.layer}.{self.head}"} | vars(self.score)


def best_head(model: Model, tokens: Int[Tensor, "batch pos"], detector: str) -> BestHead:
    """The head with the largest score on the first half of the rows, scored on the second.

    Units: share of attention on the detector's targets, with Student's interval over prompts.
    Cost: `score_heads` of all rows.
    """
    half = tokens.shape[0] // 2
    scores = score_heads(model, tokens[:half]).of(detector)
    layer, head = divmod(int(scores.argmax()), scores.shape[1])
    elsewhere = score_heads(model, tokens[half:])
    at = elsewhere.index(detector)
    mean, stderr = float(elsewhere.mean[at, layer, head]), float(elsewhere.stderr[at, layer, head])
    return BestHead(layer, head, from_stderr(mean, stderr, n=int(elsewhere.prompts[at])))
