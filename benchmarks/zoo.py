"""Training against a bare PyTorch loop of the same model; the whole zoo loaded and run. `python benchmarks/zoo.py`."""

import statistics
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import torch

import cutaway
from cutaway.zoo.recipe import all_recipes, recipe_named
from cutaway.zoo.shipped import shipped_of
from cutaway.zoo.start import fresh
from cutaway.zoo.train import begin

STEPS, ROUNDS = 12, 5
MODELS = ("attn-only-2l", "gelu-2l", "ioi-2l")


def bare(name: str, batches: list[torch.Tensor], labels: list[torch.Tensor]) -> float:
    """Seconds of forward, loss, backward and AdamW, and nothing else."""
    recipe = recipe_named(name)
    model = fresh(recipe.config, seed=0).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, fused=True)
    began = time.perf_counter()
    for tokens, wanted in zip(batches, labels, strict=True):
        optimizer.zero_grad(set_to_none=True)
        logits = model(tokens, use_cache=False).logits
        torch.nn.functional.cross_entropy(logits.flatten(0, 1), wanted.flatten()).backward()
        optimizer.step()
    return time.perf_counter() - began


def ours(name: str) -> float:
    """Seconds of the recipe's own loop, with its batches, schedule, clipping and curve."""
    recipe = recipe_named(name)
    with TemporaryDirectory() as folder:
        training = begin(recipe, seed=0, folder=Path(folder), kept=(), report=lambda _: None)
        began = time.perf_counter()
        for step in range(STEPS):
            training.one_step(recipe.data.batch(step, rows=recipe.schedule.rows, seed=0))
        return time.perf_counter() - began


def main() -> None:
    """Print ratios and times."""
    torch.set_num_threads(1)
    for name in MODELS:
        recipe = recipe_named(name)
        drawn = [recipe.data.batch(step, rows=recipe.schedule.rows, seed=0) for step in range(STEPS)]
        tokens, labels = [one.tokens for one in drawn], [one.labels for one in drawn]
        bare(name, tokens, labels)
        ratios = [bare(name, tokens, labels) / ours(name) for _ in range(ROUNDS)]
        print(f"{name:14} throughput of ours / bare loop: {statistics.median(ratios):.3f} (bar 0.85)")
    began, count = time.perf_counter(), 0
    for recipe in all_recipes().values():
        for at in shipped_of(recipe):
            model = cutaway.load(at.name)
            model.run(torch.zeros(8, recipe.config.n_ctx, dtype=torch.long))
            count += 1
    print(f"{count} sets of weights loaded and run on a batch: {time.perf_counter() - began:.1f} s (bar 30)")


if __name__ == "__main__":
    main()
