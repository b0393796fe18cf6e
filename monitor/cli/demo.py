"""`kulkul demo`: the real daemon against a bundled town of local sites."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer


def demo(
    *,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port of the page and the metrics; 0: any free one.")
    ] = None,
    folder: Annotated[
        Path | None, typer.Option(file_okay=False, help="Keep settings, register and database here.")
    ] = None,
    duration: Annotated[
        float | None, typer.Option(min=1, help="Stop after so many seconds; otherwise at Ctrl-C.")
    ] = None,
    table: Annotated[bool, typer.Option(help="Show the live table (on a terminal only).")] = True,
) -> None:
    """Peragaan dengan situs-situs setempat. The real daemon and a town of local sites; needs no network."""
    from monitor.demo import run_demo

    asyncio.run(
        run_demo(folder, port, table=table, duration=timedelta(seconds=duration) if duration else None)
    )
