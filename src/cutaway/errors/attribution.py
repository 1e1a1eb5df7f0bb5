"""Mistakes with attribution: parts that do not add up, metrics without directions, paths that do not converge."""

from collections.abc import Sequence

from cutaway.errors.base import CutawayError, nearest
from cutaway.errors.metric import rows_in_words


class SumError(CutawayError):
    """Contributions that do not add up to the logit they are said to be parts of."""

    def __init__(self, model: str, by: str, off: float, allowed: float, first_wrong: str) -> None:
        super().__init__(
            f"the contributions by {by} in model '{model}' are off the true logit by {off:.2g}, where {allowed:.2g} is"
            f" rounding.\n  {first_wrong}\n"
            "  16 bits round too coarsely: load the model with dtype=torch.float32. A norm after a part is no map of\n"
            "  its heads and neurons: by='component'. A soft cap on logits leaves nothing to add up."
        )


class NotLinearMetricError(CutawayError):
    """A metric that is not a sum of logits, and so has no direction in the stream."""

    def __init__(self, metric: str, unit: str, rows: Sequence[int]) -> None:
        super().__init__(
            f"'{metric}' in {unit} is no weighted sum of logits ({rows_in_words(rows)}): it has no direction in the"
            " stream to read parts along.\n"
            "  Take a difference of logits: metric=cutaway.logit_difference(right, wrong)"
        )


class UnknownSplitError(CutawayError):
    """A way to cut the stream into parts that nobody has named."""

    def __init__(self, asked: str, known: Sequence[str]) -> None:
        super().__init__(
            f"the stream cannot be cut by '{asked}'.\n"
            f"  nearest: {nearest(asked, known)}\n"
            f"  all {len(known)}: {', '.join(known)}"
        )


class IncompleteError(CutawayError):
    """An integral along a path that the most steps allowed did not make add up."""

    def __init__(self, site: str, off: float, steps: int, within: float, most: int, rows: Sequence[int]) -> None:
        super().__init__(
            f"integrated gradients at '{site}' do not add up in {rows_in_words(rows)}: after {steps} steps they are off"
            f" by {off:.2%} of the difference in score, where {within:.0%} is asked.\n"
            f"  Allow more steps: most_steps={2 * most};  or take what has no path: occlusion(model, tokens, ...)"
        )


class FlatPathError(CutawayError):
    """A baseline that scores what the prompt itself scores, so that there is nothing to divide among parts."""

    def __init__(self, site: str, metric: str, gap: float) -> None:
        super().__init__(
            f"{metric} does not tell the baseline at '{site}' from the prompt: they differ by {gap:g}.\n"
            "  Nothing is there to attribute: take another baseline, such as corrupted tokens, or another metric."
        )


class SeveralSitesError(CutawayError):
    """One path through several sites at once."""

    def __init__(self, asked: str, sites: Sequence[str]) -> None:
        super().__init__(
            f"'{asked}' names {len(sites)} sites: {', '.join(sites[:6])}, where one is needed.\n"
            f"  Name one: site='{sites[0]}'"
        )


class BaselineError(CutawayError):
    """A baseline that is no activation of the site."""

    def __init__(self, site: str, fault: str) -> None:
        super().__init__(
            f"there is no such baseline at '{site}': {fault}.\n"
            "  Pass 'zero', tokens [batch, pos] of another prompt, or a value that fits the activation."
        )


class NoPlacesError(CutawayError):
    """Too few places to measure agreement on."""

    def __init__(self, places: int) -> None:
        super().__init__(
            f"agreement of {places} places says nothing: two are the least.\n"
            "  Cut finer: per=('layer', 'head', 'position');  or sample more: sample=64"
        )


class UndroppableSiteError(CutawayError):
    """AtP* asked for at a site that is no part of a layer."""

    def __init__(self, asked: str, known: Sequence[str]) -> None:
        super().__init__(
            f"atp_star does not judge '{asked}': it drops whole layers, and asks of parts inside them.\n"
            f"  nearest: {nearest(asked, known)}\n"
            f"  all {len(known)}: {', '.join(known)};  elsewhere: attribution_patching(model, pairs, site='{asked}')"
        )


class NoExamplesError(CutawayError):
    """Examples asked of a stream that kept none."""

    def __init__(self) -> None:
        super().__init__(
            "no examples were kept of this stream.\n"
            "  Say how many to keep at either end: direct_logits_stream(model, batches, k=5)"
        )
