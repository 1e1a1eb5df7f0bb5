"""A finished zoo model on disk: float16 safetensors, config, tokenizer and a card that pins its text."""

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

import torch
import transformers
from transformers import PreTrainedTokenizerFast

from cutaway.corpus import standard_library
from cutaway.corpus.windows import encode_all, even_windows
from cutaway.models.load import quietly
from cutaway.models.toy import ToyForCausalLM
from cutaway.tasks.symbols import repeated_tokens
from cutaway.zoo.recipe import Recipe

CARD = "card.json"
WEIGHTS = "model.safetensors"
TEXT = "text.sha256"


def package(recipe: Recipe, model: ToyForCausalLM, tokenizer: PreTrainedTokenizerFast, *, into: Path) -> Path:
    """Round the weights to float16, measure the rounded model on held-out text, and write `into/NAME`."""
    folder = into / recipe.name
    folder.mkdir(parents=True, exist_ok=True)
    model = model.half().float()
    measured = held_out_losses(model, tokenizer, recipe)
    with quietly():
        model.half().save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    pinned = standard_library.hashes()
    (folder / TEXT).write_text("".join(f"{digest}  {path}\n" for path, digest in sorted(pinned.items())))
    card = {
        "name": recipe.name,
        "summary": recipe.summary,
        "recipe": {key: value for key, value in asdict(recipe).items() if key not in ("config", "name", "summary")},
        "parameters": sum(weight.numel() for weight in model.parameters()),
        "training_tokens": recipe.steps * recipe.rows * recipe.config.n_ctx,
        "text": {
            "what": "Python standard library, source with docstrings and comments, tests left out",
            "files": len(pinned),
            "fingerprint": standard_library.fingerprint(pinned),
            "held_out_one_file_in": standard_library.HELD_OUT_ONE_IN,
        },
        "measured_on_held_out": measured,
        "weights_sha256": hashlib.sha256((folder / WEIGHTS).read_bytes()).hexdigest(),
        "trained_with": {"torch": torch.__version__, "transformers": transformers.__version__},
    }
    (folder / CARD).write_text(json.dumps(card, indent=2) + "\n")
    return folder


@torch.no_grad()
def held_out_losses(model: ToyForCausalLM, tokenizer: PreTrainedTokenizerFast, recipe: Recipe) -> dict[str, float]:
    """Nats per token on files never trained on, and on repeats with periods and offsets never trained on."""
    config = recipe.config
    stream = encode_all(standard_library.texts(held_out=True), tokenizer, bos=0)
    natural = even_windows(stream, rows=128, length=config.n_ctx, bos=0)
    repeats = repeated_tokens.sample(rows=128, length=config.n_ctx, vocab=config.vocab_size, seed=1)
    natural_loss = repeated_tokens.next_token_loss(model(natural).logits, natural)[:, 1:].mean()
    repeat_loss = repeated_tokens.repeat_loss(model(repeats.tokens).logits, repeats).mean()
    return {
        "natural_loss_nats": round(float(natural_loss), 4),
        "repeated_token_loss_nats": round(float(repeat_loss), 4),
    }
