"""Asking RDAP servers: bounded in bytes, time and redirects, at each registry's pace."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from monitor.core.registration.facts import Registration, RegistrationSource
from monitor.core.retry_after import waiting_time
from monitor.inspections.registration.lookup import LookupFailure
from monitor.inspections.registration.outbound import Outbound, why_not_connected
from monitor.inspections.registration.pace import Pace
from monitor.inspections.registration.rdap.reply import read_domain, says_unknown

_MOST_BYTES = 1 << 19
"""A reply about one domain has some 5 kB, IANA's whole list some 100 kB."""
_MOST_REDIRECTS = 5
_LONGEST_NAME = 253
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_JSON = ("application/json", "application/rdap+json")
"""RFC 7480 asks for the second; several registries send the first."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back at the end of the redirects."""

    status: int
    media_type: str
    """Lower case, without parameters; empty: not said."""
    body: bytes
    host: str
    """Who sent it."""

    @property
    def is_json(self) -> bool:
        """Whether it says that it is JSON; nothing said will do."""
        return self.media_type in (*_JSON, "")


class RdapClient:
    """Looks domains up; to be made in a running loop.

    Args:
        user_agent: how the monitor introduces itself.
        timeout: of one question, redirects apart.
        pace: of questions to one host.
        outbound: where it may connect to.
    """

    def __init__(self, user_agent: str, timeout: timedelta, pace: Pace, outbound: Outbound) -> None:
        self._timeout = timeout.total_seconds()
        self._pace = pace
        self._outbound = outbound
        self._answering: set[str] = set()
        """Bases that have given a domain before."""
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=_GuardedResolver(outbound), use_dns_cache=False, force_close=True
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": user_agent, "Accept-Encoding": "identity"},
            # Nothing is unpacked: a small reply must not become a huge one.
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=None),  # ours is exact; this would round up
        )

    async def domain(self, base: str, domain: str, now: datetime) -> Registration:
        """Look one domain up.

        A 404 says that nobody has registered it if its body is RDAP's own, or if there is no body (as RFC
        7480 allows) and this base has given domains before. Any other 404 is that of a wrong path.

        Args:
            base: URL of the registry's RDAP service.
            domain: registrable name; lower case, ASCII.
            now: aware UTC.

        Raises:
            LookupFailure: nothing was learned.
        """
        reply = await self._fetch(URL(base) / "domain" / domain, "application/rdap+json")
        if reply.status == HTTPStatus.NOT_FOUND:
            if says_unknown(reply.body) or (not reply.body.strip() and base in self._answering):
                return Registration(
                    domain=domain, source=RegistrationSource.RDAP, looked_at=now, registered=False
                )
            raise LookupFailure(f"{reply.host} answered 404 in a way that RDAP does not")
        _expect_json(reply)
        try:
            found = read_domain(reply.body, domain, now)
        except LookupFailure as error:
            raise LookupFailure(f"{reply.host} {error}") from error
        self._answering.add(base)
        return found

    async def json(self, url: str) -> bytes:
        """Fetch a document such as IANA's list.

        Raises:
            LookupFailure: there is none to be had.
        """
        reply = await self._fetch(URL(url), "application/json")
        _expect_json(reply)
        return reply.body

    async def close(self) -> None:
        """Close what is open."""
        await self._session.close()

    async def _fetch(self, url: URL, accept: str) -> Reply:
        """GET a page, following redirects.

        Raises:
            LookupFailure: no reply, one that is too large, too many redirects, or one to no web address.
        """
        for _ in range(_MOST_REDIRECTS + 1):
            host = url.host or ""
            async with self._pace.turn(host):
                answer = await self._ask(url, host, accept)
            if isinstance(answer, Reply):
                return answer
            url = answer
        raise LookupFailure(f"{host} redirects more than {_MOST_REDIRECTS} times")

    async def _ask(self, url: URL, host: str, accept: str) -> Reply | URL:
        """Put one question. Returns: the reply, or where it sends us."""
        try:
            async with asyncio.timeout(self._timeout):
                # aiohttp asks the resolver about names only.
                await self._outbound.addresses(host, url.port or 0)
                async with self._session.get(url, headers={"Accept": accept}, allow_redirects=False) as reply:
                    self._heed(host, reply)
                    if reply.status in _REDIRECTS:
                        return next_url(url, host, reply.headers.get("Location"))
                    body = await _body(reply, host)
                    return Reply(reply.status, _media_type(reply), body, host)
        except TimeoutError as error:
            raise LookupFailure(f"{host} did not answer in time") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise LookupFailure(_told(host, error)) from error

    def _heed(self, host: str, reply: aiohttp.ClientResponse) -> None:
        """Slow down for the whole registry if it asks for that.

        Raises:
            LookupFailure: it does.
        """
        asked = reply.headers.get("Retry-After")
        too_many = reply.status == HTTPStatus.TOO_MANY_REQUESTS
        if too_many or (reply.status == HTTPStatus.SERVICE_UNAVAILABLE and asked):
            self._pace.slow_down(host, waiting_time(asked, datetime.now(UTC)))
            raise LookupFailure(f"{host} asked to slow down (status {reply.status})")
        self._pace.answered(host)


