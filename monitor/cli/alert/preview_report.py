"""What `kulkul alert preview PERIOD` shows: the messages that tell of a closed period, with their files."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import typer

from monitor.cli.exits import Exit
from monitor.cli.options import Lang
from monitor.cli.output import talk
from monitor.cli.reader import plain
from monitor.core.reason import Sentence

if TYPE_CHECKING:
    from alerts.delivery import Message
    from alerts.listeners import Listener
    from alerts.report_matter import ClosedReport
    from monitor.core.route import Channel, Routing
    from monitor.core.service import Registry
    from monitor.settings import Settings
    from monitor.store import Store

_NOT_CLOSED = Sentence(
    "Periode {name} belum ditutup, jadi tidak ada laporan yang dikirim; lihat: kulkul report list",
    "The period {name} is not closed, so no report of it is sent; see: kulkul report list",
)


def period_name(about: str, settings: Settings) -> str | None:
    """Return the period that a text names; None: it names something else."""
    from monitor.core.period import PeriodError, parse_period

    try:
        return parse_period(about, settings.time_zone).name
    except PeriodError:
        return None


async def report_messages(
    settings: Settings, registry: Registry, routing: Routing, period: str, lang: Lang
) -> list[tuple[Listener, list[tuple[Channel, str]], Message]]:
    """Write the messages that would be sent if the period were closed now; refuses one that is not closed."""
    from concurrent.futures import ThreadPoolExecutor

    from alerts.attaching import with_files
    from alerts.message import render
    from alerts.report_matter import copies
    from monitor.daemon.attaching import ReportFiles
    from monitor.reports.workshop import Workshop
    from monitor.store import Store

    written, now = [], datetime.now(UTC)
    async with await Store.open(settings.database.url, migrate=False) as store:
        subject = await _subject(store, settings, registry, routing, period, lang)
        workshop = Workshop(lambda: ThreadPoolExecutor(1))  # this process has nothing else to do
        files = ReportFiles.of_database(store, settings.database.url, workshop)
        for one in copies(subject.scopes, registry, routing):
            say = next(
                each for each in subject.says(one.listener) if each.parcel and each.parcel.scope == one.scope
            )
            language = one.listener.route.language
            facts, _ = await with_files(subject.facts(say, now), one.places[0][0], language, files)
            message = render(facts, language, settings.time_zone)
            written.append((one.listener, list(one.places), message))
        workshop.close()
    return written


async def _subject(
    store: Store, settings: Settings, registry: Registry, routing: Routing, period: str, lang: Lang
) -> ClosedReport:
    from alerts.report_matter import ClosedReport
    from alerts.telling import Surroundings
    from monitor.reports.announcing import asked_alert
    from monitor.reports.closing import DamagedError, NotClosedError, closed

    try:
        found = await closed(store, settings.vantage.name, period)
    except NotClosedError as error:
        talk().print(plain(lang.of(_NOT_CLOSED).format(name=period)))
        raise typer.Exit(Exit.CONFIGURATION) from error
    except DamagedError as error:
        talk().print(plain(lang.of(error.sentence)))
        raise typer.Exit(Exit.BAD_ANSWER) from error
    alert = asked_alert(found.report(), datetime.now(UTC))
    around = Surroundings(registry=registry, routing=routing, vantage=settings.vantage.name)
    return ClosedReport(name=alert.key, alert=alert, around=around)
