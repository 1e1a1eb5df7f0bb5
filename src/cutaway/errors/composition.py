"""Mistakes with composition: maps that are not linear, parts that no path leads between, scores that do not add up."""

from collections.abc import Sequence

from cutaway.errors.base import CutawayError, nearest


class UnknownPreparationError(CutawayError):
    """A change of the weights beforehand that nobody has named."""

    def __init__(self, asked: str, known: Sequence[str]) -> None:
        super().__init__(
            f"weights cannot be prepared by '{asked}'.\n"
            f"  nearest: {nearest(asked, known)}\n"
            f"  all {len(known)}: {', '.join(known)};  the weights as they are: prepare=()"
        )


class UnknownSlotError(CutawayError):
    """A way to read the stream that a head does not have."""

    def __init__(self, asked: str, known: Sequence[str]) -> None:
        super().__init__(
            f"a head reads nothing by '{asked}'.\n"
            f"  nearest: {nearest(asked, known)}\n"
            f"  all {len(known)}: {', '.join(known)}"
        )


class NormBetweenError(CutawayError):
    """A norm stands between two maps, so that their product is not what the model computes."""

    def __init__(self, model: str, site: str, path: str, advice: str) -> None:
        super().__init__(
            f"'{site}' of model '{model}' leaves a norm of its own ({path}), so no product of weights says what it"
            f" composes with.\n  {advice}"
        )


class NotStraightError(CutawayError):
    """Heads or neurons between whose output matrix and the stream more stands than a sum."""

    def __init__(self, model: str, fault: str, off: float) -> None:
        super().__init__(
            f"in model '{model}' {fault}: it is off by {off:.0%}, as where a norm or a scale stands behind a half.\n"
            "  No product of weights says what its heads and neurons write. What needs none: ablate_each(model, ...),\n"
            "  direct_logits(model, tokens, by='component'), score_heads(model, tokens)"
        )


class NoEarlierLayerError(CutawayError):
    """Composition asked of a model that has nothing to compose."""

    def __init__(self, model: str, layers: int) -> None:
        super().__init__(
            f"model '{model}' has {layers} layer{'' if layers == 1 else 's'}: no head reads what another head wrote.\n"
            "  Two layers are the least: cutaway.load('attn-only-2l');  one head alone: head_spectra(model)"
        )


class NoHeadsBeforeError(CutawayError):
    """A layer before which no head writes, or which is none, was to be cut off from earlier heads."""

    def __init__(self, model: str, layer: int, layers: int) -> None:
        super().__init__(
            f"layer {layer} of model '{model}' hears no earlier head: there is nothing to cut.\n"
            f"  layers that do: {f'1 to {layers - 1}' if layers > 1 else 'none, it has one layer'}"
        )


class NoSuchHeadError(CutawayError):
    """A head that the model does not have."""

    def __init__(self, model: str, layer: int, head: int, layers: int, heads: int) -> None:
        super().__init__(
            f"model '{model}' has no head {layer}.{head}.\n"
            f"  nearest: {min(max(layer, 0), layers - 1)}.{min(max(head, 0), heads - 1)}\n"
            f"  layers are 0 to {layers - 1}, heads 0 to {heads - 1}"
        )


class TooFewError(CutawayError):
    """Less than one of something that is counted: draws, steps, directions of a subspace, rows of a table."""

    def __init__(self, name: str, given: int, least: int, most: int | None = None) -> None:
        bound = f"at least {least}" if most is None else f"{least} to {most}"
        super().__init__(f"{name}={given} cannot be: {name} is {bound}.\n  Leave it out for its usual value.")


class UnknownEndError(CutawayError):
    """A site that is not one end of a virtual weight."""

    def __init__(self, asked: str, does: str, known: Sequence[str]) -> None:
        super().__init__(
            f"nothing {does} the stream at '{asked}'.\n"
            f"  nearest: {nearest(asked, known)}\n"
            f"  all {len(known)}: {', '.join(known)}, each with its layer"
        )


class NoPathError(CutawayError):
    """Two sites with no path from one to the other along the stream."""

    def __init__(self, model: str, writes: str, reads: str, why: str) -> None:
        super().__init__(
            f"in model '{model}' nothing of '{writes}' reaches '{reads}': {why}.\n"
            "  Name a later reader, or an earlier writer: cutaway sites MODEL lists them in order"
        )


class UnevenScoresError(CutawayError):
    """Attention scores that are not the scaled products of queries and keys."""

    def __init__(self, model: str, layer: int, off: float) -> None:
        super().__init__(
            f"scores of layer {layer} of model '{model}' are no scaled products of queries and keys: they are off by"
            f" {off:.2g}.\n"
            "  A bias by distance (ALiBi) or a soft cap is no sum over components. What does not need scores:\n"
            "  composition_scores(model), head_spectra(model), virtual_weights(model, writes, reads)"
        )


class TermsError(CutawayError):
    """Terms that do not add up to what they are said to be terms of."""

    def __init__(self, model: str, of: str, off: float, allowed: float) -> None:
        super().__init__(
            f"the terms of '{of}' in model '{model}' are off its true value by {off:.2g}, where {allowed:.2g} is"
            " rounding.\n"
            "  16 bits round too coarsely: load the model with dtype=torch.float32. A model that scales or norms what\n"
            "  its parts write adds something else to the stream than they give."
        )


class UnseenKeyError(CutawayError):
    """A pair of positions of which the head computes no score."""

    def __init__(self, row: int, query: int, key: int, why: str) -> None:
        super().__init__(
            f"in prompt {row} the query at {query} does not see the key at {key}: {why}.\n"
            f"  Take a key that it sees, such as its own position: key={query}"
        )


class PlaceError(CutawayError):
    """A position that is not in the prompts, or not one for each of them."""

    def __init__(self, name: str, given: str, rows: int, length: int) -> None:
        super().__init__(
            f"{name}={given} is no position of {rows} prompts of {length} tokens.\n"
            f"  A number from {-length} to {length - 1}, or a tensor of {rows} of them."
        )
