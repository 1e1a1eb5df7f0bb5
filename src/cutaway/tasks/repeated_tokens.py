"""Random tokens, then the same block again and again: text that can only be predicted by copying.

The period and the place where the repetition starts vary from row to row, because a fixed period can be
learnt by position alone, in one layer. What a model is trained on and what it is tested on share neither
periods nor offsets.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

TRAIN_PERIODS = tuple(period for period in range(8, 41) if period % 4 != 1)
TRAIN_OFFSETS = tuple(range(0, 20, 2))
TEST_PERIODS = (21, 25, 29, 33, 37)
TEST_OFFSETS = tuple(range(1, 20, 2))


def test_sizes(length: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Periods and offsets to test rows of a given length with; short rows get short ones, shown at least twice."""
    if length >= 1 + max(TEST_OFFSETS) + 2 * max(TEST_PERIODS):
        return TEST_PERIODS, TEST_OFFSETS
    longest = max(2, length // 3)
    return tuple(range(max(2, longest // 2), longest + 1)), tuple(range(1, max(2, length // 6)))


@dataclass(frozen=True)
class Repeats:
    """Rows of repeated tokens; row i is `bos`, `offset[i]` free tokens, then a block of `period[i]` over and over."""

    tokens: Int[Tensor, "batch pos"]
    period: Int[Tensor, "batch"]
    offset: Int[Tensor, "batch"]

    @property
    def repeated(self) -> Bool[Tensor, "batch pos"]:
        """True where the token is a second or later showing."""
        places = torch.arange(self.tokens.shape[1], device=self.tokens.device)
        return places >= (1 + self.offset + self.period)[:, None]


def sample(
    *,
    rows: int,
    length: int,
    vocab: int,
    seed: int,
    periods: Sequence[int] = TEST_PERIODS,
    offsets: Sequence[int] = TEST_OFFSETS,
    bos: int | None = 0,
) -> Repeats:
    """Draw rows of `length` tokens; without a `bos` the first token is random as well.

    Every id of the vocabulary but `bos` is equally likely. A period longer than the row shows nothing twice.
    """
    generator = torch.Generator().manual_seed(seed)

    def draw(choices: Sequence[int]) -> Tensor:
        return torch.tensor(choices)[torch.randint(len(choices), (rows,), generator=generator)]

    period, offset = draw(periods), draw(offsets)
    free = torch.randint(vocab if bos is None else vocab - 1, (rows, length), generator=generator)
    if bos is not None:
        free += free >= bos
    places = torch.arange(length)[None]
    start = 1 + offset[:, None]
    source = torch.where(places < start, places, start + (places - start) % period[:, None])
    tokens = free.gather(1, source)
    if bos is not None:
        tokens[:, 0] = bos
    return Repeats(tokens=tokens, period=period, offset=offset)


def next_token_loss(
    logits: Float[Tensor, "batch pos d_vocab"], tokens: Int[Tensor, "batch pos"]
) -> Float[Tensor, "batch pos"]:
    """Nats of surprise at each token; zero at the first, which nothing predicts."""
    surprise = -logits[:, :-1].log_softmax(-1).gather(-1, tokens[:, 1:, None])[..., 0]
    return torch.nn.functional.pad(surprise, (1, 0))


def repeat_loss(logits: Float[Tensor, "batch pos d_vocab"], repeats: Repeats) -> Float[Tensor, "batch"]:
    """Mean nats per repeated token, by row; log(vocab) is knowing nothing, 0 is copying without fail."""
    shown_again = repeats.repeated
    loss = next_token_loss(logits, repeats.tokens) * shown_again
    return loss.sum(-1) / shown_again.sum(-1)
