"""Would other prompts have given another circuit?"""

from collections.abc import Callable
from dataclasses import replace

import torch
from jaxtyping import Int
from torch import Tensor

from cutaway.models.answers import Answers
from cutaway.models.pairs import Pairs
from cutaway.records.progress import SILENT, Progress
from cutaway.techniques.circuits.circuit import Circuit
from cutaway.techniques.circuits.question import Question
from cutaway.techniques.circuits.rivals import Rivals, compared

Method = Callable[[Question], Circuit]


def bootstrapped(
    question: Question, method: Method, *, draws: int = 20, seed: int = 0, progress: Progress = SILENT
) -> Rivals:
    """Find the circuit anew on prompts drawn with replacement, and compare what is found.

    Units:  overlap 1 is the same circuit whatever the prompts; below 0.8 it should be called unstable.
    Cost:   `draws` times the method.
    Reference: Meloux et al. 2025, arXiv:2510.00845.
    """
    generator, found = torch.Generator().manual_seed(seed), []
    with progress.phase("circuits of other prompts", draws) as tick:
        for _ in range(draws):
            rows = torch.randint(len(question.pairs), (len(question.pairs),), generator=generator)
            found.append(method(replace(question, pairs=chosen(question.pairs, rows))))
            tick()
    return compared(found)


def chosen(pairs: Pairs, rows: Int[Tensor, "row"]) -> Pairs:
    """Some rows of pairs, each as often as it is named."""
    own = pairs.answers
    answers = Answers(own.at[rows], own.right[rows], None if own.wrong is None else own.wrong[rows], own.is_one)
    frame = pairs.frame.iloc[rows.tolist()].reset_index(drop=True) if len(pairs.frame) else pairs.frame
    mask = None if pairs.mask is None else pairs.mask[rows]
    return Pairs(pairs.clean[rows], pairs.corrupted[rows], answers, mask, frame)
