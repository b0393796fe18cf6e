"""Whether this vantage can see: independent canaries, and how many unrelated networks fail at once. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from monitor.core.canary import Canary, Faculty, Look
from monitor.core.reason import Outcome, Stage
from monitor.core.result import Result

PREFIX_LENGTHS = {4: 24, 6: 48}
"""The smallest networks that are routed by themselves: two of them are two ways out."""
_EVER = datetime.min.replace(tzinfo=UTC)
_NAT64 = IPv6Network("64:ff9b::/96")
SPANS_KEPT = 64
"""Dead spans remembered: more than a probe's deadline can reach over, however often canaries come and go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SightRule:
    """When many failures at once are our own; see docs/decisions/0010-blind-vantage.md."""

    window: timedelta = timedelta(seconds=30)
    share: float = 0.6
    """Of the networks heard of within the window, how many must fail; above 0, at most 1."""
    min_networks: int = 8
    """Networks heard of within the window below which the share says nothing."""
    share_limit: timedelta = timedelta(minutes=15)
    """While canaries answer, failing networks alone hold judgement back no longer than this."""


class Verdict(StrEnum):
    """What may be made of a failure."""

    JUDGE = "judge"
    """We could see: it is the site's."""
    WAIT = "wait"
    """No canary was tried since."""
    BLIND = "blind"
    """We could not see."""


class BlindCause(StrEnum):
    """How blindness was noticed; what says most, first."""

    CANARIES = "canaries"
    RESOLVER = "resolver"
    NETWORKS = "networks"


@dataclass(frozen=True, slots=True, kw_only=True)
class BlindPeriod:
    """A time in which the vantage could not see. Times are aware UTC."""

    vantage: str
    began_at: datetime
    """The first evidence: a canary's or a site's failure."""
    cause: BlindCause
    ended_at: datetime | None = None
    dead: tuple[str, ...] = ()
    """Names of the canaries that did not answer when it was noticed."""
    failing_networks: int = 0
    seen_networks: int = 0
    """Networks heard of within the window when it was noticed."""


@dataclass(frozen=True, slots=True)
class Blindness:
    """That the vantage cannot see now, and how we know."""

    cause: BlindCause
    since_at: datetime
    """Start of the first look or probe that showed it; aware UTC."""
    dead: tuple[str, ...] = ()
    failing_networks: int = 0
    seen_networks: int = 0


@dataclass(slots=True)
class _Sense:
    """The canaries of one faculty, and when all of them were dead."""

    canaries: tuple[Canary, ...]
    latest: dict[Canary, Look] = field(default_factory=dict)
    alive_at: datetime | None = None
    """Latest start of a look that found a canary alive."""
    dead_since: datetime | None = None
    """Start of the first of the looks that found all of them dead; None: they are not."""
    unseen: deque[tuple[datetime, datetime]] = field(default_factory=lambda: deque(maxlen=SPANS_KEPT))
    """From the last living canary before all were dead to the first one after that."""

    def observe(self, look: Look) -> None:
        before = self.latest.get(look.canary)
        if before is not None and look.started_at < before.started_at:
            # The clock was set back: what was seen by the other clock says nothing by this one.
            self.latest, self.alive_at, self.dead_since = {}, None, None
            self.unseen.clear()
        self.latest[look.canary] = look
        if look.alive:
            if self.dead_since is not None:
                self.unseen.append((self.alive_at or _EVER, look.started_at))
                self.dead_since = None
            if self.alive_at is None or look.started_at > self.alive_at:
                self.alive_at = look.started_at
        elif self.dead_since is None and self.dead:
            self.dead_since = min(one.started_at for one in self.latest.values())

    @property
    def dead(self) -> bool:
        """Whether every canary was found dead since the last time that one was found alive."""
        return len(self.latest) == len(self.canaries) and not any(
            one.alive or (self.alive_at is not None and one.started_at <= self.alive_at)
            for one in self.latest.values()
        )

    def verdict(self, started_at: datetime, ended_at: datetime) -> Verdict:
        """Say what may be made of a failure that was seen in this span of time."""
        if any(began < ended_at and started_at < until for began, until in self.unseen):
            return Verdict.BLIND
        if self.alive_at is not None and ended_at <= self.alive_at:
            return Verdict.JUDGE
        # Also where it ended before the canaries died: none was seen alive after it.
        return Verdict.WAIT if self.dead_since is None else Verdict.BLIND


