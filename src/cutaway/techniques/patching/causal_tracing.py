"""Causal tracing: spoil the subject of a prompt, restore one state at a time, and see where the answer comes back.

There are two ways to spoil it: Gaussian noise on the embeddings of its tokens, as in ROME, and other tokens in their
place. Noise takes a model where it has never been, so that it breaks what other tokens leave whole; the two
disagree on which parts matter, and this shows both. Where they differ, the tokens are the better witness.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from cutaway.errors.patching import NoSubjectError
from cutaway.figures.inline import Chart, Shown, show
from cutaway.models import Add, Edit, Metric, Model, Patch, sweep
from cutaway.models.pairs import Pairs
from cutaway.models.sites import Site
from cutaway.models.sweep.reach import marked
from cutaway.records.figure import Heat
from cutaway.records.progress import SILENT, Progress
from cutaway.techniques.attribution.places import token_labels
from cutaway.techniques.patching.grid import place_label, refuse_no_gap
from cutaway.techniques.patching.windows import window

STREAM, PARTS = "resid_post", ("mlp_out", "attn_out")
NOISE, TOKENS = "noise", "tokens"
EMBED = "embed"


@dataclass(frozen=True)
class Noise:
    """How embeddings are spoiled: `scale` times the standard deviation of the subjects' own, drawn `draws` times."""

    scale: float = 3.0
    draws: int = 10
    seed: int = 0


ROME = Noise()


