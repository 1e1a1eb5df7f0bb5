"""Weights that need no file because they follow from what ships: a start, and a model whose MLPs have not joined.

A start is drawn from its seed (`start.py`). Until MLPs join (`Schedule.mlps_from`) a model is its attention-only twin,
weight by weight, with MLPs that are still as they were drawn. Why: docs/decisions/0023-weights-that-follow.md.
"""

import copy
import shutil
from dataclasses import replace
from pathlib import Path

import torch
from safetensors.torch import load_file

from cutaway.models.load import quietly
from cutaway.models.toy import ToyConfig, ToyForCausalLM
from cutaway.zoo.address import Address
from cutaway.zoo.checkpoint import WEIGHTS
from cutaway.zoo.recipe import all_recipes
from cutaway.zoo.shipped import check_hash, folder_of
from cutaway.zoo.start import fresh


def follows(at: Address) -> bool:
    """Whether these weights are rebuilt when they are asked for: they have a card, and no file."""
    return derivable(at) and not (folder_of(at) / WEIGHTS).is_file()


def derivable(at: Address) -> bool:
    """Whether they are a start, or those of a twin."""
    return at.step == 0 or twin_of(at) is not None


def twin_of(at: Address) -> Address | None:
    """The attention-only model that this one still is at its step; None if it is its own."""
    recipe = at.recipe
    if not recipe.config.d_mlp or at.step is None or at.step >= recipe.schedule.mlps_from:
        return None
    config = copy.deepcopy(recipe.config)
    config.d_mlp, config.activation = 0, ToyConfig().activation
    wanted = replace(recipe, config=config).identity(at.seed)
    twins = (other for other in all_recipes().values() if at.seed in other.seeds)
    return next((Address(other, at.seed, at.step) for other in twins if other.identity(at.seed) == wanted), None)


def rebuilt(at: Address) -> ToyForCausalLM:
    """The weights that follow, rounded as the recipe says.

    Raises: as `shipped.folder_of` if its twin does not ship at that step; DamagedZooModelError if that is damaged.
    """
    assert derivable(at), at.name
    recipe, dtype = at.recipe, getattr(torch, at.recipe.dtype)
    model = fresh(recipe.config, seed=at.seed, silent_mlps=recipe.schedule.mlps_from > 0)
    model.to(dtype).eval()
    twin = twin_of(at)
    if twin is not None and at.step != 0:
        check_hash(twin)
        model.load_state_dict(load_file(folder_of(twin) / WEIGHTS), strict=False)  # the MLPs stay as drawn
    return model


def written_out(at: Address, into: Path) -> Path:
    """A copy of a shipped Hugging Face folder, with its weights also where those are rebuilt.

    Cost: one model written. Raises: as `shipped.folder_of` and `rebuilt`; DamagedZooModelError.
    """
    into.mkdir(parents=True, exist_ok=True)
    for file in folder_of(at).iterdir():
        if file.is_file():  # seeds and steps have folders of their own
            shutil.copy2(file, into)
    if follows(at):
        with quietly():
            rebuilt(at).save_pretrained(into)
    else:
        check_hash(at)
    return into
