"""The register held against itself: what its host names say, and what it says of the services behind them."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from monitor.core.finding import FindingSeverity, Identity, Inspected, Seen, Subject, SubjectKind
from monitor.core.hostname import UNUSABLE, HostClass, HostName, HostProblem
from monitor.core.naming.belonging import Belonging, belonging, is_enterprise, is_state
from monitor.core.naming.census import Census, census_of, facts_json
from monitor.core.naming.region import region_words
from monitor.core.naming.suggestion import suggest
from monitor.core.naming.words import PROBLEM_SENTENCES
from monitor.core.reason import Sentence
from monitor.core.rulebook import register as rules
from monitor.core.rulebook.rule import FindingRule
from monitor.core.service import Agency, CheckKind, Government, Network, Registry, Service
from monitor.registry.domains import read_host

NAME = TARGET = "register"
_SUGGESTIONS = 20
"""Looking for similar names is slow, and more wrong names than this have one cause."""
_HINT = Sentence("Barangkali yang dimaksud {name}. ", "Perhaps {name} is meant. ")
_OUTSIDE = frozenset({HostClass.ID_NON_GOVERNMENT, HostClass.FOREIGN})
"""Where a government service should not be. Schools, universities and the like have endings of their own that
only proven institutions get; an app store is no address of the agency's choosing."""
_OF_THE_STATE = frozenset({HostClass.CENTRAL, HostClass.VERTICAL, HostClass.MILITARY})
"""Domains whose holder is plain, and is not the government of a region that uses the service."""
_NOT_SHARED = UNUSABLE | {HostClass.APP_STORE}


@dataclass(frozen=True, slots=True)
class _Entry:
    """A service, who owns it, and what its addresses say."""

    service: Service
    agency: Agency
    government: Government
    opened: tuple[HostName, ...]
    """Of the addresses that people open; of a service without any, those that are checked."""
    asked: tuple[HostName, ...]
    """Of everything that is checked at an address of the service's own."""

    @property
    def public(self) -> bool:
        return self.service.network is Network.PUBLIC

    @property
    def state(self) -> bool:
        """Whether a government runs it, and no enterprise."""
        return is_state(self.government) and not is_enterprise(self.service, self.agency)

    def seen(
        self, rule: FindingRule, key: str = "", severity: FindingSeverity | None = None, **evidence: Any
    ) -> Seen:
        """Return a problem of the service."""
        return Seen(
            identity=Identity(rule.id, Subject(SubjectKind.SERVICE, self.service.id), key),
            severity=severity or rule.severity,
            places=frozenset({self.service.id}),
            evidence={"service": self.service.name, "agency": self.agency.name, **evidence},
        )


class RegisterInspection:
    """Holds the register against itself. Asks nobody."""

    name = NAME
    every = timedelta(hours=1)
    again = timedelta(hours=1)
    at_once = 1

    def __init__(self) -> None:
        self._registry: Registry | None = None
        self._urgent = False

    def follow(self, registry: Registry) -> None:
        """Take over a register; it is to be judged at once."""
        self._registry, self._urgent = registry, True

    def targets(self) -> Iterable[str]:
        """Return the register; nothing before there is one."""
        return () if self._registry is None else (TARGET,)

    def urgent(self) -> set[str]:
        """Return the register after it has changed."""
        urgent, self._urgent = self._urgent, False
        return {TARGET} if urgent else set()

    async def inspect(self, target: str, before: Mapping[str, Any] | None, now: datetime) -> Inspected:
        """Judge the register as it is followed now; see `judge_register`."""
        if self._registry is None:
            return Inspected(inspection=NAME, target=target, at=now, failure="There is no register yet.")
        return await asyncio.to_thread(judge_register, self._registry, now, before)

    async def close(self) -> None:
        """Nothing is open."""


