"""Tables as JSON and CSV, and redirects after something was changed."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import RedirectResponse, Response


def as_json(value: Any, *, name: str = "") -> Response:
    """JSON that people can read as well."""
    headers = {"content-disposition": f'inline; filename="{name}"'} if name else {}
    body = json.dumps(value, indent=1, ensure_ascii=False)
    return Response(body, media_type="application/json", headers=headers)


def as_csv(rows: Sequence[Mapping[str, Any]], *, columns: Sequence[str], name: str) -> Response:
    """CSV with a header, also when no row is left; a list is one cell."""
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(columns), lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows({key: unformulated(flat(value)) for key, value in row.items()} for row in rows)
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(out.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def flat(value: Any) -> Any:
    """A list or a mapping as one cell."""
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {flat(part)}" for key, part in value.items())
    return "; ".join(str(flat(part)) for part in value) if isinstance(value, (list, tuple)) else value


def unformulated(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula, as text."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t") else value


def see(address: str) -> RedirectResponse:
    """After a form: go and look, so that reloading does not send it again."""
    return RedirectResponse(address, status_code=303)
