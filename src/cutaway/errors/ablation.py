"""Mistakes with ablations: an unknown one, nothing to put in the place of a part, parts that overlap."""

from collections.abc import Sequence

from cutaway.errors.base import CutawayError, nearest
from cutaway.errors.metric import rows_in_words


class UnknownAblationError(CutawayError):
    """An ablation that nobody has named."""

    def __init__(self, asked: str, known: Sequence[str]) -> None:
        super().__init__(
            f"there is no ablation '{asked}'.\n"
            f"  nearest: {nearest(asked, known)}\n"
            f"  all {len(known)}: {', '.join(known)};  an optimal constant: fit_optimal(...).values"
        )


class NoTemplatesError(CutawayError):
    """Means for each template, where nothing says which template a prompt is of."""

    def __init__(self, rows: int, labels: int | None) -> None:
        given = "none are given and the pairs' frame has no column 'template'" if labels is None else f"{labels} given"
        super().__init__(
            f"mean-per-template needs one label for each of the {rows} prompts: {given}.\n"
            "  Say which is which: Ablation('mean-per-template', templates=('ABBA', 'BABA', ...))"
        )


class NothingElseError(CutawayError):
    """Prompts for which no other prompt can give a value."""

    def __init__(self, ablation: str, rows: Sequence[int], why: str) -> None:
        super().__init__(
            f"{ablation} has nothing to put in, in {rows_in_words(rows)}: {why}.\n"
            "  Give more prompts, or take Ablation('mean')."
        )


class OverlapError(CutawayError):
    """Parts to be ablated together of which one holds some of another."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__(
            f"'{one}' and '{other}' overlap: together the second would overwrite the first.\n"
            "  Name each part of the model once in a set."
        )


class NoUnitsError(CutawayError):
    """An ablation of nothing."""

    def __init__(self) -> None:
        super().__init__(
            "there is nothing to ablate: no units were given.\n"
            "  All heads: every_head(model);  all MLPs: every_mlp(model)"
        )


class UnknownUnitError(CutawayError):
    """A unit for which no value was made."""

    def __init__(self, unit: str, ablation: str, known: Sequence[str]) -> None:
        super().__init__(
            f"nothing is known to take the place of '{unit}' under {ablation}.\n"
            f"  nearest: {nearest(unit, known)}\n"
            "  Values hold for the units, and the number of prompts, that they were made for: make them anew."
        )


class OtherPromptsError(CutawayError):
    """Values that were made for other prompts."""

    def __init__(self, ablation: str, made_for: tuple[int, ...], prompts: tuple[int, ...]) -> None:
        super().__init__(
            f"{ablation} was made for prompts [batch, pos] of {list(made_for)} and the prompts are {list(prompts)}.\n"
            "  Values for each row or position hold only there: make them from these prompts, or use per='all'."
        )


class DirectionError(CutawayError):
    """Directions that do not fit the activation they are to be taken from."""

    def __init__(self, unit: str, fault: str) -> None:
        super().__init__(
            f"'{unit}' cannot be ablated: {fault}.\n"
            "  Give [feature] or [direction, feature] in the site's own features, and a name:\n"
            "  direction_at('resid_post.1', v, 'name')"
        )


class FewPromptsError(CutawayError):
    """Too few prompts to choose on some and measure on others."""

    def __init__(self, rows: int) -> None:
        super().__init__(
            f"{rows} prompts are too few to choose on one half and to measure on the other.\n"
            "  Give at least two; a few dozen make the intervals useful: task.pairs(model, rows=64)"
        )


class NotLinearError(CutawayError):
    """A split into direct effects of a metric that is not linear in the logits."""

    def __init__(self, metric: str, unit: str) -> None:
        super().__init__(
            f"'{metric}' in {unit} has no direct effects: it is not linear in the logits.\n"
            "  Take a difference of logits: metric=cutaway.logit_difference(right, wrong)"
        )


class NotAdditiveError(CutawayError):
    """A model in which what the parts write does not add up to what the last norm reads."""

    def __init__(self, model: str, unit: str, off: float, whole: float) -> None:
        super().__init__(
            f"in model '{model}' the effects of ablating '{unit}' do not add up: the parts are off by {off:.2g} where"
            f" they are {whole:.2g} in size.\n"
            "  Heads and MLPs must write straight into the stream that the last norm and a linear unembedding read; a\n"
            "  norm after a head, or a soft cap on logits, breaks that. Total effects hold: ablate_each(model, ...)"
        )


class NotAPartError(CutawayError):
    """A report on self-repair about something that is neither a head nor an MLP."""

    def __init__(self, unit: str, parts: Sequence[str]) -> None:
        super().__init__(
            f"there is no report on how the model repairs '{unit}': it is none of its heads and MLPs.\n"
            f"  nearest: {nearest(unit, parts)}\n"
            "  head_at(layer, head) or mlp_at(layer), at some positions or all;  anything else: ablate_joint(...)"
        )
