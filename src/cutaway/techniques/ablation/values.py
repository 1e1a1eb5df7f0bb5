"""What takes the place of a part that is taken out, under each named ablation.

Zero asks what the part's whole output is for, its constant share included; a mean keeps that share; a mean for each
position or template keeps what all prompts of a kind have in common too. Resampling puts in what the part says on
another prompt, and `corrupted` what it says on the other prompt of the pair: values that the model knows, and that
carry something else. They answer different questions, so every result says which it was.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from cutaway.errors.ablation import (
    NoTemplatesError,
    NothingElseError,
    OtherPromptsError,
    UnknownAblationError,
    UnknownUnitError,
)
from cutaway.errors.choices import check_choice
from cutaway.errors.composition import TooFewError
from cutaway.models import Edit, Model
from cutaway.models.pairs import Pairs
from cutaway.models.transforms.fold import wide
from cutaway.techniques.ablation.unit import Unit

Of = Literal["clean", "corrupted"]
Kind = Literal["zero", "mean", "mean-per-position", "mean-per-template", "resample", "corrupted"]
KINDS: tuple[str, ...] = get_args(Kind)


@dataclass(frozen=True)
class Ablation:
    """One ablation and its settings.

    `of`: whose activations are averaged or drawn, the clean prompts' or the corrupted ones'. `templates`: a label for
    each prompt; by default the column `template` of the pairs' frame. `draws`: how many times each prompt is given
    another's values, to average over; `seed` of these.
    """

    kind: str
    of: Of = "clean"
    templates: tuple[Hashable, ...] | None = None
    draws: int = 1
    seed: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise UnknownAblationError(self.kind, KINDS)
        check_choice("of", self.of, Of)
        if self.draws < 1:
            raise TooFewError("draws", self.draws, 1)

    def __str__(self) -> str:
        return self.kind if self.of == "clean" else f"{self.kind} of {self.of}"


@dataclass(frozen=True, eq=False, repr=False)
class Values:
    """What takes the place of each unit, [batch or 1, pos or 1, feature], once for each draw."""

    name: str
    draws: Sequence[Mapping[Unit, Float[Tensor, "_ _ _"]]]

    def __repr__(self) -> str:
        return f"Values({self.name}, of {len(self.draws[0])} units)"

    def edits(self, units: Sequence[Unit], tokens: Int[Tensor, "batch pos"]) -> list[list[Edit]]:
        """What ablates these units together in a run on these prompts, for each draw.

        Raises: UnknownUnitError, OtherPromptsError, DirectionError.
        """
        found = []
        for values in self.draws:
            for unit in units:
                if unit not in values:
                    raise UnknownUnitError(str(unit), self.name, [str(one) for one in values])
                made_for = tuple(values[unit].shape[:2])
                if any(size not in (1, have) for size, have in zip(made_for, tokens.shape, strict=True)):
                    raise OtherPromptsError(self.name, made_for, tuple(tokens.shape))
            found.append([edit for unit in units for edit in unit.edits(values[unit])])
        return found


Asked = str | Ablation | Values


def values_of(model: Model, pairs: Pairs, units: Sequence[Unit], asked: Asked) -> Values:
    """What takes the place of some units of the clean prompts.

    All units of one draw get the values of the same other prompt. Padding is in no mean and is never drawn.
    Cost:   one forward pass; memory of what it reads, and of as much again for each draw. Nothing for "zero".
    Raises: UnknownAblationError, NoTemplatesError, NothingElseError; UnknownSiteError, AbsentSiteError.
    """
    if isinstance(asked, Values):
        return asked
    ablation = Ablation(asked) if isinstance(asked, str) else asked
    if ablation.kind == "zero":
        return Values(str(ablation), [{unit: nothing(unit) for unit in units}])
    of_corrupted = ablation.kind == "corrupted" or ablation.of == "corrupted"
    tokens = pairs.corrupted if of_corrupted else pairs.clean
    sites = list(dict.fromkeys(unit.site for unit in units))
    trace = model.run(tokens, read=sites, mask=pairs.mask, logits=False)
    real = reals(pairs).to(model.device)
    made: list[dict[str, Tensor]] = []
    if ablation.kind == "resample":
        for draw in range(ablation.draws):
            donors = drawn(real, seed=ablation.seed + draw)
            made.append({site: trace[site][donors] for site in sites})
    elif ablation.kind == "corrupted":
        made.append({site: trace[site] for site in sites})
    else:
        groups = grouped(pairs, ablation) if ablation.kind == "mean-per-template" else None
        per_position = ablation.kind != "mean"
        made.append({site: mean(trace[site], real, groups=groups, per_position=per_position) for site in sites})
    return Values(str(ablation), [{unit: unit.part_of(values[unit.site]) for unit in units} for values in made])


def nothing(unit: Unit) -> Float[Tensor, "1 1 feature"]:
    """Zero for a unit."""
    return torch.zeros(1, 1, 1 if unit.along is None else unit.along.shape[-1])


def reals(pairs: Pairs) -> Bool[Tensor, "batch pos"]:
    """Which positions are tokens and no padding."""
    return torch.ones(pairs.clean.shape[:2], dtype=torch.bool) if pairs.mask is None else pairs.mask.bool()


def mean(
    value: Float[Tensor, "batch pos *rest"],
    real: Bool[Tensor, "batch pos"],
    *,
    groups: Int[Tensor, "batch"] | None = None,
    per_position: bool,
) -> Float[Tensor, "#batch #pos *rest"]:
    """The mean over real tokens: of all, of each position, or of each position within the row's group."""
    whole = wide(value)  # 16 bits do not count so far
    weight = real.view(*real.shape, *[1] * (value.ndim - 2)).to(whole.dtype)
    if groups is None:
        over = (0,) if per_position else (0, 1)
        total, count = (part.sum(over, keepdim=True) for part in (whole * weight, weight))
        return (total / count.clamp(min=1)).to(value.dtype)
    one_hot = torch.nn.functional.one_hot(groups).to(value.device, whole.dtype)  # [batch, group]
    total = torch.einsum("bg,bp...->gp...", one_hot, whole * weight)
    count = torch.einsum("bg,bp...->gp...", one_hot, weight)
    return (total / count.clamp(min=1))[groups.to(value.device)].to(value.dtype)