@dataclass(frozen=True, eq=False, repr=False)
class CausalTrace:
    """Scores of every restored run under both corruptions: [edit, batch], means over the draws of noise.

    `labels` say what each edit restored: site, window, layer, position. `clean` and `spoiled` are the scores of the
    runs in which nothing is restored.
    """

    labels: Sequence[Mapping[str, object]]
    restored: Mapping[str, Float[Tensor, "edit batch"]]
    spoiled: Mapping[str, Float[Tensor, "batch"]]
    clean: Float[Tensor, "batch"]
    subject: Bool[Tensor, "batch pos"]
    token_strings: Sequence[str]

    def __repr__(self) -> str:
        totals = ", ".join(f"{one.corruption} {one.total:.3g}" for one in self.totals.itertuples())
        return f"CausalTrace({len(self.labels)} states on {len(self.clean)} prompts; total effect by {totals})"

    @property
    def totals(self) -> pd.DataFrame:
        """One row a corruption: the mean clean and spoiled scores, and the total effect between them."""
        clean = float(self.clean.double().mean())
        means = {name: float(scores.double().mean()) for name, scores in self.spoiled.items()}
        return pd.DataFrame(
            [
                {"corruption": name, "clean": clean, "spoiled": spoiled, "total": clean - spoiled}
                for name, spoiled in means.items()
            ]
        )

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row for each corruption and restored state: where, the score, its gain, and the gain as a share."""
        tables = []
        clean = float(self.clean.double().mean())
        for name, scores in self.restored.items():
            spoiled = float(self.spoiled[name].double().mean())
            table = pd.DataFrame(list(self.labels))
            table.insert(0, "corruption", name)
            table["token"] = [self.token_strings[int(at)] for at in table["position"]]
            table["value"] = scores.double().mean(dim=1).numpy()
            table["effect"] = table["value"] - spoiled
            table["share"] = table["effect"] / (clean - spoiled)
            tables.append(table)
        return pd.concat(tables, ignore_index=True)

    @cached_property
    def disagreement(self) -> pd.DataFrame:
        """One row a state: its share and rank under each corruption, widest disagreement first; rank 1 is the largest.

        Ranks are within the site.
        """
        where = ["site", "window", "layer", "position", "token"]
        wide = self.frame.pivot(index=where, columns="corruption", values="share").reset_index()
        for name in (NOISE, TOKENS):
            wide[f"rank_{name}"] = wide.groupby("site")[name].rank(ascending=False, method="min").astype(int)
        wide["difference"] = wide[NOISE] - wide[TOKENS]
        wide.columns.name = None
        order = wide["difference"].abs().sort_values(ascending=False, kind="stable").index
        return wide.loc[order].reset_index(drop=True)

    @cached_property
    def figure(self) -> Chart | Shown:
        """Heat maps of shares by layer and position, a panel for each corruption and site."""
        frame = self.frame.copy()
        frame["position"] = [place_label(int(at), token) for at, token in zip(frame.position, frame.token, strict=True)]
        frame["panel"] = frame["corruption"] + ", " + frame["site"]
        says = "Share of the clean score that returns when one state is restored, by noise and by other tokens."
        return show(Heat(table="states", x="position", y="layer", value="share", says=says, panel="panel"), frame)


def causal_trace(
    model: Model,
    pairs: Pairs,
    *,
    subject: Bool[Tensor, "batch pos"] | None = None,
    width: int = 1,
    metric: Metric | None = None,
    noise: Noise = ROME,
    progress: Progress = SILENT,
) -> CausalTrace:
    """Restore each state of the stream, and each window of MLPs and of attention, after either corruption.

    `subject`: where noise is added; by default where clean and corrupted tokens differ. `width`: layers of a window
    of `mlp_out` and `attn_out`; the stream is restored at one. `metric`: by default that of the pairs; ROME's is
    the probability of the answer.
    Units:  value in the metric's; effect is restored less spoiled (indirect effect), total is clean less spoiled
        (total effect), both of means over prompts; share is one over the other, not clipped.
    Cost:   a sweep of (sites x layers x positions) edits from the corrupted tokens, and as many full runs of
        noise.draws times the prompts; memory of all three sites of the clean run.
    Raises: NoSubjectError, NoGapError, AbsentSiteError for a model without token embeddings; what `sweep` raises.
    Reference: Meng et al. 2022, arXiv:2202.05262, section 2; Zhang & Nanda 2023, arXiv:2309.16042 (that the two
        corruptions disagree).
    """
    scored = (pairs.metric if metric is None else metric).bind(model)
    where = subject_of(pairs, subject)
    names = [STREAM, *(name for name in PARTS if any(site.name == name for site in model.sites))]
    trace = model.run(pairs.clean, read=[*names, EMBED], mask=pairs.mask)
    labels, sets = states(model, names, width, pairs.clean.shape[1])
    spoil = Add(EMBED, drawn(trace[EMBED], where, noise))
    clean = scored(trace.logits)
    given = {site: repeated(value, noise.draws) for site, value in trace.items()}
    noisy = [[spoil, *restoring(sites, at, given)] for sites, at in sets]
    by_noise = sweep(
        model,
        repeated(pairs.clean, noise.draws),
        [[spoil], *noisy],
        each_draw(scored, noise.draws),
        mask=None if pairs.mask is None else repeated(pairs.mask, noise.draws),
        progress=progress,
    ).scores
    averaged = by_noise.view(len(by_noise), noise.draws, -1).mean(dim=1)
    plain = [restoring(sites, at, trace, marked(pairs.clean, pairs.mask)) for sites, at in sets]
    by_tokens = sweep(model, pairs.corrupted, plain, scored, mask=pairs.mask, progress=progress)
    spoiled = {NOISE: averaged[0], TOKENS: by_tokens.base}
    for name, scores in spoiled.items():
        refuse_no_gap({f"{scored.name} after {name}": scored}, scores[None], clean[None])
    return CausalTrace(
        labels=labels,
        restored={NOISE: averaged[1:], TOKENS: by_tokens.scores},
        spoiled=spoiled,
        clean=clean,
        subject=where,
        token_strings=token_labels(model, pairs.clean),
    )


def subject_of(pairs: Pairs, subject: Bool[Tensor, "batch pos"] | None) -> Bool[Tensor, "batch pos"]:
    """Where noise goes.

    Raises: NoSubjectError.
    """
    if subject is not None and subject.shape != pairs.clean.shape:
        raise NoSubjectError(f"it has shape {tuple(subject.shape)}, the prompts have {tuple(pairs.clean.shape)}")
    found = pairs.clean != pairs.corrupted if subject is None else subject
    if pairs.mask is not None:
        found = found & pairs.mask.bool()
    if empty := (~found.any(dim=1)).nonzero().flatten().tolist():
        raise NoSubjectError(f"row {empty[0]} has none")
    return found


def states(
    model: Model, names: Sequence[str], width: int, length: int
) -> tuple[list[dict[str, object]], list[tuple[list[Site], int]]]:
    """What is restored: a label, and the sites of a window with a position, for each state."""
    labels: list[dict[str, object]] = []
    sets: list[tuple[list[Site], int]] = []
    for name in names:
        sites, layers = model.resolve(name), 1 if name == STREAM else width
        for middle in sites:
            inside = window(middle.layer or 0, layers)
            chosen = [site for site in sites if site.layer in inside]
            for position in range(length):
                labels.append({"site": name, "window": layers, "layer": middle.layer, "position": position})
                sets.append((chosen, position))
    return labels, sets


def restoring(
    sites: Sequence[Site], position: int, given: Mapping[str, Tensor], tokens: Tensor | None = None
) -> list[Edit]:
    """Patches of the clean run at one position; `tokens` are the clean ones, where the run is of other tokens."""
    return [Patch(site, given[str(site)], tokens=tokens, position=position) for site in sites]


def drawn(embedded: Float[Tensor, "batch pos d_model"], where: Bool[Tensor, "batch pos"], noise: Noise) -> Tensor:
    """Noise [draw * batch, pos, d_model] at the subjects, nothing elsewhere."""
    spread = float(embedded[where.to(embedded.device)].std())
    generator = torch.Generator().manual_seed(noise.seed)
    found = torch.randn(noise.draws, *embedded.shape, generator=generator) * spread * noise.scale
    return (found * where[None, :, :, None]).flatten(0, 1)


def repeated(values: Tensor, draws: int) -> Tensor:
    """Rows once for each draw, all rows of a draw together."""
    return values if draws == 1 else values.repeat(draws, *[1] * (values.ndim - 1))


def each_draw(metric: Metric, draws: int) -> Metric:
    """The same metric of every draw: what it has for each row, repeated."""

    def function(rows: Float[Tensor, "batch n d_vocab"], ids: Int[Tensor, "batch k"]) -> Float[Tensor, "batch"]:
        parts = zip(rows.chunk(draws), ids.chunk(draws), strict=True)
        return torch.cat([metric.function(part, some) for part, some in parts])

    positions, tokens = metric.positions, metric.tokens
    return replace(
        metric,
        function=function,
        positions=repeated(positions, draws) if isinstance(positions, Tensor) else positions,
        tokens=repeated(tokens, draws) if isinstance(tokens, Tensor) and tokens.ndim == 2 else tokens,
    )
