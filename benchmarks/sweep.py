"""How long a sweep of activation patches takes: ours, plain hooks, TransformerLens, nnsight and pyvene.

Run it with `python benchmarks/sweep.py`, in the environment of this repository; the other libraries get environments
of their own in `.venv-bench`, made once. All are given the same random weights (GPT-2 small's shape, and a tiny
model), the same 8 pairs of prompts of 15 tokens, the same threads and the same metric, a logit difference at the last
position. Clean values go into the corrupted run (denoising), one cell at a time. Pairs are of two kinds: `shared`
agree on the first nine tokens, `different` on none.

Each runs in a process that has loaded its model and run a few cells before the clock starts. In every round ours is
timed before and after a peer, so that a machine that slows down weighs on both. The seconds are those of a whole
sweep with its clean run; the ratio is the median of the rounds' ratios. `--quick` times a seventh of the grid of
GPT-2's peers and reckons the rest. Values must agree within `AGREE` of the range of effects, or no bar counts as met.
The table goes to `benchmarks/results/sweep.csv`, where a row replaces the earlier one of the same case, pairs, peer
and threads.
"""

import argparse
import contextlib
import csv
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass, fields
from functools import partial
from pathlib import Path

import torch
import transformers as hf
from sweep_peers.setting import CASES, LENGTH, PAIRS, PROMPTS, SHAPES, score

from cutaway.models.load import quietly

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
TABLE = HERE / "results" / "sweep.csv"
OURS, BARRED = "ours", "transformer_lens"
PEERS = ("raw_hooks", "transformer_lens", "nnsight", "pyvene")
AGREE = 1e-4  # largest difference from our values, as a share of the range of effects
SPREAD = 0.05  # standard deviation of weight matrices, so that effects are of order one
EVERY = 7  # with --quick; shares no factor with 12 or 15, so every layer and column is met


class PeerError(Exception):
    """A peer could not be installed, or stopped; the text is the end of what it printed."""


@dataclass
class Row:
    """One line of the table; `seconds` is the peer's whole sweep, `ms_per_run` that over its patched runs."""

    case: str
    pairs: str
    peer: str
    threads: int
    version: str = ""
    seconds: float | None = None
    ours_seconds: float | None = None
    runs: int | None = None
    timed_runs: int | None = None
    ms_per_run: float | None = None
    ratio: float | None = None
    rounds: int | None = None
    bar: float | None = None
    met: str = ""
    disagreement: float | None = None
    note: str = ""

    @property
    def key(self):
        return self.case, self.pairs, self.peer, str(self.threads)


def environment(peer):
    """The Python that runs a peer, in an environment that is made, or brought up to its pins, where needed."""
    pins = HERE / "sweep_peers" / f"{peer}.txt"
    if not pins.exists():
        return sys.executable
    home = ROOT / ".venv-bench" / peer
    python, stamp, limits = home / "bin" / "python", home / "installed.txt", ROOT / "constraints.txt"
    wanted = pins.read_text() + limits.read_text()
    if not stamp.exists() or stamp.read_text() != wanted:
        print(f"installing {peer} into {home.relative_to(ROOT)}", flush=True)
        home.parent.mkdir(exist_ok=True)
        (home.parent / ".gitignore").write_text("*\n")
        install = [python, "-m", "pip", "install", "--quiet", "--constraint", limits]
        for command in ([sys.executable, "-m", "venv", home], [*install, "torch"], [*install, "--requirement", pins]):
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                raise PeerError(f"not installed: {last_line(done.stderr)}")
        stamp.write_text(wanted)
    return str(python)


def last_line(text):
    return next((line for line in reversed(text.splitlines()) if line.strip()), "nothing was printed")


