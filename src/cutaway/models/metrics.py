"""The usual metrics: logit difference, probability, log probability, KL divergence, loss, accuracy.

Tokens are ids or text, one for all rows or one for each; text needs `metric.bind(model)`. With right padding
the last column is padding: pass `position=last_positions(mask)`.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from cutaway.errors.metric import MetricArgumentError, MetricLogitsError, NothingToCountError, PerRowCountError
from cutaway.models.inputs import is_binary
from cutaway.models.metric import Column, Function, Metric, Unit, places, stacked, take, texts

Tokens = int | str | Sequence[int | str] | Int[Tensor, "batch"]
Position = int | Sequence[int] | Int[Tensor, "batch"]


def logit_difference(right: Tokens, wrong: Tokens, *, position: Position = -1) -> Metric:
    """How much higher the right token's logit is than the wrong one's.

    Units:  logits, that is the log odds of the two; 0 is indifference; positive prefers `right`.
    Raises: SameTokenError if they are the same token in some row; MetricArgumentError, PerRowCountError.
    """
    name = "logit_difference"

    def function(rows: Float[Tensor, "batch 1 d_vocab"], tokens: Int[Tensor, "batch 2"]) -> Float[Tensor, "batch"]:
        picked = rows[:, 0].gather(1, tokens)
        return picked[:, 0] - picked[:, 1]

    return Metric(
        name,
        "logits",
        "for the right token, against the wrong one",
        function,
        positions=at(name, position),
        tokens=token_ids(name, right, wrong),
        whole_vocabulary=False,
        distinct=True,
    )


def probability(token: Tokens, *, position: Position = -1) -> Metric:
    """The probability of a token; reads the whole vocabulary, which it is normalised over.

    Units:  probability, 0 to 1.
    Raises: MetricArgumentError.
    """

    def function(rows: Float[Tensor, "batch 1 d_vocab"], tokens: Int[Tensor, "batch 1"]) -> Float[Tensor, "batch"]:
        return rows[:, 0].softmax(dim=-1).gather(1, tokens)[:, 0]

    return of_token("probability", token, position, "probability", "more likely", function)


def log_prob(token: Tokens, *, position: Position = -1) -> Metric:
    """The log probability of a token; reads the whole vocabulary, which it is normalised over.

    Units:  nats, at most 0, which is certainty.
    Raises: MetricArgumentError.
    """

    def function(rows: Float[Tensor, "batch 1 d_vocab"], tokens: Int[Tensor, "batch 1"]) -> Float[Tensor, "batch"]:
        return rows[:, 0].log_softmax(dim=-1).gather(1, tokens)[:, 0]

    return of_token("log_prob", token, position, "nats", "more likely; 0 is certain", function)


def accuracy(targets: Tokens, *, position: Position = -1) -> Metric:
    """Whether the target is the model's best guess: 1 if its logit is above all others, otherwise 0.

    Units:  share of rows right, once averaged; a tie is not right; its gradient is zero.
    Raises: MetricArgumentError.
    """

    def function(rows: Float[Tensor, "batch 1 d_vocab"], tokens: Int[Tensor, "batch 1"]) -> Float[Tensor, "batch"]:
        logits = rows[:, 0]
        rival = logits.scatter(1, tokens, -torch.inf).amax(dim=1)
        lead = logits.gather(1, tokens)[:, 0] - rival
        return torch.where(lead.isnan(), lead, (lead > 0).to(lead.dtype))  # a nan is no wrong answer

    return of_token("accuracy", targets, position, "share", "right more often", function)


def kl_divergence(reference_logits: Float[Tensor, "batch pos d_vocab"], *, position: Position | None = -1) -> Metric:
    """KL(reference || run), averaged over the positions it reads; `position=None` reads them all, padding too.

    Units:  nats; 0 is the reference's own distribution, and nothing is below it.
    Cost:   keeps the reference's log probabilities at those positions.
    Raises: MetricArgumentError if the reference is not finite logits; PerRowCountError, PositionOutsideError.
    """
    name = "kl_divergence"
    reference = reference_logits
    if not isinstance(reference, Tensor) or reference.ndim != 3 or not reference.is_floating_point():
        raise MetricArgumentError(name, "the reference is not logits", "Pass logits [batch, pos, d_vocab].")
    positions = None if position is None else at(name, position)
    if positions is not None:
        reference = take(reference, places(positions, *reference.shape[:2], metric=name))
    if bool(reference.isnan().any()):
        raise MetricArgumentError(name, "the reference logits hold nan", "Look at the run they come from.")
    expected = reference.log_softmax(dim=-1, dtype=torch.promote_types(reference.dtype, torch.float32))

    def function(rows: Float[Tensor, "batch n d_vocab"], _: Int[Tensor, "batch 0"]) -> Float[Tensor, "batch"]:
        if len(rows) != len(expected):
            raise PerRowCountError(name, "reference logits", len(expected), len(rows))
        if rows.shape != expected.shape:
            fault = f"the run has shape {tuple(rows.shape)} where the reference has {tuple(expected.shape)}"
            raise MetricLogitsError(
                name, fault, "Take the reference from a run of this model on prompts of this length."
            )
        log_p = expected.to(rows.device)
        p = log_p.exp()
        gap = (log_p - rows.log_softmax(dim=-1)).masked_fill(p == 0, 0)  # 0 log 0 is 0
        return (p * gap).sum(dim=-1).clamp(min=0).mean(dim=1)  # rounding may dip below 0

    return Metric(name, "nats", "further from the reference", function, positions=positions)


def loss(
    tokens: Int[Tensor, "batch pos"],
    *,
    mask: Bool[Tensor, "batch pos"] | Int[Tensor, "batch pos"] | None = None,
    of: Bool[Tensor, "batch pos"] | Int[Tensor, "batch pos"] | None = None,
) -> Metric:
    """Mean next-token loss of each row; reads the whole vocabulary, but only where it counts.

    A prediction counts if the mask is True at the token it is made from and at the token it is of; with `of`, only if
    that is True too at the token it is of.
    Units:  nats per token; 0 is a perfect prediction, log d_vocab an even guess.
    Raises: NothingToCountError for a row without a prediction that counts; MetricArgumentError.
    """
    name = "loss"
    whole = integers(name, tokens, "tokens")
    if whole.ndim != 2:
        raise MetricArgumentError(name, f"tokens of shape {tuple(whole.shape)}", "Pass the tokens [batch, pos].")
    real, wanted = (
        torch.ones_like(whole, dtype=torch.bool) if one is None else as_mask(name, one) for one in (mask, of)
    )
    for word, one in (("mask", real), ("mask of what to count", wanted)):
        if one.shape != whole.shape:
            fault = f"the {word} has shape {tuple(one.shape)} and the tokens {tuple(whole.shape)}"
            raise MetricArgumentError(name, fault, "Give one value of the mask per token.")
    real, wanted = real.to(whole.device), wanted.to(whole.device)
    counted = real[:, :-1] & real[:, 1:] & wanted[:, 1:]
    each = counted.sum(dim=1)
    if not bool(each.all()):
        empty = (each == 0).nonzero().flatten().tolist()
        raise NothingToCountError(name, empty, "it needs two neighbouring tokens that the mask leaves True")

    sources = (~counted).int().argsort(dim=1, stable=True)[:, : int(each.max())]
    counts = counted.gather(1, sources)
    sources = torch.where(counts, sources, sources[:, :1])  # what fills a shorter row up is read and not counted
    targets = whole.gather(1, sources + 1)

    def function(rows: Float[Tensor, "batch n d_vocab"], targets: Int[Tensor, "batch n"]) -> Float[Tensor, "batch"]:
        surprise = -rows.log_softmax(dim=-1).gather(-1, targets[..., None])[..., 0]
        keep = counts.to(rows.device)
        return (surprise * keep).sum(dim=1) / keep.sum(dim=1)

    return Metric(
        name,
        "nats",
        "a worse prediction of the next token",
        function,
        positions=sources,
        tokens=targets,
        length=whole.shape[1],
    )


def as_metric(x: Metric | Callable[[Tensor], Tensor], name: str | None = None) -> Metric:
    """A bare function of logits as a metric that reads everything; a metric as itself.

    Units:  unknown: the function does not say. A single number is taken for a batch of one row only.
    Raises: MetricArgumentError for what is no function.
    """
    if isinstance(x, Metric):
        return x if name is None else replace(x, name=name)
    if not callable(x):
        fault = f"a {type(x).__name__} is no function of logits"  # type: ignore[unreachable]
        raise MetricArgumentError(name or "a metric", fault, "Pass a Metric, or a function: logits -> [batch]")

    def function(rows: Float[Tensor, "batch pos d_vocab"], _: Int[Tensor, "batch 0"]) -> Float[Tensor, "batch"]:
        value = x(rows)
        return value[None] if isinstance(value, Tensor) and value.ndim == 0 and len(rows) == 1 else value

    called = getattr(x, "__name__", type(x).__name__) if name is None else name
    return Metric(str(called), "unknown", "unknown: a bare function does not say", function)


def last_positions(mask: Bool[Tensor, "batch pos"] | Int[Tensor, "batch pos"]) -> Int[Tensor, "batch"]:
    """The last position of each row at which the mask is True: where a padded prompt ends.

    Raises: NothingToCountError for a row that is all padding; MetricArgumentError.
    """
    real = as_mask("last_positions", mask)
    empty = (~real.any(dim=1)).nonzero().flatten().tolist()
    if empty:
        raise NothingToCountError("last_positions", empty, "the mask is False everywhere")
    return torch.where(real, torch.arange(real.shape[1], device=real.device), -1).amax(dim=1)


def of_token(name: str, token: Tokens, position: Position, unit: Unit, higher_is: str, function: Function) -> Metric:
    """A metric of one token at one position, against the whole vocabulary."""
    return Metric(name, unit, higher_is, function, positions=at(name, position), tokens=token_ids(name, token))


def token_ids(name: str, *choices: Tokens) -> Int[Tensor, "*batch k"] | tuple[Column, ...]:
    """The tokens a metric reads: ids, or columns while some are still text."""
    columns = tuple(column(name, choice) for choice in choices)
    lengths = [len(one) for one in columns if isinstance(one, tuple)]
    if len(set(lengths)) > 1:
        raise PerRowCountError(name, "tokens", lengths[1], lengths[0])
    return columns if texts(columns) else stacked(columns)


def column(name: str, choice: Tokens) -> Column:
    """One token for all rows, or one for each, in plain Python."""
    plain = integers(name, choice, "tokens").tolist() if isinstance(choice, Tensor) else choice
    parts = tuple(plain) if isinstance(plain, (list, tuple)) else (plain,)
    for part in parts:
        if isinstance(part, bool) or not isinstance(part, (int, str)):
            advice = "Name a token by its id or its text, 42 or ' Mary', or give a list with one per row."
            raise MetricArgumentError(name, f"{part!r} is no token", advice)
    return parts if isinstance(plain, (list, tuple)) else parts[0]


def at(name: str, position: Position) -> int | Int[Tensor, "batch"]:
    """A position for all rows, or one for each."""
    if isinstance(position, int) and not isinstance(position, bool):
        return position
    whole = isinstance(position, (list, tuple)) and all(type(one) is int for one in position)
    each = torch.tensor(position, dtype=torch.long) if whole else position
    if not isinstance(each, Tensor) or each.ndim > 1:
        advice = "Pass an int, or one per row: position=last_positions(mask)"
        raise MetricArgumentError(name, f"{position!r} is no position", advice)
    found = integers(name, each, "positions")
    return int(found) if found.ndim == 0 else found


def integers(name: str, values: Tensor, what: str) -> Int[Tensor, "*shape"]:
    """Whole numbers, or a refusal."""
    if not isinstance(values, Tensor) or values.dtype == torch.bool or values.dtype.is_floating_point:
        kind = values.dtype if isinstance(values, Tensor) else type(values).__name__
        raise MetricArgumentError(name, f"its {what} are {kind}", "Pass a tensor of integers.")
    return values.long()


def as_mask(name: str, mask: Tensor) -> Bool[Tensor, "batch pos"]:
    """A mask [batch, pos] of True and False, or of ones and zeros, or a refusal."""
    if not isinstance(mask, Tensor) or mask.ndim != 2 or not is_binary(mask):
        raise MetricArgumentError(name, "its mask is no mask", "Pass [batch, pos] of True (real) and False (padding).")
    return mask.bool()
