"""The command `evidence`."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.exits import Exit
from monitor.cli.options import DEFAULT_CONFIG, ConfigOption, Lang, LangOption, load
from monitor.cli.output import STDOUT, quiet, show_bytes, talk
from monitor.cli.report.asking import (
    AgencyOption,
    GovernmentOption,
    PeriodArgument,
    period_of,
    refuse,
    scope_of,
)
from monitor.core.reason import Sentence

_NOT_CLOSED = Sentence(
    "Periode {name} belum ditutup, sehingga belum ada yang dapat dibuktikan. Tutuplah dahulu: kulkul report "
    "freeze {name}",
    "The period {name} is not closed, so there is nothing to prove yet. Close it first: kulkul report freeze "
    "{name}",
)
_WRITTEN = Sentence(
    "Ditulis: {path} ({count} berkas, {incidents} gangguan, {findings} temuan)",
    "Written: {path} ({count} files, {incidents} incidents, {findings} findings)",
)


def evidence(
    period: PeriodArgument,
    *,
    government: GovernmentOption = None,
    agency: AgencyOption = None,
    output: Annotated[
        Path,
        typer.Option(
            metavar="PATH",
            help="Berkas atau folder; bawaan: folder ini; - ke stdout. File or folder; - for stdout.",
        ),
    ] = Path(),
    lang: LangOption = Lang.ID,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Susun berkas bukti periode yang ditutup. Build the evidence pack of a closed period: a zip.

    Isinya laporan dalam semua bentuk, tabel SLA, setiap gangguan dengan bukti dan catatannya, temuan,
    kebijakan, register, metode, dan jumlah periksa semuanya.

    It holds the report in all formats, the SLA table, each incident with its evidence and notes, findings,
    policy, register, method, and checksums of them all.
    """
    from rich.progress import Progress

    from monitor.registry.references import load_references
    from monitor.reports.closing import DamagedError, NotClosedError, closed
    from monitor.reports.evidence import evidence_files, gather_proceedings
    from monitor.reports.naming import stem
    from monitor.reports.pack import pack
    from monitor.store import Store

    settings, registry = load(config)
    references = load_references(settings.references)
    wanted = period_of(period, settings, datetime.now(UTC), lang)
    scope = scope_of(registry, lang, government=government, agency=agency)

    async def gather() -> tuple[dict[str, bytes], bytes, int, int, str]:
        async with await Store.open(settings.database.url, migrate=False) as store:
            found = await closed(store, settings.vantage.name, wanted.name)
            with Progress(console=talk(), disable=quiet(), transient=True) as progress:
                bar = progress.add_task("", total=None)
                told = await gather_proceedings(
                    store, found, scope, registry, references, lambda: progress.advance(bar)
                )
            files = evidence_files(found, scope, lang.value, told, registry)
            name = stem(wanted.name, lang.value, scope=scope, revision=found.revision.number)
            return (
                files,
                pack(files, found.revision.frozen_at),
                len(told.incidents),
                len(told.findings),
                name,
            )

    try:
        files, data, incidents, findings, name = asyncio.run(gather())
    except NotClosedError:
        refuse(_NOT_CLOSED, lang, name=wanted.name)
    except DamagedError as error:
        refuse(error.sentence, lang, code=Exit.BAD_ANSWER)
    path = output / f"{name}.zip" if output.is_dir() else output
    if output == STDOUT:
        show_bytes(data)
    else:
        path.write_bytes(data)
    said = lang.of(_WRITTEN).format(path=path, count=len(files) + 1, incidents=incidents, findings=findings)
    talk().print(said)
