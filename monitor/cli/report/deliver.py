"""The command `deliver`."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.deed import ByOption, doer
from monitor.cli.exits import Exit
from monitor.cli.options import DEFAULT_CONFIG, ConfigOption, Lang, LangOption, load
from monitor.cli.output import talk
from monitor.cli.reader import plain
from monitor.cli.report.asking import PeriodArgument, period_of, refuse
from monitor.core.reason import Sentence

if TYPE_CHECKING:
    from monitor.core.period import Period
    from monitor.core.route import Routing
    from monitor.core.service import Registry
    from monitor.settings import Settings

_NOT_CLOSED = Sentence(
    "Periode {name} belum ditutup. Tutuplah dahulu: kulkul report freeze {name}",
    "The period {name} is not closed. Close it first: kulkul report freeze {name}",
)
_NO_REVISION = Sentence(
    "Periode {name} tidak punya revisi {revision}; lihat: kulkul report list",
    "The period {name} has no revision {revision}; see: kulkul report list",
)
_NOBODY = Sentence(
    "Tidak ada rute yang mengirim laporan; lihat: kulkul alert routes --topic reports",
    "No route sends reports; see: kulkul alert routes --topic reports",
)
_ASKED = Sentence(
    "Daemon akan mengirim laporan {name} revisi {revision}: {count} kabar. Lihat nasibnya: kulkul alert list",
    "The daemon will send the report of {name}, revision {revision}: {count} messages. See what becomes of "
    "them: kulkul alert list",
)


def deliver(
    period: PeriodArgument,
    *,
    revision: Annotated[
        int | None,
        typer.Option(
            metavar="NUMBER",
            min=1,
            help="Revisi yang dikirim; bawaan: yang terakhir. Which one; else the last.",
        ),
    ] = None,
    by: ByOption = None,
    lang: LangOption = Lang.ID,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Kirim laporan periode yang ditutup (lagi). Send the report of a closed period, again if need be.

    Laporan bulan dikirim dengan sendirinya saat bulan ditutup; perintah ini untuk periode lain, atau untuk
    mengirim ulang. Rute dengan topik `reports` menentukan penerimanya. Yang mengirim adalah daemon.

    The report of a month is sent by itself when it is closed; this is for other periods, and for sending
    again. Routes with the topic `reports` say to whom. It is the daemon that sends.
    """
    from monitor.registry.routes import load_routes

    settings, registry = load(config)
    routing = load_routes(settings.routes, settings, registry)
    now, who = datetime.now(UTC), doer(by)
    wanted = period_of(period, settings, now, lang)
    number, count = asyncio.run(_ask(settings, registry, routing, wanted, revision, who, now, lang))
    told = lang.of(_ASKED).format(name=wanted.name, revision=number, count=count)
    talk().print(plain(told))


async def _ask(
    settings: Settings,
    registry: Registry,
    routing: Routing,
    period: Period,
    revision: int | None,
    by: str,
    now: datetime,
    lang: Lang,
) -> tuple[int, int]:
    """Raise the alert; returns the number of the revision, and of how many messages it will become."""
    from alerts.report_matter import ClosedReport, copies
    from alerts.telling import Surroundings
    from monitor.reports.announcing import ask_delivery, asked_alert
    from monitor.reports.closing import LATEST, DamagedError, NotClosedError, closed
    from monitor.store import Store

    async with await Store.open(settings.database.url, migrate=False) as store:
        try:
            found = await closed(store, settings.vantage.name, period.name, revision or LATEST)
        except NotClosedError:
            if revision is None:
                refuse(_NOT_CLOSED, lang, name=period.name)
            refuse(_NO_REVISION, lang, name=period.name, revision=str(revision))
        except DamagedError as error:
            refuse(error.sentence, lang, code=Exit.BAD_ANSWER)
        report, around = (
            found.report(),
            Surroundings(registry=registry, routing=routing, vantage=settings.vantage.name),
        )
        alert = asked_alert(report, now)
        scopes = ClosedReport(name=alert.key, alert=alert, around=around).scopes
        count = sum(len(one.places) for one in copies(scopes, registry, routing))
        if not count:
            refuse(_NOBODY, lang, code=Exit.BAD_ANSWER)
        await ask_delivery(store, report, by=by, at=now)
    return found.revision.number, count
