"""The command `build`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.exits import Exit
from monitor.cli.options import DEFAULT_CONFIG, ConfigOption, Lang, LangOption, load
from monitor.cli.output import STDOUT, quiet, show, show_bytes, talk
from monitor.cli.report.asking import (
    AgencyOption,
    GovernmentOption,
    PeriodArgument,
    PolicyOption,
    period_of,
    policy_of,
    record_now,
    refuse,
    scope_of,
)
from monitor.cli.report.table import report_table
from monitor.core.period import Period
from monitor.core.reason import Sentence
from monitor.core.service import Registry

if TYPE_CHECKING:
    from monitor.core.accounting.policy import AccountingPolicy
    from monitor.reports.report import Report
    from monitor.reports.scope import ReportScope
    from monitor.settings import Settings

_RUNNING = Sentence(
    "Periode {name} masih berjalan: angka dihitung sampai {at}.",
    "The period {name} is not over: figures are up to {at}.",
)
_CLOSED = Sentence(
    "Periode {name} ditutup {at} (revisi {revision}, {policy}); angkanya tidak berubah lagi.",
    "The period {name} was closed {at} (revision {revision}, {policy}); its figures do not change any more.",
)
_OTHERWISE = Sentence(
    "Periode {name} sudah ditutup dengan kebijakan {policy}; laporan ini disusun dari catatan sekarang dan "
    "tidak bersegel.",
    "The period {name} was closed by the policy {policy}; this report is built from the record of now, and "
    "has no seal.",
)
_NO_REVISION = Sentence(
    "--revision: periode {name} tidak punya revisi {revision}; lihat: kulkul report list",
    "--revision: the period {name} has no revision {revision}; see: kulkul report list",
)
_NOTHING = Sentence("Tidak ada layanan yang cocok.", "No service matches.")
_HOURS = Sentence("Jam layanan: {hours}", "Service hours: {hours}")
_HOLIDAYS = Sentence("Hari libur: {why}", "Holidays: {why}")
_WRITTEN = Sentence("Ditulis: {path}", "Written: {path}")
_TABLE_HAS_NO_FILE = Sentence(
    "--output: sebutkan juga --format, salah satu dari {kinds}.",
    "--output: name a --format too, one of {kinds}.",
)
_NOT_FOR_TERMINALS = Sentence(
    "--format {kind}: sebutkan berkas atau folder dengan --output.",
    "--format {kind}: name a file or folder with --output.",
)


class Kind(StrEnum):
    """What is written: a table for the terminal, or one of FORMATS, which take long to import."""

    TABLE = "table"
    CSV = "csv"
    CSV_EXCEL = "csv-excel"
    HTML = "html"
    JSON = "json"
    PDF = "pdf"
    XLSX = "xlsx"


def build(
    period: PeriodArgument,
    *,
    government: GovernmentOption = None,
    agency: AgencyOption = None,
    service: Annotated[
        str | None, typer.Option(metavar="ID", help="Hanya layanan ini. This service only.")
    ] = None,
    policy: PolicyOption = None,
    revision: Annotated[
        int | None,
        typer.Option(
            metavar="NUMBER", min=1, help="Revisi periode yang sudah ditutup. Of a closed period, which one."
        ),
    ] = None,
    kind: Annotated[Kind, typer.Option("--format", help="Bentuk keluaran. What to write.")] = Kind.TABLE,
    output: Annotated[
        Path | None,
        typer.Option(
            metavar="PATH",
            help="Berkas atau folder; - atau tanpa ini: stdout. A file or folder; - or without it: stdout.",
        ),
    ] = None,
    lang: LangOption = Lang.ID,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Susun laporan ketersediaan satu periode. Build the availability report of a period.

    Ketersediaan dihitung dari lamanya waktu, bukan dari banyaknya pemeriksaan; waktu yang tidak diketahui
    tidak dihitung sebagai berfungsi atau terganggu. Persentase dibulatkan ke bawah. Laporan dari periode yang
    sudah ditutup selalu sama, sampai ke byte terakhir.

    Availability is time, not samples; time not known counts neither way. Percentages are rounded down. The
    report of a closed period is always the same, to the byte.
    """
    settings, registry = load(config)
    output = None if output == STDOUT else output
    if kind is Kind.TABLE and output is not None:
        refuse(_TABLE_HAS_NO_FILE, lang, kinds=", ".join(one for one in Kind if one is not Kind.TABLE))
    now = datetime.now(UTC)
    wanted = period_of(period, settings, now, lang)
    rules = policy_of(policy, settings, lang) if policy is not None else None
    scope = scope_of(registry, lang, government=government, agency=agency, service=service)
    built = asyncio.run(_report(settings, registry, wanted, rules, scope, revision, now, lang))
    if not built.services:
        talk().print(lang.of(_NOTHING))
        raise typer.Exit(Exit.UNKNOWN)
    if built.running:
        at = f"{now.astimezone(settings.time_zone):%Y-%m-%d %H:%M:%S %Z}"
        talk().print(lang.of(_RUNNING).format(name=wanted.name, at=at))
    _tell_of_unsure_holidays(built, lang)
    if kind is Kind.TABLE:
        show(report_table(built, lang), *_hours(built, lang))
    else:
        _write(built, kind, output, lang)


