"""One-layer models grown on skip trigrams, crossed and straight: where do they go wrong, and what mends it?"""

from dataclasses import dataclass, replace

import pandas as pd
import torch
from jaxtyping import Float, Int
from torch import Tensor

from cutaway.lab.menders import every_neuron, order, taken_out
from cutaway.lab.side_by_side import Tables
from cutaway.models import Model, Replace, wrap
from cutaway.models.answers import Answers
from cutaway.models.pairs import Pairs
from cutaway.models.toy import ToyConfig
from cutaway.tasks.symbolic import Rows, SymbolicTask
from cutaway.tasks.symbols.skip_trigrams import SIZE, B, C, D, Squares, crossed_skip_trigrams
from cutaway.zoo.live import live
from cutaway.zoo.recipe import Recipe, Schedule
from cutaway.zoo.symbols import HELD_OUT, Symbols

SQUARES, CROSSED, DISTRACTORS, GAP = 16, 8, 16, 4


@dataclass(frozen=True)
class Mixed(Squares):
    """Squares of which the first so many are crossed; in the others the earlier token alone decides."""

    crossed: int

    def finished(self, prompt: Int[Tensor, "batch pos"]) -> Rows:
        rows, square = super().finished(prompt), prompt[:, self.last] // SIZE
        early = prompt[:, : self.last]
        is_b = ((early < self.named) & (early % SIZE == B)).any(dim=1)
        right = torch.where(is_b, D, C) + SIZE * square
        right = torch.where(square < self.crossed, rows.answers.right[:, 0, 0], right)[:, None]
        wrong = 2 * SIZE * square[:, None] + C + D - right
        answers = Answers(rows.answers.at, right[:, :, None], wrong[:, :, None])
        return Rows(torch.cat([prompt, right], dim=1), answers)


MIXED = Mixed(SQUARES, DISTRACTORS, GAP, CROSSED)


def mixed_skip_trigrams() -> SymbolicTask:
    """The rows of crossed skip trigrams, half of whose squares are straight."""
    return replace(crossed_skip_trigrams(SQUARES, DISTRACTORS, GAP), name="mixed skip trigrams", draw=MIXED.draw)


KINDS = ("attention only", "with norms", "with an MLP", "even attention")


@dataclass(frozen=True)
class Skipper:
    """One model to grow. Only `with norms` has norms; `even attention` looks everywhere alike: its logits are sums."""

    kind: str
    seed: int
    steps: int
    rows: int
    measured: int
    neurons: int

    @property
    def config(self) -> ToyConfig:
        return ToyConfig(
            vocab_size=MIXED.named + DISTRACTORS,
            n_ctx=MIXED.last + 2,
            n_layers=1,
            n_heads=4,
            d_head=16,
            d_model=64,
            d_mlp=self.neurons if self.kind == "with an MLP" else 0,
            activation="relu",
            layer_norm=self.kind == "with norms",
            attention_scale=0.0 if self.kind == "even attention" else None,
            bos_token_id=None,
            eos_token_id=None,
        )


