"""The `dns` probe: does a name server give the answer that it should?"""

from __future__ import annotations

import dns.asyncquery
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode

from monitor.core.reason import Reason, Stage
from monitor.core.result import DnsFacts
from monitor.core.service import DnsTarget, Family, Network
from monitor.probes.guard import Reach, reach
from monitor.probes.resolver import choose
from monitor.probes.stages import Attempt, ProbeFailure, self_fault
from monitor.probes.vantage import Vantage

DNS_PORT = 53


async def probe(attempt: Attempt, vantage: Vantage, target: DnsTarget) -> None:
    """Try the target once; leaves the facts on the attempt.

    Raises:
        ProbeFailure: it is not as expected, and why.
    """
    async with attempt.stage(Stage.RESOLVE, target.server or "our resolver"):
        address, port = await _server(attempt, vantage, target)
    where = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
    async with vantage.gate.through(address) as waited:
        attempt.postpone(waited)
        async with attempt.stage(Stage.RESOLVE, where):
            reply = await _ask(target, address, port, where)
    facts = attempt.dns = DnsFacts(
        server=where,
        rcode=dns.rcode.to_text(reply.rcode()),
        answers=_answers(reply, target.record_type),
        authenticated=bool(reply.flags & dns.flags.AD),
    )
    _judge(target, facts)


async def _ask(target: DnsTarget, address: str, port: int, where: str) -> dns.message.Message:
    try:
        question = dns.message.make_query(target.name, target.record_type, want_dnssec=True)
    except dns.exception.DNSException as error:
        raise ProbeFailure(
            Stage.RESOLVE, Reason.DNS_INVALID_NAME, f"{target.name} is not a valid DNS name ({error})."
        ) from error
    try:
        reply, _ = await dns.asyncquery.udp_with_fallback(
            question, address, port=port, ignore_unexpected=True, ignore_errors=True
        )
    except (dns.exception.DNSException, EOFError) as error:
        raise ProbeFailure(
            Stage.RESOLVE, Reason.DNS_SERVFAIL, f"{where} sent no usable answer ({error})."
        ) from error
    return reply


async def _server(attempt: Attempt, vantage: Vantage, target: DnsTarget) -> tuple[str, int]:
    if target.server is None:
        if not vantage.resolver.nameservers:
            raise self_fault(Stage.RESOLVE, "This machine has no name server to ask.")
        host, port = _split(vantage.resolver.nameservers[0])
        address = host
    else:
        host, port = _split(target.server)
        answer = await vantage.resolver.lookup(host)
        found = choose(answer.addresses, Family.PREFER_IPV4, attempt.avoid)
        address = found[0]
        kind = reach(address, vantage.allowed)
        internal = attempt.check.network is Network.INTERNAL
        if kind is not Reach.PUBLIC and not (kind is Reach.PRIVATE and internal):
            raise ProbeFailure(
                Stage.RESOLVE,
                Reason.GUARD_REFUSED,
                f"The name server {host} has the address {address}, which is not public.",
            )
    attempt.address, attempt.family = address, 6 if ":" in address else 4
    return address, port


def _split(server: str) -> tuple[str, int]:
    """Split `host`, `host:port`, `[v6]:port` or a bare IPv6 address."""
    if server.startswith("["):
        host, _, rest = server[1:].partition("]")
        return host, int(rest.removeprefix(":") or DNS_PORT)
    if server.count(":") == 1:
        host, _, port = server.partition(":")
        return host, int(port)
    return server, DNS_PORT


def _answers(reply: dns.message.Message, record_type: str) -> tuple[str, ...]:
    wanted = dns.rdatatype.from_text(record_type)
    return tuple(sorted(one.to_text() for group in reply.answer if group.rdtype == wanted for one in group))


_RCODE_REASONS = {
    "NXDOMAIN": Reason.DNS_NXDOMAIN,
    "SERVFAIL": Reason.DNS_SERVFAIL,
    "REFUSED": Reason.DNS_REFUSED,
}


def _judge(target: DnsTarget, facts: DnsFacts) -> None:
    asked = f"{target.name} {target.record_type}"
    if facts.rcode != target.rcode:
        reason = _RCODE_REASONS.get(facts.rcode, Reason.DNS_MISMATCH)
        raise ProbeFailure(
            Stage.RESOLVE,
            reason,
            f"{facts.server} answered {facts.rcode} for {asked}, expected {target.rcode}.",
        )
    if target.rcode != "NOERROR":
        return
    if not facts.answers:
        raise ProbeFailure(
            Stage.RESOLVE,
            Reason.DNS_NO_ADDRESS,
            f"{facts.server} has no {target.record_type} record for {target.name}.",
        )
    given = {answer.lower().rstrip(".").strip('"') for answer in facts.answers}
    missing = [one for one in target.answers if one.lower().rstrip(".").strip('"') not in given]
    if missing:
        raise ProbeFailure(
            Stage.RESOLVE,
            Reason.DNS_MISMATCH,
            f"{facts.server} answered {asked} with {', '.join(facts.answers)}, without {', '.join(missing)}.",
        )
