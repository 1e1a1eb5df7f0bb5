"""The network on bits, over all 256 inputs."""

from itertools import product

import pytest
import torch

from cutaway.planted import Planted, circuit

ALL = torch.tensor(list(product((0, 1), repeat=8)))
XOR, AND = ALL[:, 1] ^ ALL[:, 4], ALL[:, 2] & ALL[:, 6]


@pytest.fixture(scope="module", params=[0, 3])
def network(request) -> Planted:
    return circuit("boolean-mlp", seed=request.param)


def activation(network, name):
    part = network.truth.part(name)
    return network.model.run(ALL.float(), read=[part.site])[part.site][:, part.indices[0]]


def test_likeliest_class_is_twice_the_xor_plus_the_and_of_its_own_bits(network):
    logits = network.model.run(ALL.float()).logits
    assert logits.shape == (256, 1, 4)
    assert torch.equal(logits[:, 0].argmax(dim=-1), 2 * XOR + AND)


def test_hidden_units_are_the_gates_that_they_are_called(network):
    expected = {
        "any": ALL[:, 1] + ALL[:, 4],
        "both": ALL[:, 1] & ALL[:, 4],
        "and": AND,
        "and again": AND,
        "xor feature": XOR,
        "and feature": AND,
    }
    for name, values in expected.items():
        torch.testing.assert_close(activation(network, name), values.float())


def test_distractor_bits_change_no_logit_against_another(network):
    logits = network.model.run(ALL.float()).logits[:, 0]
    lead = logits - logits.mean(dim=1, keepdim=True)
    for bit in (0, 3, 5, 7):
        flipped = ALL.clone()
        flipped[:, bit] = 1 - flipped[:, bit]
        other = network.model.run(flipped.float()).logits[:, 0]
        torch.testing.assert_close(other - other.mean(dim=1, keepdim=True), lead)
        assert network.truth.part(f"bit {bit}").is_decoy


def test_each_corruption_changes_one_feature_and_keeps_the_bits_of_the_other():
    network = circuit("boolean-mlp")
    for name, changed, kept in (("other-xor", (1, 4), (2, 6)), ("other-and", (2, 6), (1, 4))):
        pairs = network.sample(200, 0, name)
        clean, corrupted = pairs.clean.int(), pairs.corrupted.int()
        assert torch.equal(clean[:, kept], corrupted[:, kept])
        gates = {(1, 4): lambda bits: bits[:, 1] ^ bits[:, 4], (2, 6): lambda bits: bits[:, 2] & bits[:, 6]}
        assert bool((gates[changed](clean) != gates[changed](corrupted)).all())


def test_shuffled_twins_know_neither_feature(network):
    pairs = network.sample(128, 0)
    right = [pairs.accuracy(network.twin(seed=seed).run(pairs.clean).logits).mean() for seed in range(8)]
    assert float(torch.stack(right).mean()) < 0.5  # one of four, and likelier than the other three: at most 0.25
