"""`cutaway serve`: open the list in a browser: browse, claim, discuss, moderate."""

import os
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cutaway.cli.output import data_option, store_option
from cutaway.errors.web import PortTakenError

if TYPE_CHECKING:
    from cutaway.web.settings import Settings


@click.command("serve")
@click.option("--mode", type=click.Choice(["local", "lab", "public"]), default="local", show_default=True,
              help="local: for you, on this machine. lab: with accounts. public: read and propose.")  # fmt: skip
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", type=click.IntRange(0, 65535), default=8339, show_default=True, help="0 takes a free one.")
@click.option("--name", "names", multiple=True, help="Host name that the site answers to; may be repeated.")
@click.option("--open/--no-open", "opens", default=True, help="Open a browser.  [default: open]")
@store_option
@data_option
def command(
    mode: str, host: str, port: int, names: tuple[str, ...], opens: bool, store_url: str | None, data: Path
) -> None:
    """Serve the list: browse, claim, discuss and moderate its problems, and read what was run.

    \b
    Examples:
      cutaway serve
      cutaway serve --mode public --host 0.0.0.0 --name cutaway.example.org
    """
    from cutaway.web.settings import MODES, Settings

    chosen = next(known for known in MODES if known == mode)
    settings = Settings(data=data, mode=chosen, host=host, names=names, store_url=store_url)
    with listen(host, port) as listening:
        serve(settings, listening, opens=opens and mode == "local")


def serve(settings: "Settings", listening: socket.socket, *, opens: bool) -> None:
    """Serve until Ctrl-C, after saying where."""
    import uvicorn

    from cutaway.web.app import create_app
    from cutaway.web.site import open_site

    with open_site(settings) as site:
        host = "localhost" if settings.host == "127.0.0.1" else settings.host
        address = f"http://{f'[{host}]' if ':' in host else host}:{listening.getsockname()[1]}"
        link = f"{address}/start?token={site.start_token}"
        click.echo(f"Cutaway at {address}   (Ctrl-C ends it)")
        if settings.mode == "local":
            click.echo(f"To moderate, open once: {link}")
        click.echo(f"Store: {site.store.where}   records: {settings.records}")
        for fault in site.damaged:
            click.echo(fault, err=True)
        if opens and has_screen():
            import webbrowser

            webbrowser.open(link)
        config = uvicorn.Config(
            create_app(site),
            log_level="warning",
            server_header=False,
            timeout_keep_alive=60,  # longer than people read before they ask for the next page
            timeout_graceful_shutdown=3,
        )
        uvicorn.Server(config).run(sockets=[listening])


def has_screen() -> bool:
    """Whether a browser could show a window here; one for the terminal would take it over."""
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def listen(host: str, port: int) -> socket.socket:
    """A socket at an address, taken before anything else is done.

    Raises: PortTakenError.
    """
    try:
        family = socket.getaddrinfo(host, port)[0][0]
    except OSError as fault:
        raise PortTakenError(host, port, fault.strerror or str(fault)) from fault
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(2048)  # whoever comes before the site is ready waits for it
    except OSError as fault:
        listening.close()
        raise PortTakenError(host, port, fault.strerror or str(fault)) from fault
    return listening
