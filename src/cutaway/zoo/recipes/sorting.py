"""Putting numbers in order: lists of one length, and of lengths that vary."""

from cutaway.models.toy import ToyConfig
from cutaway.tasks.symbols.sorting import sorting
from cutaway.zoo.recipe import Recipe, Schedule
from cutaway.zoo.symbols import Symbols

NUMBERS, COUNT = 50, 8
TASK = sorting(NUMBERS, COUNT)

RECIPES = (
    Recipe(
        name="sort",
        summary=f"sorts {COUNT} different numbers below {NUMBERS}, one attention-only layer",
        config=ToyConfig(
            vocab_size=len(TASK.symbols), n_ctx=TASK.length, n_layers=1, bos_token_id=None, eos_token_id=None
        ),
        data=Symbols(TASK, (("numbers", NUMBERS), ("count", COUNT))),
        schedule=Schedule(steps=6000, rows=256, learning_rate=1e-3),
        seeds=(0, 1, 2),
        watch_every=100,
        save_every=500,
    ),
)
