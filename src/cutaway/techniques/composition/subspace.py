"""Composition by principal subspaces: do a head's main output directions lie where a later head reads?

A composition score mixes how strong directions are with where they point. Here only the first few principal directions
of each map count, all alike: the mean squared cosine between two subspaces says where they point and nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd
import torch
from jaxtyping import Float
from torch import Tensor

from cutaway.errors.composition import TooFewError
from cutaway.figures.inline import Chart, Shown, show
from cutaway.models import Model
from cutaway.records.figure import Heat
from cutaway.records.progress import SILENT, Progress
from cutaway.techniques.composition.pairwise import PairNull, frames, overlaps, places, with_names
from cutaway.techniques.composition.prepare import in_words, prepared
from cutaway.techniques.composition.scores import DRAWS, refuse_too_few
from cutaway.techniques.composition.thin_maps import SLOTS, thin_maps

RANK = 8  # directions of each map that are compared
EMPTY = 1e-5  # of a map's largest singular value: directions below it are rounding


@dataclass(frozen=True, eq=False, repr=False)
class SubspaceOverlap:
    """Mean squared cosines of every pair; `chance` is their mean over random subspaces, `rotated` their spread."""

    model: str
    prepare: tuple[str, ...]
    rank: int
    pairs: pd.DataFrame
    value: Float[Tensor, "pair"]
    chance: Float[Tensor, "pair"]
    rotated: PairNull

    def __repr__(self) -> str:
        return f"SubspaceOverlap({self.model}: rank {self.rank}, {in_words(self.prepare)}; .frame, .figure)"

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row a pair: `slot`, the reader as `layer head`, `sender_layer sender_head`, `value`, `chance`, two lines.

        `rotated`: the 95th percentile of the pair's value when the reader's subspace is drawn at random;
        `largest_rotated`: of the largest over all pairs of the slot.
        """
        frame = self.pairs.copy()
        frame["value"] = self.value.double().numpy()
        frame["chance"] = self.chance.double().numpy()
        frame["rotated"] = self.rotated.of_pair.double().numpy()
        frame["largest_rotated"] = frame["slot"].map(self.rotated.largest)
        return frame

    @cached_property
    def figure(self) -> Chart | Shown:
        """A heat map for each slot: readers along, senders down."""
        says = f"Mean squared cosine of {self.rank} main directions written and read, {in_words(self.prepare)}."
        return show(
            Heat(table="overlap", x="reader", y="sender", value="value", panel="slot", says=says),
            with_names(self.frame),
        )


def subspace_overlap(
    model: Model,
    *,
    rank: int = RANK,
    slots: Sequence[str] = SLOTS,
    prepare: Sequence[str] = (),
    draws: int = DRAWS,
    seed: int = 0,
    progress: Progress = SILENT,
) -> SubspaceOverlap:
    """Compare the `rank` main directions that each head writes with those that every later head reads, by slot.

    Directions are the singular vectors of W_V W_O on the stream's side, and of W_Q W_K^T, W_K W_Q^T and W_V W_O. A map
    of a lower rank has fewer. `prepare` as in `composition_scores`.
    Units:  mean squared cosine of the principal angles, 0 (at right angles) to 1 (the smaller lies in the larger);
        by chance rank / d_model, of the larger rank where they differ. 0 where a head has no weights.
    Cost:   no passes; one singular value decomposition of a d_head x d_model map a head and slot, and 1 + `draws`
        times the products of all pairs, rank x rank each.
    Raises: as `composition_scores`; TooFewError for a rank below one or above d_head.
    Reference: Björck & Golub 1973 (principal angles); the use of a head's maps as in Elhage et al. 2021.
    """
    slots = tuple(slots)
    refuse_too_few(model, draws)
    if not 1 <= rank <= model.shape.d_head:
        raise TooFewError("rank", rank, 1, model.shape.d_head)
    model = prepared(model, prepare)
    maps = thin_maps(model, slots)
    written = principal(maps.written.mT, rank).mT
    read = {slot: principal(maps.read[slot], rank) for slot in slots}
    ranks = pair_ranks(written, read)
    smaller, larger = ranks.amin(dim=0), ranks.amax(dim=0)

    def compared(read: dict[str, Tensor]) -> Tensor:
        return overlaps(written, read).square() / smaller.clamp(min=1)

    generator = torch.Generator().manual_seed(seed)
    turned = []
    with progress.phase(f"{model.name}: subspaces by chance", draws) as tick:
        for _ in range(draws):
            turned.append(compared({slot: turned_alone(basis, generator) for slot, basis in read.items()}))
            tick()
    return SubspaceOverlap(
        model=model.name,
        prepare=tuple(prepare),
        rank=rank,
        pairs=places(model.shape.n_layers, model.shape.n_heads, slots),
        value=compared(read).cpu(),
        chance=torch.where(smaller > 0, larger / model.shape.d_model, 0.0).cpu(),
        rotated=PairNull(torch.stack(turned).cpu(), slots),
    )


def principal(maps: Float[Tensor, "layer head d_model d_head"], rank: int) -> Float[Tensor, "layer head d_model rank"]:
    """The main directions of maps on the stream's side; zeros in place of those that are only rounding."""
    left, sizes, _ = torch.linalg.svd(maps, full_matrices=False)
    kept = sizes[..., :rank] > EMPTY * sizes[..., :1]
    found: Tensor = left[..., :rank] * kept[..., None, :]
    return found


def turned_alone(
    basis: Float[Tensor, "layer head d_model rank"], generator: torch.Generator
) -> Float[Tensor, "layer head d_model rank"]:
    """Random directions in place of those of each map, as many as it has."""
    there = basis.square().sum(dim=-2, keepdim=True) > 0.5  # of length one, or zeros
    return frames(basis, generator) * there


def pair_ranks(
    written: Float[Tensor, "layer head rank d_model"], read: dict[str, Float[Tensor, "layer head d_model rank"]]
) -> Float[Tensor, "end pair"]:
    """How many directions the sender and the reader of every pair have, in the order of `places`."""
    sent = written.square().sum(dim=(-2, -1)).round()  # [layer, head]
    found = []
    for basis in read.values():
        heard = basis.square().sum(dim=(-2, -1)).round()
        for layer in range(1, len(heard)):
            senders = sent[:layer].flatten()
            found += [torch.stack([senders, one.expand_as(senders)]) for one in heard[layer]]
    return torch.cat(found, dim=1)
