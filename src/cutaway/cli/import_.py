"""`cutaway import`: what `cutaway export` wrote, into an empty store."""

import json
from pathlib import Path

import click

from cutaway.cli.output import data_option, store_option


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print what was read as JSON.")
@store_option
@data_option
def command(file: Path, as_json: bool, store_url: str | None, data: Path) -> None:
    """Fill an empty store with what `cutaway export` wrote to FILE: all of it, or nothing.

    \b
    Example: cutaway import contributions.jsonl --data fresh
    """
    from cutaway.catalog.load import load_catalog
    from cutaway.store.export import read_lines
    from cutaway.store.migrate import open_store
    from cutaway.store.open import url_of
    from cutaway.store.search import index_catalog

    store = open_store(url_of(data, store_url))
    index_catalog(store, load_catalog())
    found = read_lines(store, file)
    said = ", ".join(f"{count:,} {kind}{'s' if count != 1 else ''}" for kind, count in found.items())
    click.echo(json.dumps(found) if as_json else f"{store.where}: {said}")
