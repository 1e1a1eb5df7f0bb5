"""The front page, and the page about the data."""

from collections import Counter
from collections.abc import Sequence

from fastapi import APIRouter, Request
from starlette.responses import Response

from cutaway.catalog.problem import ATTRIBUTION, CONFIDENCES, SOURCES
from cutaway.records.standing import STANDINGS
from cutaway.store.contributions import count
from cutaway.store.events import latest
from cutaway.store.runs import count_runs
from cutaway.web.answers import as_json
from cutaway.web.asking import site_of
from cutaway.web.board import Row, board
from cutaway.web.pages import page
from cutaway.web.site import Site

router = APIRouter()


@router.get("/")
def front(request: Request) -> Response:
    """How far each chapter has come; every number leads to the problems behind it."""
    site = site_of(request)
    with site.store.read() as db:
        rows = board(site, db)
        events = latest(db, limit=6)
        runs = count_runs(db)
    return page(request, "front.html", progress=progress(site, rows), rows=rows, events=events, runs=runs)


@router.get("/progress.json")
def progress_json(request: Request) -> Response:
    """How many problems of each chapter stand where."""
    site = site_of(request)
    with site.store.read() as db:
        found = progress(site, board(site, db))
    return as_json([{"chapter": number, **counts} for number, counts in found.items()], name="progress.json")


def progress(site: Site, rows: Sequence[Row]) -> dict[int, dict[str, int]]:
    """By chapter, how many problems have each standing."""
    counted = Counter((row.problem.chapter.number, row.standing) for row in rows)
    return {
        chapter.number: {standing: counted[chapter.number, standing] for standing in STANDINGS}
        for chapter in site.catalog.chapters
    }


@router.get("/about")
def about(request: Request) -> Response:
    """Where the data is from, under which licence, what is missing, and thanks."""
    site = site_of(request)
    with site.store.read() as db:
        counts = {state: count(db, state) for state in ("pending", "approved", "rejected", "withdrawn")}
    problems = site.catalog.problems
    return page(
        request,
        "about.html",
        counts=counts,
        unrated=sum(problem.difficulty is None for problem in problems),
        by_source={source: sum(problem.difficulty_source == source for problem in problems) for source in SOURCES},
        by_confidence={
            name: sum(problem.difficulty_confidence == name for problem in problems) for name in CONFIDENCES
        },
        without_part=sum(problem.subcategory is None for problem in problems),
        without_work=sum(not site.catalog.works_on(problem.number) for problem in problems),
        sources=SOURCES,
        confidences=CONFIDENCES,
        attribution=ATTRIBUTION,
    )
