"""The commands of `kulkul alert`, joined."""

from __future__ import annotations

import typer

from monitor.cli.alert.routes import routes

app = typer.Typer(no_args_is_help=True, help="Kabar kepada petugas dan instansi. Messages to people.")
app.command("routes", short_help="Siapa dikabari tentang apa. Who is told what.")(routes)
