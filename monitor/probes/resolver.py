"""Names to addresses: the settings' static map first, then c-ares with a hard deadline."""

from __future__ import annotations

import ipaddress
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import aiodns
import pycares
import pycares.errno as ares

from monitor.core.reason import Reason, Stage
from monitor.core.service import Family
from monitor.probes.stages import ProbeFailure, self_fault

_REASONS = {
    ares.ARES_ENOTFOUND: (Reason.DNS_NXDOMAIN, "The name {host} does not exist in DNS."),
    ares.ARES_ENODATA: (Reason.DNS_NO_ADDRESS, "The name {host} exists in DNS but has no address."),
    ares.ARES_ESERVFAIL: (Reason.DNS_SERVFAIL, "The name servers of {host} answered with SERVFAIL."),
    ares.ARES_EREFUSED: (Reason.DNS_REFUSED, "The name server refused the question for {host}."),
    ares.ARES_ETIMEOUT: (Reason.DNS_TIMEOUT, "No name server answered for {host} in time."),
    ares.ARES_EBADNAME: (Reason.DNS_INVALID_NAME, "{host} is not a valid DNS name."),
    ares.ARES_EBADRESP: (Reason.DNS_SERVFAIL, "The name server sent a malformed answer for {host}."),
    ares.ARES_EFORMERR: (Reason.DNS_SERVFAIL, "The name server did not understand the question for {host}."),
    ares.ARES_ENOTIMP: (Reason.DNS_SERVFAIL, "The name server does not serve the question for {host}."),
}

_LOOKS_NUMERIC = re.compile(r"(?:^|\.)(?:\d+|0[xX][0-9a-fA-F]*)\.?$")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a name stands for."""

    addresses: tuple[str, ...]
    """At least one."""
    aliases: tuple[str, ...] = ()
    """The names that it is an alias of (CNAME), in order; lower case, without final dot."""


FRESH_FOR_SECONDS = 5.0
"""c-ares keeps answers for their whole TTL, and pycares has no switch for that: a name server that died would
go unnoticed for an hour. To read its settings anew (0.1 ms) makes it forget them. Checks come a minute apart,
so each asks afresh; two checks of one host within seconds share an answer, as a visitor's would."""


class Resolver:
    """Resolves host names; keeps no answer for longer than some seconds."""

    def __init__(
        self,
        static: Mapping[str, Sequence[str]],
        nameservers: Sequence[str] = (),
        fresh_for_seconds: float = FRESH_FOR_SECONDS,
    ) -> None:
        self._asked = list(nameservers)
        self._static = {_normal(name): tuple(addresses) for name, addresses in static.items()}
        # The probe's own deadline is the hard one; these only bound what c-ares does behind it.
        # A service's name is whole: search domains of resolv.conf could only find somebody else's host.
        self._channel = aiodns.DNSResolver(
            nameservers=list(nameservers) or None, timeout=2.0, tries=3, flags=pycares.ARES_FLAG_NOSEARCH
        )
        self._fresh_for = fresh_for_seconds
        self._forgot_at = time.monotonic()

    @property
    def nameservers(self) -> list[str]:
        """The servers that are asked: `address`, or `address:port`."""
        return self._asked or list(self._channel.nameservers)

    async def close(self) -> None:
        """Give up lookups under way and close the sockets."""
        await self._channel.close()

    async def lookup(self, host: str) -> Answer:
        """Return every address of a host, in the order received.

        Raises:
            ProbeFailure: it has none, or we could not ask.
        """
        if (literal := _literal(host)) is not None:
            return Answer((literal,))
        if (static := self._static.get(_normal(host))) is not None:
            return Answer(static)
        if _LOOKS_NUMERIC.search(host):
            # Old resolvers read 0177.0.0.1 or 0x7f000001 as an address, each in its own way; no name ends so.
            raise ProbeFailure(
                Stage.RESOLVE, Reason.DNS_INVALID_NAME, f"{host} is neither a name nor a plain address."
            )
        self._forget_old_answers()
        try:
            answer = await self._channel.getaddrinfo(host.rstrip("."), port=None)
        except aiodns.error.DNSError as error:
            raise _failure(host, error) from error
        except UnicodeError as error:
            raise ProbeFailure(
                Stage.RESOLVE, Reason.DNS_INVALID_NAME, f"{host} is not a valid DNS name."
            ) from error
        found = tuple(dict.fromkeys(_text(node.addr[0]) for node in answer.nodes))
        if not found:
            reason, message = _REASONS[ares.ARES_ENODATA]
            raise ProbeFailure(Stage.RESOLVE, reason, message.format(host=host))
        return Answer(found, tuple(_normal(_text(one.name)) for one in answer.cnames))

    def _forget_old_answers(self) -> None:
        now = time.monotonic()
        if now - self._forgot_at > self._fresh_for:
            self._forgot_at = now
            self._channel._channel.reinit()  # noqa: SLF001 - aiodns passes everything on but this

    async def name_servers(self, domain: str) -> tuple[str, ...]:
        """Return the names of a domain's name servers, sorted; none where they could not be learned."""
        try:
            answer = await self._channel.query_dns(domain, "NS")
        except aiodns.error.DNSError:
            return ()
        servers = (one.data for one in answer.answer if isinstance(one.data, pycares.NSRecordData))
        return tuple(sorted({_normal(one.nsdname) for one in servers}))


def choose(addresses: Sequence[str], family: Family, avoid: str | None) -> list[str]:
    """Put the addresses a probe may use in the order in which it should; pure.

    Args:
        addresses: as resolved.
        family: the `prefer-` ones fall back to the other family only where their own is missing.
        avoid: comes last; a confirming probe tries another address where there is one.
    """
    wanted = 4 if family in (Family.IPV4, Family.PREFER_IPV4) else 6
    own = [one for one in addresses if (6 if ":" in one else 4) == wanted]
    if not own and family in (Family.PREFER_IPV4, Family.PREFER_IPV6):
        own = list(addresses)
    return sorted(own, key=lambda one: one == avoid)


def _failure(host: str, error: aiodns.error.DNSError) -> ProbeFailure:
    code = error.args[0] if error.args else None
    if code in _REASONS:
        reason, message = _REASONS[code]
        return ProbeFailure(Stage.RESOLVE, reason, message.format(host=host))
    detail = error.args[1] if len(error.args) > 1 else error
    return self_fault(Stage.RESOLVE, f"{host} could not be looked up: our resolver says “{detail}”.")


def _text(raw: bytes | str) -> str:
    return raw.decode("ascii", "replace") if isinstance(raw, bytes) else raw


def _literal(host: str) -> str | None:
    if ":" not in host and not host[-1:].isdigit():
        return None  # a name, as nearly always: told so much sooner than by ipaddress
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return None


def _normal(name: str) -> str:
    return name.lower().rstrip(".")
