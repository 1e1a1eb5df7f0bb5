"""Captum on the same random module: activations, slopes times activations, and integrated gradients.

Captum takes gradients through hooks of its own, with the same weights and kernels, so activations are the same bit
for bit. Slopes may be summed in another order on the way back: 1e-6 of the largest, a few of the last bits of float32.
"""

import copy

import numpy
import pytest
import torch
from torch import nn

import cutaway
from tests.conformance.families import build

attr = pytest.importorskip("captum.attr", reason="Captum is not installed: make peers")

TOKENS = torch.tensor([[0, 5, 9, 5, 9, 33, 2, 60], [0, 7, 7, 1, 12, 40, 3, 8]])
STEPS = 16
PLACES = {
    "gpt2": {"embed": "transformer.wte", "mlp_out.1": "transformer.h.1.mlp", "mlp_pre.1": "transformer.h.1.mlp.c_fc"},
    "gpt_neox-parallel": {"embed": "gpt_neox.embed_in", "mlp_out.1": "gpt_neox.layers.1.mlp"},
    "llama": {
        "embed": "model.embed_tokens",
        "mlp_out.1": "model.layers.1.mlp",
        "mlp_pre.1": "model.layers.1.mlp.gate_proj",
    },
}


@pytest.fixture(params=sorted(PLACES))
def name(request):
    return request.param


def score(logits):
    return logits[:, -1, 7] - logits[:, -1, 20]


def pair(name):
    """Our model, a copy of its module, and the function of tokens that Captum explains."""
    model = build(name)
    module = copy.deepcopy(model.module)
    return model, module, lambda tokens: score(module(tokens, use_cache=False).logits)


def close(found, expected):
    size = float(expected.detach().abs().max())
    assert size > 0
    torch.testing.assert_close(found, expected.detach(), rtol=0, atol=1e-6 * size)


def test_layer_activations_are_our_reads(name):
    model, module, forward = pair(name)
    trace = model.run(TOKENS, read=list(PLACES[name]))
    for site, path in PLACES[name].items():
        theirs = attr.LayerActivation(forward, module.get_submodule(path)).attribute(TOKENS)
        torch.testing.assert_close(trace[site], theirs, rtol=0, atol=0, msg=site)


def test_gradient_times_activation_is_the_product_of_what_our_trace_holds(name):
    model, module, forward = pair(name)
    trace = model.run(TOKENS, read=list(PLACES[name]), gradient_of=score)
    for site, path in PLACES[name].items():
        theirs = attr.LayerGradientXActivation(forward, module.get_submodule(path)).attribute(TOKENS)
        close(trace[site] * trace.grad[site], theirs)


def test_integrated_gradients_of_the_embedding_are_our_slopes_along_the_way(name):
    """From the embedding of token 0 to that of the text, by Gauss and Legendre's rule, as numpy has it."""
    model, module, forward = pair(name)
    layer = module.get_submodule(PLACES[name]["embed"])
    theirs = attr.LayerIntegratedGradients(forward, layer).attribute(
        TOKENS, baselines=torch.zeros_like(TOKENS), n_steps=STEPS, method="gausslegendre"
    )
    start, end = (model.run(tokens, read="embed")["embed"] for tokens in (torch.zeros_like(TOKENS), TOKENS))
    places, weights = legendre(STEPS)
    total = torch.zeros_like(end)
    for place, weight in zip(places, weights, strict=True):
        between = cutaway.Replace("embed", start + place * (end - start))
        total += weight * model.run(TOKENS, read="embed", edit=between, gradient_of=score).grad["embed"]
    close(total * (end - start), theirs)


def legendre(steps):
    """Places in 0 to 1 and weights that sum to 1."""
    places, weights = numpy.polynomial.legendre.leggauss(steps)
    return ((places + 1) / 2).tolist(), (weights / 2).tolist()


def test_saliency_of_a_plain_module_is_the_size_of_our_slope():
    torch.manual_seed(0)
    module = nn.Sequential(nn.Linear(5, 7), nn.Tanh(), nn.Linear(7, 3))
    given = torch.randn(4, 5)
    theirs = attr.Saliency(module).attribute(given.clone().requires_grad_(True), target=1)
    trace = cutaway.load(module).run(given, read="module:0:in", gradient_of=lambda out: out[:, 1])
    close(trace.grad["module:0:in"].abs(), theirs)
