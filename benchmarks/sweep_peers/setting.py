"""What every peer is given: models, prompts, a metric, and the way in which it is asked for a sweep and timed.

A peer is a module of this folder, run in an environment of its own. It reads requests from its standard input, one
JSON object a line, and answers each through the pipe that it was given, because libraries print where they like.
"""

import argparse
import json
import os
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import torch

RIGHT, WRONG = 3, 7  # tokens of the logit difference
PROMPTS, LENGTH, SHARED = 8, 15, 9
PAIRS = {"shared": SHARED, "different": 0}  # the first position at which clean and corrupted differ
SHAPES = {"gpt2": {}, "tiny": {"n_layer": 2, "n_embd": 128, "n_head": 4, "vocab_size": 1000, "n_positions": 64}}
LEAST = 0.5  # seconds: a quick sweep is repeated for so long, and its median counts
WARM_EVERY = 61  # so that some cells of every grid are run before the clock


@dataclass(frozen=True)
class Case:
    """One grid: each layer with each position (`resid_pre`), or each head, at all positions (`z`) or at one (`z_each`).

    For the last only TransformerLens has a helper; a column is a position and a head.
    """

    model: str
    site: str
    layers: int
    columns: int
    bars: dict[str, float]  # by pair kind, against TransformerLens
    rounds: int

    @property
    def cells(self):
        return [(layer, column) for layer in range(self.layers) for column in range(self.columns)]


CASES = {
    "tiny-resid": Case("tiny", "resid_pre", 2, LENGTH, {"shared": 12, "different": 12}, rounds=3),
    "tiny-z-each": Case("tiny", "z_each", 2, LENGTH * 4, {"shared": 12, "different": 12}, rounds=3),
    "gpt2-resid": Case("gpt2", "resid_pre", 12, LENGTH, {"shared": 15, "different": 4}, rounds=1),
    "gpt2-z": Case("gpt2", "z", 12, 12, {"shared": 5, "different": 2.4}, rounds=1),
}


def score(logits):
    """Logit difference at the last position, one number a prompt."""
    return logits[:, -1, RIGHT] - logits[:, -1, WRONG]


def places_of(model, site, cells):
    """Modules of a GPT-2, and for each cell the number of one and an index into what enters it."""
    blocks = list(model.transformer.h)
    if site == "resid_pre":
        return blocks, [(layer, (slice(None), position)) for layer, position in cells]
    width = model.config.n_embd // model.config.n_head
    heads = [(layer, (..., slice(head * width, (head + 1) * width))) for layer, head in cells]
    return [block.attn.c_proj for block in blocks], heads


def prompts_of(folder, model, pairs):
    """Clean and corrupted tokens, [prompt, position] each."""
    kept = json.loads((folder / model / "prompts.json").read_text())[pairs]
    return torch.tensor(kept["clean"]), torch.tensor(kept["corrupted"])


def timed(work, *inputs):
    """Median seconds of a piece of work, and what it gave."""
    taken, found = [], None
    while sum(taken) < LEAST:
        began = time.perf_counter()
        found = work(*inputs)
        taken.append(time.perf_counter() - began)
    return {"seconds": statistics.median(taken), "values": found.tolist()}


class Server:
    """Loads a model, and warms a sweep up, when it is first asked for; answers hold seconds and values."""

    def __init__(self, folder, load, sweeps, version):
        self.folder, self.load, self.sweeps, self.version = Path(folder), load, sweeps, version
        self.models, self.warm = {}, set()

    def answer(self, model, site, pairs, cells):
        if site not in self.sweeps:
            return {"version": self.version}
        if model not in self.models:
            self.models[model] = self.load(str(self.folder / model))
        work, inputs = self.sweeps[site], (self.models[model], *prompts_of(self.folder, model, pairs))
        if (model, site, pairs) not in self.warm:
            work(*inputs, cells[::WARM_EVERY])
            self.warm.add((model, site, pairs))
        return {"version": self.version, **timed(work, *inputs, cells)}


def serve(load, sweeps, version):
    """Answer requests until the input ends.

    `load(path)` gives the peer's model. `sweeps` has, by site, a function of that model, clean tokens, corrupted
    tokens and cells, which gives the score of each cell's patched run, [cell, prompt]; its clean run is timed too.
    """
    arguments = argparse.ArgumentParser()
    arguments.add_argument("folder")
    arguments.add_argument("threads", type=int)
    arguments.add_argument("pipe", type=int)
    given = arguments.parse_args()
    torch.set_num_threads(given.threads)
    server = Server(given.folder, load, sweeps, version)
    with os.fdopen(given.pipe, "w") as answers:
        for line in sys.stdin:
            print(json.dumps(server.answer(**json.loads(line))), file=answers, flush=True)
