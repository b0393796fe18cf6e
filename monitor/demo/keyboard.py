"""The keys of the terminal that the demo runs on."""

from __future__ import annotations

import os
import select
import sys
import termios
import tty
from contextlib import suppress
from types import TracebackType
from typing import Any, Self


class Keyboard:
    """Reads keys one by one, without waiting for them; reads nothing where stdin is no terminal.

    What is typed is not echoed, since that would tear the live table. Ctrl-C stays what it is.
    """

    def __init__(self) -> None:
        self._terminal: int | None = None
        self._modes: list[Any] = []

    @property
    def there(self) -> bool:
        """Whether there are keys to press."""
        return self._terminal is not None

    def __enter__(self) -> Self:
        """Have keys reported at once."""
        if sys.stdin is not None and sys.stdin.isatty() and _ours(sys.stdin.fileno()):
            self._terminal = sys.stdin.fileno()
            self._modes = termios.tcgetattr(self._terminal)
            tty.setcbreak(self._terminal, termios.TCSANOW)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the terminal as it was."""
        if self._terminal is not None and _ours(self._terminal):
            with suppress(termios.error):  # it was closed
                termios.tcsetattr(self._terminal, termios.TCSANOW, self._modes)

    def pressed(self, key: str) -> int:
        """Return how often a letter was pressed since this was last asked, as capital or not."""
        if self._terminal is None or not _ours(self._terminal):
            return 0
        if not select.select([self._terminal], [], [], 0)[0]:
            return 0
        try:
            return os.read(self._terminal, 1024).decode("ascii", "replace").lower().count(key)
        except OSError:  # the terminal was closed
            self._terminal = None
            return 0


def _ours(terminal: int) -> bool:
    """Whether we may use it: a process in the background is stopped by the kernel if it tries."""
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:  # not the terminal that controls us, so nobody minds
        return True
