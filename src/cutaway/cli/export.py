"""`cutaway export`: everything people added as JSON lines, or the whole site as plain files."""

import json
from pathlib import Path

import click

from cutaway.cli.output import data_option, store_option


@click.command("export")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--site", type=click.Path(file_okay=False, path_type=Path), help="Write the site as files to this folder."
)
@click.option("--url", default="http://localhost", show_default=True, help="Where the files of --site will be hosted.")
@click.option("--json", "as_json", is_flag=True, help="Print what was written as JSON.")
@store_option
@data_option
def command(file: Path | None, site: Path | None, url: str, as_json: bool, store_url: str | None, data: Path) -> None:
    """Write everything that people added to FILE as JSON lines, or the whole site as plain files.

    \b
    Examples:
      cutaway export contributions.jsonl
      cutaway export --site public --url https://cutaway.example.org
    """
    if (file is None) == (site is None):
        raise click.UsageError("name a FILE for the JSON lines, or a folder for the pages: --site DIR")
    if file is not None:
        from cutaway.store.export import export
        from cutaway.store.migrate import open_store
        from cutaway.store.open import url_of

        count, target = export(open_store(url_of(data, store_url)), file), file
    else:
        assert site is not None
        from urllib.parse import urlsplit

        from cutaway.cli.progress import Bars
        from cutaway.web.settings import Settings
        from cutaway.web.snapshot import write_snapshot

        host = urlsplit(url)
        if host.scheme not in ("http", "https") or not host.hostname:
            raise click.UsageError(f"--url is where the site will be, such as https://cutaway.example.org, not '{url}'")
        settings = Settings(data=data, names=(host.hostname,), url=url, store_url=store_url, is_snapshot=True)
        count, target = write_snapshot(settings, site, progress=Bars()), site
    what = "lines" if file is not None else "files"
    click.echo(json.dumps({"target": str(target), what: count}) if as_json else f"{target}: {count:,} {what}")
