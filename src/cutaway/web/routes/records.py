"""Studies and records: claims with their numbers, figures with addresses that last, tables, and two runs compared."""

from typing import Any

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import FileResponse, Response

from cutaway.errors.web import PageError
from cutaway.figures.again import commands, surroundings
from cutaway.figures.rows import json_rows
from cutaway.figures.verdicts import TIERS, summary, verdict_table
from cutaway.records.run_record import Answer, RunRecord
from cutaway.records.standing import standing
from cutaway.records.study import Study
from cutaway.store.runs import count_runs, list_runs, newest_run_of, run_of
from cutaway.web.answers import as_csv, as_json
from cutaway.web.asking import site_of
from cutaway.web.pages import base_of, page
from cutaway.web.recorded import Recorded, Shelf, png
from cutaway.web.site import Site

router = APIRouter()
PER_PAGE = 50
STAND_ALONE = "default-src 'none'; style-src 'unsafe-inline'; sandbox"  # of an SVG that is opened as a page


def shelf(request: Request) -> Shelf:
    """The records that this process keeps at hand."""
    state = request.app.state
    if not hasattr(state, "shelf"):
        state.shelf = Shelf(state.site)
    found: Shelf = state.shelf
    return found


def asks_of(site: Site, slug: str) -> str:
    """What tier the problems of a study speak of; of a study that is gone, the real models."""
    study = site.study(slug)
    return study.asks if study else "real"


@router.get("/studies")
def studies(request: Request) -> Response:
    """Every study with its newest verdicts."""
    site = site_of(request)
    with site.store.read() as db:
        found = [(study, newest_run_of(db, study.slug), count_runs(db, study.slug)) for study in site.studies]
    return page(request, "studies.html", studies=found)


@router.get("/studies.json")
def studies_json(request: Request) -> Response:
    """Every study as data."""
    site = site_of(request)
    return as_json([about(study) for study in site.studies], name="studies.json")


@router.get("/studies/{slug}")
def study(request: Request, slug: str) -> Response:
    """One study: question, method, the claims as fixed, and its runs."""
    site = site_of(request)
    found = site.study(slug)
    if found is None:
        raise PageError(404, f"There is no study '{slug}'.", "All of them: /studies")
    with site.store.read() as db:
        newest = newest_run_of(db, slug)
        runs = list_runs(db, limit=PER_PAGE, study=slug)
    answers = {answer.claim.key: answer for answer in newest.answers} if newest else {}
    return page(
        request,
        "study.html",
        study=found,
        newest=newest,
        runs=runs,
        answers=answers,
        tiers=TIERS,
    )


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
    found = shelf(request).get(name)
    return as_json(record_data(found.record, [number for number, _ in found.figures]), name=f"{name}.json")


@router.get("/records/{name}")
def record(request: Request, name: str) -> Response:
    """The report of one run."""
    site = site_of(request)
    found = shelf(request).get(name)
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
        verdicts=Markup(verdict_table(found.record)),
        standing=standing(found.record.answers, asks=asks, missing=found.record.missing),
        problems=statements,
        commands=Markup(commands(found.record)),
        surroundings=Markup(surroundings(found.record)),
        newest=newest,
        others=others,
    )


@router.get("/records/{name}/figures/{number}.{ending}")
def figure_file(request: Request, name: str, number: int, ending: str) -> Response:
    """A figure as SVG, PNG, CSV or JSON; the JSON holds every value that the figure shows."""
    found = shelf(request).get(name)
    figure = found.figure(number)
    stem = f"{name}-figure-{number}"
    if ending == "svg":
        headers = {"content-security-policy": STAND_ALONE, "content-disposition": f'inline; filename="{stem}.svg"'}
        return Response(found.picture(number), media_type="image/svg+xml", headers=headers)
    if ending == "png":
        headers = {"content-disposition": f'inline; filename="{stem}.png"'}
        return Response(png(found.chart(number)), media_type="image/png", headers=headers)
    if ending == "json":
        return as_json(found.spec(number), name=f"{stem}.json")
    if ending == "csv":
        return table_csv(found, figure.table, f"{stem}.csv")
    raise PageError(404, f"A figure cannot be had as '{ending}'.", "It can as svg, png, csv and json.")


