"""Train a zoo model from its recipe: resumable, and the same run whether or not it was interrupted."""

import json
import math
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from jaxtyping import Int
from torch import Tensor

from cutaway.corpus import standard_library
from cutaway.corpus.bpe import train_bpe
from cutaway.corpus.windows import encode_all
from cutaway.errors.zoo import InterruptedTrainingError, OtherTextError
from cutaway.models.toy import ToyForCausalLM
from cutaway.tasks.symbols import repeated_tokens
from cutaway.zoo import checkpoint
from cutaway.zoo.data import Batch, batch_at
from cutaway.zoo.package import package
from cutaway.zoo.recipe import Recipe
from cutaway.zoo.shipped import pinned_text

LOG_EVERY = 50


@dataclass(frozen=True)
class StepReport:
    """One line of the training log; losses in nats per token."""

    step: int
    steps: int
    natural_loss: float
    repeat_loss: float
    tokens_per_second: float


def check_text(name: str) -> None:
    """Compare this machine's standard library with the text that the shipped card pins.

    Raises: OtherTextError if they differ.
    """
    pinned = pinned_text(name)
    here = standard_library.hashes()
    changed = sorted(path for path in here.keys() | pinned.keys() if here.get(path) != pinned.get(path))
    if pinned and changed:
        raise OtherTextError(name, changed)


def learning_rate_at(step: int, recipe: Recipe) -> float:
    """Linear warm-up, then half a cosine down to a tenth."""
    warm = min(1.0, (step + 1) / recipe.warmup)
    falling = 0.1 + 0.9 * 0.5 * (1 + math.cos(math.pi * step / recipe.steps))
    return recipe.learning_rate * warm * falling


@dataclass(frozen=True)
class Training:
    """A run under way: what is trained, on what, and where its checkpoints go."""

    recipe: Recipe
    folder: Path
    text: str
    model: ToyForCausalLM
    optimizer: torch.optim.AdamW

    @property
    def identity(self) -> str:
        """Everything in the recipe that changes its weights, as text."""
        fields = {key: value for key, value in vars(self.recipe).items() if key not in ("config", "summary")}
        return json.dumps(fields | {"config": self.recipe.config.to_diff_dict()}, sort_keys=True, default=str)

    def resume(self) -> int:
        """Restore the newest checkpoint and say which step comes next.

        Raises: InterruptedTrainingError if it is of another recipe or text.
        """
        last = checkpoint.newest(self.folder)
        if last is None:
            return 0
        progress = checkpoint.read_progress(last)
        if (progress.recipe, progress.text) != (self.identity, self.text):
            raise InterruptedTrainingError(str(self.folder), self.recipe.name)
        checkpoint.restore(last, self.model, self.optimizer)
        return progress.step

    def keep(self, step: int) -> None:
        """Write a checkpoint."""
        progress = checkpoint.Progress(step=step, recipe=self.identity, text=self.text)
        checkpoint.save(self.folder, self.model, self.optimizer, progress)


def train(
    recipe: Recipe,
    *,
    folder: Path,
    into: Path,
    restart: bool = False,
    report: Callable[[StepReport], None],
) -> Path:
    """Train to the end from the last whole checkpoint in `folder`, and write the finished model to `into/NAME`.

    Cost: about 14,000 tokens a second on one core for two layers of the default shape.
    Raises: InterruptedTrainingError if `folder` was begun with another recipe or text.
    """
    if restart:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    texts = standard_library.texts(held_out=False)
    tokenizer = train_bpe(texts, vocab_size=recipe.config.vocab_size)
    training = begin(recipe, folder)
    fit(training, encode_all(texts, tokenizer, bos=0), report)
    return package(recipe, training.model.eval(), tokenizer, into=into)


def begin(recipe: Recipe, folder: Path) -> Training:
    """A fresh model and optimizer, drawn from the recipe's seed."""
    torch.manual_seed(recipe.seed)
    model = ToyForCausalLM(recipe.config).train()
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=recipe.learning_rate, betas=(0.9, 0.98), weight_decay=recipe.weight_decay, fused=True
    )
    return Training(recipe, folder, standard_library.fingerprint(standard_library.hashes()), model, optimizer)


def fit(training: Training, stream: Int[Tensor, "stream"], report: Callable[[StepReport], None]) -> None:
    """The loop itself, from the last checkpoint to the recipe's end."""
    recipe, first = training.recipe, training.resume()
    began, seen = time.perf_counter(), 0
    for step in range(first, recipe.steps):
        batch = batch_at(step, recipe, stream)
        for group in training.optimizer.param_groups:
            group["lr"] = learning_rate_at(step, recipe)
        losses = repeated_tokens.next_token_loss(training.model(batch.tokens).logits, batch.tokens)
        training.optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(losses[:, 1:].mean())
        torch.nn.utils.clip_grad_norm_(training.model.parameters(), 1.0)
        training.optimizer.step()
        seen += batch.tokens.numel()
        done = step + 1
        if done % LOG_EVERY == 0 or done == recipe.steps:
            report(summarise(losses.detach(), batch, done, recipe, seen / (time.perf_counter() - began)))
        if done % recipe.checkpoint_every == 0 or done == recipe.steps:
            training.keep(done)


def summarise(losses: Tensor, batch: Batch, step: int, recipe: Recipe, speed: float) -> StepReport:
    """The losses of one batch, natural and repeated text apart; NaN where the batch has none."""
    natural, repeated = losses[batch.repeats :, 1:], losses[: batch.repeats, 64:]
    return StepReport(
        step=step,
        steps=recipe.steps,
        natural_loss=float(natural.mean()),
        repeat_loss=float(repeated.mean()),
        tokens_per_second=speed,
    )
