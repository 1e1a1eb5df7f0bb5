"""Losses where the text's own entropy is known: tokens that follow from what stands before, and even draws."""

from functools import cache
from itertools import islice

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from cutaway.corpus.bpe import tokenizer
from cutaway.corpus.generated import Corpus
from cutaway.corpus.tagged import tag_tokens
from cutaway.zoo.streams import HELD_OUT, windows

DOCUMENTS = 500


@cache
def choices(length: int, documents: int = DOCUMENTS) -> tuple[Int[Tensor, "row pos"], Int[Tensor, "row pos"]]:
    """Held-out rows, and at each token out of how many it was drawn; 0 where that is not known."""
    tagged = tag_tokens(list(islice(Corpus(seed=HELD_OUT).documents(), documents)), tokenizer())
    tokens = windows(torch.from_numpy(tagged.ids), length)
    drawn = windows(torch.from_numpy(tagged["choices"].astype(np.int64)), length)
    single = windows(torch.from_numpy((tagged.stop - tagged.start).astype(np.int64)), length) == 1
    return tokens, torch.where((drawn == 1) | single, drawn, 0)


def beside_entropy(losses: Float[Tensor, "row next"], drawn: Int[Tensor, "row pos"]) -> dict[str, float]:
    """Mean loss where the text before decides the token, and the excess over log n where it was drawn from n evenly.

    Both would be near 0 for a model that knows the generator: where a row begins inside a document, the text that
    decides its first tokens may stand before it.
    """
    count = drawn[:, 1:]
    decided, even = count == 1, count > 1
    return {
        "decided_loss_nats": round(float(losses[decided].mean()), 4),
        "drawn_excess_nats": round(float((losses[even] - count[even].double().log()).mean()), 4),
    }
