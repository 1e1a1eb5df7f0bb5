"""The shipped models do what their cards say, measured afresh on text that is on no training machine's disk by luck."""

import gzip
import json
from pathlib import Path

import pytest
import torch

import cutaway
from cutaway.corpus.windows import encode_all, even_windows
from cutaway.tasks.symbols import repeated_tokens
from cutaway.zoo.shipped import card_of

SHARED = Path(__file__).parents[3] / "shared" / "data" / "text" / "python_stdlib_source.jsonl.gz"


@pytest.mark.parametrize("name", ["attn-only-1l", "attn-only-2l"])
def test_repeated_token_loss_is_that_of_the_card(name):
    model = cutaway.load(name)
    repeats = repeated_tokens.sample(rows=128, length=128, vocab=2048, seed=1)
    loss = repeated_tokens.repeat_loss(model.run(repeats.tokens).logits, repeats).mean()
    assert float(loss) == pytest.approx(card_of(name)["measured_on_held_out"]["repeated_token_loss_nats"], abs=2e-3)


def test_two_layers_copy_and_one_does_not():
    """Knowing nothing costs log 2048 = 7.62 nats."""
    two, one = (
        card_of(name)["measured_on_held_out"]["repeated_token_loss_nats"] for name in ("attn-only-2l", "attn-only-1l")
    )
    assert two < 1.0
    assert one > 6.0


@pytest.mark.skipif(not SHARED.exists(), reason="no second copy of the standard library beside this checkout")
def test_models_read_python_from_another_copy_of_the_library():
    """A model that knows nothing costs 7.62 nats, one that knows only how often tokens occur about 6."""
    with gzip.open(SHARED, "rt") as lines:
        texts = [json.loads(line)["text"] for line, _ in zip(lines, range(40), strict=False)]
    for name in ("attn-only-1l", "attn-only-2l"):
        model = cutaway.load(name)
        tokens = even_windows(encode_all(texts, model.tokenizer, bos=0), rows=64, length=128, bos=0)
        loss = repeated_tokens.next_token_loss(model.run(tokens).logits, tokens)[:, 1:].mean()
        assert torch.isfinite(loss)
        assert float(loss) < 4.0
