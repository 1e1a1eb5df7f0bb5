"""Prompts per second of every task, each clean prompt with the one that its first corruption makes of it.

Run it with `make bench`, or `python benchmarks/tasks.py ioi sorting` for some. One thread, no model and no tokenizer;
best of three, after one that does not count. The table goes to `benchmarks/results/tasks.csv`, where a row replaces
the earlier one of the same task.
"""

import csv
import sys
import time
from pathlib import Path

import torch

from cutaway.tasks.find import all_tasks, task
from cutaway.tasks.worded import WordedTask

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "benchmarks" / "results" / "tasks.csv"
BARS = {"symbols": 20_000, "words": 2_000, "game": 2_000}  # prompts per second
ROWS = {"symbols": 20_000, "words": 2_000, "game": 2_000}  # drawn at once
ROUNDS = 3


def seconds(work):
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def pairs_of(one, rows):
    """What draws clean prompts and spoils them."""
    if isinstance(one, WordedTask):
        return lambda: one.prompts(rows=rows)
    return lambda: one.both(rows=rows)


def measured(one):
    rows = ROWS[one.kind]
    work = pairs_of(one, rows)
    work()
    rate = rows / min(seconds(work) for _ in range(ROUNDS))
    bar = BARS[one.kind]
    return {
        "task": one.name,
        "kind": one.kind,
        "corruption": one.corruptions[0].name,
        "rows": rows,
        "threads": torch.get_num_threads(),
        "prompts_per_second": round(rate),
        "bar": bar,
        "met": "yes" if rate >= bar else "no",
    }


def save(rows):
    """Into the table, each in place of the earlier row of the same task; tasks that are no more leave it."""
    kept = {}
    if TABLE.exists():
        with TABLE.open(newline="") as file:
            kept = {old["task"]: old for old in csv.DictReader(file)}
    kept |= {row["task"]: row for row in rows}
    TABLE.parent.mkdir(exist_ok=True)
    with TABLE.open("w", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        table.writeheader()
        table.writerows(kept[name] for name in all_tasks() if name in kept)


def main(names):
    torch.set_num_threads(1)
    rows = []
    print(f"{'task':32} {'kind':8} {'corruption':20} {'prompts/s':>11} {'bar':>8} {'met':>4}")
    for one in [task(name) for name in names] or all_tasks().values():
        row = measured(one)
        rows.append(row)
        print(
            f"{row['task']:32} {row['kind']:8} {row['corruption']:20} {row['prompts_per_second']:>11,}"
            f" {row['bar']:>8,} {row['met']:>4}",
            flush=True,
        )
    save(rows)
    print(f"saved to {TABLE.relative_to(ROOT)}")


if __name__ == "__main__":
    main(sys.argv[1:])
