"""A look, brought up to date by what probes saw since; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from monitor.core.https.look import AddressLook, HostLook, HttpLook
from monitor.inspections.certificate.endpoint import Endpoint, is_public
from monitor.inspections.sightings import Sight, Verdict, verdict_of


def merged(look: HostLook, sights: Mapping[str, Sight]) -> HostLook:
    """Return the look with what its addresses showed since. Addresses that it does not know are left out."""
    addresses = tuple(_newer(one, sights.get(one.address)) for one in look.addresses)
    newer = replace(look, addresses=addresses)
    same = verdicts(newer) == verdicts(look)  # otherwise an address may be held against another's past
    return replace(newer, whole=(look.whole and same) or len(addresses) == 1)


def needs_look(look: HostLook, sights: Mapping[str, Sight]) -> bool:
    """Whether something changed, and probes cannot tell of every address whether it changed there too."""
    before = verdicts(look)
    since = {address: one for address, one in sights.items() if one.at > _seen_at(look, address)}
    news = {
        address
        for address, one in since.items()
        if verdict_of(one.tls) not in ([before[address]] if address in before else before.values())
    }
    return bool(news) and not (before.keys() <= since.keys() and news <= before.keys())


def passed_host(name: str, host: str, port: int, sights: Mapping[str, Sight], now: datetime) -> HostLook:
    """Return what is known of a host outside the register that visitors are led over.

    Its pages are its own business (`web`): what matters is whether visitors get past it.
    """
    addresses = tuple(
        _shown(AddressLook(address=address, seen_at=sight.at), sight) for address, sight in sights.items()
    )
    return HostLook(
        name=name,
        host=host,
        port=port,
        looked_at=now,
        server_name=host,
        web=False,
        addresses=addresses,
        whole=len(addresses) == 1,
    )


def as_registered(look: HostLook, endpoint: Endpoint) -> HostLook:
    """Return an earlier look with what the register says today."""
    return replace(
        look,
        server_name=endpoint.server_name,
        verify=endpoint.tls.verify,
        own_authority=endpoint.tls.ca_file is not None,
        public=is_public(endpoint),
        web=endpoint.web,
    )


def verdicts(look: HostLook) -> dict[str, Verdict]:
    """Return by address on what a judgement of the look rests."""
    return {one.address: verdict_of(one.tls) for one in look.shown if one.tls is not None}


def _seen_at(look: HostLook, address: str) -> datetime:
    return next((one.seen_at for one in look.addresses if one.address == address), look.looked_at)


def _newer(one: AddressLook, sight: Sight | None) -> AddressLook:
    return one if sight is None or sight.at <= one.seen_at else _shown(one, sight)


def _shown(one: AddressLook, sight: Sight) -> AddressLook:
    return replace(
        one,
        seen_at=sight.at,
        tls=sight.tls,
        tls_seen_at=sight.at,
        outdated=False,
        http=_better(one.http, sight.http),
        failure=None,
    )


def _better(look: HttpLook | None, sight: HttpLook | None) -> HttpLook | None:
    """Of two pages of a host take the one that asks for https for longer: browsers heed HSTS of any page."""
    pages = [page for page in (sight, look) if page is not None]
    return max(pages, key=lambda page: (page.hsts and page.hsts.max_age_seconds) or -1, default=None)
