"""`cutaway notebook`: a notebook that repeats a study's main measurement and leaves you at the open question."""

import json
from pathlib import Path

import click

from cutaway.catalog import load_catalog
from cutaway.catalog.number import is_number
from cutaway.errors.studies import NotebookExistsError
from cutaway.records.discover import find_study, notebook_source
from cutaway.records.notebook import notebook, written


@click.command("notebook")
@click.argument("study")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@click.option("--json", "as_json", is_flag=True, help="Print where it is as JSON.")
def command(study: str, file: Path | None, force: bool, as_json: bool) -> None:
    """Write the notebook of a STUDY, named by its slug or by the number of a problem it attacks, to FILE.

    It loads the study's models, measures once in a few lines, and goes on where you do.

    \b
    Examples:
      cutaway notebook 5.12
      cutaway notebook modular-arithmetic grokking.ipynb
    """
    catalog = load_catalog()
    if is_number(study):
        catalog.problem(study)
    header = find_study(study)
    number = study if is_number(study) else header.problems[0]
    target = file or Path(f"{study if is_number(study) else header.slug}.ipynb")
    if target.exists() and not force:
        raise NotebookExistsError(str(target))
    statement, address = catalog.statements([number])[number]
    made = notebook(header, notebook_source(header.slug), number=number, statement=statement, address=address)
    target.write_text(written(made), encoding="utf-8")
    if as_json:
        click.echo(json.dumps({"notebook": str(target), "study": header.slug, "problem": number}))
    else:
        click.echo(f"{target}\n  open it: jupyter lab {target}")
