"""`cutaway bench`: methods on cases whose truth is known, in one table."""

from pathlib import Path

import click

from cutaway.cli.output import print_rows, refuse_files, table_options

COLUMNS = ("kind", "redundancy", "softness", "method", "cases", "auroc", "auprc", "cpr", "cmd", "passes", "seconds")


@click.group("bench")
def command() -> None:
    """Score methods on cases whose truth is known.

    \b
    Example:
      cutaway bench circuits
    """


@command.command("circuits")
@click.option("--drawn", default=15, show_default=True, type=click.IntRange(0), help="Random circuits of each kind.")
@click.option("--method", "only", multiple=True, help="Only this method; several times for several.")
@click.option("--parquet", type=click.Path(dir_okay=False, path_type=Path), help="Write each case's row to this file.")
@click.option("--page", type=click.Path(dir_okay=False, path_type=Path), help="Write all as Markdown, gates included.")
@table_options
def circuits(
    drawn: int, only: tuple[str, ...], parquet: Path | None, page: Path | None, as_json: bool, as_csv: bool
) -> None:
    """Score every method of circuit discovery on planted circuits, named and drawn, and on trained symbolic IOI.

    AUROC and average precision against the truth of the same ablation; CPR and CMD on other prompts than scores were
    found on. Half an hour for all; the table that is published stands in docs/scoreboard.md.

    \b
    Examples:
      cutaway bench circuits --drawn 2 --method eap --method edge-patching
      cutaway bench circuits --parquet rows.parquet --page scoreboard.md
    """
    from cutaway.cli.progress import Bars
    from cutaway.scoreboard.cases import all_cases
    from cutaway.scoreboard.circuits import score_circuits
    from cutaway.scoreboard.methods import METHODS

    if unknown := [name for name in only if name not in METHODS]:
        raise click.UsageError(f"there is no method '{unknown[0]}'.  One of: {', '.join(METHODS)}")
    methods = {name: method for name, method in METHODS.items() if not only or name in only}
    refuse_files(None, parquet)
    refuse_files(None, page)
    board = score_circuits(list(all_cases(drawn)), methods=methods, progress=Bars())
    if parquet is not None:
        board.rows.to_parquet(parquet, index=False)
        click.echo(f"{len(board.rows)} rows written to {parquet}", err=True)
    if page is not None:
        from cutaway.scoreboard.gates import gates
        from cutaway.scoreboard.page import markdown

        page.write_text(markdown(board, gates(board.rows)) + "\n", encoding="utf-8")
        click.echo(f"written to {page}", err=True)
    table = board.table
    plain = table.astype(object).where(table.notna(), None)
    rows = [{str(name): value for name, value in row.items()} for row in plain.to_dict("records")]
    print_rows(rows, as_json=as_json, as_csv=as_csv, columns=COLUMNS)
