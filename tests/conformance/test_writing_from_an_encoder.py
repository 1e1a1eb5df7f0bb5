"""T5 writing on with its cache: what is read and edited is what one pass over the whole text has."""

import pytest
import torch

from cutaway.models import Add, Zero
from tests.conformance.encoders import build

TOKENS = torch.tensor([[5, 9, 7, 3], [8, 2, 2, 30]])
SITES = ["decoder.resid_post", "encoder.resid_post", "cross.pattern", "decoder.pattern", "cross.k", "decoder.q"]
NEW = 5


@pytest.fixture(params=["t5", "t5-gated"])
def model(request):
    return build(request.param)


def both(model, edit):
    """The same text and edit: generated with the cache, and in one pass without."""
    written = model.generate(TOKENS, max_new_tokens=NEW, read=SITES, edit=edit, eos_token_id=None)
    whole = {"input_ids": TOKENS, "decoder_input_ids": written.tokens[:, :-1]}
    return written, model.run(whole, read=SITES, edit=edit)


@pytest.mark.parametrize(
    "edit",
    [
        (),
        Zero("decoder.z.1", head=2),
        Add("cross.attn_out.0", 0.3, position=0),
        Zero("encoder.resid_post.0", position=[0, 3], row=1),
        Zero("cross.v.1", head=0),
    ],
    ids=str,
)
def test_every_site_while_writing_is_that_of_one_pass(model, edit):
    written, once = both(model, edit)
    assert written.tokens.shape == (2, 1 + NEW)
    for site, value in written.items():
        torch.testing.assert_close(value, once[site], rtol=1e-4, atol=1e-5)
    greedy = once.logits.argmax(-1)  # what it wrote is what one pass finds likeliest at every place
    assert torch.equal(greedy, written.tokens[:, 1:])


def test_the_prompt_of_a_decoder_is_its_start_token(model):
    last = model.generate(
        TOKENS, max_new_tokens=3, read="decoder.resid_post.0", edit=Zero("decoder.resid_pre.0", position=-1)
    )
    first = model.generate(
        TOKENS, max_new_tokens=3, read="decoder.resid_post.0", edit=Zero("decoder.resid_pre.0", position=0)
    )
    torch.testing.assert_close(last["decoder.resid_post.0"], first["decoder.resid_post.0"], rtol=0, atol=0)
