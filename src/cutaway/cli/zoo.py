"""`cutaway zoo`: the tiny trained models, their cards, and how to train and check them."""

from pathlib import Path
from typing import Any

import click

from cutaway.cli.output import print_rows, refuse_files, table_options

RUNS = Path("zoo-training")


@click.group("zoo", invoke_without_command=True)
@table_options
@click.pass_context
def command(context: click.Context, as_json: bool, as_csv: bool) -> None:
    """List the zoo; `show NAME` prints a card, `page` draws all, `train NAME` rebuilds, `verify` checks what ships.

    \b
    Example: cutaway zoo
    """
    if context.invoked_subcommand is not None:
        return
    from cutaway.zoo.recipe import all_recipes

    print_rows([row_of(name) for name in all_recipes()], as_json=as_json, as_csv=as_csv)


def row_of(name: str) -> dict[str, Any]:
    """One model in the list; without weights, only what its recipe says."""
    from cutaway.zoo.card import headline
    from cutaway.zoo.recipe import recipe_named
    from cutaway.zoo.shipped import card_of, shipped_of

    recipe = recipe_named(name)
    shipped = shipped_of(recipe)
    ends = [one for one in shipped if one.step is None]
    card = card_of(ends[0]) if ends else None
    measure, value = headline(card) if card else ("", None)
    return {
        "name": name,
        "weights": card["parameters"] if card else None,
        "seeds": len(ends),
        "checkpoints": len(shipped) - len(ends),
        "measured": measure,
        "value": value,
        "summary": recipe.summary,
    }


@command.command("show")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print the card as it is on disk.")
def show_command(name: str, as_json: bool) -> None:
    """Print the card of NAME, which may be a seed or a checkpoint.

    \b
    Example: cutaway zoo show attn-only-2l
    """
    import json

    from cutaway.zoo.address import address
    from cutaway.zoo.card import told
    from cutaway.zoo.shipped import card_of

    at = address(name)
    click.echo(json.dumps(card_of(at), indent=2) if as_json else told(at))


@command.command("page")
@click.argument("file", default="zoo.html", type=click.Path(dir_okay=False, path_type=Path))
def page_command(file: Path) -> None:
    """Write FILE, one page with the curves and numbers of every model that ships; it needs nothing else to be read.

    \b
    Example: cutaway zoo page zoo.html
    """
    from cutaway.zoo.page import zoo_page

    refuse_files(None, file)
    file.write_text(zoo_page(), encoding="utf-8")
    click.echo(f"written to {file}")


@command.command("train")
@click.argument("name")
@click.option("--seed", type=int, help="One of the seeds of the recipe; its first by default.")
@click.option(
    "--checkpoints", type=click.IntRange(min=3), help="Keep so many steps, the end among them, close together at first."
)
@click.option("--into", type=click.Path(file_okay=False, path_type=Path), help="Where the finished model goes.")
@click.option("--restart", is_flag=True, help="Forget earlier checkpoints.")
@click.option("--accept-other-text", is_flag=True, help="Train on this machine's standard library even if it differs.")
@click.option("--threads", type=click.IntRange(min=1), default=1, show_default=True, help="CPU threads.")
def train_command(
    name: str,
    seed: int | None,
    checkpoints: int | None,
    into: Path | None,
    restart: bool,
    accept_other_text: bool,
    threads: int,
) -> None:
    """Train NAME from its recipe; a killed run goes on from its last checkpoint in ./zoo-training.

    \b
    Example: cutaway zoo train attn-only-2l --seed 1
    """
    import torch

    from cutaway.zoo.address import Address, address
    from cutaway.zoo.checkpoint import newest
    from cutaway.zoo.recipe import spaced
    from cutaway.zoo.shipped import check_data
    from cutaway.zoo.train import StepReport, train

    torch.set_num_threads(threads)
    at = address(name if seed is None else f"{name}@seed={seed}")
    if at.step is not None:
        raise click.UsageError(f"a run passes step {at.step} on its way.  Keep some steps: {name} --checkpoints 20")
    recipe = at.recipe
    if checkpoints is not None and checkpoints > recipe.schedule.steps + 1:
        raise click.UsageError(f"a run of {recipe.schedule.steps:,} steps has no {checkpoints} checkpoints.")
    if not accept_other_text:
        check_data(at)
    folder = RUNS / Address(recipe, at.seed).name

    def say(report: StepReport) -> None:
        watched = "  ".join(f"{key} {value:.3f}" for key, value in list(report.watched.items())[3:6])
        click.echo(
            f"step {report.step:6,}/{report.steps:,}  loss {report.loss:7.4f} nats"
            f"  {report.tokens_per_second:7,.0f} tokens/s  {report.seconds_left / 60:4.0f} min left  {watched}"
        )

    last = newest(folder)
    if last is not None and not restart:
        click.echo(f"going on from {last}")
    kept = spaced(recipe.schedule.steps, checkpoints) if checkpoints else None
    into = into or RUNS / "finished"
    done = train(recipe, seed=at.seed, folder=folder, into=into, kept=kept, restart=restart, report=say)
    shown = done if done.is_absolute() else f"./{done}"  # or it might be taken for a model of the zoo
    click.echo(f"\nfinished model  {shown}\nlook inside     cutaway heads {shown}")


@command.command("verify")
@click.argument("names", nargs=-1)
@table_options
@click.pass_context
def verify_command(context: click.Context, names: tuple[str, ...], as_json: bool, as_csv: bool) -> None:
    """Check the hashes of shipped weights, and measure again what their cards say; all of them without NAMES.

    \b
    Example: cutaway zoo verify ioi-2l
    """
    from cutaway.zoo.recipe import all_recipes, recipe_named
    from cutaway.zoo.shipped import shipped_of
    from cutaway.zoo.verify import Verified, verify

    recipes = [recipe_named(name) for name in names] or [one for one in all_recipes().values() if shipped_of(one)]
    found: list[Verified] = []
    for recipe in recipes:
        click.echo(f"measuring {recipe.name}", err=True)
        found.extend(verify(recipe))
    rows = [vars(one) | {"holds": one.holds} for one in found]
    print_rows(rows, as_json=as_json, as_csv=as_csv)
    if not all(one.holds for one in found):
        context.exit(1)
