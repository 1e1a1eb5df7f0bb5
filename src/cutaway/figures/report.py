"""The report of one run: a single HTML page that needs nothing else, and the specs of its figures."""

import json
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

from cutaway.figures.again import commands, surroundings
from cutaway.figures.body import Tables, figure_html, picture_name
from cutaway.figures.page import STYLES, page
from cutaway.figures.rows import table_named
from cutaway.figures.vega import draw, svg
from cutaway.figures.verdicts import summary, verdict_table
from cutaway.records.figure import Drawn
from cutaway.records.run_record import RunRecord
from cutaway.records.study import Study
from cutaway.records.words import not_asked

Problems = Mapping[str, tuple[str, str]]  # by number: the statement, and the address of its list
SECTIONS = {
    "verdicts": "Verdicts",
    "problems": "Problems",
    "method": "Method",
    "figures": "Figures",
    "limits": "Limits",
    "next": "Next steps",
    "again": "Do it again",
    "environment": "Environment",
}


def report_html(record: RunRecord, study: Study, tables: Tables, problems: Problems | None = None) -> str:
    """One page about one run; the same record and tables give the same bytes.

    Question, method and claims are the record's, as they were when it ran; figures are chosen, and limits, next steps
    and remarks on verdicts written, by the study.
    Raises: MissingTableError, MissingColumnError and the other errors of figures, where study and tables do not fit.
    """
    sections = {
        "verdicts": verdict_table(record, study),
        "problems": problem_list(record, problems or {}),
        "method": f"<p>{escape(record.method)}</p>",
        "figures": "".join(figure_html(number, header, tables) for number, header in enumerate(study.figures, 1)),
        "limits": listed((*study.limits, *not_asked(record, study))),
        "next": listed(study.next_steps),
        "again": commands(record),
    }
    body = "\n".join(
        f'<section id="{name}"><h2>{SECTIONS[name]}</h2>{content}</section>'
        for name, content in sections.items()
        if content
    )
    shown = [name for name in SECTIONS if sections.get(name, True)]
    contents = "".join(f'<li><a href="#{name}">{SECTIONS[name]}</a></li>' for name in shown)
    return page(
        title=f"{record.question} Cutaway",
        styles=STYLES,
        scripts=("report.js",),
        body=(
            '<main class="page">\n<div class="brand"><span><b>Cutaway</b> '
            f'{escape(record.study)}</span><button type="button" data-paper hidden>Dark paper</button></div>\n'
            f'<header><h1>{escape(record.question)}</h1><p class="summary">{escape(summary(record, study.asks))}</p>'
            f'<nav class="contents" aria-label="Contents"><ul>{contents}</ul></nav></header>\n{body}\n'
            '<section id="environment" class="environment"><details><summary><h2>Environment</h2></summary>'
            f"{surroundings(record)}</details></section>\n</main>"
        ),
    )


def listed(texts: Sequence[str]) -> str:
    """Texts as a list, or nothing."""
    return f"<ul>{''.join(f'<li>{escape(text)}</li>' for text in texts)}</ul>" if texts else ""


def problem_list(record: RunRecord, problems: Problems) -> str:
    """The problems attacked, by number, with their statements where they are given."""
    items = []
    for number in record.problems:
        statement, address = problems.get(number, ("", ""))
        shown = f'<a href="{escape(address)}" rel="noreferrer">{escape(number)}</a>' if address else escape(number)
        items.append(f'<li><span class="number">{shown}</span> <span>{escape(statement)}</span></li>')
    return f'<ul class="problems">{"".join(items)}</ul>' if items else ""


def write_figures(folder: Path, study: Study, tables: Tables) -> list[Path]:
    """Write `figures/<nn>-<table>.vl.json` and its picture, `.svg`, for each chart, in place of those that were there.

    The picture is what `body.figure_html` shows, so that who has the file need not draw.

    Raises: MissingTableError, MissingColumnError and the other errors of figures, where study and tables do not fit.
    """
    files = {}
    for number, header in enumerate(study.figures, 1):
        if isinstance(header, Drawn) and not table_named(header.table, tables).empty:
            spec = draw(header, table_named(header.table, tables))
            files[f"{number:02}-{header.table}.vl.json"] = json.dumps(spec, indent=1) + "\n"
            files[f"{number:02}-{header.table}.svg"] = svg(spec, name=picture_name(number))
    target = folder / "figures"
    target.mkdir(exist_ok=True)
    for old in (*target.glob("*.vl.json"), *target.glob("[0-9][0-9]-*.svg")):
        if old.name not in files:
            old.unlink()
    for name, text in files.items():
        (target / name).write_text(text, encoding="utf-8")
    return [target / name for name in files]
