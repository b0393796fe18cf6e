"""What a report is asked for, read from the command line."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from monitor.cli.exits import Exit
from monitor.cli.options import Lang
from monitor.cli.output import talk
from monitor.cli.reader import plain
from monitor.core.period import Period, PeriodError, parse_period
from monitor.core.reason import Sentence
from monitor.core.service import Registry

if TYPE_CHECKING:
    from monitor.core.accounting.policy import AccountingPolicy
    from monitor.reports.record import PeriodRecord
    from monitor.reports.scope import ReportScope
    from monitor.settings import Settings
    from monitor.store import Store

_BAD_PERIOD = Sentence("PERIOD: {why}", "PERIOD: {why}")
_TO_COME = Sentence("Periode {name} belum dimulai.", "The period {name} has not begun.")
_NO_POLICY = Sentence(
    "--policy: “{name}” tidak ada dalam `accounting.policies`; yang ada: {known}.",
    "--policy: “{name}” is not among `accounting.policies`; there are: {known}.",
)
_UNKNOWN = Sentence("--{option}: {why}", "--{option}: {why}")
_KINDS = {"government": "governments", "agency": "agencies", "service": "services"}

PeriodArgument = Annotated[
    str,
    typer.Argument(
        metavar="PERIOD", help="2026, 2026-Q3, 2026-10, 2026-W41, 2026-10-05, 2026-10-05..2026-10-09"
    ),
]
GovernmentOption = Annotated[
    str | None,
    typer.Option("--government", metavar="ID", help="Hanya pemerintah ini. This government only."),
]
AgencyOption = Annotated[
    str | None, typer.Option("--agency", metavar="ID", help="Hanya instansi ini. This agency only.")
]
PolicyOption = Annotated[
    str | None,
    typer.Option("--policy", metavar="NAME", help="Kebijakan perhitungan. By which policy time is counted."),
]


def period_of(text: str, settings: Settings, now: datetime, lang: Lang) -> Period:
    """Read a period that has begun; refuses another."""
    try:
        period = parse_period(text, settings.time_zone)
    except PeriodError as error:
        refuse(_BAD_PERIOD, lang, why=lang.of(error.sentence))
    if now < period.starts_at:
        refuse(_TO_COME, lang, name=period.name)
    return period


def policy_of(name: str | None, settings: Settings, lang: Lang) -> AccountingPolicy:
    """Return the policy of a name; None: the one that the settings name. Refuses what is not there."""
    known = settings.accounting.policies
    wanted = settings.accounting.policy if name is None else name
    if wanted not in known:
        refuse(_NO_POLICY, lang, name=wanted, known=", ".join(known))
    return known[wanted]


def scope_of(registry: Registry, lang: Lang, **named: str | None) -> ReportScope:
    """Return what a report is to be about; refuses a name that the register does not know.

    Args:
        registry: the register.
        lang: of the sentence.
        named: ids by `government`, `agency` and `service`; None: any.
    """
    from monitor.registry.names import Names
    from monitor.reports.scope import ReportScope

    names = Names(registry)
    for option, name in named.items():
        unheard = names.unknown(_KINDS[option], name) if name is not None else None
        if unheard is not None:
            refuse(_UNKNOWN, lang, option=option, why=lang.of(unheard))
    return ReportScope(**named)


async def record_now(
    store: Store,
    settings: Settings,
    registry: Registry,
    period: Period,
    policy: AccountingPolicy,
    now: datetime,
) -> PeriodRecord:
    """Read what is on record of a period now."""
    from monitor.reports.gather import gather

    return await gather(
        store,
        registry,
        period,
        policy,
        vantage=settings.vantage.name,
        now=now,
        office=settings.reports.office,
    )


def refuse(sentence: Sentence, lang: Lang, *, code: Exit = Exit.CONFIGURATION, **words: str) -> NoReturn:
    """Say why not, and leave."""
    said = lang.of(sentence)
    talk().print(plain(said.format(**words) if words else said))
    raise typer.Exit(code)
