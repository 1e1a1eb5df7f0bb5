"""nnsight: the usual loop, one trace per cell; clean values come from one earlier trace.

The values are written into what enters a block (`resid_pre`) or the output projection of its attention (`z`: the
columns of one head). Of the logits only the metric is saved.
"""

from importlib.metadata import version

import nnsight
import torch
import transformers as hf
from sweep_peers.setting import score, serve


def load(path):
    return nnsight.NNsight(hf.GPT2LMHeadModel.from_pretrained(path).eval())


def inputs_of(model, parts, tokens):
    """What enters each of the modules."""
    with model.trace(tokens, use_cache=False):
        kept = nnsight.save([part.input for part in parts])
    return kept  # noqa: RET504 (bound only after the block)


@torch.no_grad()
def patched(model, parts, clean, corrupted, places):
    """The score for every (layer, index into what enters its module) that is put back."""
    values, scores = inputs_of(model, parts, clean), []
    for layer, where in places:
        with model.trace(corrupted, use_cache=False):
            parts[layer].input[where] = values[layer][where]
            found = score(model.lm_head.output).save()
        scores.append(found)
    return torch.stack(scores)


def resid_pre(model, clean, corrupted, cells):
    places = [(layer, (slice(None), position)) for layer, position in cells]
    return patched(model, list(model.transformer.h), clean, corrupted, places)


def z(model, clean, corrupted, cells):
    width = model.config.n_embd // model.config.n_head
    places = [(layer, (..., slice(head * width, (head + 1) * width))) for layer, head in cells]
    return patched(model, [block.attn.c_proj for block in model.transformer.h], clean, corrupted, places)


if __name__ == "__main__":
    serve(load, {"resid_pre": resid_pre, "z": z}, version("nnsight"))
