"""The form of a contribution: to propose one, and to edit one."""

from collections.abc import Mapping

from fastapi import Request
from starlette.responses import Response

from cutaway.store.contribution import ALLOWED, FORMS, LONGEST, NEEDED, Kind
from cutaway.web.asking import site_of
from cutaway.web.pages import page
from cutaway.web.wording import EXPLAINED, HEADINGS


def proposal_form(
    request: Request,
    number: str,
    kind: Kind,
    *,
    fields: Mapping[str, str],
    faults: Mapping[str, str] | None = None,
    status: int = 200,
    edited: int | None = None,
) -> Response:
    """The form with what was typed and what is wrong with it; `edited` is the contribution that it changes."""
    return page(
        request,
        "propose.html",
        status=status,
        problem=site_of(request).catalog.problem(number),
        kind=kind,
        fields=fields,
        faults=faults or {},
        editing=edited is not None,
        action=f"/problems/{number}/propose/{kind}" if edited is None else f"/contributions/{edited}/edit",
        heading=HEADINGS[kind],
        explained=EXPLAINED[kind],
        allowed=ALLOWED[kind],
        needed=NEEDED[kind],
        forms=FORMS.get(kind, {}),
        longest=LONGEST,
    )
