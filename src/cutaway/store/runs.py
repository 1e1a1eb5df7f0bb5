"""The index of run records: which runs there are, what they found, and how far that brought each problem."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, func, insert, select

from cutaway.errors.records import DamagedRecordError, UnknownRecordError
from cutaway.records.claim import Tier
from cutaway.records.run_record import Answer, RunRecord, read_answer, read_record, records_in
from cutaway.records.standing import Standing, foremost, standing, standings_of
from cutaway.store.events import log_run
from cutaway.store.open import Store
from cutaway.store.tables import runs

BATCH = 200  # records indexed in one transaction


@dataclass(frozen=True, kw_only=True)
class Run:
    """A run as the index has it; its tables and figures lie in its record."""

    id: str
    study: str
    size: str
    seed: int
    began: str
    seconds: int | None
    standing: Standing
    problems: Mapping[str, Standing]
    answers: tuple[Answer, ...]

    @property
    def is_evidence(self) -> bool:
        """Whether it says anything: a smoke run only shows that everything works."""
        return self.size == "full"


@dataclass(frozen=True)
class Newest:
    """What the newest full run of a study says of each of its problems."""

    study: str
    began: str
    problems: Mapping[str, Standing]


def index_records(store: Store, folders: Sequence[Path], asks: dict[str, Tier]) -> list[str]:
    """Bring the index up to the folders of records; returns what is wrong with those that cannot be read.

    `asks` gives, by study, the tier that its problems speak of. Records that are gone leave the index. Where a new
    run moves a problem, the log says so.
    Cost: one listing of each folder; a read of each new record's two JSON files.
    """
    there = records_in(folders)
    with store.read() as db:
        known = set(db.execute(select(runs.c.id)).scalars())
    if gone := known - there.keys():
        with store.write() as db:
            db.execute(delete(runs).where(runs.c.id.in_(gone)))
    faults = []
    found = []
    for name in sorted(there.keys() - known):
        try:
            record = read_record(there[name])
            if record.id != name:  # a copy: it would be indexed again and again under the name of the other
                raise DamagedRecordError(str(there[name]), f"it is the record of run '{record.id}'")
            found.append(record)
        except (DamagedRecordError, UnknownRecordError) as fault:
            faults.append(str(fault))
    found.sort(key=lambda record: str(record.environment.get("began", "")))
    for at in range(0, len(found), BATCH):
        add(store, found[at : at + BATCH], asks)
    return faults


def add(store: Store, records: Sequence[RunRecord], asks: dict[str, Tier]) -> None:
    """Index some records, oldest first, and log what each of them moved."""
    with store.write() as db:
        newest = {run.study: run for run in newest_runs(db)}
        known = set(db.execute(select(runs.c.id)).scalars())  # another process may have been faster
        for record in records:
            if record.id in known:
                continue
            row = row_of(record, asks.get(record.study, "real"))
            db.execute(insert(runs).values(row))
            moved: list[tuple[str, str, str]] = []
            held = newest.get(record.study)
            if record.size == "full" and (held is None or held.began <= row["began"]):
                before = standings(newest.values())
                newest[record.study] = Newest(record.study, row["began"], row["problems"])
                after = standings(newest.values())
                pairs = [(problem, before.get(problem, "untouched"), after[problem]) for problem in record.problems]
                moved = [(problem, old, new) for problem, old, new in pairs if old != new]
            log_run(db, store.clock(), record.id, record.study, moved)


def row_of(record: RunRecord, asks: Tier) -> dict[str, Any]:
    """A record as a row."""
    return {
        "id": record.id,
        "study": record.study,
        "size": record.size,
        "seed": record.seed,
        "began": str(record.environment.get("began", "")),
        "seconds": round(float(record.environment.get("wall_seconds", 0))),
        "standing": standing(record.answers, asks=asks, missing=record.missing),
        "problems": standings_of(record.answers, record.problems, asks=asks, missing=record.missing),
        "claims": [
            asdict(answer.claim) | {"found": asdict(answer.finding) | {"null_95": None}} for answer in record.answers
        ],
    }


def newest_runs(db: Connection) -> list[Newest]:
    """The newest full run of each study, newest first."""
    began = select(runs.c.study, func.max(runs.c.began).label("began")).where(runs.c.size == "full")
    last = began.group_by(runs.c.study).subquery()
    joined = runs.join(last, (runs.c.study == last.c.study) & (runs.c.began == last.c.began))
    columns = runs.c.study, runs.c.began, runs.c.problems
    query = select(*columns).select_from(joined).where(runs.c.size == "full").order_by(runs.c.began.desc(), runs.c.id)
    by_study = {study: Newest(study, at, found) for study, at, found in db.execute(query)}
    return list(by_study.values())


def standings(newest: Iterable[Newest]) -> dict[str, Standing]:
    """How far each problem has come that a full run touched."""
    by_problem: dict[str, list[Standing]] = {}
    for run in sorted(newest, key=lambda run: run.began, reverse=True):
        for problem, reached in run.problems.items():
            by_problem.setdefault(problem, []).append(reached)
    return {problem: foremost(found) for problem, found in by_problem.items()}


def newest_run_of(db: Connection, study: str) -> Run | None:
    """The newest full run of one study, with its claims."""
    query = select(runs).where(runs.c.study == study, runs.c.size == "full")
    row = db.execute(query.order_by(runs.c.began.desc(), runs.c.id.desc()).limit(1)).mappings().first()
    return read(row) if row else None


def run_of(db: Connection, name: str) -> Run | None:
    """One run by its id."""
    row = db.execute(select(runs).where(runs.c.id == name)).mappings().first()
    return read(row) if row else None


def list_runs(db: Connection, *, limit: int, offset: int = 0, study: str | None = None) -> list[Run]:
    """Runs, newest first, perhaps of one study."""
    query = select(runs).order_by(runs.c.began.desc(), runs.c.id.desc()).limit(limit).offset(offset)
    return [read(row) for row in db.execute(query.where(runs.c.study == study) if study else query).mappings()]


def count_runs(db: Connection, study: str | None = None) -> int:
    """How many runs there are, perhaps of one study."""
    query = select(func.count()).select_from(runs)
    return db.execute(query.where(runs.c.study == study) if study else query).scalar_one()


def read(row: RowMapping) -> Run:
    """A row as a value; verdicts are derived again from what was found."""
    values = {name: value for name, value in row.items() if name != "claims"}
    return Run(**values, answers=tuple(map(read_answer, row["claims"])))