def grow(job: Skipper) -> Tables:
    """Train one model, see where it is wrong, also with its attention held, and take neurons out.

    Cost: about twenty seconds on one core for 1500 steps of 128 rows.
    """
    recipe = Recipe(
        name=f"skip trigrams, {job.kind}",
        summary="says what follows an earlier and a current token together",
        config=job.config,
        data=Symbols(mixed_skip_trigrams(), ()),
        schedule=Schedule(steps=job.steps, rows=job.rows, learning_rate=4e-3, warmup=50),
    )
    course = []
    held_out = MIXED.draw(job.measured, torch.Generator().manual_seed(HELD_OUT), "test")
    for step, module in live(recipe, seed=job.seed, every=max(1, job.steps // 15)):
        model = wrap(module, name=recipe.name)
        course += [{"step": step, "squares": name, "loss_nats": nats(model, rows)} for name, rows in parted(held_out)]
    tables = {"course": pd.DataFrame(course), "squares": pd.DataFrame(by_square(model, job))}
    return tables | ({"out": neurons(model, job)} if model.shape.d_mlp else {})


def parted(rows: Rows) -> list[tuple[str, Rows]]:
    """Rows of crossed squares, and of straight ones."""
    crossed = rows.tokens[:, MIXED.last] < SIZE * CROSSED
    return [(name, taken(rows, which)) for name, which in (("crossed", crossed), ("straight", ~crossed))]


def taken(rows: Rows, which: Tensor) -> Rows:
    """Some of the rows."""
    answers = rows.answers
    assert answers.wrong is not None
    return Rows(rows.tokens[which], Answers(answers.at[which], answers.right[which], answers.wrong[which]))


def said(model: Model, rows: Rows, pattern: Tensor | None = None) -> Float[Tensor, "batch d_vocab"]:
    """Logits after the current token, with attention as it is or as it is given."""
    edits = [] if pattern is None else [Replace("pattern.0", pattern)]
    with torch.no_grad():
        return model.run(rows.tokens[:, : MIXED.last + 1], edit=edits).logits[:, MIXED.last]


def nats(model: Model, rows: Rows) -> float:
    """Mean loss of the answers."""
    return float(torch.nn.functional.cross_entropy(said(model, rows), rows.answers.right[:, 0, 0]))


def wrong(logits: Float[Tensor, "batch d_vocab"], rows: Rows) -> int:
    """How many answers are not what is most likely."""
    return int((logits.argmax(dim=-1) != rows.answers.right[:, 0, 0]).sum())


def by_square(model: Model, job: Skipper) -> list[dict[str, object]]:
    """Errors on fresh rows, loss on all four corners of such rows, and errors there while attention is held.

    Held is the pattern's mean over the corners, so that no head looks otherwise for another of the four tokens. Without
    norm and MLP logits are then a sum of what either token adds, and one corner at least is wrong.
    """
    found = []
    for name, rows in parted(MIXED.draw(job.measured, torch.Generator().manual_seed(job.seed + 1), "test")):
        corners = four(rows)
        held = held_pattern(model, corners)
        found.append(
            {
                "squares": name,
                "wrong": wrong(said(model, rows), rows),
                "n": len(rows.tokens),
                "loss_nats": nats(model, corners),
                "share_held": wrong(said(model, corners, held), corners) / len(corners.tokens),
            }
        )
    return found


def held_pattern(model: Model, corners: Rows) -> Float[Tensor, "batch head query key"]:
    """Attention, for each of four corners, as it is on their mean."""
    read = model.run(corners.tokens[:, : MIXED.last + 1], read=["pattern.0"], logits=False)["pattern.0"]
    return read.view(4, -1, *read.shape[1:]).mean(dim=0).repeat(4, 1, 1, 1)


def four(rows: Rows) -> Rows:
    """Every row with each of both earlier and both current tokens of its square."""
    corners = [
        rows,
        *(MIXED.exchanged(rows, earlier=e, current=c) for e, c in ((True, False), (False, True), (True, True))),
    ]
    answers = [one.answers for one in corners]
    at, right = (torch.cat([getattr(one, name) for one in answers]) for name in ("at", "right"))
    wrong = torch.cat([one.wrong for one in answers if one.wrong is not None])
    return Rows(torch.cat([one.tokens for one in corners]), Answers(at, right, wrong))


def as_pairs(rows: Rows) -> Pairs:
    """Prompts without their answers."""
    tokens = rows.tokens[:, : MIXED.last + 1]
    return Pairs(tokens, tokens, rows.answers)


def neurons(model: Model, job: Skipper) -> pd.DataFrame:
    """What is wrong without the neurons that matter on crossed squares more than on straight ones."""
    some = [
        MIXED.draw(max(16, job.measured // 8), torch.Generator().manual_seed(job.seed + at), "test") for at in (2, 3)
    ]
    choose, measure = ({name: as_pairs(rows) for name, rows in parted(one)} for one in some)
    units = every_neuron(model)
    ranked = order(model, choose["crossed"], units, beside=choose["straight"])
    return taken_out(model, ranked, measure, units, seed=job.seed)
