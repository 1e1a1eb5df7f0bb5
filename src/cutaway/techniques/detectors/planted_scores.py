"""Put the detectors to the test on planted models, where it is known which head is what."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cutaway.planted import ROLES, Part, Planted
from cutaway.records import Measured
from cutaway.records.progress import SILENT, Progress
from cutaway.stats.intervals import bootstrap
from cutaway.stats.separation import auroc
from cutaway.techniques.ablation.mean import mean_ablate_each
from cutaway.techniques.detectors.scores import score_heads
from cutaway.techniques.detectors.texts import repeats_for

LIVE_NATS = 0.01  # a head that must carry something costs at least this much when it is ablated


def planted_scores(planted: Sequence[Planted], *, rows: int, seed: int, progress: Progress = SILENT) -> pd.DataFrame:
    """One row per planted model, head and detector.

    `by_pattern` is the detector's score; `by_both` is the same, but 0 where the detector says that a head of its
    kind carries something and ablating the head costs nothing. `is_true` is the planted truth.
    """
    found = []
    with progress.phase("planted models", len(planted)) as tick:
        for number, case in enumerate(planted):
            repeats = repeats_for(case.model, rows=rows, seed=seed + number)
            assert case.text is not None, f"{case.name} has no running text"
            natural = case.text(rows, repeats.tokens.shape[1], seed + number)
            counted = natural > 0
            effects = {
                "repeats": mean_ablate_each(case.model, repeats.tokens, counted=repeats.repeated).mean,
                "natural": mean_ablate_each(case.model, natural, counted=counted).mean,
            }
            scores = score_heads(case.model, repeats.tokens)
            for detector in scores.detectors:
                score = scores.of(detector.name).flatten().numpy()
                effect = effects[detector.matters_on].numpy()
                live = (effect > LIVE_NATS) | (not detector.carries)
                found += [
                    {
                        "planted": number,
                        "layer": head.layer,
                        "head": head.head,
                        "kind": head.role,
                        "detector": detector.name,
                        "truth": truth_of(head, detector.name),
                        "is_true": head.role == detector.name,
                        "by_pattern": float(score[at]),
                        "by_both": float(score[at]) if live[at] else 0.0,
                        "effect_nats": float(effect[at]),
                    }
                    for at, head in enumerate(case.truth.heads)
                ]
            tick()
    return pd.DataFrame(found)


def truth_of(head: Part, detector: str) -> str:
    """Whether a head is what the detector looks for, plays another role, or is a decoy."""
    if head.role == detector:
        return "true head"
    return "another role" if head.role in ROLES else "decoy"


def worst_separation(table: pd.DataFrame, score: str, *, seed: int) -> Measured:
    """AUROC of the detector that separates its true heads worst from all other heads, with an interval over models."""
    by_model = [rows for _, rows in table.groupby("planted")]

    def worst(chosen: NDArray[np.float64]) -> float:
        return min(separations(pd.concat([by_model[int(at)] for at in chosen]), score).values())

    return bootstrap(np.arange(len(by_model), dtype=np.float64), worst, seed=seed, resamples=200)


def shuffled_separation(table: pd.DataFrame, score: str, *, seed: int, draws: int = 40) -> tuple[float, ...]:
    """The same after shuffling which heads are true, within each detector: the null."""
    generator = np.random.default_rng(seed)
    found = []
    for _ in range(draws):
        shuffled = table.copy()
        shuffled["is_true"] = table.groupby("detector")["is_true"].transform(generator.permutation)
        found.append(min(separations(shuffled, score).values()))
    return tuple(found)


def separations(table: pd.DataFrame, score: str) -> dict[str, float]:
    """AUROC by detector: true heads against every other head, decoys included."""
    return {
        str(name): auroc(rows[score].to_numpy(), rows["is_true"].to_numpy(dtype=np.bool_))
        for name, rows in table.groupby("detector")
    }