class Peer:
    """A peer's process, which holds its models between requests and ends with the `with` block."""

    def __init__(self, name, folder, threads):
        python = environment(name)
        reading, writing = os.pipe()
        self.log = tempfile.TemporaryFile("w+")  # noqa: SIM115 (lives as long as the process)
        self.name, self.answers = name, os.fdopen(reading)
        limit = {"OMP_NUM_THREADS": str(threads), "MKL_NUM_THREADS": str(threads)}
        quiet = {"TQDM_DISABLE": "1", "HF_HUB_OFFLINE": "1", "WANDB_MODE": "disabled"}
        self.process = subprocess.Popen(
            [python, "-m", f"sweep_peers.{name}", folder, str(threads), str(writing)],
            cwd=HERE,
            env=os.environ | limit | quiet,
            stdin=subprocess.PIPE,
            stdout=self.log,
            stderr=self.log,
            text=True,
            pass_fds=[writing],
        )
        os.close(writing)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.answers.close()
        self.log.close()

    def ask(self, case, pairs, cells):
        """Seconds and values of one sweep over these cells."""
        request = {"model": case.model, "site": case.site, "pairs": pairs, "cells": cells}
        try:
            print(json.dumps(request), file=self.process.stdin, flush=True)
            answer = self.answers.readline()
        except BrokenPipeError:
            answer = ""
        if not answer:
            self.process.wait()
            self.log.seek(0)
            raise PeerError(f"{self.name} stopped: {last_line(self.log.read())}")
        return json.loads(answer)


@torch.no_grad()
def prepare(folder, name):
    """Random weights and pairs of prompts in `folder/name`; the corrupted scores, [prompt] by pair kind."""
    torch.manual_seed(0)
    config = hf.GPT2Config(**SHAPES[name], bos_token_id=0, eos_token_id=0)
    model = hf.GPT2LMHeadModel(config).eval()
    for weight in model.parameters():
        if weight.ndim > 1:
            weight.normal_(std=SPREAD)
    with quietly():
        model.save_pretrained(folder / name)
    clean, prompts, floor = torch.randint(config.vocab_size, (PROMPTS, LENGTH)), {}, {}
    for kind, first in PAIRS.items():
        step = torch.randint(1, config.vocab_size, clean.shape)
        step[:, :first] = 0
        corrupted = (clean + step) % config.vocab_size
        prompts[kind] = {"clean": clean.tolist(), "corrupted": corrupted.tolist()}
        floor[kind] = score(model(corrupted, use_cache=False).logits)
    (folder / name / "prompts.json").write_text(json.dumps(prompts))
    return floor


def compare(row, case, ours, peer, quick, floor):
    """Fill a row: rounds in turns, seconds reckoned for the whole grid, values against ours."""
    cells = case.cells[::EVERY] if quick and case.model == "gpt2" else case.cells
    share = (len(case.cells) + 1) / (len(cells) + 1)  # the clean run counts as one more
    taken = []
    for _ in range(row.rounds):
        turns = [who.ask(case, row.pairs, cells) for who in (ours, peer, ours)]
        before, theirs, after = turns
        row.version = theirs["version"]
        if any("seconds" not in turn for turn in turns):
            row.note = f"cannot sweep {case.site}"
            return
        taken.append((theirs["seconds"] * share, (before["seconds"] + after["seconds"]) / 2))
    row.seconds, row.ours_seconds = (statistics.median(column) for column in zip(*taken, strict=True))
    row.ratio = statistics.median(theirs / mine for theirs, mine in taken)
    row.runs, row.timed_runs = len(case.cells), len(cells)
    row.ms_per_run = 1e3 * row.seconds / row.runs
    expected, found = torch.tensor(after["values"]), torch.tensor(theirs["values"])
    effects = expected - floor
    row.disagreement = float((found - expected).abs().max() / (effects.max() - effects.min()))
    agrees = row.disagreement <= AGREE
    if not agrees:
        row.note = "values differ"
    if row.bar is not None:
        row.met = "yes" if agrees and row.ratio >= row.bar else "no"


