"""Mistakes with metrics: what they are made of, what they are shown, and what they come to."""

from collections.abc import Sequence

from cutaway.errors.base import CutawayError

SHOWN = 8  # rows listed before the rest is only counted


def rows_in_words(rows: Sequence[int]) -> str:
    """`row 3`, or `rows 0, 2, 5`, with a count of those left out; none means every row."""
    if not rows:
        return "every row"
    more = f" and {len(rows) - SHOWN} more" if len(rows) > SHOWN else ""
    return f"row{'s' if len(rows) > 1 else ''} {', '.join(map(str, rows[:SHOWN]))}{more}"


class MetricArgumentError(CutawayError):
    """A metric was asked for with something it cannot be made of."""

    def __init__(self, metric: str, fault: str, advice: str) -> None:
        super().__init__(f"{metric} cannot be made: {fault}.\n  {advice}")


class SameTokenError(CutawayError):
    """A difference was asked for between a token and itself."""

    def __init__(self, metric: str, token: int | str, rows: Sequence[int]) -> None:
        super().__init__(
            f"{metric} compares token {token!r} with itself in {rows_in_words(rows)}: it would always be 0.\n"
            f"  Name two different tokens: logit_difference(right, wrong)"
        )


class NothingToCountError(CutawayError):
    """A row in which the mask leaves nothing to measure."""

    def __init__(self, metric: str, rows: Sequence[int], needed: str) -> None:
        super().__init__(
            f"{metric} has nothing to count in {rows_in_words(rows)}: {needed}.\n"
            f"  Leave those rows out of the batch, or let the mask be True where tokens are real."
        )


class UnboundMetricError(CutawayError):
    """A metric that names tokens as text was used before it knew their ids."""

    def __init__(self, metric: str, texts: Sequence[str]) -> None:
        named = ", ".join(map(repr, texts[:SHOWN]))
        super().__init__(
            f"metric '{metric}' names tokens as text ({named}), and which ids they are depends on the model.\n"
            f"  Bind it first: metric = metric.bind(model)"
        )


class NotOneTokenError(CutawayError):
    """Text that should name one token and does not."""

    def __init__(self, text: str, pieces: Sequence[str], model: str, advice: str) -> None:
        read = " + ".join(map(repr, pieces)) or "nothing"
        super().__init__(f"{text!r} is not one token of model '{model}', which reads it as {read}.\n  {advice}")


class TokenOutsideError(CutawayError):
    """A token id that the logits have no column for."""

    def __init__(self, metric: str, token: int, d_vocab: int) -> None:
        super().__init__(
            f"metric '{metric}' reads token {token}, but the logits have {d_vocab} tokens, 0 to {d_vocab - 1}.\n"
            f"  Take ids from this model's own tokenizer: name the token as text and metric.bind(model)"
        )


class PositionOutsideError(CutawayError):
    """A position that the logits do not have."""

    def __init__(self, metric: str, position: int, row: int, pos: int) -> None:
        super().__init__(
            f"metric '{metric}' reads position {position} of row {row}, but the logits have {pos} positions.\n"
            f"  Positions are 0 to {pos - 1}, or -{pos} to -1 counted from the end."
        )


class PerRowCountError(CutawayError):
    """Something was given for each row, but not for as many rows as there are."""

    def __init__(self, metric: str, what: str, given: int, batch: int) -> None:
        super().__init__(
            f"{metric} was given {what} for {given} row{'s' if given != 1 else ''}, but there are {batch}.\n"
            f"  Give one for each of the {batch} rows, in their order, or a single one for all."
        )


class MetricLogitsError(CutawayError):
    """What a metric was shown is not the logits it reads."""

    def __init__(self, metric: str, fault: str, advice: str) -> None:
        super().__init__(f"metric '{metric}' cannot read this: {fault}.\n  {advice}")


class MetricResultError(CutawayError):
    """A metric's function did not return one number per row."""

    def __init__(self, metric: str, fault: str, batch: int) -> None:
        super().__init__(
            f"metric '{metric}' must return one floating-point number per row, shape ({batch},): {fault}.\n"
            f"  Keep the batch axis: reduce over the others, for example values.mean(dim=-1), not values.mean()"
        )


class NonFiniteMetricError(CutawayError):
    """A metric came out as nan or infinite."""

    def __init__(self, metric: str, rows: Sequence[int], value: float, *, nan_logits: bool) -> None:
        fault, advice = (
            ("the logits it reads there hold nan", "Look for the edit that made it, or run the model in float32.")
            if nan_logits
            else (
                "the logits hold no nan",
                "Look for infinite logits there: a masked token, or half-precision overflow.",
            )
        )
        super().__init__(f"metric '{metric}' is {value} in {rows_in_words(rows)}: {fault}.\n  {advice}")
