"""Neurons made by a formula: one frequency, two, noise, nothing."""

import math

import torch

from cutaway.techniques.fourier.neuron_waves import neuron_waves

P = 13


def test_share_of_the_variance_that_one_frequency_explains():
    a, b = torch.meshgrid(torch.arange(P).double(), torch.arange(P).double(), indexing="ij")
    turn = 2 * math.pi / P
    one = (3 * turn * a).cos() + (3 * turn * b + 1.0).sin() + (3 * turn * a).sin() * (3 * turn * b).cos() + 7.0
    two = 2 * (3 * turn * a).cos() + (5 * turn * b).cos()
    nothing = torch.full_like(a, 4.0)
    found = neuron_waves(torch.stack([one, two, nothing, 0.001 * one], dim=-1))
    torch.testing.assert_close(found.explained, torch.tensor([1.0, 0.8, 0.0, 1.0]).double())
    assert found.frequency[:2].tolist() == [3, 3]
    assert found.active.tolist() == [True, True, False, False]
    assert found.follow().tolist() == [True, False, False, False]


def test_noise_follows_no_frequency():
    noise = torch.randn(P, P, 50, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    found = neuron_waves(noise)
    assert not found.follow().any()
    assert found.active.all()
