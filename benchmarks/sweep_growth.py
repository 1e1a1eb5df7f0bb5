"""How a sweep grows: seconds and peak memory from a hundred edits to a hundred thousand.

Run it with `python benchmarks/sweep_growth.py`. One neuron at one position is set to zero in each run, on a random
model of four layers whose sizes keep the arithmetic small, so that what is measured is the sweep itself. Every length
has a process of its own; the product of edits is never a list.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

import torch
import transformers as hf
from peak import peak_memory

from cutaway.models import Zero, each, logit_difference, plan_sweep, sweep, wrap

EDITS = (100, 1_000, 10_000, 100_000)
LAYERS, LENGTH, PROMPTS, NEURONS = 4, 10, 2, 2_500
HERE = Path(__file__).parent


def prepared(count):
    torch.set_num_threads(1)
    torch.manual_seed(0)
    config = hf.GPT2Config(
        vocab_size=500,
        n_embd=64,
        n_head=4,
        n_layer=LAYERS,
        n_inner=NEURONS,
        n_positions=32,
        bos_token_id=0,
        eos_token_id=0,
    )
    model = wrap(hf.GPT2LMHeadModel(config), name="growing")
    tokens = torch.randint(0, 500, (PROMPTS, LENGTH))
    some = range(0, NEURONS, NEURONS * LAYERS * LENGTH // count)
    edits = each(model, "mlp_post", Zero, per=("layer", "position", "neuron"), length=LENGTH, only={"neuron": some})
    sweep(model, tokens, edits[:8], logit_difference(1, 2))  # the architecture is verified, once
    return plan_sweep(model, tokens, edits, logit_difference(1, 2))


def run(count):
    planned = prepared(count)
    began = time.perf_counter()
    planned.run()
    print(json.dumps({"edits": len(planned.edits), "seconds": time.perf_counter() - began}))


def seconds(count):
    code = f"import sys; sys.path.insert(0, {str(HERE)!r}); import sweep_growth; sweep_growth.run({count})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    print("edits    seconds  milliseconds an edit  peak MB")
    for count in EDITS:
        found = seconds(count)
        each_one = 1e3 * found["seconds"] / found["edits"]
        peak = peak_memory("sweep_growth", f"run({count})")
        print(f"{found['edits']:7,} {found['seconds']:8.2f} {each_one:21.3f}  {peak}")
