"""Path patching, EAP and ACDC: against the naive way, against passes of the batch, and in runs of the original.

Run it alone, `python benchmarks/circuits.py`, or with `small` for a quick look that is not saved. A random model of the
shape of GPT-2 small, float32, two threads; cases take turns, and the ratio is the median of the rounds'.

- paths: every head to the logits, beside one full pass for each head, which is what the naive way needs at least (it
  also freezes all others). Passes of some heads are timed and counted up to all.
- eap: a score for every edge, beside forward and backward passes of the same two batches.
- acdc: on trained symbolic IOI, with the passes it takes and the single runs of the original algorithm.

The table goes to `benchmarks/results/circuits.csv`.
"""

import csv
import statistics
import sys
import time
from itertools import chain
from pathlib import Path

import torch
import transformers as hf

import cutaway
from cutaway.models import wrap
from cutaway.models.answers import Answers
from cutaway.models.graph import Graph
from cutaway.models.pairs import Pairs
from cutaway.techniques.circuits.acdc import acdc
from cutaway.techniques.circuits.edge_attribution import edge_attribution
from cutaway.techniques.circuits.question import Question
from cutaway.techniques.patching.path import patch_paths

TABLE = Path(__file__).resolve().parent / "results" / "circuits.csv"
THREADS, ROWS, LENGTH, ROUNDS, TIMED = 2, 16, 16, 5, 12
THRESHOLD = 0.03  # of ACDC, in logits of the difference


def model_of(**sizes):
    torch.manual_seed(0)
    return wrap(hf.GPT2LMHeadModel(hf.GPT2Config(**sizes)).eval(), name="gpt2-small-shaped")


def pairs_of(model):
    clean, corrupted = torch.randint(
        0, model.shape.d_vocab, (2, ROWS, LENGTH), generator=torch.Generator().manual_seed(0)
    )
    ends = torch.full((ROWS, 1), LENGTH - 1)
    return Pairs(clean, corrupted, Answers(ends, clean[:, :1, None], clean[:, 1:2, None]))


def seconds(work):
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


@torch.no_grad()
def passes(model, tokens, count):
    for _ in range(count):
        model.module(tokens, use_cache=False)


def forward_backward(model, pairs):
    """What EAP cannot do without: the corrupted batch forward, the clean one forward and backward."""
    with torch.no_grad():
        model.module(pairs.corrupted, use_cache=False)
    loss = pairs.metric(model.module(pairs.clean, use_cache=False).logits).mean()
    torch.autograd.grad(loss, [model.module.get_input_embeddings().weight])


def compared(name, ours, theirs, *, scale, bar):
    """Median ratio of rounds in turns."""
    for work in (ours, theirs):
        work()
    rounds = [(seconds(ours), scale * seconds(theirs)) for _ in range(ROUNDS)]
    ratio = statistics.median(own / other for own, other in rounds)
    return {
        "case": name,
        "seconds": round(statistics.median(own for own, _ in rounds), 3),
        "beside": round(statistics.median(other for _, other in rounds), 3),
        "ratio": round(ratio, 3),
        "bar": round(bar, 3),
        "met": "yes" if ratio <= bar else "no",
    }


def measured(model):
    pairs, heads = pairs_of(model), model.shape.n_layers * model.shape.n_heads
    timed = min(TIMED, heads)
    yield compared(
        "paths of all heads to the logits, beside a pass for each head",
        lambda: patch_paths(model, pairs),
        lambda: passes(model, pairs.clean, timed),
        scale=heads / timed,
        bar=1 / 3,
    )
    graph = Graph.of(model)
    yield compared(
        f"EAP of {len(graph.edges)} edges, beside two passes forward and one backward",
        lambda: edge_attribution(Question(graph, pairs)),
        lambda: forward_backward(model, pairs),
        scale=1,
        bar=3,
    )


def symbolic():
    model = cutaway.load("ioi-2l")
    question = Question(Graph.of(model), cutaway.task("symbolic-ioi").pairs(model, rows=64))
    began = time.perf_counter()
    found = acdc(question, THRESHOLD, objective="metric")
    took = time.perf_counter() - began
    yield {
        "case": f"ACDC on symbolic IOI: {found.passes} passes, {found.tried} single runs in the original",
        "seconds": round(took, 3),
        "bar": 60,
        "met": "yes" if took <= 60 else "no",
    }


def save(rows):
    TABLE.parent.mkdir(exist_ok=True)
    with TABLE.open("w", newline="") as file:
        table = csv.DictWriter(file, ["case", "seconds", "beside", "ratio", "bar", "met"], lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


def main(small):
    torch.set_num_threads(THREADS)
    rows = []
    model = model_of(n_layer=2, n_embd=192, n_head=4, vocab_size=8000) if small else model_of()
    for row in chain(measured(model), symbolic()):
        rows.append(row)
        print(row, flush=True)
    if not small:
        save(rows)


if __name__ == "__main__":
    main("small" in sys.argv[1:])
