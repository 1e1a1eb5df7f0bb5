"""Distance and symmetry, where both are known."""

import pytest
import torch

from cutaway.models import wrap
from cutaway.models.toy import ToyConfig, ToyForCausalLM
from cutaway.planted.sum_network import sum_network
from cutaway.techniques.fourier.clock_or_pizza import distance_irrelevance, gradient_symmetry
from tests.techniques.fourier.by_hand import pizza, table

P = 31


def test_a_pizza_s_right_logit_is_the_same_at_one_distance():
    irrelevance = distance_irrelevance(table(P, pizza(P, 3)))
    torch.testing.assert_close(irrelevance, torch.zeros(P, dtype=torch.float64), atol=1e-6, rtol=0)


def test_where_the_right_logit_is_noise_the_distance_says_nothing():
    noise = torch.randn(P, P, P, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    assert float(distance_irrelevance(table(P, lambda *_: noise)).mean()) == pytest.approx(1.0, abs=0.05)


def test_of_differences_the_distance_is_the_sum():
    turned = table(P, lambda a, b, c: pizza(P, 3)(a, -b, c), sign=-1)
    assert float(distance_irrelevance(turned).max()) < 1e-6


def test_a_network_that_averages_treats_both_numbers_alike_and_one_without_reasons_does_not():
    assert gradient_symmetry(sum_network(P, {2: 1.0, 5: 1.0}), p=P) == pytest.approx(1.0, abs=1e-6)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        config = ToyConfig(
            vocab_size=P + 1,
            n_ctx=3,
            n_layers=2,
            d_mlp=64,
            positions="learned",
            initializer_range=0.2,
            bos_token_id=None,
            eos_token_id=None,
        )
        random = wrap(ToyForCausalLM(config), name="random")
    assert gradient_symmetry(random, p=P) < 0.5
