"""`kulkul config`: settings and register, checked before the daemon sees them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.exits import Exit
from monitor.cli.options import DEFAULT_CONFIG, ConfigOption, Lang, LangOption, load
from monitor.cli.output import talk
from monitor.core.reason import Sentence

SCHEMAS = Path("config/schema")

app = typer.Typer(no_args_is_help=True, help="Setelan dan register. Settings and register.")

_SOUND = Sentence(
    "{settings} dan {register}: {governments} pemerintah daerah atau lembaga, {agencies} instansi, "
    "{services} layanan, {checks} pemeriksaan, {windows} jendela pemeliharaan, {routes} rute, "
    "{channels} saluran; tidak ada masalah.",
    "{settings} and {register}: {governments} governments, {agencies} agencies, {services} services, "
    "{checks} checks, {windows} maintenance windows, {routes} routes, {channels} channels; no problems.",
)
_NOBODY = Sentence(
    "Tidak ada rute di {path}: tidak ada yang akan dikabari tentang gangguan.",
    "There are no routes in {path}: nobody will be told of an outage.",
)
_WRITTEN = Sentence("Skema ditulis di {folder}.", "The schemas are in {folder}.")
_NOT_WRITTEN = Sentence(
    "Skema tidak dapat ditulis di {folder} ({why}); pilih folder lain dengan --output.",
    "The schemas cannot be written to {folder} ({why}); name another folder with --output.",
)


@app.command("check", short_help="Periksa setelan dan register. Check settings and register.")
def check(*, lang: LangOption = Lang.ID, config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Periksa setelan dan register. Check settings and register; shows every problem at once."""
    from monitor.registry.blocks import load_blocks
    from monitor.registry.routes import load_routes
    from monitor.registry.windows import load_windows

    settings, registry = load(config)
    load_blocks(settings.probing.blocks)
    windows = load_windows(settings.windows, settings, registry)
    routing = load_routes(settings.routes, settings, registry)
    sound = lang.of(_SOUND).format(
        settings=settings.path,
        register=settings.register,
        governments=len(registry.governments),
        agencies=len(registry.agencies),
        services=len(registry.services),
        checks=sum(1 for _ in registry.checks()),
        windows=len(windows),
        routes=len(routing.routes),
        channels=len(routing.channels),
    )
    talk().print(sound)
    if not routing.routes:
        talk().print(lang.of(_NOBODY).format(path=settings.routes))


@app.command("schema", short_help="Tulis JSON Schema untuk penyunting. Write the JSON Schemas for editors.")
def schema(
    *,
    output: Annotated[
        Path,
        typer.Option(metavar="FOLDER", file_okay=False, help="Folder tujuan. Folder to write to."),
    ] = SCHEMAS,
    lang: LangOption = Lang.ID,
) -> None:
    """Tulis JSON Schema untuk penyunting. Write the JSON Schemas that editors use."""
    from monitor.registry import write_schemas

    try:
        write_schemas(output)
    except OSError as error:
        talk().print(lang.of(_NOT_WRITTEN).format(folder=output, why=error.strerror))
        raise typer.Exit(Exit.CONFIGURATION) from error
    talk().print(lang.of(_WRITTEN).format(folder=output))
