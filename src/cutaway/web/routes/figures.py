"""Figures of a run: each with an address that lasts, as a page, as a file, and for a frame elsewhere."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from cutaway.errors.web import PageError
from cutaway.web.answers import as_json, frame_csv, named
from cutaway.web.asking import shelf_of
from cutaway.web.pages import base_of, page
from cutaway.web.recorded import png

router = APIRouter()
STAND_ALONE = "default-src 'none'; style-src 'unsafe-inline'; sandbox"  # of an SVG that is opened as a page


@router.get("/records/{name}/figures/{number}.{ending}")
def figure_file(request: Request, name: str, number: int, ending: str) -> Response:
    """A figure as SVG, PNG, CSV or JSON; the JSON holds every value that the figure shows."""
    found = shelf_of(request).get(name)
    figure = found.figure(number)
    stem = f"{name}-figure-{number}"
    if ending == "svg":
        headers = {"content-security-policy": STAND_ALONE} | named(f"{stem}.svg")
        return Response(found.picture(number), media_type="image/svg+xml", headers=headers)
    if ending == "png":
        return Response(png(found.chart(number)), media_type="image/png", headers=named(f"{stem}.png"))
    if ending == "json":
        return as_json(found.spec(number), name=f"{stem}.json")
    if ending == "csv":
        return frame_csv(found.table(figure.table), name=f"{stem}.csv")
    raise PageError(404, f"A figure cannot be had as '{ending}'.", "It can as svg, png, csv and json.")


@router.get("/records/{name}/figures/{number}")
def figure_page(request: Request, name: str, number: int) -> Response:
    """One figure alone, at an address that lasts."""
    found = shelf_of(request).get(name)
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
    found = shelf_of(request).get(name)
    figure = found.figure(number)
    here = f"{base_of(request)}/records/{name}/figures/{number}"
    return page(request, "embed.html", record=found.record, figure=figure, html=found.html(number), here=here)
