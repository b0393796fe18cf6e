"""`kulkul db`: the database."""

from __future__ import annotations

import asyncio

import typer

from monitor.cli.options import DEFAULT_CONFIG, ConfigOption, talk
from monitor.settings import load_settings
from monitor.store import upgrade

app = typer.Typer(no_args_is_help=True, help="Basis data. The database.")


@app.command("upgrade")
def upgrade_database(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Perbarui skema basis data. Bring the database to this program's schema; `run` does so by itself."""
    settings = load_settings(config)
    done = asyncio.run(upgrade(settings.database.url))
    before = done.before or "nothing"
    if done.before == done.after:
        talk().print(f"{settings.database.path} is already at schema {done.after}.")
    else:
        talk().print(f"{settings.database.path}: schema {before} → {done.after}.")
