"""A metric turns logits into one number per row, and says beforehand which logits it reads.

A sweep unembeds only those and hands them to `from_rows`; the number is the one that the full logits give,
because `metric(logits)` itself picks the same rows and then does the same. The usual metrics: `metrics.py`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import torch
from jaxtyping import Float, Int
from torch import Tensor

from cutaway.errors.metric import (
    MetricLogitsError,
    MetricResultError,
    NonFiniteMetricError,
    NotOneTokenError,
    PerRowCountError,
    PositionOutsideError,
    SameTokenError,
    TokenOutsideError,
    UnboundMetricError,
)
from cutaway.errors.models import NoTokenizerError
from cutaway.models.texts import Texts

Column = int | str | tuple[int | str, ...]  # one token for every row, or one for each
Function = Callable[[Float[Tensor, "batch n d_vocab"], Int[Tensor, "batch k"]], Float[Tensor, "batch"]]
Unit = Literal["logits", "probability", "nats", "share", "unknown"]


@dataclass(frozen=True, eq=False)
class Reads:
    """What a metric reads of logits [batch, pos, d_vocab], for each row; no index is negative.

    `positions` is None where it reads them all, `tokens` where it singles none out. With `whole_vocabulary` it needs
    the other logits at its positions too: the normaliser of a probability, or the rivals of a best guess.
    """

    positions: Int[Tensor, "batch n"] | None
    tokens: Int[Tensor, "batch k"] | None
    whole_vocabulary: bool


@dataclass(frozen=True, eq=False, repr=False)
class Metric:
    """One number per row of logits; `function` sees the rows it declares, in float32 or better, and its token ids.

    `positions`: one for all rows, one or n for each row, or None for all. `tokens`: ids [k] for all rows or [batch, k]
    for each; a tuple of columns while some are still text; None for no token in particular. `length`: how many
    positions the logits must have, where that matters. `distinct`: its first two tokens must differ.
    """

    name: str
    unit: Unit
    higher_is: str
    function: Function
    positions: int | Int[Tensor, "batch"] | Int[Tensor, "batch n"] | None = None
    tokens: Int[Tensor, "*batch k"] | tuple[Column, ...] | None = None
    whole_vocabulary: bool = True
    length: int | None = None
    distinct: bool = False

    def __post_init__(self) -> None:
        if self.distinct and self.tokens is not None:
            one, other = columns_of(self.tokens)[:2]
            refuse_equal(self.name, one, other)

    def __repr__(self) -> str:
        return f"Metric('{self.name}' in {self.unit}; higher is {self.higher_is})"

    def bind(self, model: Texts) -> "Metric":
        """The same metric with tokens named as text turned into this model's ids; itself if there are none.

        Raises: NoTokenizerError; NotOneTokenError for text that is not exactly one token; SameTokenError.
        """
        if not isinstance(self.tokens, tuple):
            return self
        return replace(self, tokens=stacked([bound(column, model) for column in self.tokens]))

    def reads(self, batch: int, pos: int) -> Reads:
        """Which logits of a run of this size the metric needs.

        Raises: UnboundMetricError, PerRowCountError, PositionOutsideError, MetricLogitsError for another length.
        """
        tokens = self.ids(batch)
        if self.length is not None and self.length != pos:
            fault = f"it was made for {self.length} positions and the logits have {pos}"
            raise MetricLogitsError(self.name, fault, "Make it from the tokens that the model runs on.")
        positions = None if self.positions is None else places(self.positions, batch, pos, metric=self.name)
        return Reads(positions, tokens if tokens.shape[1] else None, self.whole_vocabulary)

    def __call__(self, logits: Float[Tensor, "batch pos d_vocab"]) -> Float[Tensor, "batch"]:
        """The metric of each row, differentiable in the logits.

        Raises: what `reads` and `from_rows` raise.
        """
        self.check(logits)
        positions = self.reads(*logits.shape[:2]).positions
        return self.from_rows(logits if positions is None else take(logits, positions))

    def from_rows(self, rows: Float[Tensor, "batch n d_vocab"]) -> Float[Tensor, "batch"]:
        """The metric from the logits of only the positions it declared, in that order.

        Where it does not read the whole vocabulary, the logits of other tokens may hold anything.
        Raises: UnboundMetricError, PerRowCountError, TokenOutsideError, MetricLogitsError, MetricResultError,
            NonFiniteMetricError.
        """
        self.check(rows)
        batch, n, d_vocab = rows.shape
        tokens = self.ids(batch).to(rows.device)
        declared = self.declared
        if declared is not None and declared != n:
            fault = f"rows of {n} positions, where it declares {declared}"
            raise MetricLogitsError(self.name, fault, "Pass take(logits, metric.reads(batch, pos).positions).")
        outside = tokens[(tokens < 0) | (tokens >= d_vocab)]
        if len(outside):
            raise TokenOutsideError(self.name, int(outside[0]), d_vocab)
        rows = rows.float() if rows.dtype in (torch.float16, torch.bfloat16) else rows
        return self.checked(self.function(rows, tokens), rows)

    @property
    def declared(self) -> int | None:
        """How many positions of each row it reads; None for all."""
        if isinstance(self.positions, Tensor):
            return 1 if self.positions.ndim == 1 else self.positions.shape[1]
        return None if self.positions is None else 1

    def ids(self, batch: int) -> Int[Tensor, "batch k"]:
        """Its token ids for each row; no columns where it singles none out."""
        if isinstance(self.tokens, tuple):
            raise UnboundMetricError(self.name, texts(self.tokens))
        if self.tokens is None or self.tokens.ndim == 1:
            same: Tensor = torch.empty(0, dtype=torch.long) if self.tokens is None else self.tokens
            return same.expand(batch, -1)
        if len(self.tokens) != batch:
            raise PerRowCountError(self.name, "tokens", len(self.tokens), batch)
        return self.tokens

    def check(self, logits: Float[Tensor, "batch n d_vocab"]) -> None:
        """Refuse what are not logits."""
        if not isinstance(logits, Tensor):
            raise MetricLogitsError(self.name, f"a {type(logits).__name__}", "Pass the logits: metric(trace.logits)")
        if logits.ndim != 3 or not logits.numel():
            advice = "Pass logits [batch, pos, d_vocab]; of classes, metric(logits[:, None])."
            raise MetricLogitsError(self.name, f"shape {tuple(logits.shape)}", advice)
        if not logits.is_floating_point():
            raise MetricLogitsError(self.name, f"{logits.dtype} values", "Pass logits, not token ids.")

    def checked(self, value: Float[Tensor, "batch"], rows: Float[Tensor, "batch n d_vocab"]) -> Float[Tensor, "batch"]:
        """The function's result, refused unless it is one finite number per row."""
        batch = len(rows)
        if not isinstance(value, Tensor):
            raise MetricResultError(self.name, f"it returned a {type(value).__name__}", batch)
        if not value.is_floating_point():
            raise MetricResultError(self.name, f"it returned {value.dtype}", batch)
        if value.shape != (batch,):
            raise MetricResultError(self.name, f"it returned shape {tuple(value.shape)}", batch)
        bad = (~value.isfinite()).nonzero().flatten().tolist()
        if bad:
            has_nan = bool(rows[bad].isnan().any())
            raise NonFiniteMetricError(self.name, bad, float(value[bad[0]]), nan_logits=has_nan)
        return value


