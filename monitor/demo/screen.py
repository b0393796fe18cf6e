"""Where the demo shows the statuses: a live table on a terminal, lines anywhere else."""

from __future__ import annotations

import logging
import sys
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.text import Text

from monitor.core.status import Status
from monitor.daemon.daemon import Daemon
from monitor.daemon.table import rows
from monitor.demo.table import change_line, live_table
from monitor.web import Language


class Lines:
    """Writes a line to stdout for every change of status."""

    def __init__(self, daemon: Daemon) -> None:
        self._daemon = daemon
        self._shown: dict[str, Status] = {}

    def __enter__(self) -> Self:
        """Say where the page is."""
        _say(_page(self._daemon))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is left to do."""

    def show(self) -> None:
        """Write what changed since the last time; that all are UNKNOWN at first goes without saying."""
        settings = self._daemon.settings
        for row in rows(self._daemon.registry, self._daemon.board):
            if self._shown.get(row.service_id, Status.UNKNOWN) is not row.status:
                self._shown[row.service_id] = row.status
                _say(change_line(row, settings.time_zone, Language(settings.language)))


class LiveTable:
    """Draws all services on the terminal, over and over; the log scrolls by above."""

    def __init__(self, daemon: Daemon) -> None:
        self._daemon = daemon
        self._console = Console(highlight=False, emoji=False, markup=False)
        self._live = Live(console=self._console, auto_refresh=False)

    def __enter__(self) -> Self:
        """Begin drawing."""
        root = logging.getLogger()
        root.handlers[:] = [_Above(self._console)]
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the last picture standing."""
        self._live.stop()

    def show(self) -> None:
        """Draw anew."""
        settings, language = self._daemon.settings, Language(self._daemon.settings.language)
        table = live_table(
            rows(self._daemon.registry, self._daemon.board),
            settings.time_zone,
            language,
            caption=f"{_page(self._daemon)}   Ctrl-C: berhenti [stop]",
            width=self._console.width,
            lines=self._console.height - 1,
        )
        self._live.update(table, refresh=True)


class _Above(logging.Handler):
    """Writes the log above the live table, which a plain stream would tear."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        style = "dim" if record.levelno < logging.WARNING else "yellow"
        self._console.print(Text(self.format(record), style=style), soft_wrap=True)


def _page(daemon: Daemon) -> str:
    return f"http://{daemon.settings.web.host}:{daemon.web.port}/"


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
