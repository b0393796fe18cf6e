"""Options of commands that change the record: who does it, and why."""

from __future__ import annotations

import getpass
import os
from typing import Annotated

import typer

ByOption = Annotated[
    str | None,
    typer.Option(
        "--by",
        metavar="NAME",
        help="Siapa yang melakukannya; bawaan: nama login. Who does it; default: the login name.",
    ),
]
ReasonOption = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Mengapa. Why.")]


def doer(by: str | None) -> str:
    """Return who does it, for the audit log: as told, or else the login name.

    Raises:
        BadParameter: an empty name was told, or one that cannot be printed.
    """
    if by is not None:
        name = printable(by, "--by")
        if not name:
            raise typer.BadParameter("write a name", param_hint="--by")
        return name
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name; until Python 3.13 that is a KeyError
        return f"uid {os.getuid()}"


def printable(text: str, option: str) -> str:
    """Return a text on one line; others will read it on their terminals.

    Raises:
        BadParameter: it holds control characters or what is no text at all.
    """
    line = " ".join(text.split())
    if not line.isprintable():
        raise typer.BadParameter("it holds characters that cannot be printed", param_hint=option)
    return line
