"""The head wiki of one model: every head, every detector's score, its null, and what the head is worth.

Problem 6.26 asks for it: one row a head, one column a metric.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import pandas as pd
import torch
from jaxtyping import Int
from torch import Tensor

from cutaway.errors.choices import check_choice
from cutaway.figures.inline import Shown
from cutaway.figures.table import table_html
from cutaway.models import Model
from cutaway.models.twin import is_large
from cutaway.records.progress import SILENT, Progress
from cutaway.techniques.ablation.mean import Effects, Head, mean_ablate_each
from cutaway.techniques.detectors.beyond_patterns import BeyondPatterns, beyond_patterns
from cutaway.techniques.detectors.detector import all_detectors
from cutaway.techniques.detectors.null import Null, head_null
from cutaway.techniques.detectors.scores import HeadScores, ScoreSums, batches_of, score_heads
from cutaway.techniques.detectors.texts import Texts, texts_for
from cutaway.techniques.examples.strongest_pairs import Pair, StrongestPairs

ROLE_FLOOR = 0.1  # a head with less attention than this on every detector's targets has no role to speak of
SAMPLED_HEADS = 16
SAMPLED_ROWS = 8

Ablate = Literal["all", "sampled", "none"]


@dataclass(frozen=True, repr=False)
class HeadWiki:
    """Scores, nulls, effects and examples of one model's heads.

    `effects` are by text: "repeats" and, where there is natural text, "natural".
    """

    model: Model
    repeats: HeadScores
    repeats_null: Null
    natural: HeadScores | None
    natural_null: Null | None
    effects: dict[str, Effects]
    pairs: dict[Head, list[Pair]]
    natural_tokens: Int[Tensor, "batch pos"] | None
    beyond: BeyondPatterns | None = None

    @property
    def heads(self) -> list[Head]:
        shape = self.model.shape
        return [(layer, head) for layer in range(shape.n_layers) for head in range(shape.n_heads)]

    def __repr__(self) -> str:
        return f"HeadWiki of {self.model!r}: .frame holds {len(self.heads)} heads"

    def role(self, layer: int, head: int) -> str:
        """The detector on which the head scores highest among those where it is beyond the null; often none."""
        best, role = ROLE_FLOOR, ""
        for at, detector in enumerate(self.repeats.detectors):
            score = float(self.repeats.mean[at, layer, head])
            if score > best and score > self.repeats_null.line(detector.name):
                best, role = score, detector.name
        return role

    @property
    def frame(self) -> pd.DataFrame:
        """One row a head.

        `layer head role`; for each detector `D` (on repeated random tokens) and `D_null`, shares of attention;
        `repeats_effect` and `natural_effect`, nats per token that mean ablation costs, with standard errors, empty
        where not measured; `strongest` and `strongest_text`, its best example; `D_natural` and `D_natural_null`;
        `null_twins`, of what shape the models behind the nulls were; and, where asked for, the columns of
        `beyond_patterns`.
        """
        frame = pd.DataFrame([self.row(layer, head) for layer, head in self.heads])
        return frame if self.beyond is None else frame.merge(self.beyond.frame, on=["layer", "head"])

    def row(self, layer: int, head: int) -> dict[str, object]:
        """One head of the frame."""
        row: dict[str, object] = {"layer": layer, "head": head, "role": self.role(layer, head)}
        row |= columns(self.repeats, self.repeats_null, layer, head, suffix="")
        for text, effects in self.effects.items():
            row[f"{text}_effect"], row[f"{text}_effect_stderr"] = effects.of(layer, head)
        if self.pairs:
            row["strongest"] = self.example(layer, head)
            row["strongest_text"] = self.example_text(layer, head)
        if self.natural is not None and self.natural_null is not None:
            row |= columns(self.natural, self.natural_null, layer, head, suffix="_natural")
        return row | {"null_twins": "narrow" if self.repeats_null.narrow else "same shape"}

    def example(self, layer: int, head: int) -> str:
        """The strongest pair in words: the query token and the key token it looks at."""
        found = self.pairs[layer, head]
        if not found or self.natural_tokens is None:
            return ""
        row = self.natural_tokens[found[0].text]
        query, key = self.model.token_strings([int(row[found[0].query]), int(row[found[0].key])])
        return f"{query!r} looks at {key!r}"

    def example_text(self, layer: int, head: int) -> str:
        """The text of the strongest pair, up to and with its query token."""
        found = self.pairs[layer, head]
        if not found or self.natural_tokens is None:
            return ""
        row = self.natural_tokens[found[0].text, : found[0].query + 1].tolist()
        return "".join(self.model.token_strings(row))

    def _repr_html_(self) -> str:
        return Shown(table_html("heads", self.frame))._repr_html_()


def columns(scores: HeadScores, null: Null, layer: int, head: int, *, suffix: str) -> dict[str, float]:
    """Score and null of one head by detector, under the names they have in the frame."""
    found: dict[str, float] = {}
    for at, detector in enumerate(scores.detectors):
        found[f"{detector.name}{suffix}"] = float(scores.mean[at, layer, head])
        found[f"{detector.name}{suffix}_null"] = null.line(detector.name)
    return found


def head_wiki(
    model: Model,
    texts: Texts | None = None,
    *,
    seed: int = 0,
    ablate: Ablate | None = None,
    examples: int = 5,
    patterns_only: bool = False,
    progress: Progress = SILENT,
) -> HeadWiki:
    """Score, test and describe every head of a model, on `texts_for(model)` unless other texts are given.

    Detectors that are more than a pattern (by weights, in tasks, kinds of induction) are left out by `patterns_only`.

    `ablate` is "all" by default, "sampled" above 20 million weights: then the best head of each detector and
    some drawn at random, on fewer prompts.
    Cost: two passes over the texts, twenty more by untrained twins on each, one more per ablated head on each, and
        `beyond_patterns`.
    Raises: UnknownChoiceError.
    """
    texts = texts or texts_for(model, seed=seed)
    repeats, natural = texts.repeats, texts.natural
    how = ablate or ("sampled" if is_large(model) else "all")
    check_choice("ablate", how, Ablate)
    scores = score_heads(model, repeats.tokens)
    null = head_null(model, repeats.tokens, seed=seed, progress=progress)
    natural_scores, natural_null, strongest = None, None, None
    if natural is not None:
        natural_scores, strongest = scan_natural(model, natural)
        natural_null = head_null(model, natural, seed=seed, progress=progress)
    heads = None if how == "all" else sample_heads(scores, seed=seed)
    rows = repeats.tokens.shape[0] if how == "all" else SAMPLED_ROWS
    effects = {}
    if how != "none":
        for text, tokens, counted in counted_texts(texts):
            effects[text] = mean_ablate_each(
                model, tokens[:rows], counted=counted[:rows], heads=heads, progress=progress
            )
    return HeadWiki(
        model=model,
        repeats=scores,
        repeats_null=null,
        natural=natural_scores,
        natural_null=natural_null,
        effects=effects,
        pairs={} if strongest is None else all_pairs(strongest, model, count=examples),
        natural_tokens=natural,
        beyond=None if patterns_only else beyond_patterns(model, texts, seed=seed, progress=progress),
    )


def scan_natural(model: Model, natural: Int[Tensor, "batch pos"]) -> tuple[HeadScores, StrongestPairs]:
    """Scores and strongest examples in one pass over natural text."""
    sums = ScoreSums(all_detectors(), model.shape.n_layers, model.shape.n_heads)
    strongest = StrongestPairs(model)
    for batch in batches_of(model, natural):
        trace = model.run(batch, read=["pattern", "v"], logits=False)
        sums.add(trace, batch)
        strongest.add(trace, batch)
    return sums.scores(), strongest


def counted_texts(texts: Texts) -> Iterator[tuple[str, Tensor, Tensor]]:
    """Each text's name, tokens, and where its loss counts: repeated tokens; all of natural text but its start."""
    yield "repeats", texts.repeats.tokens, texts.repeats.repeated
    if texts.natural is not None:
        counted = torch.ones_like(texts.natural, dtype=torch.bool)
        counted[:, 0] = False
        yield "natural", texts.natural, counted


def sample_heads(scores: HeadScores, *, seed: int) -> list[Head]:
    """The best head of each detector, and others drawn at random up to SAMPLED_HEADS."""
    _, layers, heads = scores.mean.shape
    best = {(int(at) // heads, int(at) % heads) for at in scores.mean.flatten(1).argmax(dim=1)}
    order = torch.randperm(layers * heads, generator=torch.Generator().manual_seed(seed)).tolist()
    drawn = [(at // heads, at % heads) for at in order if (at // heads, at % heads) not in best]
    return sorted([*best, *drawn[: max(0, SAMPLED_HEADS - len(best))]])


def all_pairs(strongest: StrongestPairs, model: Model, *, count: int) -> dict[Head, list[Pair]]:
    """The strongest examples of every head."""
    shape = model.shape
    return {
        (layer, head): strongest.pairs(layer, head, count=count)
        for layer in range(shape.n_layers)
        for head in range(shape.n_heads)
    }
