"""`cutaway store`: look after the database: check, back up, migrate, and who may sign in."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cutaway.cli.output import data_option, print_rows, store_option, table_options
from cutaway.errors.store import StoreError

if TYPE_CHECKING:
    from cutaway.store.open import Store


@click.group("store")
def command() -> None:
    """Look after the database of what people add: check it, back it up, migrate it, and say who may sign in.

    \b
    Examples:
      cutaway store check
      cutaway store backup before-the-move.sqlite
      cutaway store account "Ada" --role moderator
    """


def opened(data: Path, store_url: str | None, *, migrate: bool = False) -> "Store":
    """The store, which must be there."""
    from cutaway.store.migrate import open_store
    from cutaway.store.open import NAME, url_of

    if store_url is None and not (data / NAME).is_file():
        raise StoreError(
            str(data / NAME), "there is none", "One is made by: cutaway serve;  another folder: --data DIR"
        )
    return open_store(url_of(data, store_url), migrate=migrate)


@command.command("check")
@store_option
@data_option
def check(store_url: str | None, data: Path) -> None:
    """Check that the database is sound and agrees with its log.

    \b
    Example: cutaway store check
    """
    from cutaway.store.backup import check as check_store

    store = opened(data, store_url)
    faults = check_store(store)
    if faults:
        raise StoreError(
            store.where, "; ".join(faults[:5]), "Restore a backup: copy it over the file, with the site ended."
        )
    click.echo(f"{store.where}: sound, and as its log says")


@command.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@store_option
@data_option
def backup(file: Path, store_url: str | None, data: Path) -> None:
    """Copy the database to FILE, also while the site runs.

    \b
    Example: cutaway store backup monday.sqlite
    """
    from cutaway.store.backup import backup as back_up

    target = back_up(opened(data, store_url), file)
    click.echo(f"{target}: {target.stat().st_size:,} bytes")


@command.command("migrate")
@store_option
@data_option
def migrate(store_url: str | None, data: Path) -> None:
    """Bring a database of an older version up to date, after a backup beside it.

    \b
    Example: cutaway store migrate
    """
    from cutaway.store.migrate import NEWEST

    store = opened(data, store_url, migrate=True)
    click.echo(f"{store.where}: version {NEWEST}")


@command.command("account")
@click.argument("name")
@click.option("--role", type=click.Choice(["member", "moderator"]), help="member: propose. moderator: also decide.")
@click.option("--remove", is_flag=True, help="Remove the account; what it wrote stays.")
@click.option("--password", prompt=False, help="Asked for, hidden, where it is not given.")
@store_option
@data_option
def account(name: str, role: str | None, remove: bool, password: str | None, store_url: str | None, data: Path) -> None:
    """Make an account NAME, give it a new password or role, or remove it.

    \b
    Examples:
      cutaway store account "Ada" --role moderator
      cutaway store account "Ada" --remove
    """
    from cutaway.store import people
    from cutaway.store.migrate import open_store
    from cutaway.store.open import url_of

    store = open_store(url_of(data, store_url))
    chosen = next((known for known in people.ROLES if known == role), None)
    there = name in [found.name for found, _ in people.all_accounts(store)]
    if remove:
        people.remove_account(store, name)
        click.echo(f"'{name}' is removed")
        return
    if password is None and (not there or chosen is None):
        password = click.prompt(f"Password for {name}", hide_input=True, confirmation_prompt=True)
    if there:
        people.change_account(store, name, password=password, role=chosen)
    else:
        people.add_account(store, name, password or "", role=chosen or "member")
    click.echo(f"'{name}' is {'changed' if there else 'made'}")


@command.command("accounts")
@table_options
@store_option
@data_option
def accounts(as_json: bool, as_csv: bool, store_url: str | None, data: Path) -> None:
    """List the accounts.

    \b
    Example: cutaway store accounts --json
    """
    from cutaway.store.people import all_accounts

    found = all_accounts(opened(data, store_url))
    rows = [{"name": one.name, "role": one.role, "since": since.date().isoformat()} for one, since in found]
    print_rows(rows, as_json=as_json, as_csv=as_csv)
    if not rows and not (as_json or as_csv):
        click.echo('No account yet.  To make one: cutaway store account "NAME" --role moderator')
