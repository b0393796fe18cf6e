"""One question to one address: over UDP, over TCP where that is too narrow, and bounded in time and size."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import dns.asyncquery
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

TRIES = 3
"""A datagram may be lost; each try has its share of the timeout."""
MOST_SERVERS = 13
"""Name servers of one zone that are looked at: as many as the root has, and as fit one old datagram."""
_PAYLOAD = 1232
"""Bytes offered for UDP answers: what passes everywhere unfragmented (DNS Flag Day 2020)."""
_WITHOUT_EDNS = (dns.rcode.FORMERR, dns.rcode.NOTIMP)
"""What servers answer that do not know EDNS (RFC 6891, section 7)."""

Name = dns.name.Name
Message = dns.message.Message
RdataType = dns.rdatatype.RdataType


class NoAnswerError(Exception):
    """Nothing usable came back; the sentence says from whom, to which question, and why."""


async def put(
    name: Name,
    kind: RdataType,
    address: str,
    port: int,
    timeout_seconds: float,
    *,
    flags: dns.flags.Flag = dns.flags.Flag(0),  # noqa: B008 - an immutable number
    dnssec: bool = False,
) -> Message:
    """Ask, and return the answer, whatever its code; its id, sender and question are those that were asked.

    Args:
        name: absolute.
        kind: record type.
        address: IP address.
        port: of that address.
        timeout_seconds: for everything together.
        flags: RD asks for recursion, CD for answers that do not verify.
        dnssec: ask for signatures too.
    Raises:
        NoAnswerError: none came in time, or none that can be read.
    """
    question = dns.message.make_query(
        name, kind, use_edns=0, payload=_PAYLOAD, want_dnssec=dnssec, flags=flags
    )
    try:
        async with asyncio.timeout(timeout_seconds):
            reply = await _tried(question, address, port, timeout_seconds / TRIES)
            if reply.rcode() in _WITHOUT_EDNS:
                question = dns.message.make_query(name, kind, flags=flags, use_edns=False)
                reply = await _tried(question, address, port, timeout_seconds / TRIES)
            return internet(reply)
    except TimeoutError as error:
        why = f"gave no legible answer within {timeout_seconds:g} s"
        raise NoAnswerError(_sentence(name, kind, address, why)) from error
    except (dns.exception.DNSException, OSError, EOFError, ValueError) as error:
        why = f"gave no usable answer ({str(error).rstrip('.') or type(error).__name__})"
        raise NoAnswerError(_sentence(name, kind, address, why)) from error


async def _tried(question: dns.message.QueryMessage, address: str, port: int, try_seconds: float) -> Message:
    while True:  # until the caller's timeout
        with suppress(dns.exception.Timeout):
            reply, _ = await dns.asyncquery.udp_with_fallback(
                question, address, try_seconds, port, ignore_unexpected=True, ignore_errors=True
            )
            return reply


def _sentence(name: Name, kind: RdataType, address: str, why: str) -> str:
    return f"{address} {why} to the question for {text(name)} {dns.rdatatype.to_text(kind)}."


def text(name: Name) -> str:
    """Return a name as we write it: lower case, no final dot."""
    return name.to_text(omit_final_dot=True).lower()


def name_of(written: str) -> Name | None:
    """Read a name; None: the DNS can hold no such name."""
    try:
        return dns.name.from_text(written)
    except dns.exception.DNSException:
        return None


def internet(reply: Message) -> Message:
    """Leave out the records of other classes: theirs look alike, and hold other things."""
    for section in (reply.answer, reply.authority, reply.additional):
        section[:] = [one for one in section if one.rdclass == dns.rdataclass.IN]
    return reply


def rcode(reply: Message) -> str:
    """Return the code in words, such as NXDOMAIN."""
    return dns.rcode.to_text(reply.rcode())


def found(section: list[dns.rrset.RRset], name: Name, kind: RdataType) -> dns.rrset.RRset | None:
    """Return the records of a name and type in a section of an answer."""
    return next((one for one in section if one.name == name and one.rdtype == kind), None)


def targets(records: dns.rrset.RRset | None) -> tuple[str, ...]:
    """Return the name servers that NS records name, sorted; no more than are looked at."""
    return tuple(sorted({text(one.target) for one in records or ()})[:MOST_SERVERS])


def authoritative(reply: Message) -> bool:
    """Whether the server answered with authority."""
    return bool(reply.flags & dns.flags.AA)
