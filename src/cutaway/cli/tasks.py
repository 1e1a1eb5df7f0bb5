"""`cutaway tasks`: what there is to ask of a model, how each prompt is spoiled, and how well a model does."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from cutaway.cli.output import page_width, print_rows, table_options, wrapped

if TYPE_CHECKING:
    import pandas as pd

    from cutaway.tasks.measure import Measurements
    from cutaway.tasks.task import Task

OF_A_MODEL = ("rows", "score", "split", "words")  # options that say how to measure
PATIENCE = 2.0  # seconds before a bar is drawn
SHOWN = 3  # pairs of prompts on the page of a task


@click.command("tasks")
@click.argument("name", required=False, metavar="[TASK]")
@click.option("--model", metavar="MODEL", help="Measure this model: a zoo name, a folder, or a cached Hugging Face id.")
@click.option("--rows", type=click.IntRange(min=2), default=200, show_default=True, help="Prompts of each case.")
@click.option("--corruption", metavar="NAME", help="Only this one; by default all are measured, and the first shown.")
@click.option(
    "--score",
    type=click.Choice(["token", "sequence"]),
    help="Score the next token, or whole answers of several tokens; by default as the task does.",
)
@click.option("--split", type=click.Choice(["any", "train", "test"]), default="any", show_default=True)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of everything random.")
@click.option("--words", multiple=True, metavar="LIST=WORD,...", help="Your own words for one of the task's lists.")
@click.option(
    "--file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Make the task of this file."
)
@table_options
@click.pass_context
def command(
    context: click.Context,
    name: str | None,
    model: str | None,
    rows: int,
    corruption: str | None,
    score: Any,
    split: Any,
    seed: int,
    words: tuple[str, ...],
    file: Path | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """List the tasks, show one TASK in full, or measure how well a model does it.

    Accuracy is a share, beside the chance of somebody who knows the form and not what decides; intervals are 95 %.
    Corrupted prompts are scored by the answers of the clean ones. `perfect` is a solver, `null` a guesser.

    \b
    Examples:
      cutaway tasks
      cutaway tasks ioi
      cutaway tasks ioi --model ./gpt2 --corruption other-actor
      cutaway tasks ioi --model attn-only-2l --score sequence --words name=Mary,John,Anna,Paul
    """
    refuse_stray(context, name, model, file, corruption)
    own = {key: chosen for key, chosen in map(own_words, words)}
    from cutaway.tasks.find import all_tasks, task

    if name is None:
        print_list(list(all_tasks().values()), seed, as_json=as_json, as_csv=as_csv)
        return
    found = task(name) if file is None else from_file(task(name), file)
    if model is None:
        found.corruption(corruption)
        if as_json or as_csv:
            rows_ = [record(found, seed, corruption, count=SHOWN, as_csv=as_csv)]
            print_rows(rows_, as_json=as_json, as_csv=as_csv)
        else:
            click.echo("\n".join(page(found, seed, corruption)))
        return
    from cutaway.cli.progress import Bars
    from cutaway.tasks.measure import Wording, measure
    from cutaway.zoo.load import load

    measured = measure(
        found,
        load(model),
        rows=rows,
        corruption=corruption,
        seed=seed,
        split=split,
        wording=Wording(score, own),
        progress=Bars(after=PATIENCE),
    )
    say_what_was_replaced(measured)
    print_measured(measured.frame, as_json=as_json, as_csv=as_csv)


def refuse_stray(
    context: click.Context, name: str | None, model: str | None, file: Path | None, corruption: str | None
) -> None:
    """Raises: UsageError for an option that would have no effect."""
    if name is None and (model or file or corruption):
        raise click.UsageError("Name the task too: cutaway tasks TASK --model MODEL.  All of them: cutaway tasks")
    given = [key for key in OF_A_MODEL if context.get_parameter_source(key) is ParameterSource.COMMANDLINE]
    if model is None and given:
        raise click.UsageError(f"--{given[0]} says how a model is measured.  Name one: --model attn-only-2l")


def own_words(given: str) -> tuple[str, list[str]]:
    """`name=Mary,John` as the list and its words.

    Raises: UsageError.
    """
    key, equals, words = given.partition("=")
    if not equals or not key or not words:
        raise click.UsageError(f"--words {given} names no list.  Write it as --words name=Mary,John,Anna,Paul")
    return key.strip(), [word.strip() for word in words.split(",") if word.strip()]


def from_file(task: "Task", file: Path) -> "Task":
    """The task of a user's file.

    Raises: UsageError for a task that is not made of files.
    """
    from cutaway.tasks.find import all_tasks

    if task.from_file is None:
        readers = ", ".join(one.name for one in all_tasks().values() if one.from_file is not None) or "none"
        raise click.UsageError(f"task '{task.name}' is not made of a file.  Those that are: {readers}")
    return task.from_file(file)


def print_list(tasks: Sequence["Task"], seed: int, *, as_json: bool, as_csv: bool) -> None:
    """Every task with one pair of prompts: for eyes a few lines each, for the next program everything."""
    if as_json or as_csv:
        print_rows([record(task, seed, None, count=1, as_csv=as_csv) for task in tasks], as_json=as_json, as_csv=as_csv)
        return
    wide = max(len(task.name) for task in tasks)
    made = max(len(made_of(task)) for task in tasks)
    click.echo(f"{'task':<{wide}}  {'kind':<7}  {'made of':<{made}}  corruptions")
    for task in tasks:
        names = ", ".join(change.name for change in task.corruptions)
        lines = wrapped(names, f"{task.name:<{wide}}  {task.kind:<7}  {made_of(task):<{made}}  ")
        click.echo("\n".join([*lines, *wrapped(task.says, "  ")]))
        pair = task.examples(rows=1, seed=seed)[0]
        click.echo("\n".join([*pair_lines({key: clipped(text) for key, text in pair.items()}), ""]))
    click.echo(f"{len(tasks)} tasks; one in full: cutaway tasks {tasks[0].name}")


def record(task: "Task", seed: int, corruption: str | None, *, count: int, as_csv: bool) -> dict[str, Any]:
    """Everything about a task; in CSV, each corruption and sample is one line of text."""
    pairs = task.examples(rows=count, seed=seed, corruption=corruption)
    changes = [
        {"name": one.name, "says": one.says, "blind_to": one.blind_to, "changes_answer": one.changes_answer}
        for one in task.corruptions
    ]
    facts = {"task": task.name, "kind": task.kind, "says": task.says, "asks": task.asks, "chance": task.chance}
    facts |= {"source": task.source, "from_file": task.from_file is not None}
    if not as_csv:
        return {**facts, "counts": task.counts, "corruptions": changes, "samples": pairs}
    lines = [f"{one['name']}: {one['says']} Blind to: {one['blind_to']}" for one in changes]
    samples = [f"{one['clean']!r}, right {one['right']}, corrupted {one['corrupted']!r}" for one in pairs]
    return {**facts, "counts": made_of(task, all_of_it=True), "corruptions": lines, "samples": samples}


def made_of(task: "Task", *, all_of_it: bool = False) -> str:
    """`11 templates, 154 words`."""
    counts = list(task.counts.items())
    return ", ".join(
        f"{size:,} {what.removesuffix('s') if size == 1 else what}" for what, size in counts[: None if all_of_it else 2]
    )


def page(task: "Task", seed: int, corruption: str | None) -> Iterator[str]:
    """One task in full."""
    yield f"Task {task.name} ({task.kind})"
    yield ""
    yield from wrapped(task.says, "  ")
    yield ""
    for key, text in facts(task):
        yield from wrapped(text, f"  {key:<10} ")
    yield ""
    yield f"Corruptions: {len(task.corruptions)}"
    for change in task.corruptions:
        after = "Another answer is right then." if change.changes_answer else "No other answer takes its place."
        yield f"  - {change.name}"
        yield from wrapped(f"{change.says} {after}", "    ")
        yield from wrapped(f"Blind to: {change.blind_to}", "    ")
    yield ""
    yield f"Pairs of prompts, seed {seed}, corruption {task.corruption(corruption).name}"
    for pair in task.examples(rows=SHOWN, seed=seed, corruption=corruption):
        yield ""
        yield from pair_lines(pair)
    yield ""
    yield f"how well a model does it: cutaway tasks {task.name} --model MODEL"


def facts(task: "Task") -> Iterator[tuple[str, str]]:
    """The fields of a task with their names."""
    from cutaway.tasks.worded import WordedTask

    yield "made of", made_of(task, all_of_it=True)
    yield "asks", task.asks
    yield "chance", f"{task.chance:.3g}, of somebody who knows the form and not what decides"
    if isinstance(task, WordedTask):
        yield "scored by", "the next token" if task.usual_score == "token" else "whole answers of several tokens"
        lists = [f"{key} ({len(lexicon.words)}, {lexicon.role})" for key, lexicon in task.lexicons.items()]
        yield "lists", ", ".join(lists) or "none"
    yield "file", "your own: --file PATH" if task.from_file is not None else "none"
    yield "source", task.source or "our own"


def pair_lines(pair: Mapping[str, str]) -> Iterator[str]:
    """A pair of prompts and the answers of the clean one."""
    against = f", against {pair['wrong']}" if pair["wrong"] else ""
    for key, text in (("clean", pair["clean"]), ("answer", pair["right"] + against), ("corrupted", pair["corrupted"])):
        yield from wrapped(text.replace("\n", "\\n"), f"    {key:<10} ")


def clipped(text: str) -> str:
    """The beginning and the end of a text that would take more than two lines."""
    most = page_width() * 2 - 40
    if len(text) <= most:
        return text
    return f"{text[: most // 2].rpartition(' ')[0]} ... {text[-most // 2 :].partition(' ')[2]}"


def say_what_was_replaced(measured: "Measurements") -> None:
    """Words left out, prompts drawn again and controls that are missing, on standard error."""
    from cutaway.errors.tasks import some

    model = measured.frame["model"][0]
    for key, words in measured.left_out.items():
        click.echo(f"{key}: {len(words)} words left out, which {model} cuts otherwise: {some(words)}", err=True)
    for case, redrawn in measured.frame[["case", "redrawn"]].itertuples(index=False):
        if redrawn and case not in ("clean", "perfect", "null"):
            click.echo(f"{case}: {redrawn} prompts drawn again, which {model} does not cut as the task needs", err=True)
    if measured.without_controls:
        unknown = some(measured.without_controls)
        click.echo(f"no controls: the task's solver does not know {unknown}", err=True)


def print_measured(frame: "pd.DataFrame", *, as_json: bool, as_csv: bool) -> None:
    """Every case with its intervals."""
    rows = [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]
    if as_json or as_csv:
        print_rows(rows, as_json=as_json, as_csv=as_csv)
        return
    first = rows[0]
    click.echo(f"task {first['task']}, model {first['model']}, split {first['split']}, seed {first['seed']}\n")
    shown = [
        {
            "case": row["case"],
            "accuracy [95 %]": with_interval(row, "accuracy"),
            f"{row['metric_name']}, {row['unit']} [95 %]": with_interval(row, "metric"),
            "n": row["n"],
        }
        for row in rows
    ]
    print_rows(shown, as_json=False, as_csv=False)
    click.echo(f"\nchance {first['chance']:.3g}; corrupted prompts are scored by the answers of the clean ones")


def with_interval(row: Mapping[str, Any], key: str) -> str:
    """`0.500 [0.431, 0.569]`."""
    value, low, high = (round(row[name], 3) + 0.0 for name in (key, f"{key}_low", f"{key}_high"))  # no minus zero
    return f"{value:.3f} [{low:.3f}, {high:.3f}]"
