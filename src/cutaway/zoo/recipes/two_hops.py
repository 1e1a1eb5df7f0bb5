"""Following arrows twice through a list of pairs in random order, in three attention-only layers."""

from cutaway.models.toy import ToyConfig
from cutaway.tasks.symbols.k_hop import k_hop
from cutaway.zoo.recipe import Recipe, Schedule
from cutaway.zoo.symbols import Symbols

HOPS, PAIRS, VOCABULARY = (1, 2), 6, 26
TASK = k_hop(HOPS, PAIRS, VOCABULARY)
SHAPE = {"vocab_size": len(TASK.symbols), "n_ctx": TASK.length, "bos_token_id": None, "eos_token_id": None}

RECIPES = (
    Recipe(
        name="two-hop",
        summary=f"follows one or two arrows through {PAIRS} pairs, three attention-only layers",
        config=ToyConfig(**SHAPE, n_layers=3),
        data=Symbols(TASK, (("hops", HOPS), ("pairs", PAIRS), ("vocabulary", VOCABULARY))),
        schedule=Schedule(steps=8000, rows=256, learning_rate=1e-3),
        seeds=(0, 1, 2),
        watch_every=200,
        save_every=500,
    ),
)
