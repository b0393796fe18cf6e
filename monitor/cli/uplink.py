"""`kulkul uplink`: can this machine see at all, and when could it not?"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from monitor.cli.exits import Exit
from monitor.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption, Lang, LangOption
from monitor.cli.output import show, show_json, talk
from monitor.core.canary import Faculty, Look
from monitor.core.reason import Sentence
from monitor.core.shape import moment
from monitor.core.sight import BlindCause, Blindness, BlindPeriod, Sight

if TYPE_CHECKING:
    from monitor.settings import Settings

_CANARY_HEADS = {
    Lang.ID: ("Keadaan", "Titik acuan", "Membuktikan", "Waktu", "Keterangan"),
    Lang.EN: ("State", "Canary", "Proves", "Time", "Remark"),
}
_PERIOD_HEADS = {
    Lang.ID: ("Mulai ({zone})", "Selesai", "Lama (j:mm:dd)", "Sebab", "Keterangan"),
    Lang.EN: ("Began ({zone})", "Ended", "Lasted (h:mm:ss)", "Cause", "Remark"),
}
_ALIVE = Sentence("✔ menjawab", "✔ alive")
_DEAD = Sentence("✖ tidak menjawab", "✖ dead")
_FACULTIES = {
    Faculty.NETWORK: Sentence("jaringan", "network"),
    Faculty.NAMES: Sentence("nama (DNS)", "names (DNS)"),
}
_SEES = Sentence(
    "Mesin ini dapat melihat ke luar; kegagalan situs dapat dinilai.",
    "This machine can see out; failures of sites can be judged.",
)
_BLIND = {
    BlindCause.CANARIES: Sentence(
        "Mesin ini buta: tidak satu pun titik acuan jaringan menjawab. Kegagalan situs tidak dinilai.",
        "This machine is blind: no canary of the network answers. Failures of sites are not judged.",
    ),
    BlindCause.RESOLVER: Sentence(
        "Mesin ini buta: server namanya sendiri (DNS) tidak menjawab. Kegagalan mencari nama tidak dinilai.",
        "This machine is blind: its own name servers do not answer. Failed lookups are not judged.",
    ),
}
_NO_CANARIES = Sentence(
    "Setelan tidak memuat titik acuan (uplink.canaries); tidak diketahui apakah mesin ini dapat melihat.",
    "The settings name no canaries (uplink.canaries), so it is not known whether this machine can see.",
)
_CAUSES = {
    BlindCause.CANARIES: Sentence("titik acuan tidak menjawab", "canaries did not answer"),
    BlindCause.RESOLVER: Sentence("server nama sendiri tidak menjawab", "own name servers did not answer"),
    BlindCause.NETWORKS: Sentence("banyak jaringan gagal bersamaan", "many networks failed at once"),
}
_NETWORKS = Sentence("{failing} dari {seen} jaringan gagal", "{failing} of {seen} networks failed")
_STILL = Sentence("masih berlangsung", "still going on")
_PERIODS = Sentence("Masa buta dalam {days} hari terakhir:", "Blind periods of the last {days} days:")
_NO_PERIODS = Sentence(
    "Tidak ada masa buta yang tercatat dalam {days} hari terakhir.",
    "No blind period is on record for the last {days} days.",
)


def uplink(
    *,
    as_json: JsonOption = False,
    since: Annotated[
        int,
        typer.Option(
            "--since",
            metavar="DAYS",
            min=1,
            max=3660,
            help="Masa buta selama sekian hari terakhir. Blind periods of the last so many days.",
        ),
    ] = 30,
    lang: LangOption = Lang.ID,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Coba sambungan pemantau sendiri. Try the monitor's own uplink, and list when it could not see.

    Kode keluar: 0 dapat melihat, 1 buta, 3 tidak diketahui (tanpa titik acuan).

    Exit code: 0 it can see, 1 it is blind, 3 not known (no canaries).
    """
    from monitor.settings import load_settings

    settings = load_settings(config)
    now = datetime.now(UTC)
    looks, periods = asyncio.run(_find_out(settings, now - timedelta(days=since)))
    sight = Sight(settings.uplink.canaries, settings.uplink.rule)
    for one in looks:
        sight.look(one)
    blindness = sight.blindness(now)
    if as_json:
        show_json(_shape(settings, looks, blindness, periods))
    else:
        head = lang.of(_PERIODS if periods else _NO_PERIODS).format(days=since)
        show(
            *_state(looks, blindness, lang),
            head,
            *([_period_table(periods, settings.time_zone, now, lang)] if periods else []),
        )
    if not looks:
        talk().print(lang.of(_NO_CANARIES))
        raise typer.Exit(Exit.UNKNOWN)
    raise typer.Exit(Exit.BAD_ANSWER if blindness else Exit.FINE)