def grouped(pairs: Pairs, ablation: Ablation) -> Int[Tensor, "batch"]:
    """The number of each row's template.

    Raises: NoTemplatesError; NothingElseError for a template of one prompt, whose mean is that prompt itself.
    """
    given = ablation.templates
    if given is None and "template" in pairs.frame:
        given = tuple(pairs.frame["template"])
    if given is None or len(given) != len(pairs):
        raise NoTemplatesError(len(pairs), None if given is None else len(given))
    numbers = {label: number for number, label in enumerate(dict.fromkeys(given))}
    groups = torch.tensor([numbers[label] for label in given])
    alone = (groups.bincount()[groups] == 1).nonzero().flatten().tolist()
    if alone:
        raise NothingElseError("mean-per-template", alone, "the template has no other prompt, whose mean it would be")
    return groups


def drawn(real: Bool[Tensor, "batch pos"], *, seed: int) -> Int[Tensor, "batch"]:
    """Another row for every row, each drawn evenly from those that have a token wherever it has one.

    Raises: NothingElseError.
    """
    covers = ~(real[:, None] & ~real[None, :]).any(dim=-1)  # [row, donor]
    covers.fill_diagonal_(False)
    if bool((none := ~covers.any(dim=1)).any()):
        raise NothingElseError("resample", none.nonzero().flatten().tolist(), "no other prompt is as long")
    generator = torch.Generator().manual_seed(seed)
    return torch.multinomial(covers.float().cpu(), 1, generator=generator)[:, 0].to(real.device)
