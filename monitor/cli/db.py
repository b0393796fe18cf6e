"""`kulkul db`: the database."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.options import DEFAULT_CONFIG, ConfigOption, Lang, LangOption
from monitor.cli.output import quiet, talk
from monitor.core.reason import Sentence

if TYPE_CHECKING:
    from monitor.settings import Settings
    from monitor.store.rebuild import Rebuilt

app = typer.Typer(no_args_is_help=True, help="Basis data. The database.")

_CREATED = Sentence("{path} dibuat dengan skema {after}.", "{path}: created with schema {after}.")
_UPGRADED = Sentence(
    "{path}: skema diperbarui dari {before} ke {after}.", "{path}: schema {before} → {after}."
)
_CURRENT = Sentence("{path} sudah memakai skema {after}.", "{path} is already at schema {after}.")
_REBUILT = Sentence(
    "{path}: {results} hasil pemeriksaan diringkas ulang untuk {hours} jam dan {days} hari sejak {since}. "
    "Ringkasan yang lebih lama tidak diubah.",
    "{path}: {results} results rolled up anew into {hours} hours and {days} days since {since}. "
    "Older rollups stay as they were.",
)
_NOTHING_TO_REBUILD = Sentence(
    "{path}: tidak ada hasil pemeriksaan yang dapat diringkas.", "{path}: there are no results to roll up."
)

_COPIED = Sentence(
    "{source} disalin ke {target}: {rows} baris dalam {tables} tabel, semuanya terhitung kembali ({results} "
    "hasil pemeriksaan, {changes} perubahan status). Tulis URL itu pada database.url.",
    "{source} was copied to {target}: {rows} rows in {tables} tables, all counted again ({results} results, "
    "{changes} changes of status). Write that URL into database.url.",
)


@app.command("upgrade", short_help="Perbarui skema basis data. Bring the database to this program's schema.")
def upgrade_database(*, lang: LangOption = Lang.ID, config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Perbarui skema basis data. Bring the database to this program's schema; `run` does so by itself."""
    from monitor.settings import load_settings
    from monitor.store import upgrade

    settings = load_settings(config)
    done = asyncio.run(upgrade(settings.database.url))
    sentence = _CREATED if done.before is None else _UPGRADED
    if done.before == done.after:
        sentence = _CURRENT
    talk().print(lang.of(sentence).format(path=settings.database.name, before=done.before, after=done.after))


@app.command(
    "rebuild-rollups", short_help="Susun ulang ringkasan. Roll up anew the results that are still there."
)
def rebuild_rollups(*, lang: LangOption = Lang.ID, config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Susun ulang ringkasan per jam dan per hari. Roll up anew the results that are still there.

    Jam dan hari yang sebagian hasilnya sudah dihapus tidak diubah. Pemantau boleh tetap berjalan.

    Hours and days of which results were deleted stay as they were. The daemon may go on meanwhile.
    """
    from monitor.settings import load_settings

    settings = load_settings(config)
    done = asyncio.run(_rebuild(settings))
    sentence = _NOTHING_TO_REBUILD if done is None else _REBUILT
    since = None if done is None else done.since.astimezone(settings.time_zone)
    talk().print(
        lang.of(sentence).format(
            path=settings.database.name,
            results=done and done.results,
            hours=done and done.hours,
            days=done and done.days,
            since=since and f"{since:%Y-%m-%d %H:%M %Z}",
        )
    )


@app.command("copy", short_help="Salin berkas SQLite ke PostgreSQL. Copy an SQLite file to PostgreSQL.")
def copy_database(
    source: Annotated[str, typer.Argument(metavar="FROM", help="Berkas SQLite. The SQLite file.")],
    target: Annotated[
        str,
        typer.Argument(
            metavar="TO",
            help="postgresql://USER@HOST:PORT/NAME; kata sandi sebagai ${env:NAME} atau dari PGPASSWORD. "
            "The password as ${env:NAME}, or from PGPASSWORD.",
        ),
    ],
    *,
    lang: LangOption = Lang.ID,
) -> None:
    """Salin semua isi berkas SQLite ke basis data PostgreSQL yang kosong. Copy all rows, and count them.

    Hentikan pemantau lebih dahulu: yang dicatat sesudahnya tidak ikut disalin. Semua tersalin, atau tidak
    satu pun.

    Stop the daemon first: what it writes meanwhile is not copied. All rows arrive, or none.
    """
    from rich.progress import Progress

    from monitor.settings.database import database_url
    from monitor.store.copying import copy

    try:
        urls = database_url(source), database_url(target)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    with Progress(console=talk(), disable=quiet(), transient=True) as progress:
        bar = progress.add_task("", total=None)
        done = asyncio.run(copy(*urls, lambda part, of: progress.update(bar, completed=part, total=of)))
    talk().print(
        lang.of(_COPIED).format(
            source=done.source,
            target=done.target,
            rows=sum(done.rows.values()),
            tables=len(done.rows),
            results=done.rows["result"],
            changes=done.rows["transition"],
        )
    )


async def _rebuild(settings: Settings) -> Rebuilt | None:
    from rich.progress import Progress

    from monitor.store import Store
    from monitor.store.marks import follow_zone
    from monitor.store.rebuild import rebuild
    from monitor.store.rollup_times import add_times
    from monitor.store.rollups import count_results

    now = datetime.now(UTC)
    async with await Store.open(settings.database.url, migrate=False) as store:
        days = await follow_zone(store, settings.time_zone, now)
        with Progress(console=talk(), disable=quiet(), transient=True) as progress:
            bar = progress.add_task("", total=None)
            while await count_results(store, days):
                pass
            done = await rebuild(store, days, lambda part, of: progress.update(bar, completed=part, total=of))
            while await add_times(store, settings.vantage.name, days, now):
                pass
    return done
