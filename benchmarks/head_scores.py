"""Head scores against the forward passes they need, and peak memory against the number of prompts.

Run it with `make bench`. One random model of GPT-2 small's shape, float32, two threads; every ratio comes from
one process, in pairs, best of three. Peak memory is that of a fresh process for each number of prompts.
"""

import time

import torch
import transformers as hf
from peak import peak_memory

from cutaway.models import wrap
from cutaway.techniques.detectors.scores import batches_of, score_heads

THREADS, ROWS, LENGTH = 2, 64, 128


def gpt2_small():
    torch.manual_seed(0)
    return wrap(hf.GPT2LMHeadModel(hf.GPT2Config()), name="gpt2-small-shaped")


def prompts(rows):
    return torch.randint(0, 50_257, (rows, LENGTH), generator=torch.Generator().manual_seed(0))


def seconds(work):
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


@torch.no_grad()
def plain(model, tokens, implementation, *, unembed):
    """The model's own forward passes over the same batches."""
    model.module.set_attn_implementation(implementation)
    part = model.module if unembed else model.module.transformer
    for batch in batches_of(model, tokens):
        part(batch, use_cache=False)
    model.module.set_attn_implementation("sdpa")


def ratios():
    model, tokens = gpt2_small(), prompts(ROWS)
    cases = {
        "head scores": lambda: score_heads(model, tokens),
        "forward, fused attention, no unembedding": lambda: plain(model, tokens, "sdpa", unembed=False),
        "forward, eager attention, no unembedding": lambda: plain(model, tokens, "eager", unembed=False),
        "forward, fused attention, with unembedding": lambda: plain(model, tokens, "sdpa", unembed=True),
    }
    best = dict.fromkeys(cases, float("inf"))
    for _ in range(3):
        for name, work in cases.items():
            best[name] = min(best[name], seconds(work))
    scores = best.pop("head scores")
    print(f"head scores of {ROWS} x {LENGTH} tokens: {scores:.2f} s")
    for name, forward in best.items():
        print(f"  {scores / forward:.2f} x  {name}: {forward:.2f} s")


def score(rows):
    torch.set_num_threads(THREADS)
    score_heads(gpt2_small(), prompts(rows))


if __name__ == "__main__":
    torch.set_num_threads(THREADS)
    ratios()
    for rows in (16, 64, 256):
        print(f"peak memory, {rows} prompts: {peak_memory('head_scores', f'score({rows})')} MB")
