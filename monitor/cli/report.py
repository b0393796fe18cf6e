"""`kulkul report`: availability over a period of the calendar."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.table import Table

from monitor.cli.exits import Exit
from monitor.cli.incident.words import span_words
from monitor.cli.options import DEFAULT_CONFIG, ConfigOption, Lang, LangOption, load
from monitor.cli.output import show, show_bytes, talk
from monitor.cli.reader import NOTHING, plain
from monitor.core.period import Period, PeriodError, parse_period
from monitor.core.reason import Sentence
from monitor.core.service import Registry, Service

if TYPE_CHECKING:
    from monitor.core.accounting.policy import AccountingPolicy
    from monitor.reports.figures import Report
    from monitor.settings import Settings

app = typer.Typer(no_args_is_help=True, help="Laporan ketersediaan. Availability reports.")

_HEADS = {
    Lang.ID: (
        "Instansi",
        "Layanan",
        "Ketersediaan",
        "Target",
        "Gangguan",
        "Terlama",
        "Cakupan",
        "Perbandingan",
    ),
    Lang.EN: ("Agency", "Service", "Availability", "Target", "Outages", "Longest", "Coverage", "Comparison"),
}
_ALL = Sentence("Semua", "All")
_BAD_PERIOD = Sentence("PERIOD: {why}", "PERIOD: {why}")
_TO_COME = Sentence("Periode {name} belum dimulai.", "The period {name} has not begun.")
_RUNNING = Sentence(
    "Periode {name} masih berjalan: angka dihitung sampai {at}.",
    "The period {name} is not over: figures are up to {at}.",
)
_UNKNOWN = Sentence("--{option}: {why}", "--{option}: {why}")
_NO_POLICY = Sentence(
    "--policy: “{name}” tidak ada dalam `accounting.policies`; yang ada: {known}.",
    "--policy: “{name}” is not among `accounting.policies`; there are: {known}.",
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
    HTML = "html"
    JSON = "json"
    XLSX = "xlsx"


@app.callback()
def report() -> None:
    """Laporan ketersediaan. Availability reports."""


@app.command("build", short_help="Susun laporan satu periode. Build the report of a period.")
def build(
    period: Annotated[
        str,
        typer.Argument(
            metavar="PERIOD", help="2026, 2026-Q3, 2026-10, 2026-W41, 2026-10-05, 2026-10-05..2026-10-09"
        ),
    ],
    *,
    government: Annotated[
        str | None, typer.Option(metavar="ID", help="Hanya pemerintah ini. This government only.")
    ] = None,
    agency: Annotated[
        str | None, typer.Option(metavar="ID", help="Hanya instansi ini. This agency only.")
    ] = None,
    service: Annotated[
        str | None, typer.Option(metavar="ID", help="Hanya layanan ini. This service only.")
    ] = None,
    policy: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Kebijakan perhitungan. By which policy time is counted."),
    ] = None,
    kind: Annotated[Kind, typer.Option("--format", help="Bentuk keluaran. What to write.")] = Kind.TABLE,
    output: Annotated[
        Path | None,
        typer.Option(
            metavar="PATH", help="Berkas atau folder; tanpa ini ke stdout. A file or folder; else stdout."
        ),
    ] = None,
    lang: LangOption = Lang.ID,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Susun laporan ketersediaan satu periode. Build the availability report of a period.

    Ketersediaan dihitung dari lamanya waktu, bukan dari banyaknya pemeriksaan; waktu yang tidak diketahui
    tidak dihitung sebagai berfungsi atau terganggu. Persentase dibulatkan ke bawah.

    Availability is time, not samples; time not known counts neither way. Percentages are rounded down.
    """
    settings, registry = load(config)
    if kind is Kind.TABLE and output is not None:
        _refuse(_TABLE_HAS_NO_FILE, lang, kinds=", ".join(one for one in Kind if one is not Kind.TABLE))
    wanted, now = _period(period, settings, lang), datetime.now(UTC)
    if now < wanted.starts_at:
        _refuse(_TO_COME, lang, name=wanted.name)
    chosen = _chosen(registry, lang, governments=government, agencies=agency, services=service)
    rules = _policy(policy, settings, lang)
    built = asyncio.run(_gather(settings, registry, wanted, rules, now, chosen))
    if not built.services:
        talk().print(lang.of(_NOTHING))
        raise typer.Exit(Exit.UNKNOWN)
    if built.running:
        at = f"{now.astimezone(settings.time_zone):%Y-%m-%d %H:%M:%S %Z}"
        talk().print(lang.of(_RUNNING).format(name=wanted.name, at=at))
    _tell_of_unsure_holidays(built, lang)
    if kind is Kind.TABLE:
        show(_table(built, lang), *_hours(built, lang))
    else:
        _write(built, kind, output, lang)


