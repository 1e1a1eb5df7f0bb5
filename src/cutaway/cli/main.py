"""`cutaway`: finds the command's file, runs it, and turns our errors into a few lines and exit code 2."""

import importlib
import pkgutil
import sys
from keyword import iskeyword

import click

from cutaway import cli
from cutaway.cli.interrupt import listen
from cutaway.errors import CutawayError

NOT_COMMANDS = {"interrupt", "main", "output", "progress"}


class CommandFolder(click.Group):
    """Every other file beside this one is a command of the same name, imported only when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        found = (module.name for module in pkgutil.iter_modules(cli.__path__) if module.name not in NOT_COMMANDS)
        return sorted(name.removesuffix("_") for name in found)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        module = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name
        command: click.Command = importlib.import_module(f"cutaway.cli.{module}").command
        return command


@click.group(cls=CommandFolder, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="cutaway")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def cutaway(debug: bool) -> None:
    """The workbench for the open problems of mechanistic interpretability.

    \b
    Example: cutaway run 6.18
    """


def main() -> None:
    """Entry point; `--debug` is understood at any place of the line."""
    words = sys.argv[1:]
    debug = "--debug" in words
    listen()
    try:
        code = cutaway.main([word for word in words if word != "--debug"], prog_name="cutaway", standalone_mode=False)
    except CutawayError as error:
        if debug:
            raise
        click.echo(str(error), err=True)
        code = 2
    except click.ClickException as error:
        error.show()
        code = 2
    except (KeyboardInterrupt, click.Abort):
        click.echo("Interrupted: nothing half-written was kept.", err=True)
        code = 130
    except BrokenPipeError:
        sys.stderr.close()
        code = 0
    except OSError as error:
        if debug:
            raise
        click.echo(f"the system refused: {error}.\n  Where it happened: the same command with --debug", err=True)
        code = 2
    sys.exit(code if isinstance(code, int) else 0)