def _expect_json(reply: Reply) -> None:
    if reply.status != HTTPStatus.OK:
        raise LookupFailure(f"{reply.host} answered {reply.status}")
    if not reply.is_json:
        raise LookupFailure(f"{reply.host} gave {reply.media_type[:60]} instead of JSON")


def _media_type(reply: aiohttp.ClientResponse) -> str:
    value = reply.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return "".join(each for each in value if each.isprintable())


async def _body(reply: aiohttp.ClientResponse, host: str) -> bytes:
    if reply.headers.get("Content-Encoding", "identity").strip().lower() not in ("identity", ""):
        raise LookupFailure(f"{host} compressed its reply, which it was asked not to")
    body = bytearray()
    while chunk := await reply.content.read(_MOST_BYTES + 1 - len(body)):
        body += chunk
        if len(body) > _MOST_BYTES:
            raise LookupFailure(f"{host} gave more than {_MOST_BYTES >> 10} KiB")
    return bytes(body)


def next_url(url: URL, host: str, location: str | None) -> URL:
    """Return where a redirect leads. Pure.

    Args:
        url: of the page that redirects.
        host: its host, as failures name it.
        location: what the header says; None: there is none.

    Raises:
        LookupFailure: to no web address, or out of TLS.
    """
    try:
        target = url.join(URL(location or ""))
        usable = (
            bool(location)
            and 0 < len(target.host or "") <= _LONGEST_NAME
            and target.scheme in ("http", "https")
            and bool(target.port)
        )
    except ValueError:
        usable = False
    if not usable:
        raise LookupFailure(f"{host} redirects to something that is no web address")
    if url.scheme == "https" and target.scheme != "https":
        raise LookupFailure(f"{host} redirects from https to http")
    return target.with_fragment(None).with_user(None)


def _told(host: str, error: Exception) -> str:
    match error:
        case aiohttp.ClientConnectorCertificateError():
            return f"the certificate of {host} is not accepted"
        case aiohttp.ClientSSLError():
            return f"{host} speaks no acceptable TLS"
        case aiohttp.ClientConnectorError(os_error=cause):
            return f"{host} cannot be connected to ({why_not_connected(cause)})"
        case aiohttp.ClientResponseError() | ValueError():
            return f"{host} does not answer with valid HTTP"
    return f"{host} broke off the connection"


class _GuardedResolver(AbstractResolver):
    """What aiohttp asks for addresses just before it connects."""

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_UNSPEC,  # noqa: ARG002 - we take any family
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for address in await self._outbound.addresses(host, port)
        ]

    async def close(self) -> None:
        """Leave it open: it is not ours."""
