"""Spectra of every head: how strong the directions are that it moves and compares, and whether it copies tokens.

A head's circuit from tokens to logits, W_E W_V W_O W_U, is of size d_vocab x d_vocab, but has no more than d_head
eigenvalues that are not zero, and they are those of the small matrix W_O W_U W_E W_V. Where they are positive, tokens
raise their own logits: the head copies. Likewise W_K^T W_E^T W_E W_Q says whether tokens look at themselves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd
import torch
from jaxtyping import Complex, Float
from torch import Tensor

from cutaway.errors.composition import TooFewError
from cutaway.figures.inline import Chart, Shown, show
from cutaway.models import Model
from cutaway.records import upper_percentile
from cutaway.records.figure import Points
from cutaway.records.progress import SILENT, Progress
from cutaway.techniques.composition.linear_reads import refuse_norms
from cutaway.techniques.composition.pairwise import gaussian
from cutaway.techniques.composition.prepare import in_words, prepared
from cutaway.techniques.composition.thin_maps import stacked, writing

CIRCUITS = ("ov", "qk")
DRAWS = 40
CHUNK = 4096  # tokens whose embeddings are multiplied at a time
ROUNDING = 1e-6  # of the sizes of all factors: eigenvalues below it are none


@dataclass(frozen=True, eq=False, repr=False)
class HeadSpectra:
    """By circuit, "ov" and "qk": `singular` values and `eigenvalues` over the stream, `token_eigenvalues` over tokens.

    `null`: scores of heads with random weights between the model's own embeddings, one row a draw.
    """

    model: str
    prepare: tuple[str, ...]
    singular: Mapping[str, Float[Tensor, "layer head d_head"]]
    eigenvalues: Mapping[str, Complex[Tensor, "layer head d_head"]]
    token_eigenvalues: Mapping[str, Complex[Tensor, "layer head d_head"]]
    null: Mapping[str, Float[Tensor, "draw any_head"]]

    def __repr__(self) -> str:
        layers, heads, _ = self.singular["ov"].shape
        return f"HeadSpectra({self.model}: {layers} x {heads} heads, {in_words(self.prepare)}; .frame, .figure)"

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row a head and circuit: `layer head circuit value positive norm rank null largest_null`.

        `value`: sum of the eigenvalues over tokens by the sum of their sizes: of "ov" the copying score, of "qk" the
        same of looking at equal tokens. `positive`: share of eigenvalues with a positive real part. `norm`: Frobenius
        norm over the stream. `rank`: how many singular values count, (sum s^2)^2 / sum s^4. `null`, `largest_null`:
        95th percentile of the value with random weights, and of the largest over all heads.
        """
        tables = []
        for circuit in CIRCUITS:
            singular, over_tokens = self.singular[circuit].double(), self.token_eigenvalues[circuit]
            layers, heads, _ = singular.shape
            squares = singular.square()
            there = over_tokens.abs() > 0
            table = pd.DataFrame([(a, b) for a in range(layers) for b in range(heads)], columns=["layer", "head"])
            table["circuit"] = circuit
            table["value"] = scores(over_tokens).flatten().double().numpy()
            positive = (over_tokens.real > 0).sum(dim=-1) / there.sum(dim=-1).clamp(min=1)
            table["positive"] = positive.flatten().double().numpy()
            table["norm"] = squares.sum(dim=-1).sqrt().flatten().numpy()
            fourth = squares.square().sum(dim=-1)
            table["rank"] = (squares.sum(dim=-1).square() / torch.where(fourth == 0, 1.0, fourth)).flatten().numpy()
            table["null"] = upper_percentile(self.null[circuit].flatten().tolist())
            table["largest_null"] = upper_percentile(self.null[circuit].amax(dim=1).tolist())
            tables.append(table)
        return pd.concat(tables, ignore_index=True)

    @cached_property
    def figure(self) -> Chart | Shown:
        """Every head's score, a panel for each circuit, with the line that the best head has to clear."""
        frame = self.frame.copy()
        frame["name"] = [f"{layer}.{head}" for layer, head in zip(frame["layer"], frame["head"], strict=True)]
        frame["panel"] = frame["circuit"].map({"ov": "copies tokens", "qk": "looks at equal tokens"})
        says = f"Sum of eigenvalues over tokens by the sum of their sizes, {in_words(self.prepare)}."
        return show(Points(table="spectra", x="name", y="value", panel="panel", line="largest_null", says=says), frame)


