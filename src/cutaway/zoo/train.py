"""Train a zoo model from its recipe: resumable, and the same run whether or not it was interrupted."""

import math
import shutil
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import torch
from torch import nn

from cutaway.errors.zoo import InterruptedTrainingError, PassedStepsError
from cutaway.models.freed_memory import keep_freed_memory
from cutaway.models.toy import ToyForCausalLM
from cutaway.zoo import checkpoint
from cutaway.zoo.address import Address
from cutaway.zoo.checkpoint import Progress
from cutaway.zoo.package import package
from cutaway.zoo.quicker import by_onednn, worthwhile
from cutaway.zoo.recipe import Batch, Recipe, Schedule
from cutaway.zoo.start import fresh
from cutaway.zoo.symbols import label_loss

LOG_SECONDS = 5.0


@dataclass(frozen=True)
class StepReport:
    """One line of the training log; `loss` in nats a scored token, `watched` what the curve was given last."""

    step: int
    steps: int
    loss: float
    tokens_per_second: float
    seconds_left: float
    watched: Mapping[str, float]


def rate_at(step: int, schedule: Schedule) -> float:
    """The learning rate of one step."""
    warm = min(1.0, (step + 1) / max(schedule.warmup, 1))
    wave = 0.5 * (1 + math.cos(math.pi * step / schedule.steps))
    return schedule.learning_rate * warm * (schedule.falls_to + (1 - schedule.falls_to) * wave)


@dataclass
class Training:
    """A run under way. Its checkpoints go to `folder`; the weights of `kept` steps stay in `folder/kept`."""

    recipe: Recipe
    seed: int
    folder: Path
    kept: Collection[int]
    model: ToyForCausalLM
    optimizer: torch.optim.AdamW
    progress: Progress
    report: Callable[[StepReport], None]
    loss: float = math.nan

    @cached_property
    def resting(self) -> list[nn.Parameter]:
        """The weights that do not learn until `mlps_from`."""
        if not self.recipe.schedule.mlps_from:
            return []
        return [weight for name, weight in self.model.named_parameters() if ".mlp." in name or ".ln2." in name]

    @cached_property
    def quick(self) -> bool:
        """Whether this model trains sooner on this machine with attention written out; see `quicker.py`."""
        return worthwhile(self.recipe.config, self.recipe.schedule.rows)

    def resume(self, *, asked: Collection[int] = ()) -> None:
        """Restore the newest checkpoint, if there is one.

        Raises: InterruptedTrainingError if it is of another recipe, seed or text; PassedStepsError if it is past
            steps whose weights are `asked` for and were not kept.
        """
        last, name = checkpoint.newest(self.folder), Address(self.recipe, self.seed).name
        if last is None:
            return
        progress = checkpoint.read_progress(last)
        if progress.identity != self.progress.identity:
            raise InterruptedTrainingError(str(self.folder), name)
        passed = sorted(step for step in asked if step < progress.step and not self.kept_at(step).is_dir())
        if passed:
            raise PassedStepsError(name, passed, len(asked) + 1)
        self.progress = progress
        checkpoint.restore(last, self.model, self.optimizer)

    def kept_at(self, step: int) -> Path:
        """Where the weights of a step stay."""
        return self.folder / "kept" / f"step-{step}"

    def one_step(self, batch: Batch) -> None:
        """Forward, backward, update."""
        schedule = self.recipe.schedule
        for group in self.optimizer.param_groups:
            group["lr"] = rate_at(self.progress.step, schedule)
        for weight in self.resting:
            weight.requires_grad_(self.progress.step >= schedule.mlps_from)
        self.optimizer.zero_grad(set_to_none=True)
        with by_onednn() if self.quick else nullcontext():
            loss = label_loss(self.model(batch.tokens, use_cache=False).logits, batch.labels)
            torch.autograd.backward(loss)
        if schedule.clip is not None:
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), schedule.clip)
        self.optimizer.step()
        self.progress.step += 1
        self.progress.tokens += batch.tokens.numel()
        self.loss = float(loss.detach())

    def look(self) -> None:
        """Add a point to the curve; dropout rests meanwhile, and its random state is left as it was."""
        state = torch.get_rng_state()
        self.model.eval()
        watched = self.recipe.data.watched(self.model, seed=self.seed)
        self.model.train()
        torch.set_rng_state(state)
        now: dict[str, float] = {"step": self.progress.step, "tokens": self.progress.tokens}
        if not math.isnan(self.loss):  # there is none before the first step
            now["training_loss"] = round(self.loss, 5)
        self.progress.curve.append(now | dict(watched))

    def tell(self, seconds: float, steps: int, tokens: int) -> None:
        """Report how fast it went since the last time, and how long it will take if that lasts."""
        step, end = self.progress.step, self.recipe.schedule.steps
        watched = self.progress.curve[-1] if self.progress.curve else {}
        left = (end - step) * seconds / steps
        self.report(StepReport(step, end, self.loss, tokens / seconds, left, watched))

    def fit(self) -> None:
        """The loop itself, from where it is to the recipe's end."""
        recipe, data, end = self.recipe, self.recipe.data, self.recipe.schedule.steps
        first, before, began = self.progress.step, self.progress.seconds, time.perf_counter()
        said, said_step, said_tokens = began, first, self.progress.tokens
        while self.progress.step <= end:
            step = self.progress.step
            if step in self.kept:
                checkpoint.save_weights(self.kept_at(step), self.model)
            looked = bool(self.progress.curve) and self.progress.curve[-1]["step"] == step
            if not looked and (step % recipe.watch_every == 0 or step in self.kept or step == end):
                self.look()
            if step > first and (step % recipe.save_every == 0 or step == end):
                self.progress.seconds = before + time.perf_counter() - began
                checkpoint.save(self.folder, self.model, self.optimizer, self.progress)
            if step == end:
                break
            self.one_step(data.batch(step, rows=recipe.schedule.rows, seed=self.seed))
            now, tokens = time.perf_counter(), self.progress.tokens
            if now - said > LOG_SECONDS or self.progress.step == end:
                self.tell(now - said, self.progress.step - said_step, tokens - said_tokens)
                said, said_step, said_tokens = now, self.progress.step, tokens


