"""A real pretrained Llama through the instrument: its loss, its text, and what its sites say."""

import pytest
import torch

import cutaway
from cutaway.models.load import quietly
from tests.real import stories

pytestmark = pytest.mark.skipif(not stories.MODEL.exists(), reason=f"no pretrained model at {stories.MODEL}")


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stories260K")
    with quietly():
        stories.build().save_pretrained(folder)
    return cutaway.load(folder)


def test_the_tokenizer_gives_the_published_ids():
    assert stories.encode("Once upon a time") == [1, 403, 407, 261, 378]


def test_loss_on_the_first_stories_is_the_known_one(model):
    """1.33 nats per token over 25 stories of at most 256 tokens, found with a forward pass in numpy elsewhere."""
    rows = [stories.encode(text)[:256] for text in stories.stories(25)]
    tokens, mask = model.pad(rows)
    losses = cutaway.loss(tokens, mask=mask)(model.run(tokens, mask=mask).logits)
    counts = mask.sum(1) - 1
    assert 1.3 <= float((losses * counts).sum() / counts.sum()) <= 1.4


def test_greedy_text_is_a_story(model):
    written = model.generate(torch.tensor([stories.encode("Once upon a time")]), max_new_tokens=60, read="resid_post")
    text = stories.decode(written.tokens[0].tolist())
    assert text.strip().startswith("Once upon a time, there was a little")
    assert written["resid_post.4"].shape == (1, 64, 64)
