"""What our own resolver says, and whether it is to be believed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import dns.exception
import dns.flags
import dns.rcode
import dns.rdatatype
import dns.resolver

from monitor.core.block import BlockPattern, refused_lookup
from monitor.core.delegation.facts import NameLook
from monitor.core.reason import Reason
from monitor.inspections.delegation.question import (
    Message,
    Name,
    NoAnswerError,
    RdataType,
    found,
    name_of,
    put,
    rcode,
    text,
)

_PORT = 53
_MOST_RESOLVERS = 3
"""As many as the C library asks."""
_MOST_ALIASES = 16
_MOST_ADDRESSES = 16
_FOUND = ("NOERROR", "NXDOMAIN")
_ADDRESSES = (dns.rdatatype.A, dns.rdatatype.AAAA)

Servers = Sequence[tuple[str, int]]


class ResolverSilentError(NoAnswerError):
    """None of our resolvers answers at all: it is us who cannot see."""


class OurResolver:
    """The vantage's resolvers, the settings' static map before them."""

    def __init__(
        self,
        servers: Callable[[], Servers],
        static: Mapping[str, Sequence[str]],
        blocks: Sequence[BlockPattern],
        timeout_seconds: float,
    ) -> None:
        self._servers = servers
        self._static = {_plain(name): tuple(addresses) for name, addresses in static.items()}
        self._national = [one for one in blocks if one.reason is Reason.BLOCKED_NATIONAL]
        self._timeout_seconds = timeout_seconds
        self._answered: tuple[str, int] | None = None

    async def ask(self, name: Name, kind: RdataType, *, unverified: bool = True) -> Message:
        """Ask one resolver after the other until one finds out; NOERROR or NXDOMAIN.

        Args:
            name: absolute.
            kind: record type.
            unverified: also take what fails DNSSEC: a broken domain is to be looked at all the same.
        Raises:
            ResolverSilentError: none of them answers.
            NoAnswerError: they answer, but did not find out.
        """
        reply = await self._ask(name, kind, unverified=unverified)
        if rcode(reply) not in _FOUND:
            kind_text = dns.rdatatype.to_text(kind)
            raise NoAnswerError(
                f"Our resolver answered {rcode(reply)} to the question for {text(name)} {kind_text}."
            )
        return reply

    async def _ask(self, name: Name, kind: RdataType, *, unverified: bool) -> Message:
        # The one that answered last goes first: a dead one must not cost its time at every question.
        servers = sorted(self._servers()[:_MOST_RESOLVERS], key=lambda one: one != self._answered)
        if not servers:
            raise ResolverSilentError("This machine has no resolver to ask.")
        flags = dns.flags.RD | (dns.flags.CD if unverified else 0)
        reply, silence = None, None
        for address, port in servers:
            try:
                share = self._timeout_seconds / len(servers)
                reply = await put(name, kind, address, port, share, flags=dns.flags.Flag(flags))
            except NoAnswerError as error:
                silence = error
            else:
                self._answered = (address, port)
                if rcode(reply) in _FOUND:
                    return reply
        if reply is not None:
            return reply
        raise ResolverSilentError(f"Our resolver is silent: {silence}")

    async def addresses(self, name: str) -> tuple[str, ...]:
        """Return the addresses of a name server's name; none: it has none.

        Raises:
            NoAnswerError: they could not be learned.
        """
        look = await self.look(name, unverified=True)
        if look.blocked:
            raise NoAnswerError(f"Our resolver leads {name} to a block page.")
        if look.rcode not in _FOUND and not look.addresses:
            said = f"answered {look.rcode}" if look.rcode else "gave no answer"
            raise NoAnswerError(f"Our resolver {said} to the question for the addresses of {name}.")
        return look.addresses

    async def look(self, host: str, *, unverified: bool = False) -> NameLook:
        """Return what a host name stands for; never raises."""
        if (static := self._static.get(_plain(host))) is not None:
            return NameLook(name=host, addresses=static, rcode="NOERROR", static=True)
        name = name_of(host)
        if name is None:
            return NameLook(name=host)
        addresses: list[str] = []
        aliases: tuple[str, ...] = ()
        codes: list[str | None] = []
        for kind in _ADDRESSES:
            try:
                reply = await self._ask(name, kind, unverified=unverified)
            except NoAnswerError:
                codes.append(None)
                continue
            chain, at = _followed(reply, name)
            aliases = max(aliases, chain, key=len)
            records = found(reply.answer, at, kind)
            addresses += [one.address for one in records or ()][:_MOST_ADDRESSES]
            codes.append(rcode(reply))
        blocked = refused_lookup(self._national, host, addresses, aliases) is not None
        return NameLook(
            name=host, addresses=tuple(addresses), aliases=aliases, rcode=_worse(*codes), blocked=blocked
        )


def _followed(reply: Message, name: Name) -> tuple[tuple[str, ...], Name]:
    """Return the chain of aliases in an answer, and the name at its end."""
    chain: list[str] = []
    for _ in range(_MOST_ALIASES):
        alias = found(reply.answer, name, dns.rdatatype.CNAME)
        if alias is None:
            break
        name = alias[0].target
        chain.append(text(name))
    return tuple(chain), name


def _worse(one: str | None, other: str | None) -> str | None:
    if one is None or other is None:
        return None
    return max(one, other, key=lambda code: _FOUND.index(code) if code in _FOUND else len(_FOUND))


def _plain(name: str) -> str:
    return name.lower().rstrip(".")


@dataclass(frozen=True, slots=True)
class Written:
    """Resolvers as the settings write them; none: the system's, read anew each time."""

    servers: tuple[str, ...]

    def __call__(self) -> Servers:
        """Return address and port of each."""
        return [_split(one) for one in self.servers] if self.servers else list(_of_system())


def _split(server: str) -> tuple[str, int]:
    if server.startswith("["):
        address, _, rest = server[1:].partition("]")
        return address, int(rest.removeprefix(":") or _PORT)
    if server.count(":") == 1:
        address, _, port = server.partition(":")
        return address, int(port)
    return server, _PORT


def _of_system() -> Iterator[tuple[str, int]]:
    try:
        system = dns.resolver.Resolver()
    except (dns.exception.DNSException, OSError, ValueError):
        return
    for one in system.nameservers:
        if isinstance(one, str):
            yield one, system.port
