"""`cutaway run`: run a study, print what it found, keep its record and report."""

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cutaway.catalog import load_catalog
from cutaway.catalog.number import is_number
from cutaway.cli.output import data_option, print_aligned
from cutaway.errors.studies import StudyTakesNoModelsError
from cutaway.records.claim import verdict
from cutaway.records.discover import find_study, study_headers
from cutaway.records.run_record import RunRecord
from cutaway.records.words import in_words, not_asked

if TYPE_CHECKING:
    import pandas as pd

SHAPES = {"held": "+", "failed": "x", "undecided": "?", "reported": "."}
SHOWN = (
    "model",
    "layer",
    "head",
    "role",
    "previous_token",
    "duplicate_token",
    "induction",
    "repeats_effect",
    "strongest",
)


@click.command("run")
@click.argument("study", required=False)
@click.option("--all", "every", is_flag=True, help="Run every study, one after the other.")
@click.option("--smoke", is_flag=True, help="The smallest size that still exercises everything.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of everything random.")
@click.option("--model", "models", multiple=True, help="Add a model to those the study looks at; may be repeated.")
@click.option("--json", "as_json", is_flag=True, help="Print claims and verdicts as JSON.")
@data_option
def command(
    study: str | None, every: bool, smoke: bool, seed: int, models: tuple[str, ...], as_json: bool, data: Path
) -> None:
    """Run a STUDY, named by its slug or by the number of a problem it attacks.

    \b
    Examples:
      cutaway run head-wiki
      cutaway run 6.18 --smoke
      cutaway run head-wiki --model ./my-gpt2
    """
    if not study and not every:
        raise click.UsageError("name a study or a problem, or say --all.  All studies: cutaway studies")
    if study and is_number(study):
        load_catalog().problem(study)
    chosen = study_headers() if every or study is None else [find_study(study)]

    if models:
        for header in chosen:
            if not header.takes_models:
                others = [other.slug for other in study_headers() if other.takes_models]
                raise StudyTakesNoModelsError(header.slug, models, others)

    from cutaway.cli.progress import Bars
    from cutaway.jobs.local import run_study
    from cutaway.zoo.load import load

    guests = [load(name) for name in models]
    told = []
    for header in chosen:
        done = run_study(
            header,
            records=data / "records",
            command=shlex.join(["cutaway", *sys.argv[1:]]),
            seed=seed,
            smoke=smoke,
            guests=guests,
            progress=Bars(),
        )
        told.append(as_json_record(done.record, done.folder))
        if not as_json:
            show(done.record, done.folder, done.tables)
    if as_json:
        import json

        click.echo(json.dumps(told, indent=2))


def show(record: RunRecord, folder: Path, tables: "dict[str, pd.DataFrame]") -> None:
    """The head table where there is one, the verdicts, and where the rest lies."""
    if "heads" in tables:
        frame = tables["heads"]
        columns = [name for name in SHOWN if name in frame.columns]
        rows = frame[columns].to_dict("records")
        print_aligned([{str(name): value for name, value in row.items()} for row in rows])
        click.echo()
    click.echo(record.question)
    for answer in record.answers:
        click.echo(f"  {SHAPES[answer.verdict]} {answer.verdict:9}  {answer.claim.sentence}")
        click.echo(f"               {in_words(answer)}")
    for line in not_asked(record, find_study(record.study)):
        click.echo(f"  - {line}")
    click.echo(f"\nrecord  {folder}\nreport  {folder / 'report.html'}")


def as_json_record(record: RunRecord, folder: Path) -> dict[str, Any]:
    """What a script wants to know of a run."""
    return {
        "id": record.id,
        "study": record.study,
        "folder": str(folder),
        "report": str(folder / "report.html"),
        "claims": [
            {
                "key": answer.claim.key,
                "verdict": verdict(answer.claim, answer.finding),
                **vars(answer.finding.measured),
                "unit": answer.claim.unit,
                "null_95": answer.finding.null_line,
            }
            for answer in record.answers
        ],
    }
