"""Othello on 6 x 6 squares: a model that reads random legal games and says which move comes next."""

from cutaway.models.toy import ToyConfig
from cutaway.tasks.games.othello import othello
from cutaway.zoo.games import Games
from cutaway.zoo.recipe import Recipe, Schedule

SIZE = 6
TASK = othello(SIZE)

RECIPES = (
    Recipe(
        name="othello-6x6",
        summary="reads random legal games of Othello on 6 x 6 squares; six layers with MLPs",
        config=ToyConfig(
            vocab_size=len(TASK.symbols), n_ctx=TASK.length, n_layers=6, d_mlp=512, positions="learned",
            bos_token_id=None, eos_token_id=None,
        ),
        data=Games(TASK, (("size", SIZE),)),
        schedule=Schedule(steps=16000, rows=64, learning_rate=1e-3, warmup=500),
        source="Li et al. 2022, arXiv:2210.13382, on a smaller board",
        watch_every=250,
        save_every=500,
    ),
)  # fmt: skip
