"""Run a study in this process and keep its record: whole, or not at all."""

import importlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pandas as pd

from cutaway.catalog import load_catalog
from cutaway.errors.studies import UnansweredClaimError
from cutaway.figures.report import report_html, write_figures
from cutaway.jobs.environment import code_hash, environment, now
from cutaway.lab import Lab
from cutaway.models import Model
from cutaway.records import Answer, Finding, RunRecord, Study
from cutaway.records.discover import module_of
from cutaway.records.progress import SILENT, Progress
from cutaway.records.run_record import prepare, whole_folder, write_json


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

    Raises: UnwritableDataError before the run; UnansweredClaimError if it does not answer exactly the header's claims.
    """
    prepare(records)
    began, clock = now(), time.perf_counter()
    lab = Lab(seed=seed, smoke=smoke, guests=guests, progress=progress)
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
        code_sha256=code_hash(),
        models=lab.models,
        answers=answers(study, findings),
        tables=tuple(lab.tables),
        missing=tuple(lab.missing),
        environment=environment(began=began, wall_seconds=time.perf_counter() - clock) | {"kept_in": str(records)},
    )
    with whole_folder(records / record.id) as folder:
        write_json(record, folder)
        (folder / "tables").mkdir()
        for name, table in lab.tables.items():
            table.to_parquet(folder / "tables" / f"{name}.parquet", index=False)
        write_figures(folder, study, lab.tables)
        problems = load_catalog().statements(record.problems)
        (folder / "report.html").write_text(report_html(record, study, lab.tables, problems), encoding="utf-8")
    return Done(record, records / record.id, lab.tables)


def answers(study: Study, findings: Sequence[Finding]) -> tuple[Answer, ...]:
    """Each claim with its finding, in the order of the header."""
    by_key = {finding.key: finding for finding in findings}
    stated = {claim.key for claim in study.claims}
    if stated != set(by_key) or len(findings) != len(study.claims):
        raise UnansweredClaimError(study.slug, stated - set(by_key), set(by_key) - stated)
    return tuple(Answer(claim, by_key[claim.key]) for claim in study.claims)


def free_id(records: Path, slug: str, began: datetime) -> str:
    """The study and the second it began, with a number added if that is taken."""
    stamp = f"{slug}-{began:%Y%m%dT%H%M%SZ}"
    taken = {path.name for path in records.glob(f"{stamp}*")}
    return next(name for name in (stamp, *(f"{stamp}-{n}" for n in range(2, 10_000))) if name not in taken)
