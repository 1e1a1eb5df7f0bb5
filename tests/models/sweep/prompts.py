"""Pairs of prompts that agree up to a position of each row, and are different from there on."""

import torch

LENGTH = 12
SHARED = (2, 6, 11)  # how many tokens the two prompts of each row have in common
VOCAB = 61


def pair(shared=SHARED, length=LENGTH, vocab=VOCAB, seed=1):
    """(the prompt that is run, the prompt that activations are taken from)."""
    draw = torch.Generator().manual_seed(seed)
    tokens = torch.randint(2, vocab, (len(shared), length), generator=draw)
    others = torch.randint(2, vocab, tokens.shape, generator=draw)
    for row, first in enumerate(shared):
        others[row, :first] = tokens[row, :first]
        others[row, first : first + 1] = 2 + (tokens[row, first : first + 1] - 1) % (vocab - 2)
    return tokens, others


def padding(side, pads=(3, 0, 1), length=LENGTH):
    """A mask with so many places of padding in each row, on one side."""
    mask = torch.ones(len(pads), length, dtype=torch.long)
    for row, many in enumerate(pads):
        mask[row, slice(0, many) if side == "left" else slice(length - many, length)] = 0
    return mask


def draw(*shape, seed=0):
    """Numbers, the same at every call."""
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))