def judge_register(registry: Registry, now: datetime, before: Mapping[str, Any] | None = None) -> Inspected:
    """Find what of the register contradicts itself or cannot be right; pure.

    Args:
        registry: the services that are in their registered life.
        now: aware UTC.
        before: facts of the last look; what has left the register since is covered once more, so that its
            findings close.
    """
    entries = [_entry(registry, one) for one in registry.services.values()]
    census = Census(
        services=frozenset(one.service.id for one in entries),
        hosts={host.name: host.kind for one in entries for host in (*one.opened, *one.asked)},
    )
    gone = census_of(before).places - census.places
    # What cannot be compared is not judged: it opens nothing and closes nothing.
    unclear = {one.service.id for one in entries if Belonging.UNKNOWN in _claims(one).values()}
    covered = {rule.id: census.services | gone for rule in rules.RULES}
    covered[rules.HOST_SHARED.id] = frozenset(census.hosts) | gone
    named = {host.name for one in entries for host in one.opened} | gone
    covered[rules.HOLDER_MISSING.id] = frozenset(
        domain for name in named if (domain := read_host(name).registrable) is not None
    )
    seen = [*_shared(entries), *_unusable(entries), *_holder_missing(entries)]
    for entry in entries:
        seen.extend(_judged(entry))
    covered[rules.REGION_MISMATCH.id] -= unclear
    return Inspected(
        inspection=NAME, target=TARGET, at=now, facts=facts_json(census), seen=tuple(seen), covered=covered
    )


def _entry(registry: Registry, service: Service) -> _Entry:
    asked = [check.name for check in service.checks if check.kind is not CheckKind.DNS]
    opened = [urlsplit(url).hostname or "" for url in service.urls] or asked
    agency = registry.agencies[service.agency_id]
    return _Entry(
        service=service,
        agency=agency,
        government=registry.governments[agency.government_id],
        opened=_read(opened),
        asked=_read([*opened, *asked]),
    )


def _read(hosts: Iterable[str]) -> tuple[HostName, ...]:
    return tuple({(host := read_host(one)).name: host for one in hosts}.values())


def _judged(entry: _Entry) -> Iterator[Seen]:
    """Yield what is wrong with one service taken by itself."""
    yield from _off_government_domain(entry)
    yield from _region_mismatch(entry)
    if entry.public:
        yield from _addresses(entry)
        yield from _plain_http(entry)


def _off_government_domain(entry: _Entry) -> Iterator[Seen]:
    hosts = [host for host in entry.opened if host.kind in _OUTSIDE]
    if hosts and entry.public and entry.state:
        domains = sorted({host.registrable or host.name for host in hosts})
        yield entry.seen(rules.OFF_GOVERNMENT_DOMAIN, hosts=[one.name for one in hosts], domains=domains)


def _claims(entry: _Entry) -> dict[HostName, Belonging]:
    return {host: belonging(host, entry.government) for host in entry.opened}


def _region_mismatch(entry: _Entry) -> Iterator[Seen]:
    claims = _claims(entry)
    hosts = [host for host, claim in claims.items() if claim in (Belonging.OTHER, Belonging.RELATED)]
    if not hosts:
        return
    regions = [
        region_words(host.level, host.region.name)
        if host.level
        else Sentence(host.region.name, host.region.name)
        for host in hosts
        if host.region is not None
    ]
    agency, government = entry.agency.name, entry.government.name
    yield entry.seen(
        rules.REGION_MISMATCH,
        severity=None if Belonging.OTHER in claims.values() else FindingSeverity.MINOR,
        government=government,
        run_by=agency if agency == government else f"{agency} ({government})",
        hosts=[host.name for host in hosts],
        regions_id=list(dict.fromkeys(one.id for one in regions)),
        regions_en=list(dict.fromkeys(one.en for one in regions)),
    )


