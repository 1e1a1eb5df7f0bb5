"""`cutaway studies`: what can be run, read from the headers."""

import click

from cutaway.cli.output import print_rows, table_options
from cutaway.records.discover import study_headers


@click.command("studies")
@table_options
def command(as_json: bool, as_csv: bool) -> None:
    """List the studies, the problems they attack and how long they take.

    \b
    Example: cutaway studies --json
    """
    rows = [
        {
            "study": header.slug,
            "problems": list(header.problems),
            "minutes": header.minutes,
            "claims": len(header.claims),
            "question": header.question,
        }
        for header in study_headers()
    ]
    print_rows(rows, as_json=as_json, as_csv=as_csv)
    if not as_json and not as_csv:
        click.echo("\nrun one: cutaway run STUDY")
