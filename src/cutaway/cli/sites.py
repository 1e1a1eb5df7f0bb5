"""`cutaway sites`: the activations of a model that can be read and edited."""

from typing import TYPE_CHECKING

import click

from cutaway.cli.output import print_rows, table_options

if TYPE_CHECKING:
    from cutaway.models import Model


@click.command("sites")
@click.argument("model")
@table_options
def command(model: str, as_json: bool, as_csv: bool) -> None:
    """List the sites of MODEL: names, layers, axes, and what is absent and why.

    \b
    Example: cutaway sites attn-only-2l
    """
    from cutaway.models import VOCABULARY
    from cutaway.zoo.load import load

    loaded = load(model)
    rows = [] if loaded.sites else parts_of(loaded)
    for group in loaded.layout.shapes:
        for name, kind in VOCABULARY.items():
            spelled = f"{group}.{name}" if group else name
            here = [site for site in loaded.sites if site.name == name and site.group == group]
            where = "" if not here else "whole model" if here[0].layer is None else f"{here[0]} to {here[-1]}"
            reasons = [why for site, why in loaded.layout.absent.items() if f"{site}.".startswith(f"{spelled}.")]
            rows.append(
                {
                    "site": spelled,
                    "where": where or f"absent: {next(iter(reasons), 'not offered')}",
                    "axes": " ".join(loaded.axes(here[0]) if here else kind.axes),
                    "meaning": kind.meaning,
                }
            )
    print_rows(rows, as_json=as_json, as_csv=as_csv)


def parts_of(model: "Model") -> list[dict[str, str]]:
    """What can be read where no site has a name: the output of every module. Why that is so goes to stderr."""
    click.echo(next(iter(model.layout.absent.values()), "only the sites of its modules are known"), err=True)
    held = ("ModuleList", "ModuleDict")  # which never run themselves
    kinds = {path: type(part).__name__ for path, part in model.module.named_modules() if path}
    also = "its output; add :in for its input"
    return [
        {"site": f"module:{path}", "where": kind, "axes": "batch ...", "meaning": also}
        for path, kind in kinds.items()
        if kind not in held
    ]