async def _find_out(settings: Settings, since: datetime) -> tuple[list[Look], list[BlindPeriod]]:
    """Try every canary now, and read the periods that were not over before `since`, newest first."""
    from monitor.daemon.vantage import make_vantage
    from monitor.probes.uplink import look
    from monitor.store import Store
    from monitor.store.sight import blind_periods

    periods: list[BlindPeriod] = []
    if not settings.database.missing:
        async with await Store.open(settings.database.url, migrate=False) as store:
            periods = await blind_periods(store, settings.vantage.name, since)
    vantage = make_vantage(settings)
    try:
        tries = (look(one, vantage, settings.uplink.timeout) for one in settings.uplink.canaries)
        looks = await asyncio.gather(*tries)
    finally:
        await vantage.close()
    return looks, periods[::-1]


def _state(looks: Sequence[Look], blindness: Blindness | None, lang: Lang) -> Iterator[RenderableType]:
    """Return what is to be said of now."""
    if not looks:
        return
    table = _table(_CANARY_HEADS[lang])
    for one in looks:
        state = Text(lang.of(_ALIVE if one.alive else _DEAD), style="green" if one.alive else "bold red")
        spent = f"{(one.ended_at - one.started_at) / timedelta(milliseconds=1):.0f} ms"
        proves = lang.of(_FACULTIES[one.canary.faculty])
        table.add_row(state, one.canary.name, proves, spent, one.message or "")
    yield table
    yield ""
    yield lang.of(_SEES if blindness is None else _BLIND[blindness.cause])
    yield ""


def _period_table(periods: Sequence[BlindPeriod], zone: tzinfo, now: datetime, lang: Lang) -> Table:
    table = _table([head.format(zone=now.astimezone(zone).tzname()) for head in _PERIOD_HEADS[lang]])
    for one in periods:
        ended = lang.of(_STILL) if one.ended_at is None else _local(one.ended_at, zone)
        seconds = int(((one.ended_at or now) - one.began_at).total_seconds())
        lasted = f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
        remark = ", ".join(one.dead)
        if one.cause is BlindCause.NETWORKS:
            remark = lang.of(_NETWORKS).format(failing=one.failing_networks, seen=one.seen_networks)
        table.add_row(_local(one.began_at, zone), ended, lasted, lang.of(_CAUSES[one.cause]), remark)
    return table


def _table(heads: Iterable[str]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for head in heads:
        table.add_column(head, overflow="fold")
    return table


def _local(at: datetime, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}"


def _shape(
    settings: Settings, looks: Sequence[Look], blindness: Blindness | None, periods: Sequence[BlindPeriod]
) -> dict[str, Any]:
    """Return the documented shape; `sees` is null where there are no canaries."""
    return {
        "vantage": settings.vantage.name,
        "sees": blindness is None if looks else None,
        "cause": blindness.cause.value if blindness else None,
        "canaries": [
            {
                "canary": one.canary.name,
                "proves": one.canary.faculty.value,
                "alive": one.alive,
                "started_at": moment(one.started_at),
                "duration_seconds": round((one.ended_at - one.started_at).total_seconds(), 6),
                "message": one.message,
            }
            for one in looks
        ],
        "blind_periods": [
            {
                "began_at": moment(one.began_at),
                "ended_at": moment(one.ended_at),
                "cause": one.cause.value,
                "dead": list(one.dead),
                "failing_networks": one.failing_networks,
                "seen_networks": one.seen_networks,
            }
            for one in periods
        ],
    }
