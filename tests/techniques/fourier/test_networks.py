"""Asking and dissecting whole networks: those written by hand, whose frequencies are known."""

from dataclasses import replace

import pytest
import torch

from cutaway.errors.fourier import NotArithmeticError
from cutaway.models import untrained_twin
from cutaway.planted.sum_network import sum_network
from cutaway.techniques.fourier.all_pairs import all_pairs
from cutaway.techniques.fourier.dissect import dissect
from cutaway.techniques.fourier.key_frequencies import key_frequencies
from cutaway.techniques.fourier.two_tasks import lost_by_frequency, shared_by_chance, shared_neurons
from cutaway.techniques.fourier.without_neurons import without_neurons
from cutaway.zoo.load import load
from tests.conformance.families import build

P = 29
STRENGTHS = {2: 1.0, 5: 0.8, 9: 1.2, 12: 0.9}
NETWORK = sum_network(P, STRENGTHS)
EVERY = torch.ones(P, P, dtype=torch.bool)


def test_a_network_by_hand_adds_and_says_so_by_its_frequencies_alone():
    pairs = all_pairs(NETWORK, p=P)
    assert float(pairs.right().mean()) == 1.0
    assert [int(pairs.answers[a, b]) for a, b in ((3, 4), (20, 20), (0, 28))] == [7, 11, 28]
    waves = torch.fft.rfft(pairs.logits).abs().amax(dim=(0, 1))
    assert {at for at, size in enumerate(waves.tolist()) if size > 1e-3} == set(STRENGTHS)


def test_differences_have_other_answers():
    assert [int(all_pairs(NETWORK, p=P, sign=-1).answers[a, b]) for a, b in ((3, 4), (20, 1))] == [28, 19]


def test_key_frequencies_are_read_strongest_first_and_an_untrained_twin_has_no_few():
    assert key_frequencies(NETWORK, p=P, share=0.99) == (9, 2, 12, 5)
    assert len(key_frequencies(untrained_twin(NETWORK, seed=0), p=P)) > 8


def test_without_the_neurons_of_a_frequency_its_waves_are_gone_and_the_others_stay():
    pairs = all_pairs(NETWORK, p=P)
    dissected = dissect(NETWORK, p=P, scored=EVERY)
    cluster = dissected.waves.frequency == 9
    assert int(cluster.sum()) == len(cluster) // 4
    left = without_neurons(NETWORK, pairs, cluster).logits
    waves, before = (torch.fft.rfft(said).abs().amax(dim=(0, 1)) for said in (left, pairs.logits))
    assert float(waves[9]) < 1e-3 * float(before[9])
    torch.testing.assert_close(waves[[2, 5, 12]], before[[2, 5, 12]], rtol=1e-4, atol=1e-4)


def test_dissected_by_hand_every_neuron_follows_one_frequency_and_without_all_keys_nothing_is_known():
    found = dissect(NETWORK, p=P, scored=EVERY)
    assert set(found.keys) == set(STRENGTHS)
    assert not set(found.others) & set(found.keys)
    assert len(found.others) == len(found.keys)
    assert found.right.value == found.follow.value == found.right_without(found.others).value == 1.0
    assert found.right_without(found.keys).value < 0.1
    assert found.count.value == 4
    assert found.beside_full("restricted").value < 1 < found.beside_full("others").value
    assert set(found.row) >= {"model", "right", "keys", "follow_one", "distance_irrelevance"}


def test_only_scored_pairs_count():
    wrong = replace(dissect(NETWORK, p=P, scored=EVERY), scored=~EVERY)
    answers = wrong.pairs.answers.clone()
    answers[0] = (answers[0] + 1) % P
    spoilt = replace(wrong.pairs, answers=answers)
    first = torch.zeros_like(EVERY)
    first[0] = True
    assert replace(wrong, pairs=spoilt, scored=first).right.value == 0.0
    assert replace(wrong, pairs=spoilt, scored=~first).right.value == 1.0


def test_neurons_are_shared_with_oneself_and_not_with_those_in_another_order():
    one = dissect(NETWORK, p=P, scored=EVERY)
    assert shared_neurons(one, one).value == 1.0
    assert max(shared_by_chance(one, one)) < 0.5
    other = replace(one, pairs=replace(one.pairs, neurons=one.pairs.neurons.roll(24, dims=-1)))
    assert shared_neurons(one, other).value == 0.0


def test_the_same_neurons_go_in_both_tasks():
    sums = replace(dissect(sum_network(P, {2: 1.0}), p=P, scored=EVERY), keys=(2, 9))
    rows = {row["frequency"]: row for row in lost_by_frequency(sums, sums)}
    assert rows["2"]["lost_in_sums"] == rows["2"]["lost_in_differences"] > 0.9
    assert (rows["9"]["lost_in_sums"], rows["9"]["neurons"]) == (0.0, 0)


def test_a_task_pays_for_the_neurons_of_the_other_too():
    sums = replace(dissect(sum_network(P, {2: 1.0}), p=P, scored=EVERY), keys=(2,))
    idle = replace(sums.pairs, neurons=torch.zeros_like(sums.pairs.neurons))  # by its own neurons it follows nothing
    (row,) = lost_by_frequency(sums, replace(sums, pairs=idle))
    assert row["neurons"] == len(sums.waves.frequency)
    assert row["lost_in_sums"] > 0.9


def test_models_that_cannot_be_asked_are_refused_with_the_reason():
    with pytest.raises(NotArithmeticError, match="it has 30 symbols, and 41 are needed"):
        all_pairs(NETWORK, p=40)
    with pytest.raises(NotArithmeticError, match="has no neurons"):
        all_pairs(load("attn-only-1l"), p=P)
    with pytest.raises(NotArithmeticError, match="too many"):
        all_pairs(build("gpt2"), p=5000)
