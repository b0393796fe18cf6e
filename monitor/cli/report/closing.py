"""The commands `list`, `freeze` and `revise`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from monitor.cli.deed import ByOption, ReasonOption, doer, printable
from monitor.cli.exits import Exit
from monitor.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption, Lang, LangOption, load
from monitor.cli.output import show, show_json, talk
from monitor.cli.reader import NOTHING, plain
from monitor.cli.report.asking import (
    PeriodArgument,
    PolicyOption,
    period_of,
    policy_of,
    record_now,
    refuse,
)
from monitor.cli.report.correcting import Wanted, corrections_for
from monitor.core.accounting.correction import CountsAs
from monitor.core.period import Period
from monitor.core.reason import Sentence
from monitor.core.service import Registry
from monitor.core.shape import moment

if TYPE_CHECKING:
    from monitor.core.accounting.policy import AccountingPolicy
    from monitor.settings import Settings
    from monitor.store.frozen import FrozenPeriod

_NONE = Sentence("Belum ada periode yang ditutup.", "No period was closed yet.")
_HEADS = {
    Lang.ID: ("Periode", "Revisi", "Kebijakan", "Ditutup ({zone})", "Oleh", "Alasan", "SHA-256"),
    Lang.EN: ("Period", "Revision", "Policy", "Closed ({zone})", "By", "Reason", "SHA-256"),
}
_RUNNING = Sentence(
    "Periode {name} belum berakhir; baru dapat ditutup setelahnya.",
    "The period {name} is not over; it can be closed afterwards.",
)
_FROZEN = Sentence(
    "Ditutup: {name}, revisi {revision}, kebijakan {policy}. SHA-256 {sha256}",
    "Closed: {name}, revision {revision}, policy {policy}. SHA-256 {sha256}",
)
_ALREADY = Sentence(
    "Periode {name} sudah ditutup. Untuk memperbaikinya: kulkul report revise {name} --reason …",
    "The period {name} is closed already. To correct it: kulkul report revise {name} --reason …",
)
_NOT_YET = Sentence(
    "Periode {name} belum ditutup. Tutuplah dahulu: kulkul report freeze {name}",
    "The period {name} is not closed. Close it first: kulkul report freeze {name}",
)
_UNCHANGED = Sentence(
    "Tidak ada yang berubah pada periode {name}: revisi tidak dibuat.",
    "Nothing is otherwise about the period {name}: no revision was made.",
)
_MEANWHILE = Sentence(
    "Periode {name} baru saja direvisi oleh orang lain; lihat: kulkul report list",
    "Somebody else revised the period {name} just now; see: kulkul report list",
)
_NO_REASON = Sentence("--reason: tulis alasan revisi.", "--reason: write why it is revised.")


def list_closed(
    *, as_json: JsonOption = False, lang: LangOption = Lang.ID, config: ConfigOption = DEFAULT_CONFIG
) -> None:
    """Periode yang sudah ditutup, dengan semua revisinya. Periods that were closed, with all revisions."""
    from monitor.settings import load_settings

    settings = load_settings(config)
    found = asyncio.run(_list(settings))
    if as_json:
        show_json([_shape(one) for one in found])
    elif found:
        show(_table(found, settings, lang))
    else:
        talk().print(lang.of(_NONE))


def freeze(
    period: PeriodArgument,
    *,
    policy: PolicyOption = None,
    by: ByOption = None,
    lang: LangOption = Lang.ID,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Tutup suatu periode: angkanya disimpan dan tidak berubah lagi. Close a period: its figures stay.

    Bulan yang lewat ditutup dengan sendirinya (`reports.close_after`); periode lain dengan perintah ini.
    Months are closed by themselves (`reports.close_after`); other periods by this command.
    """
    settings, registry = load(config)
    now, who = datetime.now(UTC), doer(by)
    wanted = _over(period, settings, now, lang)
    rules = policy_of(policy, settings, lang)
    _told(asyncio.run(_freeze(settings, registry, wanted, rules, who, now, lang)), lang)