def head_spectra(
    model: Model,
    *,
    prepare: Sequence[str] = (),
    draws: int = DRAWS,
    seed: int = 0,
    progress: Progress = SILENT,
) -> HeadSpectra:
    """Singular values and eigenvalues of every head's OV and QK circuit, and its copying score, with a null.

    Only the direct path counts: embedding, this head, unembedding; no MLP, no position, no rotation (as at distance
    zero), no bias, no norm unless `prepare` folds its weights. `prepare` as in `composition_scores`.
    Units:  scores from -1 (eigenvalues all negative: a token lowers its own logit) to 1 (all positive: copying);
        0 where a head does nothing over tokens.
    Cost:   no passes; one product d_model x d_vocab x d_model, never d_vocab x d_vocab; small eigenproblems of size
        d_head, 1 + `draws` times two for each head.
    Raises: TooFewError, UnknownPreparationError, NormBetweenError, AbsentWeightError, TransformRefusedError.
    Reference: Elhage et al. 2021, "A Mathematical Framework for Transformer Circuits", "copying matrices"; the null is
        ours.
    """
    if draws < 1:
        raise TooFewError("draws", draws, 1)
    model = prepared(model, prepare)
    refuse_norms(model, ("q", "k", "v"))
    w = {name: stacked(model, name) for name in ("W_Q", "W_K", "W_V", "W_O")}
    embed, unembed = model.W_E.detach(), model.W_U.detach()
    ends, scale = {}, {}
    for circuit, into in (("ov", unembed), ("qk", embed.T)):
        between = through_tokens(into, embed)
        scale[circuit] = float(torch.linalg.matrix_norm(between, ord=2)) or 1.0
        ends[circuit] = between / scale[circuit]
    factors = {"ov": (w["W_V"], w["W_O"]), "qk": (w["W_Q"], w["W_K"].mT)}
    generator = torch.Generator().manual_seed(seed)
    null: dict[str, list[Tensor]] = {circuit: [] for circuit in CIRCUITS}
    with progress.phase(f"{model.name}: spectra by chance", draws) as tick:
        for _ in range(draws):
            for circuit, (left, right) in factors.items():
                drawn = gaussian(left, generator), gaussian(right, generator)
                null[circuit].append(scores(small(*drawn, ends[circuit])).flatten())
            tick()
    return HeadSpectra(
        model=model.name,
        prepare=tuple(prepare),
        singular={circuit: torch.linalg.svdvals(writing(*both)).cpu() for circuit, both in factors.items()},
        eigenvalues={circuit: small(*both, None).cpu() for circuit, both in factors.items()},
        token_eigenvalues={
            circuit: scale[circuit] * small(*both, ends[circuit]).cpu() for circuit, both in factors.items()
        },
        null={circuit: torch.stack(found).cpu() for circuit, found in null.items()},
    )


def through_tokens(
    into: Float[Tensor, "d_model d_vocab"], out: Float[Tensor, "d_vocab d_model"]
) -> Float[Tensor, "d_model d_model"]:
    """The stream into tokens and out of them again, a few tokens at a time, added up in float64."""
    total = torch.zeros(into.shape[0], out.shape[1], dtype=torch.float64, device=into.device)
    for some, back in zip(torch.split(into, CHUNK, dim=1), torch.split(out, CHUNK), strict=True):
        total += some.float() @ back.float()
    return total


def small(
    left: Float[Tensor, "layer head d_model d_head"],
    right: Float[Tensor, "layer head d_head d_model"],
    between: Float[Tensor, "d_model d_model"] | None,
) -> Complex[Tensor, "layer head d_head"]:
    """The eigenvalues of left right, or of left right between: those of right between left, rounding set to zero.

    `between` has a largest singular value of one.
    """
    left, right = left.double(), right.double()
    turned = right if between is None else right @ between
    found = torch.linalg.eigvals(turned @ left)
    size = torch.linalg.matrix_norm(left) * torch.linalg.matrix_norm(right)
    return torch.where(found.abs() > ROUNDING * size[..., None], found, 0.0)


def scores(eigenvalues: Complex[Tensor, "*n d_head"]) -> Float[Tensor, "*n"]:
    """The sum of eigenvalues by the sum of their sizes; 0 where there are none."""
    total = eigenvalues.abs().sum(dim=-1)
    return eigenvalues.real.sum(dim=-1) / torch.where(total == 0, 1.0, total)
