"""`cutaway circuit`: the edges of a model that a task goes through, found on some prompts and judged on others."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cutaway.cli.output import print_rows, refuse_files, table_options

if TYPE_CHECKING:
    import pandas as pd

    from cutaway.models import Model
    from cutaway.models.pairs import Pairs
    from cutaway.scoreboard.methods import Method
    from cutaway.techniques.circuits.acdc import Objective
    from cutaway.techniques.circuits.circuit import Circuit
    from cutaway.techniques.circuits.edge_scores import EdgeScores
    from cutaway.techniques.circuits.question import Question

ALIASES = {"acdc": "acdc-metric"}
OBJECTIVES: "dict[str, Objective]" = {"acdc-metric": "metric", "acdc-kl": "kl"}


@click.command("circuit")
@click.argument("model")
@click.argument("task")
@click.option(
    "--method",
    default="acdc",
    show_default=True,
    help="Such as edge-patching, eap, eap-ig-inputs; a wrong name lists all.",
)
@click.option("--corruption", help="Of the task; by default its first. All: cutaway tasks TASK")
@click.option(
    "--ablation",
    type=click.Choice(["corrupted", "zero", "mean", "clean"]),
    default="corrupted",
    show_default=True,
    help="What is said along edges that are cut.",
)
@click.option(
    "--keeps",
    type=click.FloatRange(min=0, max=1, min_open=True),
    default=0.9,
    show_default=True,
    help="Share of the gap that the circuit must keep.",
)
@click.option("--positions", is_flag=True, help="An edge for each position of the prompts: many more of them.")
@click.option("--edges", type=click.IntRange(min=1), help="So many edges instead.")
@click.option("--threshold", type=float, help="Of ACDC: this one instead, in the metric's unit, of acdc-kl in nats.")
@click.option("--rows", type=click.IntRange(min=2), default=32, show_default=True, help="Prompts; as many to judge on.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of everything random.")
@click.option("--save", type=click.Path(dir_okay=False, path_type=Path), help="Write the circuit to this file (JSON).")
@click.option("--figure", type=click.Path(dir_okay=False, path_type=Path), help="Draw to FILE.svg, .png or .html.")
@table_options
def command(
    model: str,
    task: str,
    method: str,
    corruption: str | None,
    ablation: str,
    keeps: float,
    positions: bool,
    edges: int | None,
    threshold: float | None,
    rows: int,
    seed: int,
    save: Path | None,
    figure: Path | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Find the circuit of MODEL for TASK, and judge it on prompts that it was not found on.

    Edges go from embeddings, heads and MLPs to the queries, keys and values of heads, to MLPs and to the logits. Kept
    are the strongest, as many as keep 90 % of the gap between the whole model and one with every edge cut. Beside the
    circuit's faithfulness stand that of random circuits of its size, what remains without it, and what it lacks.

    \b
    Examples:
      cutaway circuit ioi-2l symbolic-ioi --figure ioi.svg
      cutaway circuit ioi-2l symbolic-ioi --method eap --positions
      cutaway circuit ./gpt2 ioi --method eap --edges 200 --save ioi.json
    """
    from cutaway.cli.progress import Bars
    from cutaway.techniques.circuits.evaluate import evaluate
    from cutaway.zoo.load import load

    refuse_files(figure, save)
    full, scored = method_named(method)
    if threshold is not None and (full not in OBJECTIVES or edges is not None):
        raise click.UsageError(
            "--threshold is ACDC's, which then decides how many edges stay: no other --method or --edges"
        )
    loaded = load(model)
    found_on, judged_on = (
        asked(loaded, task, corruption, ablation, rows=rows, seed=seed, split=split, positions=positions)
        for split in ("train", "test")
    )
    if threshold is not None:
        from cutaway.techniques.circuits.acdc import acdc

        circuit, scores = acdc(found_on, threshold, objective=OBJECTIVES[full], progress=Bars()).circuit, None
    else:
        scores = scored(found_on)
        circuit = cut_out(scores, found_on, task, edges, keeps)
    judged = evaluate(circuit, judged_on, seed=seed, progress=Bars())
    keep(circuit, found_on, scores, save, figure)
    report(circuit, scores, judged.frame, as_json=as_json, as_csv=as_csv)


def method_named(name: str) -> "tuple[str, Method]":
    """A method of the scoreboard, with its full name.

    Raises: UsageError.
    """
    from cutaway.scoreboard.methods import METHODS

    full = ALIASES.get(name, name)
    if full not in METHODS:
        raise click.UsageError(f"there is no method '{name}'.  One of: {', '.join([*ALIASES, *METHODS])}")
    return full, METHODS[full]


def asked(
    model: "Model",
    task: str,
    corruption: str | None,
    ablation: str,
    *,
    rows: int,
    seed: int,
    split: str,
    positions: bool,
) -> "Question":
    """What the circuit is to explain, on prompts of one split; by position, with an edge for each."""
    from cutaway.models.graph import Graph
    from cutaway.tasks.find import task as task_named
    from cutaway.techniques.circuits.question import Question

    pairs: Pairs = task_named(task).pairs(model, rows=rows, corruption=corruption, seed=seed, split=split)  # type: ignore[arg-type]
    graph = Graph.of(model)
    if positions:
        graph = graph.by_position(pairs.clean.shape[1])
    return Question(graph, pairs, ablation)  # type: ignore[arg-type]


def cut_out(scores: "EdgeScores", question: "Question", name: str, edges: int | None, keeps: float) -> "Circuit":
    """The strongest edges: as many as were asked for, or as are faithful."""
    from cutaway.techniques.circuits.smallest import smallest_faithful
    from cutaway.techniques.circuits.thresholded import thresholded

    if edges is not None:
        return thresholded(scores, edges=edges, name=name)
    return smallest_faithful(scores, question, keeps=keeps, name=name)


def keep(
    circuit: "Circuit", question: "Question", scores: "EdgeScores | None", save: Path | None, figure: Path | None
) -> None:
    """Write the files that were asked for."""
    from cutaway.techniques.circuits.picture import circuit_picture

    if save is not None:
        circuit.save(save)
        click.echo(f"{len(circuit.edges)} edges written to {save}", err=True)
    if figure is not None:
        circuit_picture(circuit, question.graph, scores).save(figure)
        click.echo(f"drawn in {figure}", err=True)


def report(
    circuit: "Circuit", scores: "EdgeScores | None", judged: "pd.DataFrame", *, as_json: bool, as_csv: bool
) -> None:
    """What was found: as one JSON object, as a table of edges, or as both tables in words."""
    table = circuit.frame
    if scores is not None:
        table = table.merge(scores.frame, on=list(circuit.columns)).sort_values(
            "score", key=abs, ascending=False, kind="stable"
        )
    edges, judgement = (
        [{str(name): value for name, value in row.items()} for row in rows.to_dict("records")]
        for rows in (table, judged)
    )
    if as_json:
        facts = {"model": circuit.model, "task": circuit.name, "method": circuit.method, "ablation": circuit.ablation}
        click.echo(json.dumps({**facts, "judged": judgement, "edges": edges}, indent=1))
        return
    if not as_csv:
        print_rows(judgement, as_json=False, as_csv=False)
        click.echo()
    print_rows(edges, as_json=False, as_csv=as_csv)