def revise(
    period: PeriodArgument,
    *,
    reason: ReasonOption,
    service: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Koreksi waktu layanan ini. Correct its time."),
    ] = None,
    incident: Annotated[
        str | None,
        typer.Option(metavar="NUMBER", help="Koreksi waktu gangguan ini. Correct the time of this incident."),
    ] = None,
    window: Annotated[
        str | None,
        typer.Option(
            metavar="ID",
            help="Akui jendela yang terlambat diumumkan. Accept a window that was announced late.",
        ),
    ] = None,
    since: Annotated[
        str | None, typer.Option("--from", metavar="TIME", help="Mulai kapan. From when on.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--to", metavar="TIME", help="Sampai kapan. Until when.")
    ] = None,
    count_as: Annotated[
        CountsAs, typer.Option(help="Waktu itu dihitung sebagai apa. What that time counts as.")
    ] = CountsAs.MAINTENANCE,
    policy: PolicyOption = None,
    by: ByOption = None,
    lang: LangOption = Lang.ID,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Revisi periode yang ditutup; yang lama tetap ada. Revise a closed period; what was closed stays.

    Tanpa --service, --incident dan --window periode dihitung ulang dari catatan sekarang. Waktu ditulis
    setempat, misalnya 2026-10-28 22:00.

    Without --service, --incident and --window the period is counted anew from the record of now. Times are
    local, such as 2026-10-28 22:00.
    """
    settings, registry = load(config)
    now, who = datetime.now(UTC), doer(by)
    why = printable(reason, "--reason")
    if not why:
        refuse(_NO_REASON, lang)
    wanted = _over(period, settings, now, lang)
    rules = policy_of(policy, settings, lang) if policy is not None else None
    asked = Wanted(
        period=wanted,
        service=service,
        incident=incident,
        window=window,
        since=since,
        until=until,
        count_as=count_as,
        reason=why,
        by=who,
        at=now,
    )
    _told(asyncio.run(_revise(settings, registry, asked, rules, lang)), lang)


def _over(text: str, settings: Settings, now: datetime, lang: Lang) -> Period:
    period = period_of(text, settings, now, lang)
    if period.running(now):
        refuse(_RUNNING, lang, name=period.name)
    return period


async def _list(settings: Settings) -> list[FrozenPeriod]:
    from monitor.store import Store
    from monitor.store.frozen import frozen_periods

    async with await Store.open(settings.database.url, migrate=False) as store:
        return await frozen_periods(store, settings.vantage.name)


async def _freeze(
    settings: Settings,
    registry: Registry,
    period: Period,
    policy: AccountingPolicy,
    by: str,
    now: datetime,
    lang: Lang,
) -> FrozenPeriod:
    from monitor.reports.closing import ClosedAlreadyError, close
    from monitor.store import Store

    async with await Store.open(settings.database.url, migrate=False) as store:
        record = await record_now(store, settings, registry, period, policy, now)
        try:
            return await close(store, record, by=by, at=now)
        except ClosedAlreadyError:
            refuse(_ALREADY, lang, name=period.name)


async def _revise(
    settings: Settings, registry: Registry, asked: Wanted, policy: AccountingPolicy | None, lang: Lang
) -> FrozenPeriod:
    from monitor.reports.closing import (
        ClosedAlreadyError,
        DamagedError,
        NotClosedError,
        UnchangedError,
        closed,
        revise,
    )
    from monitor.store import Store

    name = asked.period.name
    async with await Store.open(settings.database.url, migrate=False) as store:
        try:
            before = await closed(store, settings.vantage.name, name)
            rules = policy or before.record.policy
            record = await record_now(store, settings, registry, asked.period, rules, asked.at)
            corrections = await corrections_for(asked, store, record, registry, lang)
            return await revise(
                store, record, by=asked.by, reason=asked.reason, at=asked.at, corrections=corrections
            )
        except NotClosedError:
            refuse(_NOT_YET, lang, name=name)
        except UnchangedError:
            refuse(_UNCHANGED, lang, code=Exit.BAD_ANSWER, name=name)
        except ClosedAlreadyError:
            refuse(_MEANWHILE, lang, name=name)
        except DamagedError as error:
            refuse(error.sentence, lang, code=Exit.BAD_ANSWER)


def _told(one: FrozenPeriod, lang: Lang) -> None:
    talk().print(
        lang.of(_FROZEN).format(name=one.period, revision=one.revision, policy=one.policy, sha256=one.sha256)
    )


def _table(found: Sequence[FrozenPeriod], settings: Settings, lang: Lang) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    zone = settings.time_zone
    for head in _HEADS[lang]:
        table.add_column(head.format(zone=f"{datetime.now(zone):%Z}"), overflow="fold")
    for one in found:
        table.add_row(
            one.period,
            str(one.revision),
            one.policy,
            f"{one.frozen_at.astimezone(zone):%Y-%m-%d %H:%M}",
            plain(one.frozen_by),
            plain(one.reason) or NOTHING,
            one.sha256,
        )
    return table


def _shape(one: FrozenPeriod) -> dict[str, object]:
    return {
        "period": one.period,
        "revision": one.revision,
        "vantage": one.vantage,
        "policy": one.policy,
        "register_version": one.register_version,
        "sha256": one.sha256,
        "frozen_at": moment(one.frozen_at),
        "frozen_by": one.frozen_by,
        "reason": one.reason or None,
    }
