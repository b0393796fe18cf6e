"""`kulkul config`: settings and register, checked before the daemon sees them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.options import DEFAULT_CONFIG, ConfigOption, load, talk
from monitor.registry import write_schemas

SCHEMAS = Path("config/schema")

app = typer.Typer(no_args_is_help=True, help="Setelan dan register. Settings and register.")


@app.command("check")
def check(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Periksa setelan dan register. Check settings and register; shows every problem at once."""
    settings, registry = load(config)
    counts = {
        "governments": len(registry.governments),
        "agencies": len(registry.agencies),
        "services": len(registry.services),
        "checks": sum(1 for _ in registry.checks()),
    }
    shown = ", ".join(f"{count} {what}" for what, count in counts.items())
    talk().print(f"{settings.path} and {settings.register}: {shown}; no problems.")


@app.command("schema")
def schema(
    output: Annotated[Path, typer.Option(file_okay=False, help="Folder to write to.")] = SCHEMAS,
) -> None:
    """Tulis JSON Schema untuk penyunting. Write the JSON Schemas that editors use."""
    write_schemas(output)
