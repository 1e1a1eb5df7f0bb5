"""nnsight: the usual loop, one trace per cell; clean values come from one earlier trace.

The values are written into what enters a block (`resid_pre`) or the output projection of its attention (`z`: the
columns of one head). Of the logits only the metric is saved.
"""

from functools import partial
from importlib.metadata import version

import nnsight
import torch
import transformers as hf
from sweep_peers.setting import places_of, score, serve


def load(path):
    return nnsight.NNsight(hf.GPT2LMHeadModel.from_pretrained(path).eval())


def inputs_of(model, parts, tokens):
    """What enters each of the modules."""
    with model.trace(tokens, use_cache=False):
        kept = nnsight.save([part.input for part in parts])
    return kept  # noqa: RET504 (bound only after the block)


@torch.no_grad()
def patched(site, model, clean, corrupted, cells):
    """The score of every cell, whose part of what enters its module is put back."""
    parts, places = places_of(model, site, cells)
    values, scores = inputs_of(model, parts, clean), []
    for layer, where in places:
        with model.trace(corrupted, use_cache=False):
            parts[layer].input[where] = values[layer][where]
            found = score(model.lm_head.output).save()
        scores.append(found)
    return torch.stack(scores)


if __name__ == "__main__":
    serve(load, {site: partial(patched, site) for site in ("resid_pre", "z")}, version("nnsight"))
