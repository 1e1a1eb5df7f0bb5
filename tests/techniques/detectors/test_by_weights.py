"""What weights alone say of heads: the planted ones, and beside them heads that look alike and do not."""

import pytest
import torch

import cutaway
from cutaway.errors import CutawayError
from cutaway.errors.composition import NotStraightError
from cutaway.planted import circuit
from cutaway.techniques.detectors.detector import all_detectors
from cutaway.techniques.detectors.scores import score_heads
from cutaway.techniques.detectors.texts import repeats_for
from cutaway.techniques.detectors.weights.copy_suppression import copy_suppression
from cutaway.techniques.detectors.weights.reads import token_streams
from cutaway.techniques.detectors.weights.straight import score_straight
from cutaway.techniques.detectors.weights.successor import successor
from tests.conformance.families import build

ORDERS = {"numbers": range(1, 9), "days": range(9, 16), "months": range(16, 28)}


def by_name(planted, frame, column="value"):
    values = {(row["layer"], row["head"]): row[column] for _, row in frame.iterrows()}
    return {part.name: values[part.layer, part.head] for part in planted.truth.heads}


@pytest.mark.parametrize("name", ["gpt2", "toy-shortformer-solu", "gpt_neox-parallel", "qwen3"])
def test_straight_scores_of_the_first_layer_are_those_of_the_running_model(name):
    model = build(name)
    tokens = repeats_for(model, rows=6, seed=0).tokens
    ran, straight = score_heads(model, tokens), score_straight(model, tokens)
    torch.testing.assert_close(straight.mean[:, 0], ran.mean[:, 0])
    assert not torch.allclose(straight.mean[:, -1], ran.mean[:, -1], atol=1e-3)  # the last layer hears the others


def test_induction_is_seen_in_weights_only_through_a_previous_token_head():
    planted = circuit("induction", seed=1)
    tokens = repeats_for(planted.model, rows=16, seed=0).tokens
    scores = score_straight(planted.model, tokens).of("induction")
    found = {part.name: float(scores[part.layer, part.head]) for part in planted.truth.heads}
    assert found["induction"] > 0.9
    assert found["copies nowhere"] > 0.9  # it looks there; that it copies nothing is no question of where it looks
    assert max(found["previous"], found["two back"]) < 0.4
    pointer = circuit("pointer-induction", seed=1)
    tokens = repeats_for(pointer.model, rows=16, seed=0).tokens
    assert float(score_straight(pointer.model, tokens).of("induction").max()) < 0.4


def test_weights_of_a_trained_model_name_the_heads_that_its_patterns_name():
    model = cutaway.load("attn-only-2l")
    tokens = repeats_for(model, rows=16, seed=0).tokens
    straight, ran = (score(model, tokens) for score in (score_straight, score_heads))
    for detector in ("induction", "previous_token"):
        strong = ran.of(detector) > 0.5
        assert strong.any()
        assert ((straight.of(detector) > 0.5) == strong).all()


def test_only_the_suppressor_looks_at_what_is_predicted_and_lowers_it():
    planted = circuit("copy-suppression", seed=1)
    found = by_name(planted, copy_suppression(planted.model).frame)
    assert found.pop("suppressor") > 0.9
    assert max(found.values()) < 0.6


def test_a_negative_name_mover_lowers_and_looks_for_no_prediction():
    planted = circuit("ioi", seed=1)
    frame = copy_suppression(planted.model).frame
    assert by_name(planted, frame, "lowers")["negative"] > 0.9
    assert by_name(planted, frame)["negative"] < 0.6


def test_another_token_in_its_place_is_neither_looked_at_nor_lowered():
    planted = circuit("copy-suppression", seed=1)
    assert 0.3 < by_name(planted, copy_suppression(planted.model).frame, "control")["suppressor"] < 0.7


def test_only_the_successor_raises_the_next_of_every_order():
    planted = circuit("successor", seed=1)
    frame = successor(planted.model, ORDERS).frame
    assert by_name(planted, frame) == {
        "successor": 1.0,
        "copies": 0.0,
        "writes nowhere": 0.0,
        "goes back": 0.0,
        "one back": 0.0,
    }
    assert by_name(planted, frame, "same")["copies"] == 1.0
    chance = (7 / 8 + 6 / 7 + 11 / 12) / 24  # 24 members that have a next one
    assert frame["chance"].iloc[0] == pytest.approx(chance)


def test_untrained_heads_raise_the_next_by_chance():
    orders = {"some": range(1, 40)}
    values = successor(build("gpt2"), orders).frame["value"]
    assert values.mean() < 0.15


def test_the_first_mlp_is_part_of_what_later_heads_read():
    model = build("gpt2")
    direct, after = (copy_suppression(model, embedding=one) for one in ("direct", "after_first_mlp"))
    assert not torch.allclose(direct.looks, after.looks)


@torch.no_grad()
def test_a_token_alone_has_no_position():
    """By hand: its embedding, and with the first MLP what that makes of it, with nothing of W_pos in either."""
    model, tokens = build("gpt2"), torch.arange(5, 20)
    embedded, block = model.W_E[tokens], model.module.transformer.h[0]
    torch.testing.assert_close(token_streams(model, tokens, "direct"), embedded)
    with_mlp = embedded + block.mlp(block.ln_2(embedded))
    torch.testing.assert_close(token_streams(model, tokens, "after_first_mlp"), with_mlp)


@torch.no_grad()
def test_embeddings_are_scaled_and_normed_where_the_model_does_so():
    tokens = torch.arange(5, 20)
    gemma, bloom = build("gemma3"), build("bloom")
    scaled = gemma.W_E[tokens] * 32**0.5  # by the root of d_model
    torch.testing.assert_close(token_streams(gemma, tokens, "direct"), scaled, rtol=1e-4, atol=1e-4)
    layer = gemma.module.model.layers[0]
    made = layer.post_feedforward_layernorm(layer.mlp(layer.pre_feedforward_layernorm(scaled)))
    torch.testing.assert_close(token_streams(gemma, tokens, "after_first_mlp"), scaled + made, rtol=1e-4, atol=1e-4)
    normed = bloom.module.transformer.word_embeddings_layernorm(bloom.W_E[tokens])
    torch.testing.assert_close(token_streams(bloom, tokens, "direct"), normed)


def test_behind_a_norm_heads_tell_nobody_what_their_weights_say():
    model = build("gemma2")
    tokens = repeats_for(model, rows=6, seed=0).tokens
    with pytest.raises(NotStraightError, match="norm"):
        score_straight(model, tokens)
    others = [detector for detector in all_detectors() if detector.name != "induction"]
    straight, ran = (score(model, tokens, detectors=others) for score in (score_straight, score_heads))
    torch.testing.assert_close(straight.mean[:, 0], ran.mean[:, 0])


def test_orders_that_are_too_short_and_models_without_words_are_refused():
    with pytest.raises(CutawayError, match="tokens of an order"):
        successor(build("gpt2"), {"short": [1, 2, 3]})
    with pytest.raises(CutawayError, match="no tokenizer"):
        successor(build("gpt2"))
    with pytest.raises(CutawayError, match="tokens"):
        copy_suppression(build("gpt2"), tokens=1)


def test_queries_with_a_norm_of_their_own_are_refused():
    with pytest.raises(CutawayError, match="norm"):
        copy_suppression(build("qwen3"))
