"""Which models count as published ones: neither a name nor a shape is enough."""

from dataclasses import replace

import pytest
import torch
from transformers import GPT2Config, GPT2LMHeadModel

from cutaway.lab import Lab, published
from cutaway.lab.published import KNOWS_ENGLISH, PUBLISHED, Shape, english_loss, is_published
from cutaway.models import untrained_twin, wrap
from cutaway.zoo.load import load
from tests.tasks import tokenizers


def small_gpt2(**shape):
    """A random GPT-2 with its tokenizer, by default a small one that calls itself gpt2."""
    tokenizers.stand_in("gpt2")  # skips where the vocabulary is not here
    with torch.random.fork_rng():
        torch.manual_seed(0)
        module = GPT2LMHeadModel(GPT2Config(**({"n_layer": 3, "n_embd": 32, "n_head": 2} | shape))).eval()
    return wrap(module, name="gpt2", tokenizer=tokenizers.gpt2())


def test_a_small_random_model_of_that_name_is_not_gpt2():
    model = small_gpt2()
    assert not is_published(model, "gpt2")
    lab = Lab(guests=[model])
    assert lab.published("gpt2") is None
    assert lab.missing == ["gpt2"]


@pytest.mark.slow
def test_a_random_model_of_the_very_shape_is_not_gpt2_either():
    model = small_gpt2(n_layer=12, n_embd=768, n_head=12)
    own = model.shape
    assert Shape("gpt2", own.n_layers, own.n_heads, own.d_model, own.d_vocab) == PUBLISHED["gpt2"]
    assert english_loss(model) > 10 > KNOWS_ENGLISH  # the log of 50,257 is 10.8
    assert not is_published(model, "gpt2")


def test_a_model_of_the_shape_that_predicts_the_text_is_taken_whatever_it_is_called(monkeypatch):
    model = replace(load("attn-only-2l"), name="a folder")
    own = model.shape
    shape = Shape("cutaway_toy", own.n_layers, own.n_heads, own.d_model, own.d_vocab)
    monkeypatch.setitem(published.PUBLISHED, "small", shape)
    monkeypatch.setattr(published, "ENGLISH", published.ENGLISH[:200])  # its context is short
    loss, guessing = english_loss(model), english_loss(untrained_twin(model, seed=0))
    assert loss < guessing
    monkeypatch.setattr(published, "KNOWS_ENGLISH", (loss + guessing) / 2)
    lab = Lab(guests=[untrained_twin(model, seed=0), model])
    assert lab.published("small") is model
    assert lab.missing == []
    monkeypatch.setitem(published.PUBLISHED, "small", replace(shape, n_layers=3))
    assert lab.published("small") is None