def train(
    recipe: Recipe,
    *,
    seed: int,
    folder: Path,
    into: Path,
    kept: Collection[int] | None = None,
    restart: bool = False,
    report: Callable[[StepReport], None] = lambda _: None,
) -> Path:
    """Train to the end from the last whole checkpoint in `folder`, and write the finished model below `into`.

    `kept`: the steps whose weights are kept too. Where None they are those of the recipe, and of a run that goes on
        those that it still comes to.
    Cost: about 20,000 tokens a second on one core for two layers of the language family, 45,000 with `quicker.py`.
    Raises: InterruptedTrainingError if `folder` was begun with another recipe, seed or text; PassedStepsError.
    """
    if restart:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    asked = set(kept or ()) - {recipe.schedule.steps}  # the end is the model itself
    usual = set(recipe.kept if seed == recipe.seeds[0] else ()) - {recipe.schedule.steps}
    training = begin(recipe, seed=seed, folder=folder, kept=usual if kept is None else asked, report=report)
    training.resume(asked=asked)
    training.fit()
    return package(recipe, seed=seed, training=folder, model=training.model, progress=training.progress, into=into)


def begin(
    recipe: Recipe, *, seed: int, folder: Path, kept: Collection[int], report: Callable[[StepReport], None]
) -> Training:
    """A fresh model and optimizer, drawn from the seed."""
    torch.manual_seed(seed)
    schedule = recipe.schedule
    model = fresh(recipe.config, seed=seed, silent_mlps=schedule.mlps_from > 0).train()
    optimizer = torch.optim.AdamW(
        model.parameters(),
        lr=schedule.learning_rate,
        betas=schedule.betas,
        weight_decay=schedule.weight_decay,
        fused=True,
    )
    training = Training(recipe, seed, folder, kept, model, optimizer, Progress(recipe.identity(seed)), report)
    if training.quick:
        keep_freed_memory()
        model.set_attn_implementation("eager")
    return training
