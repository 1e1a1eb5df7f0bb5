"""Records of runs: the list, the report of one, and its tables."""

from typing import Any

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import FileResponse, Response

from cutaway.errors.web import PageError
from cutaway.figures.again import commands, surroundings
from cutaway.figures.rows import json_rows
from cutaway.figures.verdicts import summary, verdict_table
from cutaway.records.run_record import Answer, RunRecord
from cutaway.records.standing import standing, standings_of
from cutaway.records.words import not_asked
from cutaway.store.runs import count_runs, list_runs, newest_run_of
from cutaway.web.answers import as_json, frame_csv
from cutaway.web.asking import shelf_of, site_of
from cutaway.web.pages import page
from cutaway.web.site import Site

router = APIRouter()
PER_PAGE = 50


def asks_of(site: Site, slug: str) -> str:
    """What tier the problems of a study speak of; of a study that is gone, the real models."""
    study = site.study(slug)
    return study.asks if study else "real"


@router.get("/records")
def records(request: Request, offset: int = 0, study: str = "") -> Response:
    """All runs, newest first."""
    site = site_of(request)
    start = max(0, min(offset, 10**9))
    with site.store.read() as db:
        runs = list_runs(db, limit=PER_PAGE, offset=start, study=study or None)
        total = count_runs(db, study or None)
    return page(request, "records.html", runs=runs, total=total, start=start, step=PER_PAGE, study=study)


@router.get("/records.json")
def records_json(request: Request, offset: int = 0, study: str = "") -> Response:
    """All runs as data, a page at a time."""
    site = site_of(request)
    with site.store.read() as db:
        found = list_runs(db, limit=PER_PAGE, offset=max(0, min(offset, 10**9)), study=study or None)
    rows = [
        {"id": run.id, "study": run.study, "size": run.size, "seed": run.seed, "began": run.began}
        | {"standing": run.standing, "claims": [claim_data(answer) for answer in run.answers]}
        for run in found
    ]
    return as_json(rows, name="records.json")


@router.get("/records/{name}.json")
def record_json(request: Request, name: str) -> Response:
    """A run with its claims, its environment, and the addresses of its figures and tables."""
    found = shelf_of(request).get(name)
    return as_json(record_data(found.record, [number for number, _ in found.figures]), name=f"{name}.json")


@router.get("/records/{name}")
def record(request: Request, name: str) -> Response:
    """The report of one run."""
    site = site_of(request)
    found = shelf_of(request).get(name)
    asks: Any = asks_of(site, found.record.study)
    with site.store.read() as db:
        newest = newest_run_of(db, found.record.study)
        others = [run for run in list_runs(db, limit=12, study=found.record.study) if run.id != name]
    statements = [site.catalog.problem(number) for number in found.record.problems]
    return page(
        request,
        "record.html",
        record=found.record,
        figures=[(number, figure, found.html(number), found.is_chart(number)) for number, figure in found.figures],
        summary=summary(found.record, asks),
        verdicts=Markup(verdict_table(found.record, found.study)),
        study=found.study,
        limits=(*found.study.limits, *not_asked(found.record, found.study)) if found.study else (),
        standing=standing(found.record.answers, asks=asks, missing=found.record.missing),
        reached=standings_of(found.record.answers, found.record.problems, asks=asks, missing=found.record.missing),
        problems=statements,
        commands=Markup(commands(found.record)),
        surroundings=Markup(surroundings(found.record)),
        newest=newest,
        others=others,
    )


@router.get("/records/{name}/tables/{table}.{ending}")
def table_file(request: Request, name: str, table: str, ending: str) -> Response:
    """A table of a run as CSV, JSON or Parquet."""
    found = shelf_of(request).get(name)
    frame = found.table(table)
    if ending == "csv":
        return frame_csv(frame, name=f"{name}-{table}.csv")
    if ending == "json":
        return as_json(json_rows(frame), name=f"{name}-{table}.json")
    if ending == "parquet":
        return FileResponse(found.folder / "tables" / f"{table}.parquet", filename=f"{name}-{table}.parquet")
    raise PageError(404, f"A table cannot be had as '{ending}'.", "It can as csv, json and parquet.")


def claim_data(answer: Answer) -> dict[str, Any]:
    """A claim with its number and verdict."""
    found = answer.finding
    control = vars(found.control) if found.control else None
    return vars(answer.claim) | {
        "verdict": answer.verdict,
        **vars(found.measured),
        "null_95": found.null_line,
        "control": control,
    }


def record_data(record: RunRecord, figures: list[int]) -> dict[str, Any]:
    """A run as data."""
    here = f"/records/{record.id}"
    plain = (
        "id",
        "study",
        "problems",
        "question",
        "method",
        "command",
        "seed",
        "size",
        "code_sha256",
        "models",
        "missing",
    )
    return {name: getattr(record, name) for name in plain} | {
        "environment": record.environment,
        "claims": [claim_data(answer) for answer in record.answers],
        "figures": [f"{here}/figures/{number}.json" for number in figures],
        "tables": [f"{here}/tables/{table}.json" for table in record.tables],
    }