def measure(given, folder):
    """Every asked row, one peer after another; a peer that fails says so in its rows and the others go on."""
    floors = {name: prepare(folder, name) for name in {CASES[case].model for case in given.only}}
    with Peer(OURS, str(folder), given.threads) as ours:
        for name in given.peers:
            rows = [
                Row(case, pairs, name, given.threads, rounds=given.rounds or CASES[case].rounds)
                for case in given.only
                for pairs in PAIRS
            ]
            try:
                with Peer(name, str(folder), given.threads) as peer:
                    for row in rows:
                        case = CASES[row.case]
                        row.bar = case.bars[row.pairs] if name == BARRED else None
                        compare(row, case, ours, peer, given.quick, floors[case.model][row.pairs])
                        yield row
            except PeerError as error:
                for row in rows:
                    if row.seconds is None and not row.note:
                        row.note = str(error)
                        yield row


def line(row):
    def number(value, form):
        return "-" if value is None else format(value, form)

    return (
        f"{row.case:10} {row.pairs:9} {row.peer:16} {row.version:13} {number(row.seconds, '.3f'):>9}"
        f" {number(row.ours_seconds, '.3f'):>8} {number(row.timed_runs, 'd'):>5} {number(row.ms_per_run, '.2f'):>9}"
        f" {number(row.ratio, '.2f'):>7} {number(row.bar, 'g'):>5} {row.met or '-':>4}"
        f" {number(row.disagreement, '.1e'):>8}  {row.note}"
    )


HEADER = (
    f"{'case':10} {'pairs':9} {'peer':16} {'version':13} {'seconds':>9} {'ours':>8} {'runs':>5} {'ms/run':>9}"
    f" {'ratio':>7} {'bar':>5} {'met':>4} {'differ':>8}"
)


def save(rows):
    """Into the table, each in place of the earlier row of the same case, pairs, peer and threads."""
    TABLE.parent.mkdir(exist_ok=True)
    kept = {}
    if TABLE.exists():
        with TABLE.open(newline="") as file:
            kept = {(old["case"], old["pairs"], old["peer"], old["threads"]): old for old in csv.DictReader(file)}
    for row in rows:
        cells = asdict(row).items()
        kept[row.key] = {name: f"{cell:.4g}" if isinstance(cell, float) else cell for name, cell in cells}
    with TABLE.open("w", newline="") as file:
        table = csv.DictWriter(file, [field.name for field in fields(Row)], lineterminator="\n")
        table.writeheader()
        table.writerows(kept[key] for key in sorted(kept))


def chosen(names, what):
    """Names that begin with what was given, as in `--only tiny`."""
    wanted = [name for name in names if name.startswith(tuple(what.split(",")))]
    if not wanted:
        raise argparse.ArgumentTypeError(f"no {what}; there are {', '.join(names)}")
    return wanted


def asked():
    arguments = argparse.ArgumentParser(description="Time sweeps of activation patches against other libraries.")
    cases, peers = partial(chosen, tuple(CASES)), partial(chosen, PEERS)
    arguments.add_argument("--only", type=cases, default=list(CASES), help="cases, as in tiny,gpt2-z")
    arguments.add_argument("--peers", type=peers, default=list(PEERS), help="as in raw,pyvene")
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--rounds", type=int, help="for every case; 3 for the tiny model, 1 for GPT-2's shape")
    arguments.add_argument("--quick", action="store_true", help="a seventh of the cells of GPT-2's peers")
    return arguments.parse_args()


def main():
    given, rows = asked(), []
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, lambda *_: sys.exit("stopped"))
    torch.set_num_threads(given.threads)
    print(HEADER)
    with tempfile.TemporaryDirectory() as folder, contextlib.closing(measure(given, Path(folder))) as measured:
        for row in measured:
            rows.append(row)
            print(line(row), flush=True)
            save(rows)
    print(f"saved to {TABLE.relative_to(ROOT)}")
    for row in rows:
        if row.bar is not None:
            print(f"{row.case}, {row.pairs}: bar {row.bar:g}x {'met' if row.met == 'yes' else 'NOT met'}")


if __name__ == "__main__":
    main()
