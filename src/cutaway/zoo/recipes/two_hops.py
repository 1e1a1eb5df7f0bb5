"""Following arrows twice through a list of pairs in random order, in three attention-only layers."""

from cutaway.models.toy import ToyConfig
from cutaway.zoo.lookups import Lookups
from cutaway.zoo.recipe import Recipe, Schedule

DATA = Lookups(hops=(1, 2), pairs=6, vocabulary=26)
SHAPE = {"vocab_size": len(DATA.task.symbols), "n_ctx": DATA.length, "bos_token_id": None, "eos_token_id": None}

RECIPES = (
    Recipe(
        name="two-hop",
        summary=f"follows one or two arrows through {DATA.pairs} pairs, three attention-only layers",
        config=ToyConfig(**SHAPE, n_layers=3),
        data=DATA,
        schedule=Schedule(steps=8000, rows=48, learning_rate=2e-3),
        seeds=(0, 1, 2),
        source="Sanford et al. 2024, arXiv:2402.09268, who hop through a text instead of a list",
        watch_every=100,
        save_every=500,
    ),
)
