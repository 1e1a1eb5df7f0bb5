"""N-gram models of the same text, as the line that a transformer must be under: interpolated Kneser-Ney.

Each order gives up a fixed discount of every count to the order below, where what counts is in how many contexts a
token was seen. Chen & Goodman 1999, "An empirical study of smoothing techniques for language modeling".
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

BITS = 11  # of a token; five of them fit into 64 bits
DISCOUNT = 0.75


@dataclass(frozen=True)
class Order:
    """Counts of one order: of every n-gram, and of every context how much was counted and how many tokens followed."""

    grams: Int[np.ndarray, "gram"]
    counts: Int[np.ndarray, "gram"]
    contexts: Int[np.ndarray, "context"]
    totals: Int[np.ndarray, "context"]
    kinds: Int[np.ndarray, "context"]


@dataclass(frozen=True)
class NGrams:
    """A model of some order over a vocabulary of at most 2048 tokens."""

    orders: tuple[Order, ...]
    vocab: int

    def losses(self, rows: Int[np.ndarray, "row pos"]) -> Float[np.ndarray, "row next"]:
        """Nats at every token of each row but the first, from what stands before it in the row."""
        flat = [rows[:, at] for at in range(rows.shape[1])]
        found = np.empty((len(rows), rows.shape[1] - 1))
        for at in range(1, rows.shape[1]):
            chance = np.full(len(rows), 1 / self.vocab)
            for n, order in enumerate(self.orders[: at + 1], start=1):
                context = keys(flat[at - n + 1 : at], len(rows))
                chance = mixed(order, context, (context << BITS) | flat[at], chance)
            found[:, at - 1] = -np.log(chance)
        return found


def keys(columns: list[Int[np.ndarray, "row"]], rows: int) -> Int[np.ndarray, "row"]:
    """Tokens one after the other as one number."""
    key = np.zeros(rows, dtype=np.int64)
    for column in columns:
        key = (key << BITS) | column
    return key


def mixed(
    order: Order,
    context: Int[np.ndarray, "row"],
    gram: Int[np.ndarray, "row"],
    below: Float[np.ndarray, "row"],
) -> Float[np.ndarray, "row"]:
    """The chance of a token at one order, given that at the order below."""
    total, kinds = looked_up(order.contexts, context, order.totals, order.kinds)
    (count,) = looked_up(order.grams, gram, order.counts)
    seen = total > 0
    own = np.maximum(count - DISCOUNT, 0) / np.maximum(total, 1)
    left = DISCOUNT * kinds / np.maximum(total, 1)
    return np.where(seen, own + left * below, below)


def looked_up(
    among: Int[np.ndarray, "n"], keys: Int[np.ndarray, "row"], *values: Int[np.ndarray, "n"]
) -> list[Int[np.ndarray, "row"]]:
    """The values beside each key in a sorted list; 0 where it is not there."""
    at = np.minimum(np.searchsorted(among, keys), len(among) - 1)
    there = among[at] == keys
    return [np.where(there, value[at], 0) for value in values]


def fitted(streams: list[Int[np.ndarray, "token"]], *, order: int, vocab: int) -> NGrams:
    """Count n-grams up to an order in streams of tokens.

    Cost: some seconds and 500 bytes a hundred tokens for order 5.
    Raises: ValueError for a vocabulary over 2048 or an order over 5.
    """
    if vocab > 1 << BITS or not 1 <= order <= 5:
        raise ValueError(f"at most {1 << BITS} tokens and order 5, not {vocab} and {order}")
    made: list[Order] = []
    above: Int[np.ndarray, gram] | None = None
    for n in range(order, 0, -1):
        if above is None:
            grams, counts = np.unique(np.concatenate([windowed(one, n) for one in streams]), return_counts=True)
        else:  # in how many contexts of the order above each was seen
            grams, counts = np.unique(above & ((1 << (BITS * n)) - 1), return_counts=True)
        contexts, first = np.unique(grams >> BITS, return_index=True)
        totals = np.add.reduceat(counts, first)
        kinds = np.diff(np.append(first, len(grams)))
        made.append(Order(grams, counts, contexts, totals, kinds))
        above = grams
    return NGrams(tuple(made[::-1]), vocab)


def windowed(stream: Int[np.ndarray, "token"], n: int) -> Int[np.ndarray, "gram"]:
    """Every n tokens in a row as one number."""
    last = len(stream) - n + 1
    return keys([stream[at : at + last].astype(np.int64) for at in range(n)], last)
