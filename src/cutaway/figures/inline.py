"""Figures in a notebook: values that know how to show themselves, and how to be saved, without a network."""

import json
from dataclasses import dataclass
from html import escape
from pathlib import Path

import pandas as pd
import vl_convert

from cutaway.errors.figures import UnknownFormatError
from cutaway.figures.body import Tables, drawn
from cutaway.figures.page import STYLES, asset, page
from cutaway.figures.theme import Spec
from cutaway.figures.vega import VEGA_LITE, draw, svg
from cutaway.records.figure import Drawn, Figure

PNG_SCALE = 2.0  # pixels of the file for each pixel of the spec
ENDINGS = (".svg", ".png", ".json", ".html")


@dataclass(frozen=True)
class Shown:
    """A piece of HTML that a notebook displays, with its own style and script."""

    html: str

    def _repr_html_(self) -> str:
        return (
            f'<style>{asset("parts.css")}</style><div class="cutaway">{self.html}</div>'
            f"<script>{asset('report.js')}</script>"
        )

    def save(self, path: str | Path) -> Path:
        """Write a page of its own.

        Raises: UnknownFormatError unless the name ends in .html.
        """
        path = Path(path)
        if path.suffix != ".html":
            raise UnknownFormatError(path.name, (".html",))
        body = f'<main class="page">{self.html}</main>'
        text = page(title=path.stem, body=body, styles=STYLES, scripts=("report.js",))
        path.write_text(text, encoding="utf-8")
        return path


@dataclass(frozen=True)
class Chart:
    """A Vega-Lite spec with its data inside, which a notebook displays live or as a static picture."""

    spec: Spec

    @property
    def svg(self) -> str:
        return svg(self.spec)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, object]:  # noqa: ARG002
        return {
            "application/vnd.vegalite.v6+json": self.spec,
            "application/vnd.vegalite.v5+json": self.spec,
            "image/svg+xml": self.svg,
            "text/plain": repr(self),
        }

    def __repr__(self) -> str:
        return f"Chart({self.spec.get('description', '')!r})"

    def save(self, path: str | Path) -> Path:
        """Write the picture (.svg, .png, .html) or the spec with its data (.json).

        Raises: UnknownFormatError for any other ending.
        """
        path = Path(path)
        if path.suffix == ".png":
            path.write_bytes(vl_convert.vegalite_to_png(self.spec, vl_version=VEGA_LITE, scale=PNG_SCALE))
        elif path.suffix == ".svg":
            path.write_text(self.svg, encoding="utf-8")
        elif path.suffix == ".json":
            path.write_text(json.dumps(self.spec, indent=1) + "\n", encoding="utf-8")
        elif path.suffix == ".html":
            says = str(self.spec.get("description", path.stem))
            body = (
                f'<main class="page"><figure><figcaption><h3>{escape(says)}</h3></figcaption>{self.svg}</figure></main>'
            )
            path.write_text(page(title=says, body=body, styles=STYLES), encoding="utf-8")
        else:
            raise UnknownFormatError(path.name, ENDINGS)
        return path


def show(header: Figure, table: pd.DataFrame, **others: pd.DataFrame) -> Chart | Shown:
    """A figure for a notebook; `others` are further tables by name, such as the tokens of an attention view.

    Raises: MissingTableError, MissingColumnError and the other errors of figures, where header and table do not fit.
    """
    if isinstance(header, Drawn):
        return Chart(draw(header, table))
    tables: Tables = {header.table: table} | others
    return Shown(drawn(1, header, tables))
