"""Run a study in this process and keep its record: whole, or not at all."""

import importlib
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pandas as pd

from cutaway.catalog import load_catalog
from cutaway.errors.studies import UnansweredClaimError
from cutaway.figures.redraw import redraw
from cutaway.jobs.environment import code_hash, environment, now
from cutaway.lab import Lab
from cutaway.lab.side_by_side import is_taken
from cutaway.models import Model
from cutaway.models.freed_memory import keep_freed_memory
from cutaway.records import Answer, Finding, RunRecord, Study
from cutaway.records.discover import module_of
from cutaway.records.progress import SILENT, Progress
from cutaway.records.run_record import prepare, whole_folder, write_json

UNFINISHED = ".unfinished"  # below the folder of records, where no reader looks


@dataclass(frozen=True)
class Done:
    """A finished run: its record, where that lies, and its tables."""

    record: RunRecord
    folder: Path
    tables: dict[str, pd.DataFrame]


def run_study(
    study: Study,
    *,
    records: Path,
    command: str,
    seed: int = 0,
    smoke: bool = False,
    guests: Sequence[Model] = (),
    progress: Progress = SILENT,
) -> Done:
    """Run a study and write its record and report under `records`.

    Begun again after it was stopped, it goes on from the parts that were finished. Where a figure cannot be drawn the
    record is whole all the same, and `cutaway report` draws it once that is mended.
    Raises: UnwritableDataError before the run; UnansweredClaimError if it does not answer exactly the header's claims.
    """
    prepare(records)
    keep_freed_memory()
    began, clock = now(), time.perf_counter()
    code = code_hash()
    unfinished = unfinished_folder(records, f"{study.slug}-{'smoke' if smoke else 'full'}-{seed}", code)
    lab = Lab(seed=seed, smoke=smoke, guests=guests, progress=progress, unfinished=unfinished)
    findings: list[Finding] = importlib.import_module(module_of(study.slug)).run(lab)
    record = RunRecord(
        id=free_id(records, study.slug, began),
        study=study.slug,
        problems=study.problems,
        question=study.question,
        method=study.method,
        command=command,
        seed=seed,
        size="smoke" if smoke else "full",
        code_sha256=code,
        models=lab.models,
        answers=answers(study, findings, lab.missing),
        tables=tuple(lab.tables),
        missing=tuple(lab.missing),
        environment=environment(began=began, wall_seconds=time.perf_counter() - clock) | {"kept_in": str(records)},
    )
    with whole_folder(records / record.id) as folder:
        write_json(record, folder)
        (folder / "tables").mkdir()
        for name, table in lab.tables.items():
            table.to_parquet(folder / "tables" / f"{name}.parquet", index=False)
    throw_away(unfinished)
    redraw(records / record.id, study, load_catalog().statements(record.problems))  # what was measured is kept by now
    return Done(record, records / record.id, lab.tables)


def unfinished_folder(records: Path, name: str, code: str) -> Path:
    """Where parts of a run may be kept until it is done; what the same run with other code left is thrown away."""
    folder = records / UNFINISHED / f"{name}-{code[:16]}"
    for old in folder.parent.glob(f"{name}-*"):
        if old != folder and not is_taken(old):
            shutil.rmtree(old, ignore_errors=True)
    return folder


def throw_away(unfinished: Path) -> None:
    """The parts of a run that is done, unless another process is at the same run, and the folder of all such parts."""
    if not is_taken(unfinished):
        shutil.rmtree(unfinished, ignore_errors=True)
    if unfinished.parent.is_dir() and not any(unfinished.parent.iterdir()):
        unfinished.parent.rmdir()


def answers(study: Study, findings: Sequence[Finding], missing: Sequence[str]) -> tuple[Answer, ...]:
    """Each claim with its finding, in the order of the header.

    Claims about real models are left out where the run lacked a model.
    """
    by_key = {finding.key: finding for finding in findings}
    stated = {claim.key for claim in study.claims}
    may_lack = {claim.key for claim in study.claims if missing and claim.tier == "real"}
    if stated - may_lack - set(by_key) or set(by_key) - stated or len(findings) != len(by_key):
        raise UnansweredClaimError(study.slug, stated - may_lack - set(by_key), set(by_key) - stated)
    return tuple(Answer(claim, by_key[claim.key]) for claim in study.claims if claim.key in by_key)


def free_id(records: Path, slug: str, began: datetime) -> str:
    """The study and the second it began, with a number added if that is taken."""
    stamp = f"{slug}-{began:%Y%m%dT%H%M%SZ}"
    taken = {path.name for path in records.glob(f"{stamp}*")}
    return next(name for name in (stamp, *(f"{stamp}-{n}" for n in range(2, 10_000))) if name not in taken)