async def _report(
    settings: Settings,
    registry: Registry,
    period: Period,
    policy: AccountingPolicy | None,
    scope: ReportScope,
    revision: int | None,
    now: datetime,
    lang: Lang,
) -> Report:
    """Return the report of the closed period; else, or counted otherwise, one of what is on record."""
    from monitor.reports.closing import LATEST, DamagedError, NotClosedError, closed
    from monitor.reports.figures import build_report
    from monitor.store import Store

    async with await Store.open(settings.database.url, migrate=False) as store:
        try:
            found = await closed(store, settings.vantage.name, period.name, revision or LATEST)
        except NotClosedError:
            found = None
        except DamagedError as error:
            refuse(error.sentence, lang, code=Exit.BAD_ANSWER)
        if found is not None and (policy is None or policy == found.record.policy):
            with counting() as step:
                report = found.report(scope, step)
            talk().print(_closing(_CLOSED, report, settings, lang))
            return report
        if found is not None:
            talk().print(_closing(_OTHERWISE, found.report(scope), settings, lang))
        elif revision is not None:
            refuse(_NO_REVISION, lang, name=period.name, revision=str(revision))
        rules = policy or policy_of(None, settings, lang)
        record = await record_now(store, settings, registry, period, rules, now)
        with counting() as step:
            return build_report(record, scope, step=step)


@contextmanager
def counting() -> Iterator[Callable[[int], None]]:
    """Show how many services are counted, where somebody looks."""
    from rich.progress import Progress

    with Progress(console=talk(), disable=quiet(), transient=True) as progress:
        bar = progress.add_task("", total=None)

        def step(count: int) -> None:
            progress.update(bar, total=count, advance=1)

        yield step


def _closing(sentence: Sentence, report: Report, settings: Settings, lang: Lang) -> str:
    revision = report.revision
    return lang.of(sentence).format(
        name=report.period.name,
        at=f"{revision.frozen_at.astimezone(settings.time_zone):%Y-%m-%d %H:%M %Z}" if revision else "",
        revision=revision.number if revision else "",
        policy=f"{report.policy.name} v{report.policy.version}",
    )


def _hours(report: Report, lang: Lang) -> list[str]:
    from monitor.reports.hours import hours_words

    hours = report.policy.hours
    return [lang.of(_HOURS).format(hours=lang.of(hours_words(hours)))] if hours else []


def _tell_of_unsure_holidays(report: Report, lang: Lang) -> None:
    from monitor.reports.hours import unsure_words

    for year in report.unsure_years:
        talk().print(lang.of(_HOLIDAYS).format(why=lang.of(unsure_words(year))))


def _write(report: Report, kind: Kind, output: Path | None, lang: Lang) -> None:
    from monitor.reports.formats import FORMATS
    from monitor.reports.formats.errors import FormatError
    from monitor.reports.naming import name_of

    form = FORMATS[kind.value]
    if output is None and not form.readable and sys.stdout.isatty():
        refuse(_NOT_FOR_TERMINALS, lang, kind=kind.value)
    try:
        data = form.write(report, lang.value)
    except FormatError as error:
        refuse(error.sentence, lang, code=Exit.UNKNOWN)
    if output is None:
        show_bytes(data)
        return
    path = output / name_of(report, kind.value, lang.value) if output.is_dir() else output
    path.write_bytes(data)
    talk().print(lang.of(_WRITTEN).format(path=path))
