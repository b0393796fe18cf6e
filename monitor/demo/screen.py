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
from monitor.demo.table import change_line, live_table
from monitor.web import Language


class Lines:
    """Writes a line to stdout for every change of status, and for maintenance that begins or ends."""

    def __init__(self, daemon: Daemon) -> None:
        self._daemon = daemon
        self._shown: dict[str, tuple[Status, bool]] = {}

    def __enter__(self) -> Self:
        """Say where the page is."""
        self.say(_page(self._daemon))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is left to do."""

    @property
    def gone(self) -> bool:
        """Whether nobody can see it any more; of a pipe or a file, writing tells."""
        return False

    def say(self, line: str) -> None:
        """Write a line."""
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    def show(self) -> None:
        """Write what changed since the last time; that all are UNKNOWN at first goes without saying."""
        settings = self._daemon.settings
        for row in self._daemon.rows():
            seen = row.status, row.maintenance
            if self._shown.get(row.service_id, (Status.UNKNOWN, False)) != seen:
                self._shown[row.service_id] = seen
                self.say(change_line(row, settings.time_zone, Language(settings.language)))


class LiveTable:
    """Draws all services on the terminal, over and over; the log scrolls by above.

    Args:
        daemon: running, its pages served.
        keys: whether there is a keyboard to mention.
    """

    def __init__(self, daemon: Daemon, *, keys: bool) -> None:
        self._daemon = daemon
        self._page = _page(daemon)  # kept: the last pictures are drawn when it is served no more
        self._keys = "b: putus/sambung [uplink]  " if keys else ""
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

    @property
    def gone(self) -> bool:
        """Whether the terminal was closed; nothing else tells, since rich then draws nothing."""
        return not self._console.file.isatty()

    def say(self, line: str) -> None:
        """Write a line above the table."""
        self._console.print(Text(line, style="bold yellow"), soft_wrap=True)

    def show(self) -> None:
        """Draw anew."""
        settings, language = self._daemon.settings, Language(self._daemon.settings.language)
        table = live_table(
            self._daemon.rows(),
            settings.time_zone,
            language,
            blind_since=self._daemon.blind_since,
            caption=f"{self._page}  {self._keys}Ctrl-C: berhenti [stop]",
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
