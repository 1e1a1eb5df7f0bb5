"""The null: untrained twins, their best heads, and the line that few more twins cross."""

import pytest
import torch

from cutaway.models import untrained_twin
from cutaway.planted import two_layer
from cutaway.techniques.detectors import null as nulls
from cutaway.techniques.detectors.null import count_beyond, fold, head_null
from cutaway.techniques.detectors.scores import score_heads
from tests.conformance.families import build

TOKENS = torch.randint(1, 61, (4, 24), generator=torch.Generator().manual_seed(0))


def test_twin_is_the_same_architecture_with_other_weights_and_is_reproducible():
    model = build("llama")
    twin, again, other = (untrained_twin(model, seed=seed) for seed in (1, 1, 2))
    assert twin.shape == model.shape
    torch.testing.assert_close(twin.W_Q, again.W_Q, rtol=0, atol=0)
    assert not torch.allclose(twin.W_Q, other.W_Q)
    assert not torch.allclose(twin.W_Q, model.W_Q)


def test_making_twins_leaves_the_global_random_state_alone():
    torch.manual_seed(7)
    expected = torch.rand(3)
    torch.manual_seed(7)
    untrained_twin(build("gpt2"), seed=0)
    torch.testing.assert_close(torch.rand(3), expected)


def test_narrow_twin_keeps_what_attention_is_made_of():
    model = build("gpt2")
    narrow = untrained_twin(model, seed=0, narrow=True)
    kept = ("n_layers", "n_heads", "d_head", "d_model", "n_ctx")
    assert [getattr(narrow.shape, name) for name in kept] == [getattr(model.shape, name) for name in kept]


def test_planted_model_is_beyond_the_null_of_its_twins_on_every_detector():
    planted = two_layer(seed=0, vocab=20, context=32).model
    tokens = torch.cat([torch.zeros(6, 1, dtype=torch.long), torch.randint(1, 20, (6, 10)).repeat(1, 3)], dim=1)
    null = head_null(planted, tokens, seed=0, twins=8)
    assert {len(values) for values in null.largest.values()} == {8}
    assert set(count_beyond(null, [planted], tokens, count=1).values()) == {1}
    assert set(count_beyond(null, [untrained_twin(planted, seed=0)], tokens, count=1).values()) == {0}


def test_folding_keeps_equal_tokens_equal_and_different_ones_different():
    twin = untrained_twin(build("gpt2"), seed=0)  # 61 tokens
    folded = fold(torch.tensor([[50_000, 7, 50_000, 40_123]]), twin)
    assert folded[0, 0] == folded[0, 2]
    assert len(folded.unique()) == 3
    assert folded.max() < 61


def test_large_models_are_said_to_have_narrow_twins(monkeypatch):
    from cutaway.models import twin

    model = build("gpt2")
    assert not head_null(model, TOKENS, seed=0, twins=1).narrow
    monkeypatch.setattr(twin, "NARROW_ABOVE", 10)
    assert head_null(model, TOKENS, seed=0, twins=1).narrow


def test_progress_ticks_once_a_twin():
    from contextlib import contextmanager

    ticks = []

    class Listener:
        @contextmanager
        def phase(self, name, total):
            yield lambda: ticks.append((name, total))

    nulls.head_null(build("gpt2"), TOKENS, seed=0, twins=3, progress=Listener())
    assert ticks == [("gpt2: untrained twins", 3)] * 3


@pytest.mark.parametrize("name", ["gpt2", "gpt_neox-parallel", "toy-shortformer-solu", "mistral-sliding"])
def test_twins_exist_for_every_kind_of_family(name):
    assert head_null(build(name), TOKENS, seed=0, twins=2).largest["induction"][0] > 0


def seeds_of_twins(monkeypatch, **settings):
    seeds = []

    def spy(model, *, seed, narrow=False):
        seeds.append(seed)
        return untrained_twin(model, seed=seed, narrow=narrow)

    monkeypatch.setattr(nulls, "untrained_twin", spy)
    head_null(build("gpt2"), TOKENS, **settings)
    return seeds


def test_every_twin_has_a_seed_of_its_own_that_follows_the_run_s(monkeypatch):
    assert seeds_of_twins(monkeypatch, seed=5, twins=4) == [5, 6, 7, 8]


def test_narrow_twins_read_fewer_prompts_and_smaller_vocabularies(monkeypatch):
    from cutaway.models import twin

    seen = []
    monkeypatch.setattr(twin, "NARROW_ABOVE", 10)
    monkeypatch.setattr(twin, "NARROW", {"vocab_size": 11, "n_inner": 8})
    monkeypatch.setattr(nulls, "NARROW_ROWS", 2)

    def scored(model, tokens):
        seen.append((model, tokens))
        return score_heads(model, tokens)

    head_null(build("gpt2"), TOKENS, seed=0, twins=1, score=scored)
    model, tokens = seen[0]
    assert (model.shape.d_vocab, model.shape.d_mlp, tokens.shape[0]) == (11, 8, 2)
    assert tokens.max() < 11
