"""`python -m assistant user …`: who may sign in to the staff's page."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from assistant.command import DataOption, JsonOption, me, print_json, readable, settings_of
from assistant.terminal import note, say

if TYPE_CHECKING:
    from assistant.users import Users

user = typer.Typer(help="Who may sign in to the staff's page.", no_args_is_help=True)

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Without blanks and colons.")]
StdinOption = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from stdin, one line; otherwise it is asked for.")
]


@user.command()
def add(
    name: NameArgument,
    role: Annotated[
        Literal["reader", "editor", "admin"],
        typer.Option("--role", help="reader: asks. editor: also adds and approves. admin: also users and settings."),
    ] = "reader",
    password_stdin: StdinOption = False,
    data: DataOption = None,
) -> None:
    """Lets someone sign in. The password is asked for twice, and shown nowhere.

    Example:  python -m assistant user add sato --role editor
    """
    with _users(data, f"user added as {role}", readable(name)) as users:
        users.add(name, role, _password(password_stdin))
    note(f"{name} may sign in as {role}.")


@user.command("list")
def list_(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Lists who may sign in, with their roles.

    Example:  python -m assistant user list
    """
    from assistant.users import Users

    known = Users(settings_of(data=data).users_file).all()
    if as_json:
        print_json({"users": [{"name": one.name, "role": one.role} for one in known.values()]}, indent=2)
        return
    for one in known.values():
        say(f"{one.role:7} {one.name}")
    if not known:
        note('There are no users yet. "python -m assistant user add NAME" adds one.')


@user.command()
def remove(name: NameArgument, data: DataOption = None) -> None:
    """Lets someone sign in no more, and ends their sessions.

    Example:  python -m assistant user remove sato
    """
    with _users(data, "user removed", readable(name)) as users:
        users.remove(name)
    note(f"{name} may sign in no more.")


@user.command()
def password(name: NameArgument, password_stdin: StdinOption = False, data: DataOption = None) -> None:
    """Gives someone another password, and ends their sessions.

    Example:  python -m assistant user password sato
    """
    with _users(data, "user's password changed", readable(name)) as users:
        users.set_password(name, _password(password_stdin))
    note(f"{name} has another password.")


@contextmanager
def _users(data: Path | None, what: str, name: str) -> Iterator[Users]:
    """The users, to be changed; the change goes into the audit log, where there is one already."""
    from assistant.users import Users

    settings = settings_of(data=data)
    yield Users(settings.users_file)
    if settings.database_url.get_secret_value() or (settings.data / "catalog.db").exists():
        from corpus.audit import Audit
        from corpus.catalog import Catalog

        with closing(Catalog.open(settings.catalog)) as catalog:
            Audit(catalog.database).note(me(), what, name)


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    typed: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return typed
