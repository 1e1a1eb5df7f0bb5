"""How every command prints a table: for eyes, or as JSON or CSV for the next program."""

import csv
import json
import shutil
import sys
import textwrap
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])
Row = Mapping[str, Any]

ENDINGS = (".svg", ".png", ".html", ".json")  # of pictures
PAGE = 100  # characters in a line of running text, unless the terminal is narrower


def table_options(command: Command) -> Command:
    """Add `--json` and `--csv`."""
    command = click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")(command)
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def print_rows(rows: Sequence[Row], *, as_json: bool, as_csv: bool, columns: Sequence[str] | None = None) -> None:
    """Print `rows`; `columns` picks what the eye sees, JSON and CSV always get everything."""
    if as_json:
        click.echo(json.dumps(list(rows), indent=2, ensure_ascii=False, default=str))
    elif as_csv:
        writer = csv.DictWriter(sys.stdout, fieldnames=list(rows[0]) if rows else [], lineterminator="\n")
        writer.writeheader()
        writer.writerows({key: flat(value) for key, value in row.items()} for row in rows)
    else:
        print_aligned([{key: row[key] for key in columns or row} for row in rows])


def flat(value: Any) -> Any:
    """A list as one CSV cell."""
    return "; ".join(map(str, value)) if isinstance(value, (list, tuple)) else value


def print_aligned(rows: Sequence[Row]) -> None:
    """Columns padded to their widest cell, numbers to the right; on a terminal, lines end at its edge."""
    if not rows:
        return
    cells = [[shown(value) for value in row.values()] for row in rows]
    heads = list(rows[0])
    right = [all(isinstance(row[head], (int, float)) for row in rows) for head in heads]
    widths = [max(len(head), *(len(line[at]) for line in cells)) for at, head in enumerate(heads)]
    screen = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    for line in [heads, *cells]:
        padded = [
            cell.rjust(width) if number else cell.ljust(width)
            for cell, width, number in zip(line, widths, right, strict=True)
        ]
        click.echo("  ".join(padded).rstrip()[:screen])


def shown(value: Any) -> str:
    """One cell: three decimals for a measurement, nothing for a missing value, one line for text."""
    if value is None or value != value:
        return ""
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, float):
        return f"{value:.3f}"
    return " ".join(str(flat(value)).split())


def wrapped(text: str, prefix: str) -> Sequence[str]:
    """Text in lines under one another, the first after `prefix`; an address is never cut."""
    return textwrap.wrap(
        text,
        page_width(),
        initial_indent=prefix,
        subsequent_indent=" " * len(prefix),
        break_long_words=False,
        break_on_hyphens=False,
    )


def page_width() -> int:
    """Characters in a line of running text."""
    return min(PAGE, shutil.get_terminal_size().columns)


def store_option(command: Command) -> Command:
    """Add `--store URL`."""
    return click.option(
        "--store",
        "store_url",
        metavar="URL",
        envvar="CUTAWAY_STORE",
        help="Another database than the one in the data folder: postgresql://USER@HOST/NAME.",
    )(command)


def data_option(command: Command) -> Command:
    """Add `--data DIR`."""
    return click.option(
        "--data",
        type=click.Path(file_okay=False, path_type=Path),
        default=Path("cutaway-data"),
        envvar="CUTAWAY_DATA",
        show_default=True,
        help="Where records are kept.",
    )(command)


def refuse_files(figure: Path | None, table: Path | None) -> None:
    """Raises: UsageError for a file that could not be written, before anything has run."""
    for path in (figure, table):
        if path is not None and not path.absolute().parent.is_dir():
            raise click.UsageError(f"there is no folder {path.absolute().parent} to write {path.name} in.")
    if figure is not None and figure.suffix not in ENDINGS:
        raise click.UsageError(f"{figure.name} names no kind of picture.  One of: {', '.join(ENDINGS)}")
