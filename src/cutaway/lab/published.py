"""Is a model one of the named models that problems speak of, or only built like one?

A name is not believed: a folder may be called anything, and a random model of the right shape has the right config.
So a model counts as a published one when its shape is that of its config, and it predicts plain English, which takes
the training that only the real one has had. Its weights' hash is in the record for whoever wants to compare.
"""

from dataclasses import dataclass

import torch

from cutaway.models import Model
from cutaway.tasks.symbols.repeated_tokens import next_token_loss

KNOWS_ENGLISH = 5.0  # nats a token: word frequencies alone give about 7, a random model the log of its vocabulary

ENGLISH = (
    "The old woman opened the door and looked out into the rain. Her son had said that he would be home before dark, "
    "but the road was empty and there was no light in the valley. She put another piece of wood on the fire, sat down "
    "at the table, and waited. After a while she heard the dog bark. Somebody was coming up the hill. It was not her "
    "son. It was a man she had never seen before, and he was carrying a small child in his arms. He asked if they "
    "could come in for the night, because the bridge was gone and the river was still rising."
)


@dataclass(frozen=True)
class Shape:
    """What tells a published model from others: its family in transformers, and its size."""

    family: str
    n_layers: int
    n_heads: int
    d_model: int
    d_vocab: int


PUBLISHED = {
    "gpt2": Shape("gpt2", 12, 12, 768, 50257),
    "EleutherAI/gpt-neo-125m": Shape("gpt_neo", 12, 12, 768, 50257),
}


def is_published(model: Model, name: str) -> bool:
    """Whether a model is the published one of that name, whatever it is called here.

    Cost: one forward pass over a paragraph, where the shape fits.
    """
    own = model.shape
    family = str(getattr(model.module.config, "model_type", ""))
    found = Shape(family, own.n_layers, own.n_heads, own.d_model, own.d_vocab)
    return found == PUBLISHED[name] and model.tokenizer is not None and english_loss(model) < KNOWS_ENGLISH


def english_loss(model: Model) -> float:
    """Mean nats per token of a paragraph of plain English, but its first."""
    tokens = model.tokens([ENGLISH])
    with torch.no_grad():
        return float(next_token_loss(model.run(tokens).logits, tokens)[:, 1:].mean())
