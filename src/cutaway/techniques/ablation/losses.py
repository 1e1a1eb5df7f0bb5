"""What an ablation is said to lose: how far predictions move from the clean ones, or how far the metric falls."""

from typing import Literal

import torch
from jaxtyping import Float, Int
from torch import Tensor

from cutaway.errors.choices import check_choice
from cutaway.models import Metric, Model
from cutaway.models.metric import take
from cutaway.models.pairs import Pairs

Loss = Literal["kl", "metric"]


def loss_on(model: Model, pairs: Pairs, kind: Loss) -> Metric:
    """The loss of each clean prompt, against the model's own clean run.

    Units:  nats, averaged over the positions that the pairs' answers are read at; or those of their metric.
    Cost:   a forward pass; memory of the logits at these positions.
    Raises: UnknownChoiceError.
    """
    check_choice("loss", kind, Loss)
    with torch.no_grad():
        logits = model.run(pairs.clean, mask=pairs.mask).logits
    return divergence(pairs, logits) if kind == "kl" else fall(pairs.metric, pairs.metric(logits))


def divergence(pairs: Pairs, logits: Float[Tensor, "batch pos d_vocab"]) -> Metric:
    """Kullback-Leibler divergence from the clean predictions, where answers are read."""
    answers = pairs.answers
    log_p = take(logits, answers.positions).log_softmax(dim=-1, dtype=torch.float32)
    weight = answers.counts.to(log_p.device, log_p.dtype)

    def function(rows: Float[Tensor, "batch n d_vocab"], _: Int[Tensor, "batch k"]) -> Float[Tensor, "batch"]:
        expected, on = log_p.to(rows.device), weight.to(rows.device)
        each = (expected.exp() * (expected - rows.log_softmax(dim=-1))).sum(dim=-1)
        return (each * on).sum(dim=-1) / on.sum(dim=-1)

    return Metric("kl_from_clean", "nats", "further from the clean predictions", function, positions=answers.positions)


def fall(metric: Metric, clean: Float[Tensor, "batch"]) -> Metric:
    """How far a metric falls below the clean run's."""

    def function(rows: Float[Tensor, "batch n d_vocab"], tokens: Int[Tensor, "batch k"]) -> Float[Tensor, "batch"]:
        value = metric.function(rows, tokens)
        return clean.to(value.device) - value

    return Metric(
        f"fall_of_{metric.name}",
        metric.unit,
        "further below the clean run",
        function,
        positions=metric.positions,
        tokens=metric.tokens,
        whole_vocabulary=metric.whole_vocabulary,
        length=metric.length,
    )
