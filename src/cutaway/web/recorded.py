"""A record as its page needs it, kept while people look at it: reading tables and drawing takes a second."""

import json
from collections import OrderedDict
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from threading import Lock
from typing import Any

import pandas as pd
import vl_convert
from markupsafe import Markup

from cutaway.errors import CutawayError
from cutaway.errors.records import UnknownRecordError
from cutaway.errors.web import PageError
from cutaway.figures.body import figure_html, figure_rows
from cutaway.figures.redraw import read_folder
from cutaway.figures.rows import json_rows
from cutaway.figures.vega import VEGA_LITE, draw, svg
from cutaway.records.figure import Drawn, Figure
from cutaway.records.run_record import RunRecord
from cutaway.records.study import Study
from cutaway.web.site import Site

KEPT = 32  # records whose tables stay in memory
LONGEST_NAME = 255  # bytes of a file name
PNG_SCALE = 2.0


@dataclass
class Recorded:
    """A record with its tables, and its figures as they were drawn."""

    folder: Path
    record: RunRecord
    study: Study | None
    tables: dict[str, pd.DataFrame]
    drawn: dict[tuple[int, str], Markup] = field(default_factory=dict)
    specs: dict[int, dict[str, Any]] = field(default_factory=dict)

    @property
    def figures(self) -> list[tuple[int, Figure]]:
        """The figures that the study's header declares today and whose tables this record has, by number."""
        declared = enumerate(self.study.figures if self.study else (), 1)
        return [(number, figure) for number, figure in declared if figure.table in self.tables]

    def figure(self, number: int) -> Figure:
        """One figure.

        Raises: PageError 404 with those that there are.
        """
        for known, figure in self.figures:
            if known == number:
                return figure
        there = ", ".join(str(known) for known, _ in self.figures) or "none"
        raise PageError(404, f"The record {self.record.id} has no figure {number}.", f"It has: {there}")

    def is_chart(self, number: int) -> bool:
        """Whether a figure is a picture, rather than a table or text."""
        figure = self.figure(number)
        return isinstance(figure, Drawn) and not self.tables[figure.table].empty

    def html(self, number: int, *, prefix: str = "") -> Markup:
        """One figure as HTML; the picture that the run left beside its tables is used where there is one."""
        key = number, prefix
        if key not in self.drawn:
            figure, picture = self.figure(number), self.left_by_run(number)
            try:
                shown = figure_html(number, figure, self.tables, prefix=prefix, picture=picture)
            except CutawayError as fault:
                shown = f'<p class="empty">{escape(unfit(number, fault).said)}</p>'
            self.drawn[key] = Markup(shown)
        return self.drawn[key]

    def left_by_run(self, number: int) -> str | None:
        """The picture that the run left beside its tables, if it did."""
        path = self.folder / "figures" / f"{number:02}-{self.figure(number).table}.svg"
        return path.read_text(encoding="utf-8") if path.is_file() else None

    def picture(self, number: int) -> str:
        """A chart as a picture that says what it shows when it stands alone.

        Raises: PageError 404 for a figure that is a table or text.
        """
        spec = self.chart(number)
        drawn = self.left_by_run(number) or svg(spec)
        at = drawn.index(">", drawn.index("<svg")) + 1
        return f"{drawn[:at]}<title>{escape(self.figure(number).says)}</title>{drawn[at:]}"

    def spec(self, number: int) -> dict[str, Any]:
        """The Vega-Lite spec of a chart with its data; of any other figure its tables.

        Raises: PageError 404; PageError 410 if the study was changed so that its figure fits this record no longer.
        """
        figure = self.figure(number)
        try:
            if self.is_chart(number) and isinstance(figure, Drawn):
                if number not in self.specs:
                    self.specs[number] = draw(figure, self.tables[figure.table])
                return self.specs[number]
            rows = figure_rows(figure, self.tables)
        except CutawayError as fault:
            raise unfit(number, fault) from fault
        return {"says": figure.says} | {name: json_rows(frame) for name, frame in rows.items()}

    def chart(self, number: int) -> dict[str, Any]:
        """The spec of a figure that is a picture.

        Raises: PageError 404 for one that is a table or text.
        """
        if not self.is_chart(number):
            raise PageError(404, f"Figure {number} is no picture, but a table or text.", "As data: .json and .csv")
        return self.spec(number)

    def table(self, name: str) -> pd.DataFrame:
        """One table.

        Raises: PageError 404 with those that there are.
        """
        if name not in self.tables:
            raise PageError(
                404, f"The record {self.record.id} has no table '{name}'.", f"It has: {', '.join(self.tables)}"
            )
        return self.tables[name]


class Shelf:
    """The records that were looked at last."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.kept: OrderedDict[tuple[str, int], Recorded] = OrderedDict()
        self.lock = Lock()

    def get(self, name: str) -> Recorded:
        """One record by its id.

        Raises: UnknownRecordError; DamagedRecordError.
        """
        folders = [folder / name for folder in self.site.settings.record_folders] if is_plain(name) else []
        folder = next((folder for folder in folders if (folder / "claims.json").is_file()), None)
        if folder is None:
            raise UnknownRecordError(name)
        key = name, (folder / "claims.json").stat().st_mtime_ns
        with self.lock:
            if key in self.kept:
                self.kept.move_to_end(key)
                return self.kept[key]
        record, tables = read_folder(folder)
        found = Recorded(folder, record, self.site.study(record.study), tables)
        with self.lock:
            self.kept[key] = found
            while len(self.kept) > KEPT:
                self.kept.popitem(last=False)
        return found


def is_plain(name: str) -> bool:
    """Whether a name is that of a folder right here, neither hidden nor elsewhere."""
    if not 1 <= len(name.encode()) <= LONGEST_NAME:
        return False
    return name[0] != "." and Path(name).name == name and "\x00" not in name and "\\" not in name


def unfit(number: int, fault: CutawayError) -> PageError:
    """A figure of today's study that the tables of an older run cannot fill."""
    said = str(fault).partition("\n")[0]
    return PageError(410, f"Figure {number} does not fit this record: {said}", "Its study was changed after this run.")


def png(spec: dict[str, Any]) -> bytes:
    """A chart as a picture of pixels, on white paper with black ink."""
    on_white = json.loads(json.dumps(spec).replace("currentColor", "#1d1f23"))
    drawn: bytes = vl_convert.vegalite_to_png(
        on_white | {"background": "#ffffff"}, vl_version=VEGA_LITE, scale=PNG_SCALE
    )
    return drawn
