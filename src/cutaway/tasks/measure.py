"""How well a model does a task: on clean prompts, on those of every corruption, and beside it the two controls."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Float
from numpy.typing import NDArray
from torch import Tensor

from cutaway.errors.tasks import TaskArgumentError
from cutaway.models import Model
from cutaway.models.pairs import Pairs
from cutaway.records.progress import SILENT, Progress
from cutaway.stats.intervals import bootstrap_mean, proportion
from cutaway.tasks.fit import Score, fit
from cutaway.tasks.split import Split
from cutaway.tasks.symbolic import SymbolicTask
from cutaway.tasks.task import Control, Task
from cutaway.tasks.worded import WordedTask

BATCH_BYTES = 1 << 27  # of logits at a time
BATCH_ROWS = 256  # at most, where the vocabulary is small and the activations are not

Logits = Callable[[Pairs], Float[Tensor, "batch pos d_vocab"]]
Scores = NDArray[np.float64]


@dataclass(frozen=True)
class Wording:
    """What a task in words leaves open: how answers are scored, None as is usual, and lists of words of one's own."""

    score: Score | None = None
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)


USUAL = Wording()


@dataclass(frozen=True, eq=False)
class Measurements:
    """Accuracy and metric with 95 % intervals over prompts, one row of `frame` for each case.

    Cases are `clean`, every corruption by name, whose prompts are scored by the clean answers, and the controls
    `perfect` and `null` on the clean prompts. `left_out`: the words of each list that the tokenizer does not cut as
    the task needs. `without_controls`: the words of one's own for which there are none, because no solver knows them.
    """

    frame: pd.DataFrame
    left_out: Mapping[str, tuple[str, ...]]
    without_controls: tuple[str, ...]


