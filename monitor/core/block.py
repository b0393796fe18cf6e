"""What a refusal looks like: a site that works, but not for a monitor, or not on this network."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from ipaddress import IPv4Network, IPv6Network, ip_address

from monitor.core.reason import Reason
from monitor.core.result import HttpFacts
from monitor.core.service import HeaderMatch, StatusRange


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockPattern:
    """One known form of refusal. Every condition that is given must hold; of a list, any one entry."""

    id: str
    reason: Reason
    """BLOCKED_CHALLENGE, BLOCKED_FORBIDDEN or BLOCKED_NATIONAL."""
    by: str
    """Who refuses, as people know it: `Cloudflare`, `Telkom`."""
    status: tuple[StatusRange, ...] = ()
    headers: tuple[HeaderMatch, ...] = ()
    """All of them."""
    body: tuple[str, ...] = ()
    """Texts of which one must be on the page."""
    title: str | None = None
    """Regular expression searched in the page's title, case-insensitive."""
    hosts: tuple[str, ...] = ()
    """Host names (with all below them) at which the redirects end, or to which the name is an alias."""
    addresses: tuple[IPv4Network | IPv6Network, ...] = ()
    source: str
    read_on: date

    @property
    def of_replies(self) -> bool:
        """Whether a reply is needed to recognise it."""
        return bool(self.status or self.headers or self.body or self.title)


def refused_lookup(
    patterns: Iterable[BlockPattern], host: str, addresses: Sequence[str], aliases: Sequence[str]
) -> BlockPattern | None:
    """Return the pattern by which a name's answer leads to a block page; None for an honest answer.

    Args:
        patterns: in the order in which they are tried.
        host: the name that was asked for; a block page that is itself monitored is no refusal.
        addresses: what it resolved to, and is about to be connected to.
        aliases: the CNAME chain.
    """
    for one in patterns:
        if one.of_replies or _within(host, one.hosts):
            continue
        if any(_within(alias, one.hosts) for alias in aliases):
            return one
        if any(ip_address(address) in network for address in addresses for network in one.addresses):
            return one
    return None


def refused_reply(
    patterns: Iterable[BlockPattern], host: str, final_host: str, facts: HttpFacts, text: str
) -> BlockPattern | None:
    """Return the pattern by which a reply is a refusal; None where it is the site's own.

    Args:
        patterns: in the order in which they are tried.
        host: of the check's own URL.
        final_host: where the redirects ended.
        facts: of the last reply.
        text: the beginning of the page, decoded.
    """
    return next((one for one in patterns if _holds(one, host, final_host, facts, text)), None)


def _holds(one: BlockPattern, host: str, final_host: str, facts: HttpFacts, text: str) -> bool:
    if one.addresses or not (one.of_replies or one.hosts):
        return False
    if one.hosts and (not _within(final_host, one.hosts) or _within(host, one.hosts)):
        return False
    if one.status and not any(facts.status in allowed for allowed in one.status):
        return False
    if not all(_has_header(facts, wanted) for wanted in one.headers):
        return False
    if one.body and not any(mark in text for mark in one.body):
        return False
    return one.title is None or re.search(one.title, _title(text), re.IGNORECASE) is not None


def _has_header(facts: HttpFacts, wanted: HeaderMatch) -> bool:
    return any(
        name == wanted.name and re.search(wanted.pattern, value, re.IGNORECASE)
        for name, value in facts.headers
    )


def _title(text: str) -> str:
    found = re.search(r"<title[^>]*>([^<]{0,500})", text, re.IGNORECASE)
    return found[1] if found else ""


def _within(host: str, domains: Iterable[str]) -> bool:
    host = host.lower().rstrip(".")
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)
