"""Adding numbers of three digits, digit by digit from the highest, in two layers."""

from cutaway.models.toy import ToyConfig
from cutaway.tasks.symbols.multi_digit_addition import multi_digit_addition
from cutaway.zoo.recipe import Recipe, Schedule
from cutaway.zoo.symbols import Symbols

DIGITS = 3
TASK = multi_digit_addition(DIGITS)

RECIPES = (
    Recipe(
        name="add-3-digits",
        summary="adds two numbers of three digits, two layers with MLPs",
        config=ToyConfig(
            vocab_size=len(TASK.symbols), n_ctx=TASK.length, n_layers=2, d_mlp=512,
            bos_token_id=None, eos_token_id=None,
        ),
        data=Symbols(TASK, (("digits", DIGITS),)),
        schedule=Schedule(steps=4000, rows=256, learning_rate=1e-3),
        seeds=(0, 1, 2),
        source="Quirke & Barez 2023, arXiv:2310.13121",
        watch_every=200,
        save_every=500,
    ),
)  # fmt: skip
