"""One problem: statement, context, prior work, who works on it, its studies, its discussion and its history."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from cutaway.catalog import Problem
from cutaway.catalog.difficulty import read_difficulty
from cutaway.catalog.problem import ATTRIBUTION, CONFIDENCES, SOURCES
from cutaway.records.study import Study
from cutaway.store.contribution import FORMS, KINDS, Contribution
from cutaway.store.contributions import of_problem
from cutaway.store.events import of_problem as events_of
from cutaway.store.runs import Run, newest_run_of
from cutaway.web.answers import as_json
from cutaway.web.asking import Asking, site_of
from cutaway.web.board import Row, board, row_record
from cutaway.web.pages import page
from cutaway.web.site import Site
from cutaway.web.visitors import Visitor

router = APIRouter()
TALK = ("comment", "correction", "result")


@router.get("/problems/{number}.json")
def problem_json(request: Request, number: str) -> Response:
    """A problem with everything that its page shows."""
    site = site_of(request)
    row, said, runs = gather(site, number)
    studies = [
        {
            "slug": study.slug,
            "question": study.question,
            "run": f"cutaway run {study.slug}",
            "record": run.id if run else None,
            "verdicts": [{"claim": one.claim.sentence, "verdict": one.verdict} for one in run.answers] if run else [],
        }
        for study, run in runs
    ]
    return as_json(row_record(site, row) | {"studies": studies, "added": [public(one) for one in said]})


@router.get("/problems/{number}")
def problem(request: Request, number: str, visitor: Asking) -> Response:
    """A problem, its discussion opened."""
    return draw(request, number, visitor, tab="discussion")


@router.get("/problems/{number}/history")
def history(request: Request, number: str, visitor: Asking) -> Response:
    """A problem, its history opened."""
    return draw(request, number, visitor, tab="history")


def draw(request: Request, number: str, visitor: Visitor, *, tab: str) -> Response:
    """The page with one of its two tabs opened."""
    site = site_of(request)
    row, said, runs = gather(site, number)
    with site.store.read() as db:
        events = events_of(db, number)
    numbers = [problem.number for problem in site.catalog.problems]
    place = numbers.index(number)
    now = site.store.clock()
    by_kind = {kind: [one for one in said if one.kind == kind] for kind in KINDS}
    return page(
        request,
        "problem.html",
        row=row,
        problem=row.problem,
        runs=runs,
        tab=tab,
        events=events,
        now=now,
        by_kind=by_kind,
        talk=[one for one in said if one.kind in TALK],
        works=site.catalog.works_on(number),
        references=[site.catalog.problem(other) for other in site.catalog.references(number)],
        beside=beside(site, row.problem),
        referenced_by=[site.catalog.problem(other) for other in site.catalog.referenced_by(number)],
        previous=numbers[place - 1] if place else None,
        following=numbers[place + 1] if place + 1 < len(numbers) else None,
        forms=FORMS,
        sources=SOURCES,
        confidences=CONFIDENCES,
        attribution=ATTRIBUTION,
        estimates=estimates(by_kind["difficulty"]),
        mine=[one.id for one in said if visitor.owns(one)],
    )


def beside(site: Site, problem: Problem) -> list[Problem]:
    """The other problems of its subcategory."""
    if problem.subcategory is None:
        return []
    place = problem.chapter, problem.subcategory
    return [
        other for other in site.catalog.problems if (other.chapter, other.subcategory) == place and other != problem
    ]


def gather(site: Site, number: str) -> tuple[Row, list[Contribution], list[tuple[Study, Run | None]]]:
    """A problem's row, what people added, and its studies with the newest full run of each.

    Raises: UnknownProblemError.
    """
    site.catalog.problem(number)
    with site.store.read() as db:
        row = next(row for row in board(site, db) if row.number == number)
        return row, of_problem(db, number), [(study, newest_run_of(db, study.slug)) for study in row.studies]


def estimates(found: list[Contribution]) -> str:
    """What people estimate, easier first: "2 say B, 1 says C"."""
    ratings = sorted(read_difficulty(one.rating) for one in found if one.rating)
    counted = {str(rating): ratings.count(rating) for rating in ratings}
    return ", ".join(f"{count} say{'s' if count == 1 else ''} {rating}" for rating, count in counted.items())


def public(one: Contribution) -> dict[str, Any]:
    """A contribution as plain values: a list of fields that may leave, so that no new one leaves by itself."""
    shown = ("id", "problem", "kind", "state", "author", "tool", "form", "title", "url", "rating", "text")
    moments = {name: at.isoformat() if (at := getattr(one, name)) else None for name in ("created", "expires", "ended")}
    return {name: getattr(one, name) for name in shown} | moments
