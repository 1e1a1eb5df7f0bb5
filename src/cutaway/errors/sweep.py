"""Mistakes with sweeps: prompts that do not line up, and nothing to explain."""

from collections.abc import Sequence

from cutaway.errors.base import CutawayError
from cutaway.errors.metric import rows_in_words


class UnequalPromptsError(CutawayError):
    """Activations of one prompt were to be put into a prompt of another size."""

    def __init__(self, other: tuple[int, ...], base: tuple[int, ...]) -> None:
        super().__init__(
            f"the prompts do not line up: tokens of shape {other} are to be patched into tokens of shape {base}.\n"
            "  A patch goes to the same row and position: choose words of as many tokens, one pair a row.\n"
            "  What the tokens are: model.token_strings(tokens[0])"
        )


class NoGapError(CutawayError):
    """The clean and the corrupted prompt score the same, so that no share of the difference exists."""

    def __init__(self, metric: str, rows: Sequence[int], gap: float) -> None:
        super().__init__(
            f"{metric} does not tell clean from corrupted: over the prompts the mean differs by {gap:g}, in"
            f" {rows_in_words(rows)} nothing.\n"
            "  A share of no difference means nothing: choose another corruption, or a metric that sees this one;\n"
            "  scores without shares: sweep(model, corrupted, edits, metric).scores"
        )


class NoEditsError(CutawayError):
    """A sweep over nothing."""

    def __init__(self) -> None:
        super().__init__(
            "there is nothing to sweep over: no edits were given.\n"
            "  One run for each edit: sweep(model, tokens, [cutaway.Zero('z.0', head=h) for h in range(4)], metric)"
        )


class NoSuchAxisError(CutawayError):
    """A product over an axis that a site does not have."""

    def __init__(self, axis: str, site: str, fault: str) -> None:
        super().__init__(
            f"there is no sweep over each {axis} of '{site}': {fault}.\n"
            "  per=('layer', 'position') for the stream, ('layer', 'head') for z, ('layer', 'neuron') for mlp_post"
        )


class SeveralMetricsError(CutawayError):
    """The scores of a sweep with several metrics, without a word which."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(
            f"this sweep has {len(names)} metrics: {', '.join(names)}.\n  Say which: found.of({names[0]!r})"
        )


class OtherSweepError(CutawayError):
    """A file of kept results that belongs to another sweep."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f"'{path}' holds results of another sweep: its model, prompt, edits or metric differ.\n"
            "  Name another file, or delete that one, to start anew."
        )
