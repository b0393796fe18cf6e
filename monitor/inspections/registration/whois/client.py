"""Asking WHOIS servers (RFC 3912): one line there, all until the end back, bounded in bytes and time."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta

from monitor.core.registration.facts import Registration
from monitor.inspections.registration.lookup import LookupFailure
from monitor.inspections.registration.outbound import Outbound, why_not_connected
from monitor.inspections.registration.pace import Pace
from monitor.inspections.registration.whois.reply import SlowDown, read_domain, referral, registrar_server

_MOST_BYTES = 1 << 16
"""Records have some 5 kB, most of it legal text."""
_MOST_ADDRESSES = 3


class WhoisClient:
    """Looks domains up.

    Args:
        port: of every server.
        timeout: of one question.
        pace: of questions to one host.
        outbound: where it may connect to.
    """

    def __init__(self, port: int, timeout: timedelta, pace: Pace, outbound: Outbound) -> None:
        self._port = port
        self._timeout = timeout.total_seconds()
        self._pace = pace
        self._outbound = outbound

    async def domain(self, server: str, domain: str, now: datetime) -> Registration:
        """Look one domain up, following one referral at most.

        A registry of registries refers to the registry, which then decides. A registrar's own server is asked
        where the registry gives no date; that it does not know the name is no news.

        Args:
            server: host of the registry's WHOIS.
            domain: registrable name; lower case, ASCII.
            now: aware UTC.

        Raises:
            LookupFailure: nothing was learned.
        """
        raw = await self._ask(server, domain)
        try:
            found = self._read(raw, server, domain, now)
        except SlowDown:
            raise
        except LookupFailure:
            further = referral(raw)
            if further is None or further == server:
                raise
            return self._read(await self._ask(further, domain), further, domain, now)
        further = registrar_server(raw)
        if found.registered and found.expires_at is None and further not in (None, server):
            with suppress(LookupFailure):
                fuller = self._read(await self._ask(further, domain), further, domain, now)
                return fuller if fuller.registered and fuller.expires_at else found
        return found

    def _read(self, raw: bytes, server: str, domain: str, now: datetime) -> Registration:
        try:
            found = read_domain(raw, domain, now)
        except SlowDown as error:
            self._pace.slow_down(server, None)
            raise SlowDown(f"{server} {error}") from error
        except LookupFailure as error:
            raise LookupFailure(f"{server} {error}") from error
        self._pace.answered(server)
        return found

    async def _ask(self, server: str, domain: str) -> bytes:
        async with self._pace.turn(server):
            try:
                async with asyncio.timeout(self._timeout):
                    return await self._exchange(server, f"{domain}\r\n".encode("ascii"))
            except TimeoutError as error:
                raise LookupFailure(f"{server} did not answer in time") from error
            except OSError as error:
                raise LookupFailure(f"{server} broke off the connection") from error

    async def _exchange(self, server: str, question: bytes) -> bytes:
        reader, writer = await self._connect(server)
        try:
            writer.write(question)
            await writer.drain()
            reply = bytearray()
            while chunk := await reader.read(65536):
                reply += chunk
                if len(reply) > _MOST_BYTES:
                    raise LookupFailure(f"{server} gave more than {_MOST_BYTES >> 10} KiB")
            return bytes(reply)
        finally:
            writer.transport.abort()
            with suppress(OSError):
                await writer.wait_closed()

    async def _connect(self, server: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        addresses = await self._outbound.addresses(server, self._port)
        why = ""
        for address in addresses[:_MOST_ADDRESSES]:
            try:
                return await asyncio.open_connection(address, self._port)
            except OSError as error:
                why = why_not_connected(error)
        raise LookupFailure(f"{server} cannot be connected to ({why})")
