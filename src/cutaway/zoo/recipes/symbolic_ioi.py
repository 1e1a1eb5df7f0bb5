"""Indirect objects without words, in two attention-only layers, with dropout and without."""

from dataclasses import replace

from cutaway.models.toy import ToyConfig
from cutaway.tasks.symbols.symbolic_ioi import symbolic_ioi
from cutaway.zoo.recipe import Recipe, Schedule
from cutaway.zoo.symbols import Symbols

NAMES = 20
SHAPE = {"vocab_size": NAMES + 2, "n_ctx": 6, "n_layers": 2, "bos_token_id": None, "eos_token_id": None}

PLAIN = Recipe(
    name="ioi-2l",
    summary="symbolic IOI in two attention-only layers",
    config=ToyConfig(**SHAPE),
    data=Symbols(symbolic_ioi(NAMES), (("names", NAMES),)),
    schedule=Schedule(steps=2000, rows=128, learning_rate=1e-3),
    seeds=(0, 1, 2, 3, 4),
    source="Wang et al. 2022, arXiv:2211.00593, reduced to symbols",
    watch_every=50,
    save_every=500,
)
RECIPES = (
    PLAIN,
    replace(
        PLAIN,
        name="ioi-2l-dropout",
        summary="symbolic IOI in two attention-only layers, trained with dropout of 0.1",
        config=ToyConfig(**SHAPE, dropout=0.1),
        schedule=replace(PLAIN.schedule, steps=4000),
    ),
)
