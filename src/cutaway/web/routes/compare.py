"""Two runs side by side."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from cutaway.errors.web import PageError
from cutaway.records.run_record import Answer, RunRecord
from cutaway.store.runs import list_runs, run_of
from cutaway.web.asking import shelf_of, site_of
from cutaway.web.pages import page

router = APIRouter()
PER_PAGE = 50


@router.get("/compare")
def compare(request: Request, a: str = "", b: str = "") -> Response:
    """Two runs side by side: what differs in how they ran, and each claim's numbers."""
    site = site_of(request)
    with site.store.read() as db:
        recent = list_runs(db, limit=PER_PAGE)
        missing = [name for name in (a, b) if name and run_of(db, name) is None]
    if missing:
        raise PageError(404, f"There is no record '{missing[0]}'.", "All of them: /records")
    pair = [shelf_of(request).get(name).record for name in (a, b) if name]
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
