"""Text cut into windows of equal length, each beginning with the beginning-of-text token where there is one."""

from collections.abc import Sequence

import torch
from jaxtyping import Int
from torch import Tensor
from transformers import PreTrainedTokenizerBase


def encode_all(texts: Sequence[str], tokenizer: PreTrainedTokenizerBase, *, bos: int | None) -> Int[Tensor, "stream"]:
    """All texts as one stream of token ids, with `bos` before each."""
    stream: list[int] = []
    for text in texts:
        if bos is not None:
            stream.append(bos)
        stream.extend(tokenizer.encode(text, add_special_tokens=False))
    return torch.tensor(stream, dtype=torch.int64)


def windows_at(
    stream: Int[Tensor, "stream"], starts: Int[Tensor, "batch"], *, length: int, bos: int | None
) -> Int[Tensor, "batch pos"]:
    """`length` tokens from each start; with a `bos`, that and then one token fewer."""
    taken = length if bos is None else length - 1
    inside = stream[starts[:, None] + torch.arange(taken)]
    return inside if bos is None else torch.cat([torch.full((len(starts), 1), bos), inside], dim=1)


def even_windows(stream: Int[Tensor, "stream"], *, rows: int, length: int, bos: int | None) -> Int[Tensor, "batch pos"]:
    """Up to `rows` windows spread evenly over the stream, without overlap."""
    step = length if bos is None else length - 1
    room = len(stream) // step
    starts = torch.linspace(0, room - 1, min(rows, room)).long() * step
    return windows_at(stream, starts, length=length, bos=bos)
