"""Studies: what each asks, its claims as they were fixed, and its runs."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from cutaway.errors.web import PageError
from cutaway.figures.verdicts import TIERS
from cutaway.records.study import Study
from cutaway.store.runs import count_runs, list_runs, newest_run_of
from cutaway.web.answers import as_json
from cutaway.web.asking import site_of
from cutaway.web.pages import page

router = APIRouter()
PER_PAGE = 50


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
