"""How long it takes to hold every planted circuit to its truth: the named ones, sharp and soft, and 200 random ones.

Run it with `python benchmarks/planted.py`. Two processes of one thread each share the work; the bar is three minutes.
Prints circuits, parts, edges, statements by ablation, and how many do not hold (none may).
"""

import inspect
import json
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import torch

from cutaway.planted import circuit, named_circuits, random_circuit, verify

RANDOM, PROCESSES = 200, 2
SHARPNESS = (12.0, 5.0)
HERE = Path(__file__).parent


def cases():
    """Every case as a name and what makes it."""
    for name, builder in named_circuits().items():
        sharp = "sharpness" in inspect.signature(builder).parameters
        for value in SHARPNESS if sharp else (None,):
            yield "named", (lambda name=name, value=value: circuit(name, **({"sharpness": value} if value else {})))
    for seed in range(RANDOM):
        yield "random", (lambda seed=seed: random_circuit(seed))


def run(share):
    torch.set_num_threads(1)
    counted = Counter()
    for kind, build in list(cases())[share::PROCESSES]:
        planted = build()
        right = 1.0
        for corruption in planted.corruptions:
            pairs = corruption.pairs(64, 0)
            logits = planted.model.run(pairs.clean, mask=pairs.mask).logits
            right = min(right, float(pairs.accuracy(logits).min()))
        table = verify(planted)
        counted[f"{kind} circuits"] += 1
        counted[f"{kind} parts"] += len(planted.truth.parts)
        counted[f"{kind} edges"] += len(planted.truth.edges)
        counted[f"{kind} statements"] += len(table)
        counted[f"{kind} that move"] += int(table["moves"].sum())
        counted[f"{kind} hidden alone"] += sum(len(planted.truth.hidden(one)) for one in planted.truth.ablations)
        counted[f"{kind} that do not hold"] += int((~table["holds"]).sum())
        counted[f"{kind} not always right"] += right < 1
    print(json.dumps(counted))


if __name__ == "__main__":
    began = time.perf_counter()
    code = f"import sys; sys.path.insert(0, {str(HERE)!r}); import planted; planted.run(int(sys.argv[1]))"
    parts = [
        subprocess.Popen([sys.executable, "-c", code, str(share)], stdout=subprocess.PIPE, text=True)
        for share in range(PROCESSES)
    ]
    total = Counter()
    for part in parts:
        total.update(json.loads(part.communicate()[0].splitlines()[-1]))
    for name, count in sorted(total.items()):
        print(f"{name:28} {count:8,}")
    print(f"{'seconds':28} {time.perf_counter() - began:8.1f}")
