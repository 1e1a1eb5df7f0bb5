"""What a head wiki says beyond where heads look: by their weights, in tasks, and how they do induction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from cutaway.errors.base import CutawayError, in_short
from cutaway.errors.models import NoTokenizerError
from cutaway.models import Model
from cutaway.records.progress import SILENT, Progress
from cutaway.techniques.composition.token_copying import token_copying
from cutaway.techniques.detectors.induction_kinds import induction_kinds
from cutaway.techniques.detectors.null import head_null
from cutaway.techniques.detectors.roles.ask_roles import ask_roles
from cutaway.techniques.detectors.roles.suppression_in_text import suppression_in_text
from cutaway.techniques.detectors.texts import Texts
from cutaway.techniques.detectors.weights.copy_suppression import copy_suppression
from cutaway.techniques.detectors.weights.straight import score_straight
from cutaway.techniques.detectors.weights.successor import successor

PLACE = ["layer", "head"]


@dataclass(frozen=True, eq=False)
class BeyondPatterns:
    """One row a head in `frame`; `unasked`: by detector, why a model has no such columns."""

    frame: pd.DataFrame
    unasked: Mapping[str, str]


def beyond_patterns(model: Model, texts: Texts, *, seed: int = 0, progress: Progress = SILENT) -> BeyondPatterns:
    """Every detector that is more than a pattern, as columns; each has its control or null beside it.

    `D_weights`, `D_weights_null`: pattern detectors straight from the embeddings (`score_straight`, untrained twins).
    `copying_weights`, `copy_suppression_weights`, `successor_weights`, with `_control`: ranks and shares.
    `induction_kind` with its score `induction_by_keys`. Roles in tasks and text, in logits, with `_control` and `_p`.
    Cost:   of each detector as it says; the twins of the null are most of it.
    """
    found = [places(model)]
    unasked: dict[str, str] = {}
    parts: dict[str, Callable[[], pd.DataFrame]] = {
        "straight from embeddings": lambda: straight(model, texts, seed=seed, progress=progress),
        "copying": lambda: by_weights(token_copying(model, seed=seed).frame, "copying", control="shuffled_value"),
        "copy suppression by weights": lambda: by_weights(copy_suppression(model, seed=seed).frame, "copy_suppression"),
        "successor": lambda: by_weights(successor(model).frame, "successor", control="chance"),
        "kinds of induction": lambda: kinds(model, seed=seed),
        "copy suppression in text": lambda: suppression(model, texts, seed=seed),
    }
    for name, part in parts.items():
        try:
            found.append(part())
        except CutawayError as fault:
            unasked[name] = in_short(fault)
    roles = ask_roles(model, seed=seed, progress=progress)
    found += [in_task(scores.frame, name) for name, scores in roles.scores.items()]
    whole = found[0]
    for table in found[1:]:
        whole = whole.merge(table, on=PLACE, how="left")
    return BeyondPatterns(whole, {**unasked, **roles.unasked})


def places(model: Model) -> pd.DataFrame:
    """A row for each head."""
    shape = model.shape
    return pd.DataFrame([(a, b) for a in range(shape.n_layers) for b in range(shape.n_heads)], columns=PLACE)


def straight(model: Model, texts: Texts, *, seed: int, progress: Progress) -> pd.DataFrame:
    """Pattern detectors by weights, with the null of untrained twins."""
    tokens = texts.repeats.tokens
    scores = score_straight(model, tokens)
    null = head_null(model, tokens, seed=seed, score=score_straight, progress=progress)
    table = places(model)
    for detector in scores.detectors:
        table[f"{detector.name}_weights"] = scores.of(detector.name).flatten().numpy()
        table[f"{detector.name}_weights_null"] = null.line(detector.name)
    return table


def by_weights(frame: pd.DataFrame, name: str, *, control: str = "control") -> pd.DataFrame:
    """A table of weights as two columns."""
    return frame[[*PLACE, "value", control]].rename(
        columns={"value": f"{name}_weights", control: f"{name}_weights_control"}
    )


def kinds(model: Model, *, seed: int) -> pd.DataFrame:
    """How each head does induction."""
    frame = induction_kinds(model, seed=seed).frame
    return frame[[*PLACE, "kind", "value"]].rename(columns={"kind": "induction_kind", "value": "induction_by_keys"})


def suppression(model: Model, texts: Texts, *, seed: int) -> pd.DataFrame:
    """Copy suppression in natural text.

    Raises: NoTokenizerError where there is none.
    """
    if texts.natural is None:
        raise NoTokenizerError(model.name)
    return in_task(suppression_in_text(model, texts.natural, seed=seed).frame, "copy_suppression")


def in_task(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """A role's score, its control and its p as columns."""
    names = {"value": name, "control": f"{name}_control", "p": f"{name}_p"}
    return frame[[*PLACE, *names]].rename(columns=names)
