"""Which models write by their output matrices alone: all families by how they are built, encoders and images too."""

import pytest
import torch

from cutaway.errors.composition import NotStraightError
from cutaway.techniques.composition.linear_writes import refuse_indirect, some_inputs
from tests.conformance import encoders, families
from tests.techniques.composition.by_hand import toy

STRAIGHT = ["gpt2", "llama", "gpt_neox-parallel", "bloom", "gpt_oss", "toy-shortformer-solu", "toy-rotary-gelu-no-norm"]
BEHIND = ["gemma2", "gemma3", "olmo2"]  # a norm between the output matrix and the stream


@pytest.mark.parametrize("name", STRAIGHT)
def test_heads_that_write_by_their_matrix_alone_pass(name):
    refuse_indirect(families.build(name), "z")


@pytest.mark.parametrize("name", BEHIND)
@pytest.mark.parametrize(
    ("part", "says"), [("z", r"'attn_out.0' is not z"), ("mlp_post", r"'mlp_out.0' is not mlp_po")]
)
def test_a_norm_behind_the_matrix_is_refused(name, part, says):
    with pytest.raises(NotStraightError, match=says):
        refuse_indirect(families.build(name), part)


@pytest.mark.parametrize("part", ["z", "mlp_post"])
def test_a_stream_that_is_normed_behind_a_half_is_refused(part):
    with pytest.raises(NotStraightError, match=r"'resid_post.0' is not what enters"):
        refuse_indirect(families.build("opt-norm-after"), part)


def test_neurons_of_encoders_are_tried_on_what_those_read():
    for name in ("vit", "t5-encoder", "clip-text"):
        refuse_indirect(encoders.build(name), "mlp_post")
    for name in ("bert", "dinov2"):  # a norm after each half; a scale behind the matrix
        with pytest.raises(NotStraightError, match="off by"):
            refuse_indirect(encoders.build(name), "mlp_post")


def test_16_bits_are_no_norm_and_a_short_context_is_long_enough():
    model = families.build("gpt2")
    model.module.to(torch.bfloat16)
    refuse_indirect(model, "z")
    short = toy(n_ctx=3)
    assert some_inputs(short)["input_ids"].shape[1] == 3
    refuse_indirect(short, "z")
