"""Run independent jobs at once, one thread each: on two cores that is nearly twice as fast as two threads for one.

What is finished can be kept on the way, so that a run that was stopped goes on where it was.
"""

import hashlib
import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd
import torch

from cutaway.models.freed_memory import keep_freed_memory
from cutaway.records.run_record import process_lives, whole_folder

Job = TypeVar("Job")
Tables = Mapping[str, pd.DataFrame]
Work = Callable[[Any], Tables]
WATCH_SECONDS = 1.0
OWNER = "owner"  # a file with the number of the process that keeps its parts there


def side_by_side(
    work: Callable[[Job], Tables],
    jobs: Sequence[Job],
    *,
    kept_in: Path | None = None,
    at_once: int | None = None,
    tick: Callable[[], None],
) -> list[Tables]:
    """`work(job)` for every job, in the order of the jobs; `tick` is called as each is done.

    `work` is a function of a module; a job's `repr` says all of it. With `kept_in` tables of finished jobs are written
    there, and read instead of being made again, unless another process keeps its parts there. With `at_once=1` all is
    done here. A failure, or Ctrl-C, ends what has not begun.
    Cost: each process imports torch anew, some seconds.
    """
    kept_in = None if kept_in is None or not jobs else own(kept_in)
    found = {at: tables for at, job in enumerate(jobs) if (tables := kept(kept_in, work, job)) is not None}
    for _ in found:
        tick()
    left = {at: job for at, job in enumerate(jobs) if at not in found}
    if (at_once or cores()) == 1:
        for at, job in left.items():
            found[at] = done(here(work, job), work, job, kept_in, tick)
        return [found[at] for at in range(len(jobs))]
    if not left:
        return [found[at] for at in range(len(jobs))]
    spawned = multiprocessing.get_context("spawn")
    count = min(len(left), at_once or cores())
    pool = ProcessPoolExecutor(count, mp_context=spawned, initializer=begin, initargs=(os.getpid(),))
    try:
        running = {pool.submit(work, job): at for at, job in left.items()}
        for one in as_completed(running):
            found[running[one]] = done(one.result(), work, jobs[running[one]], kept_in, tick)
        return [found[at] for at in range(len(jobs))]
    finally:
        pool.shutdown(cancel_futures=True)


def own(folder: Path) -> Path | None:
    """The folder, made ours; None while another process has it."""
    if is_taken(folder):
        return None
    folder.mkdir(parents=True, exist_ok=True)
    (folder / OWNER).write_text(str(os.getpid()), encoding="utf-8")
    return folder


def is_taken(folder: Path) -> bool:
    """Whether another process that still lives keeps its parts there."""
    owner = folder / OWNER
    pid = owner.read_text(encoding="utf-8") if owner.is_file() else ""
    return pid.isdecimal() and int(pid) != os.getpid() and process_lives(int(pid))  # a file half written is nobody's


def cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def here(work: Callable[[Job], Tables], job: Job) -> Tables:
    """A job in this process, with one thread as it would have elsewhere."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return work(job)
    finally:
        torch.set_num_threads(threads)


def place(kept_in: Path, work: Work, job: object) -> Path:
    """Where the tables of a job lie."""
    text = f"{work.__module__}.{work.__qualname__} {job!r}"
    return kept_in / hashlib.sha256(text.encode()).hexdigest()[:24]


def kept(kept_in: Path | None, work: Work, job: object) -> Tables | None:
    """The tables of a job that was finished before."""
    if kept_in is None or not place(kept_in, work, job).is_dir():
        return None
    return {path.stem: pd.read_parquet(path) for path in sorted(place(kept_in, work, job).glob("*.parquet"))}


def done(tables: Tables, work: Work, job: object, kept_in: Path | None, tick: Callable[[], None]) -> Tables:
    """Keep what a job gave, and say that one more is done. A run that goes on later reads the same tables back."""
    if kept_in is not None and not place(kept_in, work, job).is_dir():
        with whole_folder(place(kept_in, work, job)) as folder:
            for name, table in tables.items():
                table.to_parquet(folder / f"{name}.parquet", index=False)
    tick()
    return kept(kept_in, work, job) or {name: table.reset_index(drop=True) for name, table in tables.items()}


def begin(parent: int) -> None:
    """One thread, memory that is kept, and an end with the process that asked, however that ends."""
    torch.set_num_threads(1)
    keep_freed_memory()
    threading.Thread(target=end_with, args=(parent,), daemon=True).start()


def end_with(parent: int) -> None:
    """Wait until another process has become the parent, and stop at once."""
    while os.getppid() == parent:
        time.sleep(WATCH_SECONDS)
    os._exit(1)
