"""Models of arithmetic as tables of logits, made by a formula."""

import math

import torch

from cutaway.techniques.fourier.all_pairs import AllPairs


def table(p, logits, *, sign=1, neurons=None):
    """All pairs of a model that says `logits(a, b, c)` and whose neurons are `neurons(a, b)`."""
    a, b, c = torch.meshgrid(*3 * [torch.arange(p, dtype=torch.float64)], indexing="ij")
    said = logits(a, b, c)
    quiet = torch.zeros(p, p, 1, dtype=torch.float64) if neurons is None else neurons(a[..., 0], b[..., 0])
    return AllPairs(ask=p, sign=sign, answers=((a + sign * b)[..., 0] % p).long(), logits=said, neurons=quiet)


def clock(p, frequency):
    """cos(w(a + b - c))."""
    return lambda a, b, c: (2 * math.pi * frequency * (a + b - c) / p).cos()


def pizza(p, frequency):
    """The same, times |cos(w(a - b)/2)|."""

    def said(a, b, c):
        return (math.pi * frequency * (a - b) / p).cos().abs() * clock(p, frequency)(a, b, c)

    return said
