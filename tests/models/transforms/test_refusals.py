"""What is no decoder of tokens is refused before a weight is touched; a decoder without an adapter is not."""

import pytest
import torch

import cutaway
from cutaway.errors.transforms import TransformRefusedError
from tests.conformance.encoders import build
from tests.conformance.unknown_families import UNKNOWN, built

TOKENS = torch.tensor([[0, 5, 9, 5, 9, 33, 2, 60], [0, 7, 7, 1, 12, 40, 3, 8]])
NOT_DECODERS = {
    "bert": "norms after a half",
    "roberta-bare": "no unembedding",
    "t5": "reads input_ids, decoder_input_ids",
    "t5-encoder": "no unembedding",
    "vit": "reads pixel_values",
    "clip": "reads input_ids, pixel_values",
    "convnext": "reads pixel_values",
    "resnet": "reads pixel_values",
}


@pytest.mark.parametrize("transform", [cutaway.fold_layer_norm, cutaway.centre])
@pytest.mark.parametrize("name", NOT_DECODERS)
def test_what_is_no_decoder_is_refused_with_the_reason(name, transform):
    with pytest.raises(TransformRefusedError, match=NOT_DECODERS[name]):
        transform(build(name))


@pytest.mark.parametrize("name", ["starcoder2", "phi3", "smollm3", "gemma"])
def test_norms_of_an_unknown_family_are_folded_with_the_same_logits(name):
    model = cutaway.load(built(UNKNOWN[name]()))
    folded = cutaway.fold_layer_norm(model)
    torch.testing.assert_close(folded.run(TOKENS).logits, model.run(TOKENS).logits, rtol=1e-4, atol=1e-4)
    assert not torch.equal(folded.weight("W_Q", 0), model.weight("W_Q", 0))
