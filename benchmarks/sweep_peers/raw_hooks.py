"""Plain torch: a pre-hook that puts the clean value in, and one full forward of the unchanged module per cell."""

from functools import partial
from importlib.metadata import version

import torch
import transformers as hf
from sweep_peers.setting import places_of, score, serve


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
def patched(site, model, clean, corrupted, cells):
    """The score of every cell, whose part of what enters its module is put back."""
    parts, places = places_of(model, site, cells)
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


if __name__ == "__main__":
    serve(load, {site: partial(patched, site) for site in ("resid_pre", "z")}, f"torch {version('torch')}")