@router.get("/records/{name}/figures/{number}")
def figure_page(request: Request, name: str, number: int) -> Response:
    """One figure alone, at an address that lasts."""
    found = shelf(request).get(name)
    figure = found.figure(number)
    return page(
        request,
        "figure.html",
        record=found.record,
        number=number,
        figure=figure,
        html=found.html(number),
        is_chart=found.is_chart(number),
        numbers=[known for known, _ in found.figures],
        embed=f"{base_of(request)}/embed/records/{name}/figures/{number}",
    )


@router.get("/embed/records/{name}/figures/{number}")
def embed(request: Request, name: str, number: int) -> Response:
    """One figure for a frame on another site: no menu, no cookie; `?theme=light` or `dark` chooses the paper."""
    found = shelf(request).get(name)
    figure = found.figure(number)
    here = f"{base_of(request)}/records/{name}/figures/{number}"
    return page(request, "embed.html", record=found.record, figure=figure, html=found.html(number), here=here)


@router.get("/records/{name}/tables/{table}.{ending}")
def table_file(request: Request, name: str, table: str, ending: str) -> Response:
    """A table of a run as CSV, JSON or Parquet."""
    found = shelf(request).get(name)
    frame = found.table(table)
    if ending == "csv":
        return table_csv(found, table, f"{name}-{table}.csv")
    if ending == "json":
        return as_json(json_rows(frame), name=f"{name}-{table}.json")
    if ending == "parquet":
        return FileResponse(found.folder / "tables" / f"{table}.parquet", filename=f"{name}-{table}.parquet")
    raise PageError(404, f"A table cannot be had as '{ending}'.", "It can as csv, json and parquet.")


@router.get("/compare")
def compare(request: Request, a: str = "", b: str = "") -> Response:
    """Two runs side by side: what differs in how they ran, and each claim's numbers."""
    site = site_of(request)
    with site.store.read() as db:
        recent = list_runs(db, limit=PER_PAGE)
        missing = [name for name in (a, b) if name and run_of(db, name) is None]
    if missing:
        raise PageError(404, f"There is no record '{missing[0]}'.", "All of them: /records")
    pair = [shelf(request).get(name).record for name in (a, b) if name]
    both = len(pair) == 2
    return page(
        request,
        "compare.html",
        recent=recent,
        a=a,
        b=b,
        pair=pair if both else None,
        claims=paired(pair[0], pair[1]) if both else [],
        differences=differences(pair[0], pair[1]) if both else [],
    )


def paired(first: RunRecord, second: RunRecord) -> list[tuple[str, Answer | None, Answer | None]]:
    """The claims of two runs, by key, in the order of the first."""
    one = {answer.claim.key: answer for answer in first.answers}
    two = {answer.claim.key: answer for answer in second.answers}
    keys = dict.fromkeys((*one, *two))
    return [((one.get(key) or two[key]).claim.sentence, one.get(key), two.get(key)) for key in keys]


def differences(first: RunRecord, second: RunRecord) -> list[tuple[str, str, str]]:
    """In what the two runs differ, besides their numbers."""
    one, two = facts(first), facts(second)
    return [
        (name, one.get(name, "–"), two.get(name, "–"))
        for name in dict.fromkeys((*one, *two))
        if one.get(name) != two.get(name)
    ]


def facts(record: RunRecord) -> dict[str, str]:
    """How a run was made, as plain terms."""
    known: dict[str, Any] = {
        "study": record.study,
        "seed": record.seed,
        "size": record.size,
        "code": record.code_sha256[:12],
    }
    known |= {f"weights of {name}": digest[:12] for name, digest in record.models.items()}
    libraries = record.environment.get("libraries", {})
    skipped = ("libraries", "kept_in")
    known |= {name.replace("_", " "): value for name, value in record.environment.items() if name not in skipped}
    return {name: str(value) for name, value in (known | libraries).items()}


def table_csv(found: Recorded, table: str, name: str) -> Response:
    """A table as CSV."""
    frame = found.table(table)
    return as_csv(json_rows(frame), columns=[str(column) for column in frame.columns], name=name)


def about(study: Study) -> dict[str, Any]:
    """A study's header as data."""
    return {
        "slug": study.slug,
        "problems": list(study.problems),
        "question": study.question,
        "method": study.method,
        "claims": [vars(claim) for claim in study.claims],
        "asks": study.asks,
        "minutes": study.minutes,
        "run": f"cutaway run {study.slug}",
    }


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
