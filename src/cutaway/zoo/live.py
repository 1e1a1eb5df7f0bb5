"""A recipe trained in memory, to look at while it learns and to meddle with."""

from collections.abc import Callable, Iterator
from pathlib import Path

import torch

from cutaway.models.toy import ToyForCausalLM
from cutaway.zoo.recipe import Recipe
from cutaway.zoo.train import begin


def live(
    recipe: Recipe, *, seed: int, every: int, meddle: Callable[[ToyForCausalLM], None] | None = None
) -> Iterator[tuple[int, ToyForCausalLM]]:
    """Train from the start and yield the model, in evaluation mode, with its step: at 0, every so many, and the end.

    It is one model, which goes on learning: measure or copy it before asking for the next. `meddle` is called with it
    after every step and may change its weights. The same numbers as those of `train` without it. Nothing is written.
    """
    training = begin(recipe, seed=seed, folder=Path(), kept=(), report=lambda _: None)
    end = recipe.schedule.steps
    if meddle is not None:
        meddle(training.model)
    for step in range(end + 1):
        if step % every == 0 or step == end:
            state = torch.get_rng_state()  # dropout's, whatever is drawn meanwhile
            training.model.eval()
            yield step, training.model
            training.model.train()
            torch.set_rng_state(state)
        if step < end:
            training.one_step(recipe.data.batch(step, rows=recipe.schedule.rows, seed=seed))
            if meddle is not None:
                meddle(training.model)
