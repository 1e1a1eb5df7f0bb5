"""Answers that are no page: tables as JSON and CSV, the way on after a change, and what HTTP calls our errors."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import pandas as pd
from starlette.responses import RedirectResponse, Response

from cutaway.errors import CutawayError
from cutaway.errors.catalog import UnknownProblemError
from cutaway.errors.records import DamagedRecordError, UnknownRecordError
from cutaway.errors.store import (
    DraftError,
    ForbiddenStepError,
    FullStoreError,
    StoreError,
    UnknownContributionError,
)
from cutaway.figures.rows import json_rows

STATUS: dict[type[CutawayError], int] = {
    UnknownProblemError: 404,
    UnknownRecordError: 404,
    UnknownContributionError: 404,
    DraftError: 422,
    ForbiddenStepError: 409,
    FullStoreError: 507,
    StoreError: 503,
    DamagedRecordError: 410,
}


def as_json(value: Any, *, name: str = "") -> Response:
    """JSON that people can read as well."""
    headers = named(name) if name else {}
    body = json.dumps(value, indent=1, ensure_ascii=False)
    return Response(body, media_type="application/json", headers=headers)


def as_csv(rows: Sequence[Mapping[str, Any]], *, columns: Sequence[str], name: str) -> Response:
    """CSV with a header, also when no row is left; a list is one cell."""
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(columns), extrasaction="ignore")
    writer.writeheader()
    writer.writerows({key: unformulated(flat(value)) for key, value in row.items()} for row in rows)
    headers = named(name, how="attachment")
    return Response(out.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def frame_csv(frame: pd.DataFrame, *, name: str) -> Response:
    """A table of a run as CSV."""
    return as_csv(json_rows(frame), columns=[str(column) for column in frame.columns], name=name)


def named(name: str, *, how: str = "inline") -> dict[str, str]:
    """The header that says how a file is called; what a header cannot hold is percent-encoded."""
    return {"content-disposition": f'{how}; filename="{quote(name)}"'}


def flat(value: Any) -> Any:
    """A list or a mapping as one cell."""
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {flat(part)}" for key, part in value.items())
    return "; ".join(str(flat(part)) for part in value) if isinstance(value, (list, tuple)) else value


def unformulated(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula, as text."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def see(address: str) -> RedirectResponse:
    """After a form: go and look, so that reloading does not send it again."""
    return RedirectResponse(address, status_code=303)


def status_of(error: Exception) -> int:
    """The status of HTTP for an error; 500 for one that nobody thought of."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)
