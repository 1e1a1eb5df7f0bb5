"""`cutaway sites`: the activations of a model that can be read and edited."""

import click

from cutaway.cli.output import print_rows, table_options


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
    rows = []
    for name, kind in VOCABULARY.items():
        layers = [site.layer for site in loaded.sites if site.name == name]
        here = "" if not layers else "whole model" if layers == [None] else f"{name}.0 to {name}.{layers[-1]}"
        rows.append(
            {
                "site": name,
                "where": here or f"absent: {loaded.layout.absent.get(name, 'not offered')}",
                "axes": " ".join(kind.axes),
                "meaning": kind.meaning,
            }
        )
    print_rows(rows, as_json=as_json, as_csv=as_csv)
