"""Models grown on strings shown twice: which of the bugs of induction heads have they, and what keeps them from it?"""

from dataclasses import dataclass

import pandas as pd
import torch
from jaxtyping import Int
from torch import Tensor

from cutaway.lab import strings_twice
from cutaway.lab.menders import every_neuron, order, taken_out
from cutaway.lab.side_by_side import Tables
from cutaway.lab.strings_twice import CLOSING, KINDS, LENGTH, OPENING, OTHER, SAME, VOCABULARY, Shown, Strings
from cutaway.models import Model, wrap
from cutaway.models.answers import Answers
from cutaway.models.pairs import Pairs
from cutaway.models.toy import ToyConfig
from cutaway.techniques.ablation.unit import Unit, every_head
from cutaway.zoo.live import live
from cutaway.zoo.recipe import Recipe, Schedule
from cutaway.zoo.symbols import HELD_OUT

HARD = 0.02  # share of training rows in which there is anything to get wrong
BESIDE = {OTHER: SAME, CLOSING: OPENING}  # bugs, and the same tokens where there is nothing to get wrong


@dataclass(frozen=True)
class Reader:
    """One model to grow: its layers, with MLPs or without, and how long."""

    layers: int
    mlp: bool
    seed: int
    steps: int
    rows: int
    measured: int
    neurons: int

    @property
    def kind(self) -> str:
        return f"{self.layers} layers" + (" with MLPs" if self.mlp else "")


def grow(job: Reader) -> Tables:
    """Train one model, try it on hard rows, and take out the units that matter most where it may go wrong.

    Cost: about a minute on one core for three layers, 900 steps of 64 rows.
    """
    recipe = Recipe(
        name=f"strings shown twice, {job.kind}",
        summary="goes on with strings that are shown again",
        config=ToyConfig(
            vocab_size=VOCABULARY,
            n_ctx=LENGTH,
            n_layers=job.layers,
            n_heads=4,
            d_head=16,
            d_model=64,
            d_mlp=job.neurons if job.mlp else 0,
            activation="relu",
            bos_token_id=None,
            eos_token_id=None,
        ),
        data=Strings(HARD),
        schedule=Schedule(steps=job.steps, rows=job.rows, learning_rate=3e-3, warmup=50),
    )
    course = []
    held_out = hard_rows(job.measured // 8, HELD_OUT)
    for step, module in live(recipe, seed=job.seed, every=max(1, job.steps // 6)):
        model = wrap(module, name=recipe.name)
        course.append(tried(model, held_out).assign(step=step))
    rows = hard_rows(job.measured, HELD_OUT + 1), easy_rows(job.measured, HELD_OUT + 1)
    questions = pd.concat(
        [tried(model, some).assign(rows=name) for name, some in zip(("hard", "easy"), rows, strict=True)]
    )
    units = every_neuron(model) if job.mlp else every_head(model)
    tables = {"course": pd.concat(course), "questions": questions}
    if job.layers + job.mlp > 2:
        tables["out"] = pd.concat([kept_from(model, job, bug, units) for bug in BESIDE])
    return tables


def hard_rows(rows: int, seed: int) -> Shown:
    """Rows that have everything in them."""
    return strings_twice.strings(rows, torch.Generator().manual_seed(seed))


def easy_rows(rows: int, seed: int) -> Shown:
    """Rows in which there is nothing to get wrong."""
    return strings_twice.strings(rows, torch.Generator().manual_seed(seed), hard=0.0)


def tried(model: Model, shown: Shown) -> pd.DataFrame:
    """For each kind of question, how many of the answers are wrong, and how many are what misfires."""
    with torch.no_grad():
        said = model.run(shown.tokens).logits.argmax(dim=-1)
    found = []
    for number in range(len(KINDS)):
        row, at = (shown.kinds == number).nonzero(as_tuple=True)
        wrong, misfired = said[row, at] != shown.labels[row, at], said[row, at] == shown.rivals[row, at]
        found.append({"kind": KINDS[number], "wrong": int(wrong.sum()), "misfires": int(misfired.sum()), "n": len(row)})
    return pd.DataFrame(found).query("n > 0")


def kept_from(model: Model, job: Reader, bug: int, units: tuple[Unit, ...]) -> pd.DataFrame:
    """How often it goes wrong, where it may and where it may not, without the units that matter more where it may.

    Running on is where a unit matters that keeps from it; that it lets go on elsewhere does not count against it.
    """
    sizes = [max(16, job.measured // part) for part in (32, 8)]
    misfires, kinds = bug == CLOSING, (bug, BESIDE[bug])
    choose, measure = (
        {KINDS[kind]: asked(hard_rows(rows, job.seed + at), kind, misfires=misfires) for kind in kinds}
        for at, rows in enumerate(sizes, 1)
    )
    beside = None if misfires else choose[KINDS[BESIDE[bug]]]
    ranked = order(model, choose[KINDS[bug]], units, beside=beside, misfires=misfires)
    return taken_out(model, ranked, measure, units, misfires=misfires, seed=job.seed).assign(bug=KINDS[bug])


def asked(shown: Shown, kind: int, *, misfires: bool) -> Pairs:
    """Prompts with one question of a kind each; with `misfires` the answer that counts is what should not be said."""
    rows = (shown.kinds == kind).any(dim=1)
    at: Int[Tensor, "batch one"] = (shown.kinds[rows] == kind).long().argmax(dim=1, keepdim=True)
    tokens = shown.tokens[rows]
    answers = (shown.rivals if misfires else shown.labels)[rows].gather(1, at)
    return Pairs(tokens, tokens, Answers(at, answers[:, :, None]))