def take(logits: Float[Tensor, "batch pos d_vocab"], positions: Int[Tensor, "batch n"]) -> Tensor:
    """The logits [batch, n, d_vocab] at the positions of each row."""
    row = torch.arange(len(logits), device=logits.device)[:, None]
    return logits[row, positions.to(logits.device)]


def places(positions: int | Int[Tensor, "batch *n"], batch: int, pos: int, *, metric: str) -> Int[Tensor, "batch n"]:
    """Positions of each row, counted from the start."""
    stated = positions if isinstance(positions, Tensor) else torch.full((batch, 1), positions)
    each = stated[:, None] if stated.ndim == 1 else stated
    if len(each) != batch:
        raise PerRowCountError(metric, "positions", len(each), batch)
    for row, column in ((each < -pos) | (each >= pos)).nonzero()[:1].tolist():
        raise PositionOutsideError(metric, int(each[row, column]), row, pos)
    return torch.where(each < 0, each + pos, each)


def bound(column: Column, model: Texts) -> int | tuple[int, ...]:
    """A column of tokens with its text turned into ids."""
    if isinstance(column, tuple):
        return tuple(part if isinstance(part, int) else only_token(part, model) for part in column)
    return column if isinstance(column, int) else only_token(column, model)


def only_token(text: str, model: Texts) -> int:
    """The id of text that is one token."""
    tokenizer = model.tokenizer
    if tokenizer is None:
        raise NoTokenizerError(model.name)

    def pieces(words: str) -> list[int]:
        found: list[int] = tokenizer.encode(words, add_special_tokens=False)
        return found

    ids = pieces(text)
    if len(ids) == 1 and (ids[0] != tokenizer.unk_token_id or text == tokenizer.unk_token):
        return ids[0]
    other = text[1:] if text.startswith(" ") else f" {text}"
    advice = "Choose a word that is one token, or pass the id of the piece you mean."
    if len(pieces(other)) == 1 and pieces(other)[0] != tokenizer.unk_token_id:
        advice = f"Did you mean {other!r}, which is one token? A word inside a sentence begins with its space."
    raise NotOneTokenError(text, model.token_strings(ids), model.name, advice)


def texts(columns: Sequence[Column]) -> list[str]:
    """The tokens that are still text."""
    parts = [part for column in columns for part in (column if isinstance(column, tuple) else (column,))]
    return [part for part in parts if isinstance(part, str)]


def stacked(columns: Sequence[Column]) -> Int[Tensor, "*batch k"]:
    """Ids [k] where every column is the same for all rows, otherwise [batch, k]."""
    rows = next((len(column) for column in columns if isinstance(column, tuple)), None)
    if rows is None:
        return torch.tensor(columns, dtype=torch.long)
    return torch.tensor([list(c) if isinstance(c, tuple) else [c] * rows for c in columns], dtype=torch.long).T


def columns_of(tokens: Int[Tensor, "*batch k"] | tuple[Column, ...]) -> tuple[Column, ...]:
    """The inverse of `stacked`; columns as they are."""
    if isinstance(tokens, tuple):
        return tokens
    return tuple(tuple(column) if isinstance(column, list) else column for column in tokens.movedim(-1, 0).tolist())


def refuse_equal(metric: str, one: Column, other: Column) -> None:
    """Refuse two columns of tokens that agree in some row."""
    if not isinstance(one, tuple) and not isinstance(other, tuple):
        if one == other:
            raise SameTokenError(metric, one, ())
        return
    rows = max(len(column) for column in (one, other) if isinstance(column, tuple))
    left, right = (column if isinstance(column, tuple) else (column,) * rows for column in (one, other))
    equal = [row for row in range(rows) if left[row] == right[row]]
    if equal:
        raise SameTokenError(metric, left[equal[0]], equal)
