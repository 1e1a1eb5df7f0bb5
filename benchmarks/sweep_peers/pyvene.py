"""pyvene: one IntervenableModel a layer and one call per cell, as in its tutorials' loops.

Unlike theirs, the loop does not run the clean prompts again for every cell: the clean values are collected in one run
and handed in as `source_representations`, which halves its time. Units are positions of `block_input`, and heads,
at all positions, of `head_attention_value_output`.
"""

from importlib.metadata import version
from itertools import groupby

import pyvene
import torch
import transformers as hf
from sweep_peers.setting import score, serve


def load(path):
    return hf.GPT2LMHeadModel.from_pretrained(path).eval()


def inside(model, place, layers, intervention, units=1):
    """The model with one kind of intervention in these layers, at so many units of each at once."""
    kind = {**place, "max_number_of_units": units, "intervention_type": intervention}
    return pyvene.IntervenableModel(pyvene.IntervenableConfig([{"layer": n, **kind} for n in layers]), model=model)


@torch.no_grad()
def patched(model, place, units, clean, corrupted, cells):
    """The score for every (layer, unit) that is put back; `units` is how many of them a layer has."""
    collecting = inside(model, place, range(model.config.n_layer), pyvene.CollectIntervention, units)
    everywhere = {"base": list(range(units))}
    (_, values), _ = collecting({"input_ids": clean}, unit_locations=everywhere, use_cache=False)
    scores = []
    for layer, row in groupby(cells, key=lambda cell: cell[0]):
        swapping = inside(model, place, [layer], pyvene.VanillaIntervention)
        for _, at in row:
            _, output = swapping(
                {"input_ids": corrupted},
                unit_locations={"sources->base": at},
                source_representations=values[layer][:, [at]],
                use_cache=False,
            )
            scores.append(score(output.logits))
    return torch.stack(scores)


def resid_pre(model, clean, corrupted, cells):
    return patched(model, {"component": "block_input", "unit": "pos"}, clean.shape[1], clean, corrupted, cells)


def z(model, clean, corrupted, cells):
    place = {"component": "head_attention_value_output", "unit": "h"}
    return patched(model, place, model.config.n_head, clean, corrupted, cells)


if __name__ == "__main__":
    serve(load, {"resid_pre": resid_pre, "z": z}, version("pyvene"))
