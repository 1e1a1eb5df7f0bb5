"""Composition scores: how much of what an earlier head writes do a later head's queries, keys or values read?

The score of a pair is |W_A W_B| / (|W_A| |W_B|) in Frobenius norms, where W_A = W_V W_O of the earlier head, and W_B is
W_Q W_K^T (Q), W_K W_Q^T (K) or W_V W_O (V) of the later one. It speaks of weights: whether the path is used is another
question, see `on_input.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd
import torch
from jaxtyping import Float
from torch import Tensor

from cutaway.errors.composition import NoEarlierLayerError, TooFewError
from cutaway.figures.inline import Chart, Shown, show
from cutaway.models import Model
from cutaway.records.figure import Heat
from cutaway.records.progress import SILENT, Progress
from cutaway.techniques.composition.pairwise import PairNull, frames, gaussian, overlaps, places, triangle, with_names
from cutaway.techniques.composition.prepare import in_words, prepared
from cutaway.techniques.composition.thin_maps import SLOTS, ThinMaps, right_angled, thin_maps, unit

DRAWS = 100


@dataclass(frozen=True, eq=False, repr=False)
class CompositionScores:
    """The score of every pair, and of the same pairs by chance: `rotated` and `gaussian` as in `pairwise.py`.

    `prepare`: what was done to the weights beforehand.
    """

    model: str
    prepare: tuple[str, ...]
    pairs: pd.DataFrame
    value: Float[Tensor, "pair"]
    rotated: PairNull
    gaussian: PairNull

    def __repr__(self) -> str:
        return f"CompositionScores({self.model}: {len(self.pairs)} pairs, {in_words(self.prepare)}; .frame, .figure)"

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row a pair: `slot`, the reader as `layer head`, `sender_layer sender_head`, `value`, and four lines.

        `rotated`, `gaussian`: the 95th percentile of the score of this pair by chance; `largest_rotated`,
        `largest_gaussian`: of the largest over all pairs of the slot, which is what the best pair has to clear.
        """
        frame = self.pairs.copy()
        frame["value"] = self.value.double().numpy()
        frame["rotated"] = self.rotated.of_pair.double().numpy()
        frame["gaussian"] = frame["slot"].map(self.gaussian.of_slot)
        frame["largest_rotated"] = frame["slot"].map(self.rotated.largest)
        frame["largest_gaussian"] = frame["slot"].map(self.gaussian.largest)
        return frame

    @cached_property
    def figure(self) -> Chart | Shown:
        """A heat map for each slot: readers along, senders down."""
        says = f"Share of what a head writes that a later head reads, {in_words(self.prepare)}."
        return show(
            Heat(table="scores", x="reader", y="sender", value="value", panel="slot", says=says), with_names(self.frame)
        )


def composition_scores(
    model: Model,
    *,
    slots: Sequence[str] = SLOTS,
    prepare: Sequence[str] = (),
    draws: int = DRAWS,
    seed: int = 0,
    progress: Progress = SILENT,
) -> CompositionScores:
    """Score every pair of heads of different layers, by slot, with two nulls of random weights.

    `prepare`: transforms of the weights beforehand, "fold_layer_norm" and "centre"; nothing is done unasked. Rotations
    of queries and keys, biases and what MLPs do between the two heads are left out.
    Units:  0 (the reader ignores all that is written) to 1 (both are of rank one, and it reads just that); pairs of
        random weights have a mean square of 1 / d_model. 0 where a head has no weights.
    Cost:   no passes; 1 + 2 `draws` times the products of all pairs, which are of size d_head x d_head; memory of
        2 `draws` numbers a pair.
    Raises: NoEarlierLayerError, UnknownSlotError, UnknownPreparationError, NormBetweenError, TransformRefusedError.
    Reference: Elhage et al. 2021, "A Mathematical Framework for Transformer Circuits"; the nulls are ours.
    """
    slots = tuple(slots)
    refuse_too_few(model, draws)
    model = prepared(model, prepare)
    maps = thin_maps(model, slots)
    written, read = unit(maps.written), {slot: unit(maps.read[slot]) for slot in slots}
    sizes = {slot: torch.linalg.svdvals(maps)[..., None, :] for slot, maps in read.items()}
    generator = torch.Generator().manual_seed(seed)
    turned, drawn = [], []
    with progress.phase(f"{model.name}: composition by chance", draws) as tick:
        for _ in range(draws):
            turned.append(overlaps(written, {slot: frames(read[slot], generator) * sizes[slot] for slot in slots}))
            chance = random_maps(maps, generator)
            drawn.append(overlaps(unit(chance.written), {slot: unit(chance.read[slot]) for slot in slots}))
            tick()
    return CompositionScores(
        model=model.name,
        prepare=tuple(prepare),
        pairs=places(model.shape.n_layers, model.shape.n_heads, slots),
        value=overlaps(written, read).cpu(),
        rotated=PairNull(torch.stack(turned).cpu(), slots),
        gaussian=PairNull(torch.stack(drawn).cpu(), slots),
    )


def random_maps(like: ThinMaps, generator: torch.Generator) -> ThinMaps:
    """The maps of heads whose weights are all drawn anew."""
    wide = like.written
    root = triangle if wide.shape[-1] > wide.shape[-2] else right_angled

    def drawn() -> Tensor:
        return gaussian(wide, generator)  # [layer, head, d_head, d_model]

    w_v, w_o, w_q, w_k = drawn().mT, drawn(), drawn().mT, drawn().mT
    read = {"q": w_q @ root(w_k).mT, "k": w_k @ root(w_q).mT, "v": w_v @ root(w_o.mT).mT}
    return ThinMaps(root(w_v) @ w_o, read)


def refuse_too_few(model: Model, draws: int) -> None:
    """Raises: NoEarlierLayerError; TooFewError for a null without draws."""
    if model.shape.n_layers < 2:
        raise NoEarlierLayerError(model.name, model.shape.n_layers)
    if draws < 1:
        raise TooFewError("draws", draws, 1)
