"""Training data of the language family: generated text, the standard library, and random tokens shown twice.

The same rows in the same order for every model of a seed. What is measured was never trained on: other documents,
other files, and repeats with periods and offsets that training never shows.
"""

from dataclasses import asdict, dataclass
from functools import cache, lru_cache
from typing import Any

import torch
from jaxtyping import Int
from torch import Tensor
from transformers import PreTrainedTokenizerBase

from cutaway.corpus import standard_library
from cutaway.corpus.bpe import tokenizer
from cutaway.models.toy import ToyForCausalLM
from cutaway.models.wrap import wrap
from cutaway.tasks.symbolic import NOTHING
from cutaway.tasks.symbols import repeated_tokens
from cutaway.techniques.detectors.scores import score_heads
from cutaway.zoo.entropy import beside_entropy, choices
from cutaway.zoo.recipe import Batch, Measures
from cutaway.zoo.streams import HELD_OUT, fingerprint, library, shard, windows

ROWS_A_SHARD = 12_000  # that are read; there are some more
EARLY, LATE = slice(20, 40), slice(100, 127)  # positions whose losses the in-context score compares
MEASURED_ROWS, WATCHED_ROWS = 512, 48


@dataclass(frozen=True)
class Language:
    """Rows of so many tokens: a share of them the standard library, a share repeats, the rest generated.

    Repeats are `repeats_at_first` of all rows until step `held`, and fall evenly to `repeat_share` until `settles`;
    until then a step has `wide` times as many rows. Two layers of attention learn to copy in two million tokens when
    nearly all rows are repeats and steps are wide, and did not in two to five million otherwise.
    """

    length: int = 128
    library_share: float = 0.16
    repeat_share: float = 0.1
    repeats_at_first: float = 0.95
    held: int = 700
    settles: int = 1000
    wide: int = 4

    @property
    def says(self) -> str:
        return (
            f"generated text, and the Python standard library in {self.library_share:.0%} of such rows; random tokens"
            f" shown again with varying period in {self.repeats_at_first:.0%} of all rows until step {self.held},"
            f" from step {self.settles:,} on in {self.repeat_share:.0%}"
        )

    def identity(self) -> dict[str, Any]:
        return {
            **asdict(self),
            "generated": fingerprint(),
            "library": standard_library.fingerprint(standard_library.hashes()),
        }

    def batch(self, step: int, *, rows: int, seed: int) -> Batch:
        own = seed * 1_000_003 + step
        read = self.read_before(step, rows=rows)
        rows = rows * (self.wide if step < self.settles else 1)
        left = min(1.0, max(0.0, (self.settles - step) / (self.settles - self.held)))
        repeats = round(rows * (self.repeat_share + left * (self.repeats_at_first - self.repeat_share)))
        natural = round((rows - repeats) * self.library_share)
        source = library_windows(self.length, held_out=False)
        ours = source[torch.randint(len(source), (natural,), generator=torch.Generator().manual_seed(own))]
        made = generated(seed, read, rows, self.length)[: rows - repeats - natural]
        tokens = torch.cat([made, ours, self.repeats(repeats, seed=own)])
        return Batch(tokens, after(tokens))

    def read_before(self, step: int, *, rows: int) -> int:
        """How many rows the steps before this one had, with so many in a narrow one."""
        early = min(step, self.settles)
        return rows * (self.wide * early + step - early)

    def repeats(self, rows: int, *, seed: int) -> Int[Tensor, "batch pos"]:
        """Rows of random tokens that are shown again."""
        return repeated_tokens.sample(
            rows=rows,
            length=self.length,
            vocab=len(tokenizer()),
            seed=seed,
            periods=repeated_tokens.TRAIN_PERIODS,
            offsets=repeated_tokens.TRAIN_OFFSETS,
        ).tokens

    def watched(self, model: ToyForCausalLM, *, seed: int) -> Measures:
        return self.scores(model, rows=WATCHED_ROWS)

    def measured(self, model: ToyForCausalLM, *, seed: int) -> Measures:
        tokens, drawn = choices(self.length)
        return self.scores(model, rows=MEASURED_ROWS) | beside_entropy(losses_of(model, tokens), drawn)

    @torch.no_grad()
    def scores(self, model: ToyForCausalLM, *, rows: int) -> dict[str, float]:
        """Nats a token on the three kinds of text; the in-context score; the best head of each layer."""
        found: dict[str, float] = {}
        for name, tokens in held_out_rows(self.length, rows).items():
            losses = losses_of(model, tokens)
            found[f"{name}_loss_nats"] = float(losses.mean())
            if name == "generated":
                found["in_context_nats"] = float(losses[:, LATE].mean() - losses[:, EARLY].mean())
        repeats = repeated_tokens.sample(rows=rows // 2, length=self.length, vocab=len(tokenizer()), seed=1)
        logits = torch.cat([model(part).logits for part in torch.split(repeats.tokens, 32)])
        found["repeat_loss_nats"] = float(repeated_tokens.repeat_loss(logits, repeats).mean())
        heads = score_heads(wrap(model, name="training"), repeats.tokens[: max(rows // 8, 6)])
        for kind in ("previous_token", "induction"):
            for layer, best in enumerate(heads.of(kind).amax(dim=1).tolist()):
                found[f"{kind}_layer_{layer}"] = best
        return {name: round(value, 4) for name, value in found.items()}

    def tokenizer(self) -> PreTrainedTokenizerBase | None:
        return tokenizer()


def after(tokens: Int[Tensor, "batch pos"]) -> Int[Tensor, "batch pos"]:
    """At each position the token that follows; nothing at the last."""
    return torch.nn.functional.pad(tokens[:, 1:], (0, 1), value=NOTHING)


@torch.no_grad()
def losses_of(model: ToyForCausalLM, tokens: Int[Tensor, "batch pos"]) -> Tensor:
    """Nats at every token but the first, rows a few at a time."""
    parts = [repeated_tokens.next_token_loss(model(part).logits, part)[:, 1:] for part in torch.split(tokens, 32)]
    return torch.cat(parts)


def generated(seed: int, read: int, rows: int, length: int) -> Int[Tensor, "batch pos"]:
    """So many rows after `read` others: each shard is read once, in an order of its own."""
    source, order = shard_windows(seed, read // ROWS_A_SHARD, length)
    first = read % ROWS_A_SHARD
    return source[order[first + torch.arange(rows)]]


@lru_cache(maxsize=2)
def shard_windows(seed: int, number: int, length: int) -> tuple[Int[Tensor, "window pos"], Int[Tensor, "window"]]:
    """The rows of a shard and the order in which they are read."""
    source = windows(shard(seed, number), length)
    generator = torch.Generator().manual_seed(seed * 1_000_003 + number)
    return source, torch.randperm(len(source), generator=generator)


@cache
def library_windows(length: int, *, held_out: bool) -> Int[Tensor, "window pos"]:
    """The rows of one side of the standard library."""
    return windows(library(held_out=held_out), length)


@cache
def held_out_rows(length: int, rows: int) -> dict[str, Int[Tensor, "batch pos"]]:
    """Rows spread evenly over text that is never trained on."""
    sources = {
        "generated": windows(shard(HELD_OUT, 0), length),
        "library": library_windows(length, held_out=True),
    }
    return {
        name: source[torch.linspace(0, len(source) - 1, min(rows, len(source))).long()]
        for name, source in sources.items()
    }
