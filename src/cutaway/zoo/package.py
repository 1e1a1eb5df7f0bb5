"""A finished zoo model on disk: a Hugging Face folder, its record and its card; a folder inside for each kept step."""

import hashlib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
import transformers
from safetensors.torch import load_file

from cutaway.models.load import quietly
from cutaway.models.toy import ToyForCausalLM
from cutaway.zoo.address import Address
from cutaway.zoo.checkpoint import WEIGHTS, Progress
from cutaway.zoo.recipe import Recipe

CARD = "card.json"


def package(
    recipe: Recipe, *, seed: int, training: Path, model: ToyForCausalLM, progress: Progress, into: Path
) -> Path:
    """Round the weights as the recipe says, measure the rounded model, and write it with every kept step.

    Cost: one measurement, as the card's data say, for each set of weights.
    """
    for old in (into / Address(recipe, seed).folder).glob("step-*"):
        shutil.rmtree(old)  # of a run before this one
    folder = written(Address(recipe, seed), model, progress, into=into)
    for kept in sorted((training / "kept").glob("step-*")):
        step = int(kept.name.removeprefix("step-"))
        model.load_state_dict(load_file(kept / WEIGHTS))
        written(Address(recipe, seed, step), model, progress, into=into)
    return folder


def written(at: Address, model: ToyForCausalLM, progress: Progress, *, into: Path) -> Path:
    """One set of weights with its card."""
    folder, recipe = into / at.folder, at.recipe
    folder.mkdir(parents=True, exist_ok=True)
    dtype = getattr(torch, recipe.dtype)
    model = model.to(dtype).float().eval()
    measured = recipe.data.measured(model, seed=at.seed)
    with quietly():
        model.to(dtype).save_pretrained(folder)
    model.float()
    tokenizer = recipe.data.tokenizer()
    if tokenizer is not None:
        tokenizer.save_pretrained(folder)
    (folder / CARD).write_text(json.dumps(card(at, model, progress, measured, folder), indent=1) + "\n")
    return folder


def card(
    at: Address, model: ToyForCausalLM, progress: Progress, measured: Mapping[str, float], folder: Path
) -> dict[str, Any]:
    """What is known of these weights. The curve of the run comes with its end only."""
    recipe = at.recipe
    found: dict[str, Any] = {
        "name": at.name,
        "summary": recipe.summary,
        "source": recipe.source,
        "recipe": json.loads(recipe.identity(at.seed)),
        "parameters": sum(weight.numel() for weight in model.parameters()),
        "trained_on": recipe.data.says,
        "step": progress.step if at.step is None else at.step,
        "measured": dict(measured),
        "weights_sha256": hashlib.sha256((folder / WEIGHTS).read_bytes()).hexdigest(),
    }
    if at.step is None:
        found |= {
            "training_tokens": progress.tokens,
            "training_minutes": round(progress.seconds / 60, 1),
            "threads": torch.get_num_threads(),
            "trained_with": {"torch": torch.__version__, "transformers": transformers.__version__},
            "curve": progress.curve,
        }
    return {key: value for key, value in found.items() if value != ""}
