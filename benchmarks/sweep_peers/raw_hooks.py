"""Plain torch: a pre-hook that puts the clean value in, and one full forward of the unchanged module per cell."""

from importlib.metadata import version

import torch
import transformers as hf
from sweep_peers.setting import score, serve


def load(path):
    return hf.GPT2LMHeadModel.from_pretrained(path).eval()


def inputs_of(model, parts, tokens):
    """What enters each of the modules."""
    kept = []
    hooks = [part.register_forward_pre_hook(lambda _, args: kept.append(args[0])) for part in parts]
    model(tokens, use_cache=False)
    for hook in hooks:
        hook.remove()
    return kept


@torch.no_grad()
def patched(model, parts, clean, corrupted, places):
    """The score for every (layer, index into what enters its module) that is put back."""
    values, scores = inputs_of(model, parts, clean), []
    for layer, where in places:

        def put(_, args, layer=layer, where=where):
            changed = args[0].clone()
            changed[where] = values[layer][where]
            return (changed, *args[1:])

        hook = parts[layer].register_forward_pre_hook(put)
        scores.append(score(model(corrupted, use_cache=False).logits))
        hook.remove()
    return torch.stack(scores)


def resid_pre(model, clean, corrupted, cells):
    places = [(layer, (slice(None), position)) for layer, position in cells]
    return patched(model, list(model.transformer.h), clean, corrupted, places)


def z(model, clean, corrupted, cells):
    width = model.config.n_embd // model.config.n_head
    places = [(layer, (..., slice(head * width, (head + 1) * width))) for layer, head in cells]
    return patched(model, [block.attn.c_proj for block in model.transformer.h], clean, corrupted, places)


if __name__ == "__main__":
    serve(load, {"resid_pre": resid_pre, "z": z}, f"torch {version('torch')}")
