"""`cutaway zoo`: the tiny trained models, and how to train them again."""

from pathlib import Path

import click

from cutaway.cli.output import print_rows, table_options


@click.group("zoo", invoke_without_command=True)
@table_options
@click.pass_context
def command(context: click.Context, as_json: bool, as_csv: bool) -> None:
    """List the zoo with sizes and held-out losses; `zoo train NAME` rebuilds a model.

    \b
    Example: cutaway zoo
    """
    if context.invoked_subcommand is not None:
        return
    from cutaway.errors.zoo import UntrainedZooModelError
    from cutaway.zoo.recipe import all_recipes
    from cutaway.zoo.shipped import card_of

    rows = []
    for name, recipe in all_recipes().items():
        try:
            card = card_of(name)
        except UntrainedZooModelError:
            card = {}
        measured = card.get("measured_on_held_out", {})
        rows.append(
            {
                "name": name,
                "weights": card.get("parameters"),
                "natural_loss": measured.get("natural_loss_nats"),
                "repeat_loss": measured.get("repeated_token_loss_nats"),
                "summary": recipe.summary,
            }
        )
    print_rows(rows, as_json=as_json, as_csv=as_csv)


@command.command("train")
@click.argument("name")
@click.option("--into", type=click.Path(file_okay=False, path_type=Path), help="Where the finished model goes.")
@click.option("--restart", is_flag=True, help="Forget earlier checkpoints.")
@click.option("--accept-other-text", is_flag=True, help="Train on this machine's standard library even if it differs.")
@click.option("--threads", type=click.IntRange(min=1), default=1, show_default=True, help="CPU threads.")
def train_command(name: str, into: Path | None, restart: bool, accept_other_text: bool, threads: int) -> None:
    """Train NAME from its recipe; a killed run goes on from its last checkpoint in ./zoo-training.

    \b
    Example: cutaway zoo train attn-only-2l
    """
    import torch

    from cutaway.zoo.checkpoint import newest
    from cutaway.zoo.recipe import recipe_named
    from cutaway.zoo.train import StepReport, check_text, train

    torch.set_num_threads(threads)
    recipe = recipe_named(name)
    if not accept_other_text:
        check_text(name)
    folder = Path("zoo-training") / name

    def say(report: StepReport) -> None:
        natural = "  repeats only" if report.natural_loss != report.natural_loss else f"{report.natural_loss:9.3f} nats"
        left = (report.steps - report.step) * recipe.rows * recipe.config.n_ctx / report.tokens_per_second / 60
        click.echo(
            f"step {report.step:5}/{report.steps}  natural {natural}  repeats {report.repeat_loss:6.3f} nats"
            f"  {report.tokens_per_second:7,.0f} tokens/s  {left:4.0f} min left"
        )

    last = newest(folder)
    if last is not None and not restart:
        click.echo(f"going on from {last}")
    done = train(recipe, folder=folder, into=into or Path("zoo-training") / "finished", restart=restart, report=say)
    click.echo(f"\nfinished model  {done}\nlook inside     cutaway heads {done}")
