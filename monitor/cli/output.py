"""Where words go: data to stdout, talk to stderr, colour and progress to terminals only."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TextIO

from rich.console import Console, RenderableType

_NOT_ASCII = re.compile(r"[^\x00-\x7e]")
_UNWRITTEN = "The output could not be written ({why}); free some space or send it elsewhere."
STDOUT = Path("-")
"""What people write where a file is asked for, and they want none."""
WIDER_THAN_ANY_LINE = 10_000
"""Rich folds at 80 columns where there is no terminal; what reads a pipe wants whole lines."""


class OutputError(Exception):
    """The answer is known, but stdout does not take it; the text is one sentence for the user."""


def make_streams_safe() -> None:
    """Let no text be unprintable, whatever the locale; and let a closed stdout swallow what it is given."""
    if sys.stdout is None:
        # For as long as we run; it also takes the place of descriptor 1, which a socket would get otherwise.
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8", closefd=False)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def show(*parts: RenderableType) -> None:
    """Write data for people to stdout.

    Raises:
        OutputError: stdout takes no more.
    """
    rendered = io.StringIO()
    console = _console(rendered, terminal=sys.stdout.isatty())
    for part in parts:
        console.print(part)
    _write(line.rstrip() for line in rendered.getvalue().removesuffix("\n").split("\n"))


def show_json(value: Any) -> None:
    """Write data for programs to stdout; other than ASCII only where every reader will take it for UTF-8.

    Raises:
        OutputError: stdout takes no more.
    """
    utf8 = sys.stdout.encoding.lower().replace("-", "") == "utf8"
    text = json.dumps(value, ensure_ascii=not utf8, indent=2)
    _write([_NOT_ASCII.sub(_harmless, text)])


def show_bytes(data: bytes) -> None:
    """Write a file's bytes to stdout, as they are.

    Raises:
        OutputError: stdout takes no more.
    """
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # as `_write` does
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except OSError as error:
        drop_unwritten()
        raise OutputError(_UNWRITTEN.format(why=error.strerror)) from error


def _harmless(found: re.Match[str]) -> str:
    """Escape what a terminal or an editor would obey rather than show: sites send such characters too."""
    return found[0] if found[0].isprintable() else json.dumps(found[0])[1:-1].replace("\x7f", "\\u007f")


def talk() -> Console:
    """Return the console for everything that is not the answer: stderr."""
    return _console(sys.stderr, terminal=sys.stderr.isatty())


def quiet() -> bool:
    """Whether progress would disturb: no terminal, or asked not to."""
    return not sys.stderr.isatty() or bool(os.environ.get("NO_PROGRESS"))


def _console(stream: TextIO, *, terminal: bool) -> Console:
    return Console(
        file=stream,
        force_terminal=terminal,
        # No colour means no escape sequences at all: rich would still write bold and dim ones.
        color_system="auto" if terminal and not os.environ.get("NO_COLOR") else None,
        width=None if terminal else WIDER_THAN_ANY_LINE,
        soft_wrap=not terminal,
        highlight=False,
        emoji=False,
        markup=False,
    )


def _write(lines: Iterable[str]) -> None:
    # From here on nothing but stdout is written. A reader that has seen enough (`| head`) ends us as it ends
    # every other program, instead of by an error that says nothing to anyone.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        for line in lines:
            sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
    except OSError as error:
        drop_unwritten()
        raise OutputError(_UNWRITTEN.format(why=error.strerror)) from error


def drop_unwritten() -> None:
    """Forget what stdout would not take; the interpreter would try, and complain, once more at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