def _period(text: str, settings: Settings, lang: Lang) -> Period:
    try:
        return parse_period(text, settings.time_zone)
    except PeriodError as error:
        _refuse(_BAD_PERIOD, lang, why=lang.of(error.sentence))


def _policy(name: str | None, settings: Settings, lang: Lang) -> AccountingPolicy:
    known = settings.accounting.policies
    wanted = settings.accounting.policy if name is None else name
    if wanted not in known:
        _refuse(_NO_POLICY, lang, name=wanted, known=", ".join(known))
    return known[wanted]


def _chosen(registry: Registry, lang: Lang, **named: str | None) -> Callable[[Service], bool]:
    """Return which services are wanted: those that fit everything that is named."""
    from monitor.registry.names import Names

    names = Names(registry)
    for kind, name in named.items():
        unheard = names.unknown(kind, name) if name is not None else None
        if unheard is not None:
            option = {"governments": "government", "agencies": "agency", "services": "service"}[kind]
            _refuse(_UNKNOWN, lang, option=option, why=lang.of(unheard))

    def wanted(one: Service) -> bool:
        own = {
            "governments": registry.agencies[one.agency_id].government_id,
            "agencies": one.agency_id,
            "services": one.id,
        }
        return all(name is None or own[kind] == name for kind, name in named.items())

    return wanted


async def _gather(
    settings: Settings,
    registry: Registry,
    period: Period,
    policy: AccountingPolicy,
    now: datetime,
    wanted: Callable[[Service], bool],
) -> Report:
    from monitor.reports.gather import gather
    from monitor.store import Store

    async with await Store.open(settings.database.url, migrate=False) as store:
        return await gather(
            store,
            registry,
            period,
            policy,
            vantage=settings.vantage.name,
            now=now,
            wanted=wanted,
        )


def _table(report: Report, lang: Lang) -> Table:
    from monitor.reports.words import TRENDS

    table = Table(box=None, pad_edge=False, header_style="bold")
    for number, head in enumerate(_HEADS[lang]):
        table.add_column(head, overflow="fold", justify="left" if number in (0, 1, 7) else "right")
    for one in report.services:
        figures = one.availability
        table.add_row(
            plain(one.agency.short_name or one.agency.name),
            plain(one.service.name),
            _percent(figures.ratio),
            _percent(Fraction(str(one.service.slo_target_ratio))),
            str(len(figures.outages)),
            _span(figures.longest_outage, lang),
            _percent(figures.coverage),
            TRENDS[one.trend].of(lang.value),
            style="bold red" if one.met is False else None,
        )
    whole = report.whole.availability
    table.add_row(
        lang.of(_ALL),
        str(len(report.services)),
        _percent(whole.ratio),
        "",
        str(len(whole.outages)),
        _span(whole.longest_outage, lang),
        _percent(whole.coverage),
        TRENDS[report.whole.trend].of(lang.value),
        style="bold",
    )
    return table


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

    form = FORMATS[kind.value]
    if output is None and not form.readable and sys.stdout.isatty():
        _refuse(_NOT_FOR_TERMINALS, lang, kind=kind.value)
    data = form.write(report, lang.value)
    if output is None:
        show_bytes(data)
        return
    path = output / f"kulkul-{report.period.name}.{form.suffix}" if output.is_dir() else output
    path.write_bytes(data)
    talk().print(lang.of(_WRITTEN).format(path=path))


def _percent(share: Fraction | None) -> str:
    from monitor.core.accounting.availability import percent
    from monitor.reports.tables import DIGITS

    return NOTHING if share is None else f"{percent(share, DIGITS)}%"


def _span(span: timedelta, lang: Lang) -> str:
    return span_words(span, lang) if span else NOTHING


def _refuse(sentence: Sentence, lang: Lang, **words: str) -> NoReturn:
    talk().print(plain(lang.of(sentence).format(**words)))
    raise typer.Exit(Exit.CONFIGURATION)
