"""Pairs of prompts: what every causal experiment starts from, whoever makes them."""

from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd
from jaxtyping import Float, Int
from torch import Tensor

from cutaway.models.answers import Answers
from cutaway.models.metric import Metric


@dataclass(frozen=True, eq=False)
class Pairs:
    """Prompts that have an answer (clean) and, row by row, the same with something exchanged (corrupted).

    For a model of images, or of plain numbers, those are its prompts, and its scores are the logits of one position.
    `answers` are the clean prompts'; `metric` and `accuracy` score the logits of either prompt by them. `mask` is 1 at
    tokens and 0 at padding, None where every prompt has the same length; it holds for both sides, because the two
    prompts of a pair have as many tokens. `frame` tells each row in words. `redrawn` counts the prompts that the
    model's tokenizer did not cut as the task needs and that were replaced.
    """

    clean: Int[Tensor, "batch pos"] | Float[Tensor, "batch *shape"]
    corrupted: Int[Tensor, "batch pos"] | Float[Tensor, "batch *shape"]
    answers: Answers
    mask: Int[Tensor, "batch pos"] | None = None
    frame: pd.DataFrame = field(default_factory=pd.DataFrame)
    redrawn: int = 0

    def __len__(self) -> int:
        return len(self.clean)

    @cached_property
    def metric(self) -> Metric:
        """How good the answers of a run are; units as `Answers.metric`."""
        return self.answers.metric()

    @cached_property
    def accuracy(self) -> Metric:
        """Whether the answers of a run are right, 1 or 0; as `Answers.accuracy`."""
        return self.answers.accuracy()
