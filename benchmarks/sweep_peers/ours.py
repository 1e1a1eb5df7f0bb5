"""Cutaway: `patches`, which runs the clean prompts, and `sweep`. The whole grid, whichever cells are asked for."""

from importlib.metadata import version
from pathlib import Path

import transformers as hf
from sweep_peers.setting import RIGHT, WRONG, serve

from cutaway.models import logit_difference, patches, sweep, wrap


def load(path):
    return wrap(hf.GPT2LMHeadModel.from_pretrained(path).eval(), name=Path(path).name)


def swept(model, clean, corrupted, cells, site, per):
    edits = patches(model, clean, site, per=per)
    scores = sweep(model, corrupted, edits, logit_difference(RIGHT, WRONG)).scores
    grid = scores.unflatten(0, (model.shape.n_layers, -1))
    layers, columns = zip(*cells, strict=True)
    return grid[list(layers), list(columns)]


def resid_pre(model, clean, corrupted, cells):
    return swept(model, clean, corrupted, cells, "resid_pre", ("layer", "position"))


def z(model, clean, corrupted, cells):
    return swept(model, clean, corrupted, cells, "z", ("layer", "head"))


def z_each(model, clean, corrupted, cells):
    return swept(model, clean, corrupted, cells, "z", ("layer", "position", "head"))


if __name__ == "__main__":
    serve(load, {"resid_pre": resid_pre, "z": z, "z_each": z_each}, version("cutaway"))