class Sight:
    """Remembers what canaries and sites showed lately, and says what may be made of a failure.

    A failure is judged once a canary was seen alive after it, all canaries were not dead at any time while
    it happened, and no large share of the networks that worked before fail at the same time.

    Args:
        canaries: none: only the share of failing networks is looked at.
        rule: when that share is too large to be the sites' fault.
    """

    def __init__(self, canaries: Sequence[Canary], rule: SightRule) -> None:
        self._rule = rule
        groups = {each: tuple(one for one in canaries if one.faculty is each) for each in Faculty}
        self._senses = {each: _Sense(group) for each, group in groups.items() if group}
        self._networks: dict[str, _Heard] = {}
        self._failing = 0
        self._many_since: datetime | None = None
        self._many_began: datetime | None = None

    def look(self, look: Look) -> None:
        """Take in a look at a canary; one that is no longer configured is ignored."""
        sense = self._senses.get(look.canary.faculty)
        if sense is not None and look.canary in sense.canaries:
            sense.observe(look)

    def observe(self, result: Result, *, worked: bool) -> None:
        """Take in what a site's network showed.

        Args:
            result: of any outcome.
            worked: whether the check worked when last known. What failed before says nothing about now.
        """
        if result.address is None or not worked or result.outcome is Outcome.SELF_FAULT:
            return
        network = network_of(result.address)
        self._forget(network)  # first, so that the order of the dict is the order of time
        ended_at = result.started_at + result.duration
        failed = result.outcome is Outcome.FAILED
        self._networks[network] = _Heard(result.started_at, ended_at, failed)
        self._failing += failed

    def verdict(self, result: Result, now: datetime, arrived_at: datetime | None = None) -> Verdict:
        """Say what may be made of a failed result, as of now.

        `arrived_at` is when it came: later than it seems where the probe had to wait for its address.
        """
        if self._too_many(now):
            return Verdict.BLIND
        needed = [Faculty.NETWORK, Faculty.NAMES] if result.stage is Stage.RESOLVE else [Faculty.NETWORK]
        ended_at = result.started_at + result.duration
        if arrived_at is not None:
            ended_at = max(ended_at, arrived_at)
        verdicts = {
            self._senses[each].verdict(result.started_at, ended_at) for each in needed if each in self._senses
        }
        if Verdict.BLIND in verdicts:
            return Verdict.BLIND
        return Verdict.WAIT if Verdict.WAIT in verdicts else Verdict.JUDGE

    def blindness(self, now: datetime) -> Blindness | None:
        """Return whether the vantage cannot see, and why."""
        many = self._too_many(now)
        for faculty, cause in ((Faculty.NETWORK, BlindCause.CANARIES), (Faculty.NAMES, BlindCause.RESOLVER)):
            sense = self._senses.get(faculty)
            if sense is not None and sense.dead_since is not None:
                dead = tuple(one.name for one in sense.canaries)
                return Blindness(cause, sense.dead_since, dead, self._failing, len(self._networks))
        if not many:
            return None
        since_at = self._many_began or now
        return Blindness(BlindCause.NETWORKS, since_at, (), self._failing, len(self._networks))

    def sighted_at(self, now: datetime) -> datetime | None:
        """Return from when on the vantage is known to see; None while it is blind or nobody looked yet."""
        if self.blindness(now) is not None:
            return None
        seen = [sense.alive_at for sense in self._senses.values()]
        return None if None in seen else max((at for at in seen if at is not None), default=now)

    def _too_many(self, now: datetime) -> bool:
        """Whether so many networks fail at once that it must be us."""
        oldest = now - self._rule.window
        while self._networks:
            network, heard = next(iter(self._networks.items()))
            if heard.ended_at >= oldest:
                break
            self._forget(network)
        seen = len(self._networks)
        if seen < self._rule.min_networks or self._failing < self._rule.share * seen:
            self._many_since = self._many_began = None
            return False
        if self._many_since is None:
            self._many_since = now
            self._many_began = min(one.started_at for one in self._networks.values() if one.failed)
        # Beyond the limit the canaries live, and it has lasted: these are outages after all.
        return now - self._many_since <= self._rule.share_limit

    def _forget(self, network: str) -> None:
        heard = self._networks.pop(network, None)
        self._failing -= heard is not None and heard.failed


@dataclass(frozen=True, slots=True)
class _Heard:
    started_at: datetime
    ended_at: datetime
    failed: bool


@lru_cache(maxsize=8192)
def network_of(address: str) -> str:
    """Return the /24 or /48 that an address lies in, as text; of an IPv4 address within IPv6, the /24."""
    parsed = ip_address(address)
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            parsed = parsed.ipv4_mapped
        elif parsed in _NAT64:
            parsed = IPv4Address(int(parsed) & 0xFFFFFFFF)
    return str(ip_network((parsed, PREFIX_LENGTHS[parsed.version]), strict=False))
