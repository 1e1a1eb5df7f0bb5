"""Trigram and word neurons on prompts worked by hand: which neuron fires where, and what follows from it."""

import pytest
import torch

from cutaway.planted import Planted, circuit


@pytest.fixture(scope="module")
def trigram() -> Planted:
    return circuit("trigram", sharpness=5.0)


@pytest.fixture(scope="module")
def detokeniser() -> Planted:
    return circuit("detokeniser", sharpness=5.0)


def firing(planted, name, tokens):
    """The places at which neurons of a part fire: (position, number of the neuron within its part)."""
    part = planted.truth.part(name)
    site = f"mlp_post.{part.layer}"
    active = planted.model.run(torch.tensor([tokens]), read=[site])[site][0][:, list(part.indices)]
    return [tuple(place) for place in (active > 1e-3).nonzero().tolist()]


# 5 then 1 is in the reversed order; 7 at place 5 stands alone; 2 then 7 are the second first and the third second
TRIGRAM = [0, 18, 5, 1, 18, 7, 18, 19, 2, 7]
# 1 5 is a word, the first one; 2 8 are pieces that make none; 17 asks
WORD = [0, 18, 1, 5, 19, 2, 8, 20, 18, 19, 21, 17]


def test_trigram_neuron_fires_on_its_pair_in_its_order_and_nowhere_else(trigram):
    assert firing(trigram, "trigram", TRIGRAM) == [(9, 4 * 1 + 2)]
    assert firing(trigram, "reversed", TRIGRAM) == [(3, 0)]
    assert int(trigram.model.run(torch.tensor([TRIGRAM])).logits[0, -1].argmax()) == 9 + 1 + 2 * 2


@pytest.mark.parametrize("last", [(18, 7), (2, 18)])
def test_neither_token_of_a_pair_is_enough(trigram, last):
    assert firing(trigram, "trigram", [*TRIGRAM[:-2], *last]) == []


def test_other_first_changes_only_the_first_of_the_two(trigram):
    pairs = trigram.sample(64, 0, "other-first")
    differs = pairs.clean != pairs.corrupted
    assert bool(differs[:, -2].all())
    assert int(differs.sum()) == 64


def test_word_is_written_at_its_second_piece_and_pieces_that_make_no_word_write_none(detokeniser):
    assert firing(detokeniser, "words", WORD) == [(3, 0)]
    assert firing(detokeniser, "pieces", WORD) == [(3, 0), (6, 3)]


@pytest.mark.parametrize(("pieces", "looked_at"), [((1, 5), 3), ((1, 7), 0), ((5, 1), 0)])
def test_reader_looks_where_a_word_stands_and_rests_where_there_is_none(detokeniser, pieces, looked_at):
    reader = detokeniser.truth.part("reader")
    tokens = [*WORD[:2], *pieces, *WORD[4:]]
    run = detokeniser.model.run(torch.tensor([tokens]), read=["pattern.1"])
    assert int(run["pattern.1"][0, reader.head, -1].argmax()) == looked_at
    if looked_at:
        assert int(run.logits[0, -1].argmax()) == 9


def test_pieces_alone_cannot_tell_the_word_because_each_is_in_two(detokeniser):
    for name, part in (("other-first-piece", 1), ("other-second-piece", 0)):
        pairs = detokeniser.sample(64, 1, name)
        pieces = range(5, 9) if part else range(1, 5)
        kept = torch.isin(pairs.clean, torch.tensor(list(pieces)))
        assert torch.equal(pairs.clean[kept], pairs.corrupted[kept])
        assert bool((pairs.answers.right != pairs.answers.wrong).all())


@pytest.mark.parametrize("name", ["trigram", "detokeniser"])
def test_shuffled_twins_know_no_words(name):
    planted = circuit(name)
    pairs = planted.sample(64, 0)
    right = [pairs.accuracy(planted.twin(seed=seed).run(pairs.clean).logits).mean() for seed in range(8)]
    assert float(torch.stack(right).mean()) < 0.65  # one of two: 0.5
