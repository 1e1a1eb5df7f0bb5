"""`cutaway patch`: where a model carries the difference between two prompts, as a grid of patched runs."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cutaway.cli.output import print_rows, refuse_files, table_options

if TYPE_CHECKING:
    import pandas as pd

    from cutaway.models import Metric, Model
    from cutaway.techniques.patching.grid import PatchGrid

SHOWN = ("layer", "head", "position", "neuron", "token", "value", "base", "share")


@click.command("patch")
@click.argument("model")
@click.option("--clean", required=True, multiple=True, metavar="TEXT", help="The prompt that has the answer.")
@click.option("--corrupted", required=True, multiple=True, metavar="TEXT", help="The same with something exchanged.")
@click.option("--site", default="resid_pre", show_default=True, help="What is patched; all: cutaway sites MODEL.")
@click.option("--per", default="layer,position", show_default=True, help="Of layer, position, head, neuron.")
@click.option(
    "--metric",
    "kind",
    type=click.Choice(["logit-difference", "log-prob", "probability", "kl-divergence"]),
    default="logit-difference",
    show_default=True,
    help="Scored at the last position.",
)
@click.option("--answer", metavar="TOKEN", help="The right next token; by default the best guess on the clean prompt.")
@click.option("--against", metavar="TOKEN", help="The wrong one; by default the best guess on the corrupted prompt.")
@click.option("--noising", is_flag=True, help="Put corrupted activations into the clean run, not clean into corrupted.")
@click.option("--figure", type=click.Path(dir_okay=False, path_type=Path), help="Draw to FILE.svg, .png or .html.")
@click.option("--parquet", type=click.Path(dir_okay=False, path_type=Path), help="Write the table to this file.")
@click.option("--explain", is_flag=True, help="Say what it would cost, and stop.")
@table_options
def command(
    model: str,
    clean: tuple[str, ...],
    corrupted: tuple[str, ...],
    site: str,
    per: str,
    kind: str,
    answer: str | None,
    against: str | None,
    noising: bool,
    figure: Path | None,
    parquet: Path | None,
    explain: bool,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Patch one activation of MODEL at a time from one prompt's run into another's, and score every run.

    Values are shares: 0 is the score of the run that is patched into, 1 that of the other prompt. A pair of prompts
    must have as many tokens; give --clean and --corrupted several times for several pairs.

    \b
    Examples:
      cutaway patch attn-only-2l --clean "When Mary saw John, John saw" --corrupted "When Mary saw John, Mary saw" \\
        --answer " Mary" --against " John"
      cutaway patch ./gpt2 --clean "When Mary and John went out, John gave a drink to" \\
        --corrupted "When Mary and John went out, Mary gave a drink to" \\
        --answer " Mary" --against " John" --site z --per layer,head --figure heads.svg
    """
    from cutaway.cli.progress import Bars
    from cutaway.models import patches, plan_sweep
    from cutaway.techniques.patching.grid import patch_grid
    from cutaway.zoo.load import load

    refuse_files(figure, parquet)
    loaded = load(model)
    axes = tuple(name.strip() for name in per.split(",") if name.strip())
    metric = metric_of(loaded, kind, clean, corrupted, answer, against)
    source, base = (clean, corrupted) if not noising else (corrupted, clean)
    if explain:
        edits = patches(loaded, loaded.tokens(list(source)), site, per=axes)
        click.echo(plan_sweep(loaded, loaded.tokens(list(base)), edits, metric).explain())
        return
    direction: Any = "noising" if noising else "denoising"
    pair = {"clean": list(clean), "corrupted": list(corrupted)}
    grid = patch_grid(loaded, **pair, site=site, metric=metric, per=axes, direction=direction, progress=Bars())
    write_files(grid, figure, parquet)
    if as_json or as_csv or not (parquet or figure):
        print_grid(grid.frame, axes, as_json=as_json, as_csv=as_csv)


def write_files(grid: "PatchGrid", figure: Path | None, parquet: Path | None) -> None:
    """The table and the picture, where they are asked for."""
    if parquet is not None:
        grid.frame.to_parquet(parquet, index=False)
        click.echo(f"{len(grid.frame)} rows written to {parquet}", err=True)
    if figure is not None:
        grid.figure.save(figure)
        click.echo(f"drawn in {figure}", err=True)


def metric_of(
    model: "Model",
    kind: str,
    clean: tuple[str, ...],
    corrupted: tuple[str, ...],
    answer: str | None,
    against: str | None,
) -> "Metric":
    """The metric asked for; tokens that were not named are the model's own best guesses, which is said."""
    from cutaway.models import kl_divergence, log_prob, logit_difference, probability

    if kind == "kl-divergence":
        return kl_divergence(model.run(model.tokens(list(clean))).logits)
    right: Any = answer if answer is not None else guesses(model, clean, "--answer")
    if kind != "logit-difference":
        return (log_prob if kind == "log-prob" else probability)(right)
    wrong: Any = against if against is not None else guesses(model, corrupted, "--against")
    if right == wrong:
        fault = "the model's best guess is the same after both prompts, or it is the other token"
        raise click.UsageError(f'{fault}.  Name what to compare: --answer " Mary" --against " John"')
    return logit_difference(right, wrong)


def guesses(model: "Model", texts: tuple[str, ...], option: str) -> list[int]:
    """The best next token after each text."""
    found: list[int] = model.run(model.tokens(list(texts))).logits[:, -1].argmax(dim=-1).tolist()
    shown = ", ".join(repr(text) for text in model.token_strings(found[:4]))
    click.echo(f"{option} {shown}{' ...' if len(found) > 4 else ''}: the model's own best guess", err=True)
    return found


def print_grid(frame: "pd.DataFrame", axes: tuple[str, ...], *, as_json: bool, as_csv: bool) -> None:
    """For the next program every row; for eyes a grid of shares, or the rows where there is one axis or three."""
    plain = frame.astype(object).where(frame.notna(), None)
    rows = [{str(name): value for name, value in row.items()} for row in plain.to_dict("records")]
    if as_json or as_csv or len(axes) != 2:
        used = [name for name in SHOWN if name in axes or name in ("value", "base", "share")]
        used = [*used[:-3], "token", *used[-3:]] if "position" in axes else used
        print_rows(rows, as_json=as_json, as_csv=as_csv, columns=used)
        return
    from cutaway.techniques.patching.grid import place_label

    down, across = ("layer", axes[1]) if axes[0] == "layer" else (axes[0], axes[1])
    lines: dict[Any, dict[str, Any]] = {}
    for row in rows:
        name = place_label(row[across], row["token"]) if across == "position" else f"{across} {row[across]}"
        lines.setdefault(row[down], {down: row[down]})[name] = round(row["share"], 3) + 0.0  # no minus zero
    print_rows(list(lines.values()), as_json=False, as_csv=False)
