"""EAP and ACDC beside auto-circuit on the same weights: do they give the same, and how long do they take?

Run it alone, `python benchmarks/circuits_beside_peers.py`, or with `small` for a quick look that is not saved. The
other library gets an environment of its own in `.venv-bench`, made once; it needs an older TransformerLens. Random
models, the same 16 pairs of 16 tokens, a logit difference at the last position, one thread. ACDC is of one threshold,
by divergence; auto-circuit's order within a layer is that of a Python set, so that circuits may differ.

Largest difference of scores is a share of the largest score. The table goes to
`benchmarks/results/circuits_beside_peers.csv`.
"""

import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import torch
import transformers as hf

from cutaway.models import wrap
from cutaway.models.answers import Answers
from cutaway.models.graph import Edge, Graph
from cutaway.models.load import quietly
from cutaway.models.pairs import Pairs
from cutaway.techniques.circuits.acdc import acdc
from cutaway.techniques.circuits.edge_attribution import edge_attribution
from cutaway.techniques.circuits.question import Question

HERE = Path(__file__).resolve().parent
HOME = HERE.parent / ".venv-bench" / "auto_circuit"
PINS = HERE / "circuit_peers" / "auto_circuit.txt"
TABLE = HERE / "results" / "circuits_beside_peers.csv"
ROWS, LENGTH, THREADS, ROUNDS, THRESHOLD = 16, 16, 1, 3, 0.03
TINY = {"n_layer": 2, "n_embd": 64, "n_head": 4, "vocab_size": 500, "n_positions": 32}
SPREAD = 0.05  # standard deviation of matrices, so that effects are of order one
ALONE = {"OMP_NUM_THREADS": str(THREADS), "TQDM_DISABLE": "1", "HF_HUB_OFFLINE": "1"}


def environment():
    """The Python of the other library."""
    python, stamp = HOME / "bin" / "python", HOME / "installed.txt"
    if not stamp.exists() or stamp.read_text() != PINS.read_text():
        print(f"installing auto-circuit into {HOME.relative_to(HERE.parent)}", flush=True)
        HOME.parent.mkdir(exist_ok=True)
        (HOME.parent / ".gitignore").write_text("*\n")
        subprocess.run([sys.executable, "-m", "venv", HOME], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--requirement", PINS], check=True)
        stamp.write_text(PINS.read_text())
    return str(python)


@torch.no_grad()
def prepare(folder, shape):
    """Weights and pairs for both."""
    torch.manual_seed(0)
    module = hf.GPT2LMHeadModel(hf.GPT2Config(**shape, bos_token_id=0, eos_token_id=0)).eval()
    for weight in module.parameters():
        if weight.ndim > 1:
            weight.normal_(std=SPREAD)
    clean, corrupted = torch.randint(module.config.vocab_size, (2, ROWS, LENGTH))
    right, wrong = torch.randint(module.config.vocab_size, (2, ROWS))
    given = {"clean": clean, "corrupted": corrupted, "right": right, "wrong": wrong}
    with quietly():
        module.save_pretrained(folder)
    (folder / "prompts.json").write_text(json.dumps({name: value.tolist() for name, value in given.items()}))
    ends = torch.full((ROWS, 1), LENGTH - 1)
    return wrap(module, name="gpt2"), Pairs(clean, corrupted, Answers(ends, right[:, None, None], wrong[:, None, None]))


def theirs(python, folder, what):
    """Seconds and scores of the other library, in its own process."""
    into = folder / f"{what}.json"
    words = [python, "-m", "circuit_peers.auto_circuit", str(folder), str(into), str(THREADS), what]
    done = subprocess.run(words, cwd=HERE, env=os.environ | ALONE, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return json.loads(into.read_text())


def name_of(edge: Edge):
    """The other library's name of an edge."""
    ends = {"embed": "Resid Start", "logits": "Resid End"}
    sender, receiver = (
        ends.get(node) or (f"MLP {node[3:]}" if node.startswith("mlp") else f"A{node}")
        for node in (edge.sender, edge.receiver)
    )
    return f"{sender} > {receiver}" + (f".{edge.slot.upper()}" if edge.slot in "qkv" else "")


def timed(work):
    """Median seconds of some rounds, and what came out."""
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        found = work()
        times.append(time.perf_counter() - began)
    return sorted(times)[ROUNDS // 2], found


def eap(model, pairs, other):
    graph = Graph.of(model)
    seconds, scores = timed(lambda: edge_attribution(Question(graph, pairs)))
    expected = torch.tensor([-other["scores"][name_of(edge)] for edge in graph.edges])
    assert len(other["scores"]) == len(graph.edges)
    apart = float((scores.values - expected).abs().max() / expected.abs().max())
    return {"edges": len(graph.edges), "ours": seconds, "largest difference": f"{apart:.1e}"}


def discovered(model, pairs, other):
    graph = Graph.of(model)
    seconds, found = timed(lambda: acdc(Question(graph, pairs), THRESHOLD))
    kept = {edge for edge in graph.edges if other["scores"][name_of(edge)] == float("inf")}
    shared = len(kept & found.circuit.edges) / len(kept | found.circuit.edges)
    return {"edges": len(graph.edges), "ours": seconds, "shared": round(shared, 3)}


def measured(small):
    python = environment()
    cases = [("EAP, two layers", TINY, "eap", eap), ("ACDC, two layers", TINY, "acdc", discovered)]
    if not small:
        cases.insert(1, ("EAP, the shape of GPT-2 small", {}, "eap", eap))
    for name, shape, what, work in cases:
        with tempfile.TemporaryDirectory() as folder:
            model, pairs = prepare(Path(folder), shape)
            other = theirs(python, Path(folder), what)
            row = {"case": name, "peer": f"auto-circuit {other['version']}", "seconds": other["seconds"]}
            row |= work(model, pairs, other)
            row["ratio"] = round(row["seconds"] / row["ours"], 2)
            yield row | {key: round(row[key], 3) for key in ("seconds", "ours")}


def main(small):
    torch.set_num_threads(THREADS)
    rows = []
    for row in measured(small):
        rows.append(row)
        print(row, flush=True)
    if not small:
        columns = ["case", "peer", "edges", "seconds", "ours", "ratio", "largest difference", "shared"]
        with TABLE.open("w", newline="") as file:
            table = csv.DictWriter(file, columns, lineterminator="\n")
            table.writeheader()
            table.writerows(rows)


if __name__ == "__main__":
    main("small" in sys.argv[1:])