def measure(
    task: Task,
    model: Model,
    *,
    rows: int = 200,
    corruption: str | None = None,
    seed: int = 0,
    split: Split = "any",
    wording: Wording = USUAL,
    progress: Progress = SILENT,
) -> Measurements:
    """Score a model on a task, with every corruption or the one that is asked for.

    Units:  accuracy is a share, against `chance`; metric in `unit`, as `Answers.metric`.
    Cost:   a forward pass of `rows` prompts for the clean ones and each corruption; memory of one batch of logits.
    Raises: what the task's `pairs` raises.
    """
    named = [change.name for change in task.corruptions] if corruption is None else [task.corruption(corruption).name]
    drawn = {name: pairs_of(task, model, name, rows=rows, seed=seed, split=split, wording=wording) for name in named}
    clean, unknown = drawn[named[0]], unknown_words(task, wording)
    sized = task.sized(model.shape.d_vocab) if isinstance(task, SymbolicTask) and task.sized else task
    cases: dict[str, tuple[Pairs, Logits]] = {"clean": (clean, on_clean(model))}
    cases |= {name: (pairs, on_corrupted(model)) for name, pairs in drawn.items()}
    if not unknown:
        cases |= {
            "perfect": (clean, said(sized, model, "perfect", seed)),
            "null": (clean, said(sized, model, "null", seed)),
        }
    size = batch_size(model, clean)
    told = []
    batches = sum(-(-len(pairs) // size) for pairs, _ in cases.values())
    with progress.phase(f"{task.name} on {model.name}", batches) as tick:
        for case, (pairs, logits) in cases.items():
            told.append({"case": case, **numbers(pairs, *scored(pairs, logits, size, tick), seed=seed)})
    frame = pd.DataFrame(told)
    frame = frame.assign(chance=sized.chance, task=task.name, model=model.name, split=split, seed=seed)
    return Measurements(frame, left_out(task, model, split, wording), unknown)


def pairs_of(
    task: Task, model: Model, corruption: str, *, rows: int, seed: int, split: Split, wording: Wording
) -> Pairs:
    """The pairs of one corruption.

    Raises: TaskArgumentError for a wording where there are no words.
    """
    if isinstance(task, WordedTask):
        return task.pairs(
            model,
            rows=rows,
            corruption=corruption,
            seed=seed,
            split=split,
            score=wording.score,
            words=wording.words,
        )
    if wording.score is not None or wording.words:
        fault = "its prompts are symbols, which no tokenizer cuts"
        raise TaskArgumentError(task.name, fault, "Leave out how answers are scored and words of your own.")
    return task.pairs(model, rows=rows, corruption=corruption, seed=seed, split=split)


def on_clean(model: Model) -> Logits:
    """What the model says after clean prompts."""
    return lambda part: model.run(part.clean, mask=part.mask).logits


def on_corrupted(model: Model) -> Logits:
    """What the model says after corrupted prompts."""
    return lambda part: model.run(part.corrupted, mask=part.mask).logits


def said(task: Task, model: Model, control: Control, seed: int) -> Logits:
    """What a control says after clean prompts, with new luck for every batch."""
    seeds = count(seed)
    return lambda part: task.spoken(part, control, d_vocab=model.shape.d_vocab, seed=next(seeds))


def batch_size(model: Model, pairs: Pairs) -> int:
    """How many rows are run at once."""
    row_bytes = 4 * pairs.clean.shape[1] * max(model.shape.d_vocab, 1)
    return min(BATCH_ROWS, max(1, BATCH_BYTES // row_bytes))


def parts(pairs: Pairs, size: int) -> Iterator[Pairs]:
    """The same pairs, a few rows at a time."""
    for start in range(0, len(pairs), size):
        rows, answers = slice(start, start + size), pairs.answers
        wrong = None if answers.wrong is None else answers.wrong[rows]
        yield replace(
            pairs,
            clean=pairs.clean[rows],
            corrupted=pairs.corrupted[rows],
            answers=replace(answers, at=answers.at[rows], right=answers.right[rows], wrong=wrong),
            mask=None if pairs.mask is None else pairs.mask[rows],
            frame=pairs.frame.iloc[rows],
        )


def scored(pairs: Pairs, logits: Logits, size: int, tick: Callable[[], None]) -> tuple[Scores, Scores]:
    """Accuracy and metric of every row."""
    accuracy, metric = [], []
    for part in parts(pairs, size):
        found = logits(part)
        accuracy.append(part.accuracy(found).double().cpu().numpy())
        metric.append(part.metric(found).double().cpu().numpy())
        tick()
    return np.concatenate(accuracy), np.concatenate(metric)


def numbers(pairs: Pairs, accuracy: Scores, metric: Scores, *, seed: int) -> dict[str, Any]:
    """Means with their intervals: Wilson's where a row is right or wrong, else resampled rows."""
    one_verdict = pairs.answers.is_one or pairs.answers.at.shape[1] == 1
    share = proportion(int(accuracy.sum()), len(pairs)) if one_verdict else bootstrap_mean(accuracy, seed=seed)
    mean = bootstrap_mean(metric, seed=seed)
    return {
        "accuracy": share.value,
        "accuracy_low": share.low,
        "accuracy_high": share.high,
        "metric": mean.value,
        "metric_low": mean.low,
        "metric_high": mean.high,
        "unit": pairs.metric.unit,
        "n": mean.n,
        "metric_name": pairs.metric.name,
        "redrawn": pairs.redrawn,
    }


def unknown_words(task: Task, wording: Wording) -> tuple[str, ...]:
    """Words of one's own that the task does not have, so that its solver does not know what they are."""
    if not isinstance(task, WordedTask):
        return ()
    known = {word for lexicon in task.lexicons.values() for word in lexicon.words}
    return tuple(word for words in wording.words.values() for word in words if word not in known)


def left_out(task: Task, model: Model, split: Split, wording: Wording) -> dict[str, tuple[str, ...]]:
    """The words of each list that are not used with this model."""
    if not isinstance(task, WordedTask):
        return {}
    usual, score = task.words(split), task.usual_score if wording.score is None else wording.score
    used = fit(task.name, model, usual.templates, task.lexicons, split=split, score=score, given=wording.words)
    lists = {name: tuple(word for word in words if word not in used[name]) for name, words in usual.lists.items()}
    return {name: words for name, words in lists.items() if words and name not in wording.words}
