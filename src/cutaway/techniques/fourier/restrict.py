"""Keep in the logits only what is a wave of the answer, at a few frequencies; or take just that out.

A model that works by cos(w(a + b)) has logits that depend on a + b alone, and as waves of few frequencies. What it
memorised depends on a and b otherwise. So the loss with only those waves kept (*restricted*) says how good the general
solution is by itself, and the loss without them (*excluded*) what is left for the rest.
"""

from collections.abc import Collection

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from cutaway.techniques.fourier.all_pairs import AllPairs
from cutaway.techniques.fourier.waves import only_these


def by_answer(pairs: AllPairs, over: Bool[Tensor, "a b"] | None = None) -> Float[Tensor, "answer p"]:
    """Mean logits of all pairs that have the same answer, or of those `over` which the mean is to go."""
    p, chosen = pairs.p, torch.ones(pairs.p, pairs.p, dtype=torch.bool) if over is None else over
    answers, sums = pairs.answers[chosen], torch.zeros(p, p, dtype=torch.float64)
    sums.index_add_(0, answers, pairs.logits[chosen])
    return sums / torch.bincount(answers, minlength=p).clamp(min=1)[:, None]


def restricted(
    pairs: AllPairs, frequencies: Collection[int], *, over: Bool[Tensor, "a b"] | None = None
) -> Float[Tensor, "a b p"]:
    """Logits with nothing but their mean and the waves of a + b (or a - b) at these frequencies.

    Waves are fitted `over` some pairs, all of them unless said otherwise. To judge what a model knows of unseen pairs
    fit it over unseen pairs: trained ones say the right answer, however they come by it, and lend it to all others.
    Reference: Nanda et al. 2023, arXiv:2301.05217, section 5, who fit over all pairs.
    """
    kept = only_these(by_answer(pairs, over).T, frequencies).T
    return kept[pairs.answers]


def silenced(pairs: AllPairs, frequencies: Collection[int]) -> Float[Tensor, "a b p"]:
    """Logits that, for any pair, have no wave of these frequencies over the p answers.

    More is taken away than by `excluded`: what varies with a - b as well. A model that averages waves instead of
    multiplying them (`clock_or_pizza`) says the answer there too.
    """
    return pairs.logits - only_these(pairs.logits, frequencies) + only_these(pairs.logits, ())


def excluded(pairs: AllPairs, frequencies: Collection[int]) -> Float[Tensor, "a b p"]:
    """Logits without those waves; their mean stays."""
    return pairs.logits - restricted(pairs, frequencies) + restricted(pairs, ())
