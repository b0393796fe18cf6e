"""`kulkul letter`: the text that asks an agency to let the monitor in."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.exits import Exit
from monitor.cli.options import DEFAULT_CONFIG, ConfigOption, Lang, LangOption, load
from monitor.cli.output import show, talk
from monitor.core.letter import Request, letter
from monitor.core.reason import Reason, Sentence
from monitor.core.service import Registry, Service
from monitor.core.status import CheckState, Status

if TYPE_CHECKING:
    from monitor.settings import Settings
    from monitor.store import StoredResult

_NO_SERVICE = Sentence(
    "Tidak ada layanan “{name}” dalam register.", "There is no service “{name}” in the register."
)
_NOT_BLOCKED = Sentence(
    "{name} tidak sedang memblokir pemantau (status tersimpan: {status}).",
    "{name} is not blocking the monitor (stored status: {status}).",
)
_NOBODY = Sentence("Tidak ada layanan yang memblokir pemantau.", "No service is blocking the monitor.")


def write_letter(
    service: Annotated[
        str | None, typer.Argument(metavar="[SERVICE]", help="Id layanan. A service's id; none: list them.")
    ] = None,
    *,
    lang: LangOption = Lang.ID,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Surat kepada instansi yang memblokir. The letter to an agency whose site blocks the monitor.

    Tanpa nama layanan: daftar layanan yang sedang memblokir. Without a service: lists those that do.
    """
    settings, registry = load(config)
    if service is not None and service not in registry.services:
        talk().print(lang.of(_NO_SERVICE).format(name=service))
        raise typer.Exit(Exit.CONFIGURATION)
    states, latest = asyncio.run(_read(settings))
    blocking = {
        one.id: state for one in registry.services.values() if (state := _blocked(one, states)) is not None
    }
    if service is None:
        if not blocking:
            talk().print(lang.of(_NOBODY))
        for id_ in blocking:
            show(id_)
        return
    state = blocking.get(service)
    if state is None:
        known = states.get(service)
        status = known.status if known is not None else Status.UNKNOWN
        talk().print(lang.of(_NOT_BLOCKED).format(name=service, status=status))
        raise typer.Exit(Exit.BAD_ANSWER)
    request = _request(settings, registry, registry.services[service], state, latest.get(state.check_id))
    show(lang.of(letter(request)).rstrip("\n"))


async def _read(settings: Settings) -> tuple[dict[str, CheckState], dict[str, StoredResult]]:
    from monitor.store import Store

    async with await Store.open(settings.database.url, migrate=False) as store:
        vantage = settings.vantage.name
        return await store.load_states(vantage), await store.latest_results(vantage)


def _blocked(service: Service, states: dict[str, CheckState]) -> CheckState | None:
    found = (states.get(check.id) for check in service.checks)
    return next((state for state in found if state is not None and state.status is Status.BLOCKED), None)


def _request(
    settings: Settings, registry: Registry, service: Service, state: CheckState, last: StoredResult | None
) -> Request:
    since = state.since_at.astimezone(settings.time_zone)
    url = next(check.url for check in service.checks if check.id == state.check_id)
    return Request(
        service=service.name,
        url=url,
        agency=registry.agencies[service.agency_id].name,
        reason=state.reason or Reason.BLOCKED_FORBIDDEN,
        since=f"{since:%d-%m-%Y %H.%M %Z}",
        seen=last.message if last is not None else None,
        user_agent=settings.vantage.user_agent,
        addresses=settings.vantage.addresses,
        contact=settings.vantage.contact,
        contact_url=settings.vantage.contact_url,
    )
