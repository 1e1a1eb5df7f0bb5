"""Every pair of heads of different layers: how much of what one writes the other reads, and the same by chance.

By chance is said in two ways. Rotated: what each reader reads is turned at random, with its singular values kept, and
the senders stay as they are. Gaussian: the weights of all heads are drawn anew, with their shapes kept. In both, the
mean square of a score is 1 / d_model; what differs is how far single scores stray from it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd
import torch
from jaxtyping import Float
from torch import Tensor

from cutaway.records import upper_percentile

Written = Float[Tensor, "layer head a d_model"]
Read = Mapping[str, Float[Tensor, "layer head d_model b"]]


def overlaps(written: Written, read: Read) -> Float[Tensor, "pair"]:
    """Frobenius norm of written @ read for every sender of an earlier layer and every reader: in the order of `places`.

    Cost: one reader's products with all senders in memory at a time, senders x d_head x d_head numbers.
    """
    found = []
    for maps in read.values():
        for layer in range(1, len(maps)):
            senders = written[:layer].flatten(0, 2)  # one large product is several times as fast as many small ones
            for reader in maps[layer]:
                product = (senders @ reader).view(-1, written.shape[2] * reader.shape[1])
                found.append(torch.linalg.vector_norm(product, dim=1))
    return torch.cat(found)


def places(layers: int, heads: int, slots: Sequence[str]) -> pd.DataFrame:
    """Slot, reader (`layer head`) and sender (`sender_layer sender_head`) of every pair."""
    rows = [
        (slot, layer, head, sender, one)
        for slot in slots
        for layer in range(1, layers)
        for head in range(heads)
        for sender in range(layer)
        for one in range(heads)
    ]
    return pd.DataFrame(rows, columns=["slot", "layer", "head", "sender_layer", "sender_head"])


def with_names(frame: pd.DataFrame) -> pd.DataFrame:
    """Pairs with `reader` and `sender` as a figure shows them: 1.3 and 0.2."""
    frame = frame.copy()
    for name, layer, head in (("reader", "layer", "head"), ("sender", "sender_layer", "sender_head")):
        frame[name] = [f"{a}.{b}" for a, b in zip(frame[layer], frame[head], strict=True)]
    return frame


def frames(like: Float[Tensor, "*n d_model b"], generator: torch.Generator) -> Float[Tensor, "*n d_model b"]:
    """Orthonormal directions drawn evenly, as many as a map has."""
    drawn = gaussian(like, generator)
    if drawn.shape[-1] >= drawn.shape[-2]:
        return torch.linalg.qr(drawn).Q  # type: ignore[no-any-return]
    found: Tensor = torch.linalg.solve_triangular(triangle(drawn), drawn, upper=True, left=False)
    return found


def triangle(drawn: Float[Tensor, "*n d_model b"]) -> Float[Tensor, "*n b b"]:
    """R of drawn = Q R for random numbers: from Cholesky, many times as fast as QR, and good enough for tall ones."""
    wide = drawn.double()
    found: Tensor = torch.linalg.cholesky(wide.mT @ wide, upper=True)
    return found.to(drawn.dtype)


def gaussian(like: Float[Tensor, "*n"], generator: torch.Generator) -> Float[Tensor, "*n"]:
    """Numbers of a shape, each drawn alone; on the CPU first, so that every device draws the same."""
    return torch.randn(like.shape, generator=generator).to(like.device)


@dataclass(frozen=True, eq=False)
class PairNull:
    """Scores by chance: one row a draw, in each of which all pairs were drawn together."""

    draws: Float[Tensor, "draw pair"]
    slots: Sequence[str]

    @cached_property
    def of_pair(self) -> Float[Tensor, "pair"]:
        """For each pair, what one more draw of it exceeds one time in twenty."""
        return torch.tensor([upper_percentile(column) for column in self.draws.T.tolist()])

    @cached_property
    def of_slot(self) -> dict[str, float]:
        """By slot, the same of any pair, where all pairs are drawn alike."""
        return {slot: upper_percentile(draws.flatten().tolist()) for slot, draws in self.by_slot()}

    @cached_property
    def largest(self) -> dict[str, float]:
        """By slot, what the largest over all its pairs exceeds one time in twenty."""
        return {slot: upper_percentile(draws.amax(dim=1).tolist()) for slot, draws in self.by_slot()}

    def by_slot(self) -> Iterator[tuple[str, Float[Tensor, "draw some"]]]:
        """The draws of each slot's pairs."""
        yield from zip(self.slots, self.draws.chunk(len(self.slots), dim=1), strict=True)
