"""N-gram models: chances by hand, and in sum one."""

import math

import numpy as np
import pytest

from cutaway.zoo.ngrams import DISCOUNT, fitted

STREAM = np.array([1, 2, 1, 2, 1, 3])


def test_a_unigram_is_the_discounted_share_and_the_rest_is_spread_evenly():
    model = fitted([STREAM], order=1, vocab=8)
    loss = model.losses(np.array([[0, 1], [0, 2], [0, 5]]))[:, 0]
    rest = 3 * DISCOUNT / 6 / 8  # three kinds of token each gave up a discount
    by_hand = [(3 - DISCOUNT) / 6 + rest, (2 - DISCOUNT) / 6 + rest, rest]
    np.testing.assert_allclose(np.exp(-loss), by_hand)


def test_a_bigram_falls_back_on_in_how_many_contexts_a_token_was_seen():
    model = fitted([STREAM], order=2, vocab=8)
    found = np.exp(-model.losses(np.array([[1, 2], [1, 3], [3, 2]]))[:, 0])
    # bigrams: 12 twice, 21 twice, 13 once; tokens end 1, 1, 1 kinds of bigram: 2 after 1, 1 after 2, 3 after 1
    below = (1 - DISCOUNT) / 3 + 3 * DISCOUNT / 3 / 8
    after_one = [(2 - DISCOUNT) / 3 + 2 * DISCOUNT / 3 * below, (1 - DISCOUNT) / 3 + 2 * DISCOUNT / 3 * below]
    np.testing.assert_allclose(found, [*after_one, below])


def test_chances_of_all_tokens_sum_to_one():
    rng = np.random.default_rng(0)
    streams = [rng.integers(0, 12, 400), rng.integers(0, 12, 300)]
    for order in (1, 2, 3, 5):
        model = fitted(streams, order=order, vocab=12)
        for context in ([3, 1, 4, 1, 5], [11, 11, 11, 11, 11]):
            rows = np.array([[*context, last] for last in range(12)])
            assert np.exp(-model.losses(rows)[:, -1]).sum() == pytest.approx(1.0)


def test_longer_memory_helps_where_the_text_has_it():
    # the token four before is repeated: only the order that sees it can know
    rng = np.random.default_rng(0)
    stream = np.tile(rng.integers(0, 50, 4), 500)
    noisy = np.concatenate([np.tile(rng.integers(0, 50, 4), 6) for _ in range(400)])
    five, two = (fitted([stream, noisy], order=order, vocab=64) for order in (5, 2))
    rows = noisy[: 20 * 100].reshape(100, 20)
    assert five.losses(rows)[:, 6:].mean() < two.losses(rows)[:, 6:].mean() - 0.3


def test_too_large_a_vocabulary_is_refused():
    with pytest.raises(ValueError, match="2048"):
        fitted([STREAM], order=2, vocab=4096)


def test_losses_are_those_of_brute_force_counting():
    rng = np.random.default_rng(1)
    stream = rng.integers(0, 5, 200).tolist()
    model = fitted([np.array(stream)], order=3, vocab=5)

    def grams(n):
        return [tuple(stream[at : at + n]) for at in range(len(stream) - n + 1)]

    def chance(word, context):
        if context is None:
            return 1 / 5
        n = len(context) + 1
        if n == 3:
            counts = {gram: grams(3).count(gram) for gram in set(grams(3))}
        else:
            above = set(grams(3)) if n == 2 else {gram[1:] for gram in set(grams(3))}
            tails = [gram[1:] for gram in above]
            counts = {gram: tails.count(gram) for gram in set(tails)}
        below = chance(word, context[1:] if context else None)
        total = sum(count for gram, count in counts.items() if gram[:-1] == context)
        if not total:
            return below
        kinds = sum(1 for gram in counts if gram[:-1] == context)
        return max(counts.get((*context, word), 0) - DISCOUNT, 0) / total + DISCOUNT * kinds / total * below

    rows = np.array([[0, 1, 2], [4, 4, 3], [2, 0, 1]])
    found = model.losses(rows)[:, 1]
    np.testing.assert_allclose(found, [-math.log(chance(row[2], (row[0], row[1]))) for row in rows.tolist()])