def _addresses(entry: _Entry) -> Iterator[Seen]:
    """Yield what is wrong with a public service that is not found by a public name."""
    inside = {HostProblem.PRIVATE_ADDRESS, HostProblem.INTERNAL_NAME}
    internal = [host.name for host in entry.asked if inside & set(host.problems)]
    if internal:
        yield entry.seen(rules.INTERNAL_ADDRESS, addresses=internal)
    raw = [host.name for host in entry.opened if host.kind is HostClass.IP and not host.problems]
    if raw:
        yield entry.seen(rules.RAW_ADDRESS, addresses=raw)


def _plain_http(entry: _Entry) -> Iterator[Seen]:
    """Yield the addresses that are handed out as http only; without their queries, which are long."""
    parts = [urlsplit(url) for url in entry.service.urls]
    encrypted = {one.hostname for one in parts if one.scheme == "https"}
    urls = [
        one._replace(query="").geturl()
        for one in parts
        if one.scheme == "http" and one.hostname not in encrypted
    ]
    if urls:
        yield entry.seen(rules.PLAIN_HTTP, urls=urls)


def _held_by_the_register(entry: _Entry) -> set[str]:
    """Return the domains of a service of which the register should know the holder."""
    return {
        host.registrable
        for host in entry.opened
        if host.registrable is not None
        and host.kind is not HostClass.APP_STORE
        and read_host(host.registrable).kind not in _OF_THE_STATE
    }


def _holder_missing(entries: Iterable[_Entry]) -> Iterator[Seen]:
    """Yield every domain of a government of which no service says who holds it."""
    by_domain: defaultdict[str, list[_Entry]] = defaultdict(list)
    for entry in entries:
        for domain in _held_by_the_register(entry):
            by_domain[domain].append(entry)
    for domain, using in by_domain.items():
        states = [one for one in using if one.state]
        if not states or any(one.service.domain_holder is not None for one in using):
            continue
        yield Seen(
            identity=Identity(rules.HOLDER_MISSING.id, Subject(SubjectKind.DOMAIN, domain)),
            severity=rules.HOLDER_MISSING.severity,
            places=frozenset({domain}),
            evidence={"services": [one.service.name for one in states]},
        )


def _shared(entries: Iterable[_Entry]) -> Iterator[Seen]:
    """Yield every host at which several services are opened."""
    by_host: defaultdict[str, list[_Entry]] = defaultdict(list)
    for entry in entries:
        for host in entry.opened:
            if host.kind not in _NOT_SHARED:
                by_host[host.name].append(entry)
    for name, sharing in by_host.items():
        if len(sharing) < 2:  # noqa: PLR2004 - one does not share
            continue
        agencies = list(dict.fromkeys(one.agency.name for one in sharing))
        several = len({one.agency.id for one in sharing}) > 1
        yield Seen(
            identity=Identity(rules.HOST_SHARED.id, Subject(SubjectKind.HOST, name)),
            severity=FindingSeverity.MINOR if several else rules.HOST_SHARED.severity,
            places=frozenset({name}),
            evidence={
                "count": len(sharing),
                "services": [one.service.name for one in sharing],
                "service_ids": [one.service.id for one in sharing],
                "agencies": agencies,
            },
        )


def _unusable(entries: list[_Entry]) -> Iterator[Seen]:
    """Yield every name that cannot be right, with what was probably meant."""
    usable = (HostClass.IP, HostClass.INTERNAL, *UNUSABLE)
    known = {host.name for one in entries for host in one.asked if host.kind not in usable}
    suggested: dict[str, str | None] = {}
    for entry in entries:
        for host in entry.asked:
            if host.kind not in UNUSABLE:
                continue
            if host.name not in suggested and len(suggested) < _SUGGESTIONS:
                suggested[host.name] = suggest(host.name, known)
            meant = suggested.get(host.name)
            why = PROBLEM_SENTENCES[host.problems[0]]
            yield entry.seen(
                rules.HOST_UNUSABLE,
                key=host.name,
                host=host.name,
                why_id=why.id,
                why_en=why.en,
                suggestion=meant or "",
                hint_id=_HINT.id.format(name=meant) if meant else "",
                hint_en=_HINT.en.format(name=meant) if meant else "",
            )
