"""Direct logit attribution against a forward pass: every head and neuron at every position, into means and ranges.

Run it alone, `python benchmarks/attribution.py`, or with `small` for a quick look that is not saved. A random model of
GPT-2 small's shape, float32, two threads; cases take turns, and the ratio is the median of the rounds'. The floor is
counted, not measured: a direction taken back through the output maps of heads and neurons, beside a whole pass. The
stream leaves out the unembedding, so that it may lie below its floor. The table goes to
`benchmarks/results/attribution.csv`; peak memory is that of a fresh process for each number of prompts.
"""

import csv
import statistics
import sys
import time
from pathlib import Path

import torch
import transformers as hf
from peak import peak_memory

from cutaway.models import wrap
from cutaway.techniques.attribution.direct_logits_stream import direct_logits_stream

TABLE = Path(__file__).resolve().parent / "results" / "attribution.csv"
THREADS, ROWS, LENGTH, ROUNDS, AT_ONCE = 2, 64, 128, 5, 8
BARS = {"means": 1.7, "means and examples": None}


def model_of(**sizes):
    torch.manual_seed(0)
    return wrap(hf.GPT2LMHeadModel(hf.GPT2Config(**sizes)).eval(), name="gpt2-small-shaped")


def prompts(model, rows):
    return torch.randint(0, model.shape.d_vocab, (rows, LENGTH), generator=torch.Generator().manual_seed(0))


def seconds(work):
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


@torch.no_grad()
def plain(model, tokens):
    for batch in tokens.split(AT_ONCE):
        model.module(batch, use_cache=False)


def floor(model):
    """Multiplications of both over those of a pass."""
    shape = model.shape
    block = 4 * shape.d_model**2 + 2 * shape.d_model * shape.d_mlp
    extra = shape.d_model * (shape.n_heads * shape.d_head + shape.d_mlp)
    whole = shape.n_layers * block + shape.d_model * shape.d_vocab
    return 1 + shape.n_layers * extra / whole


def measured(model, rows):
    tokens = prompts(model, rows)
    cases = {
        "forward": lambda: plain(model, tokens),
        "means": lambda: direct_logits_stream(model, tokens.split(AT_ONCE)),
        "means and examples": lambda: direct_logits_stream(model, tokens.split(AT_ONCE), k=5),
    }
    for work in cases.values():
        work()
    rounds = [{name: seconds(work) for name, work in cases.items()} for _ in range(ROUNDS)]
    for name, bar in BARS.items():
        ratio = statistics.median(each[name] / each["forward"] for each in rounds)
        yield {
            "case": name,
            "rows": rows,
            "length": LENGTH,
            "threads": THREADS,
            "forward_seconds": round(statistics.median(each["forward"] for each in rounds), 3),
            "ratio": round(ratio, 3),
            "floor": round(floor(model), 3),
            "bar": bar or "",
            "met": "" if bar is None else "yes" if ratio <= bar else "no",
        }


def stream(rows):
    torch.set_num_threads(THREADS)
    model = model_of()
    direct_logits_stream(model, prompts(model, rows).split(AT_ONCE))


def save(rows):
    TABLE.parent.mkdir(exist_ok=True)
    with TABLE.open("w", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


def main(small):
    torch.set_num_threads(THREADS)
    model = model_of(n_layer=2, n_embd=192, n_head=4, vocab_size=8000) if small else model_of()
    rows = []
    for row in measured(model, AT_ONCE if small else ROWS):
        rows.append(row)
        print(row, flush=True)
    if small:
        return
    save(rows)
    for count in (8, 64, 256):
        print(f"peak memory, {count} prompts: {peak_memory('attribution', f'stream({count})')} MB")


if __name__ == "__main__":
    main("small" in sys.argv[1:])
