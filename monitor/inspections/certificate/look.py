"""One look at a host: every address over TLS, and plain http once; by the means of the probes."""

from __future__ import annotations

import asyncio
from datetime import datetime

from yarl import URL

from monitor import probes
from monitor.core.https.look import (
    AddressLook,
    HostLook,
    HttpLook,
    LookFailure,
    PlainLook,
    PlainState,
    hsts_of,
)
from monitor.core.reason import SENTENCES, Outcome, Reason, Stage
from monitor.core.result import Result, TlsFacts
from monitor.core.service import Family
from monitor.inspections.certificate.endpoint import Endpoint, is_public
from monitor.inspections.sightings import without_query
from monitor.probes.redirect import REDIRECTS
from monitor.probes.stages import ProbeFailure
from monitor.probes.vantage import Vantage

MOST_ADDRESSES = 8
"""Of one host that are looked at: more than an office has, and no burden to whoever has hundreds."""
_ERROR = 400


async def look_at(
    vantage: Vantage, endpoint: Endpoint, before: HostLook | None, now: datetime
) -> HostLook | LookFailure:
    """Look at a host at all its addresses, one after the other: never two of ours at once at one host.

    Args:
        vantage: where from.
        endpoint: the host, and how it is asked.
        before: the last look, for when certificates were seen at addresses that now are silent.
        now: aware UTC.
    Returns: the look; or why its name has no address.
    """
    try:
        addresses = await _addresses(vantage, endpoint)
    except ProbeFailure as failure:
        return LookFailure(
            stage=failure.stage, reason=failure.reason, detail=failure.message, outcome=failure.outcome
        )
    earlier = {one.address: one.tls_seen_at for one in before.addresses} if before is not None else {}
    seen = [await _address(vantage, endpoint, one, earlier.get(one), now) for one in addresses]
    return HostLook(
        name=endpoint.name,
        host=endpoint.host,
        port=endpoint.port,
        looked_at=now,
        server_name=endpoint.server_name,
        verify=endpoint.tls.verify,
        own_authority=endpoint.tls.ca_file is not None,
        public=is_public(endpoint),
        web=endpoint.web,
        addresses=tuple(seen),
        plain=await _plain(vantage, endpoint),
    )


async def _addresses(vantage: Vantage, endpoint: Endpoint) -> list[str]:
    limit = endpoint.check.deadlines.resolve.total_seconds()
    try:
        async with asyncio.timeout(limit):
            answer = await vantage.resolver.lookup(endpoint.host)
    except TimeoutError:
        sentence = f"{SENTENCES[Reason.DNS_TIMEOUT].en[:-1]} ({endpoint.host}, gave up after {limit:g} s)."
        raise ProbeFailure(Stage.RESOLVE, Reason.DNS_TIMEOUT, sentence) from None
    found = [
        one
        for one in answer.addresses
        if endpoint.family not in _ONLY or _ONLY[endpoint.family] == (":" in one)
    ]
    if not found:
        sentence = f"{endpoint.host} has no {endpoint.family.value} address."
        raise ProbeFailure(Stage.RESOLVE, Reason.DNS_NO_ADDRESS, sentence)
    return found[:MOST_ADDRESSES]


_ONLY = {Family.IPV4: False, Family.IPV6: True}
"""Families that a check insists on → whether their addresses have colons."""


_MAY_BE_OLD = frozenset({Reason.TLS_PROTOCOL, Reason.TCP_CLOSED, Reason.TCP_RESET})
"""What servers that know no TLS 1.2 do when it is offered: some send the alert, others just hang up."""


async def _address(
    vantage: Vantage, endpoint: Endpoint, address: str, seen_before: datetime | None, now: datetime
) -> AddressLook:
    result = await probes.run(endpoint.secure(), vantage, pinned=address)
    tls, outdated = _shown(result), None
    if tls is not None:
        outdated = False
    elif result.stage is Stage.HANDSHAKE and result.reason in _MAY_BE_OLD:
        tls = _shown(await probes.run(endpoint.secure(outdated=True), vantage, pinned=address))
        outdated = True if tls is not None else None
    return AddressLook(
        address=address,
        seen_at=now,
        tls=tls,
        tls_seen_at=seen_before if tls is None else now,
        outdated=outdated,
        http=_http(result),
        failure=failure_of(result),
    )


def _shown(result: Result) -> TlsFacts | None:
    return result.tls if result.tls is not None and result.tls.chain else None


def _http(result: Result) -> HttpLook | None:
    """Return the reply that visitors get: a challenge's headers are those of the challenge."""
    if result.http is None or not _is_page(result):
        return None
    return HttpLook(status=result.http.status, hsts=hsts_of(result.http.header("strict-transport-security")))


def _is_page(result: Result) -> bool:
    return result.outcome is Outcome.OK or result.reason is Reason.BODY_TOO_LARGE


def failure_of(result: Result) -> LookFailure | None:
    """Return what kept a probe from seeing all; a page longer than we read is none."""
    if result.stage is None or result.reason is None or _is_page(result):
        return None
    return LookFailure(
        stage=result.stage, reason=result.reason, detail=result.message or "", outcome=result.outcome
    )


async def _plain(vantage: Vantage, endpoint: Endpoint) -> PlainLook:
    check = endpoint.plain()
    if check is None:
        return PlainLook()
    result = await probes.run(check, vantage)
    failure, http = failure_of(result), result.http
    if failure is not None or http is None:
        refused = result.reason is Reason.TCP_REFUSED
        state = PlainState.REFUSED if refused else PlainState.UNKNOWN
        return PlainLook(state=state, url=check.url, failure=failure)
    state, to = PlainState.ANSWERS if http.status < _ERROR else PlainState.UNKNOWN, None
    if http.status in REDIRECTS:
        to = _target(check.url, http.header("location"))
        state = PlainState.UNKNOWN if to is None else _LEADS.get(to.partition(":")[0], PlainState.UNKNOWN)
    return PlainLook(state=state, url=check.url, status=http.status, to=to)


_LEADS = {"https": PlainState.REDIRECTS, "http": PlainState.ELSEWHERE}


def _target(base: str, location: str | None) -> str | None:
    """Return where a redirect leads; None: nowhere that could be told."""
    try:
        return without_query(str(URL(base).join(URL(location)))) if location else None
    except ValueError:
        return None
