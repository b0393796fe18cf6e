"""What probes saw of certificates and https in passing: a renewal is judged today and not tomorrow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from yarl import URL

from monitor.core.https.look import HttpLook, Journey, host_and_port, hsts_of
from monitor.core.reason import Outcome
from monitor.core.result import HttpFacts, Result, TlsFacts

SETTLED_AFTER = 3
"""Of several servers behind one address, half of them renewed, probes see now the one and now the other: only
what three in a row showed counts as there. With checks every few minutes that takes a quarter of an hour."""
MOST_HOSTS = 20_000
MOST_ADDRESSES = 16
MOST_ORIGINS = 100
MOST_JOURNEYS = 20
_LONGEST_URL = 300
Verdict = tuple[str, bool, int | None]
"""Fingerprint of the server's own certificate, whether it was verified, OpenSSL's number of what is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What one address showed, as often in a row as to be believed."""

    at: datetime
    """When it was last seen so; aware UTC."""
    tls: TlsFacts
    http: HttpLook | None = None
    """The newest good reply there."""


@dataclass(slots=True)
class _Track:
    """One address of a host."""

    sight: Sight | None = None
    coming: Verdict | None = None
    times: int = 0


def verdict_of(tls: TlsFacts) -> Verdict:
    """Return what a judgement rests on."""
    return (tls.chain[0].fingerprint_sha256, tls.verified, tls.verify_code)


class Sightings:
    """A bounded board in memory: the newest of every host, address and check.

    Args:
        https_port: the port that names of hosts leave out.
        settled_after: how many probes in a row must show the same.
    """

    def __init__(self, *, https_port: int = 443, settled_after: int = SETTLED_AFTER) -> None:
        self.https_port = https_port
        self._settled_after = settled_after
        self._tracks: dict[str, dict[str, _Track]] = {}
        self._judged: dict[str, Mapping[str, Verdict]] = {}
        self._origins: dict[str, set[str]] = {}
        """Host → hosts of the register from which visitors are led there."""
        self._journeys: dict[str, dict[str, tuple[datetime, Journey]]] = {}
        """Host of the register → check → its newest journey."""
        self._changed: set[str] = set()

    @property
    def changed(self) -> frozenset[str]:
        """Hosts that show something else than at their last judgement, or lead over such; or never judged."""
        return frozenset(self._changed)

    def see(self, result: Result) -> None:
        """Take in what a probe saw; takes the same short time however much is known."""
        if result.outcome is Outcome.SELF_FAULT:
            return
        try:
            origin = self._origin(URL(result.url))
            for url, address, tls, http in _passed(result):
                if tls is not None and tls.chain and (tls.verified or tls.verify_error is not None):
                    self._show(self._origin(url), address, tls, http, result.started_at, origin)
            if (journey := _journey(result)) is not None:
                known = self._journeys.setdefault(origin, {})
                known.pop(result.check_id, None)
                known[result.check_id] = (result.started_at, journey)
                _keep(known, MOST_ORIGINS)
                _keep(self._journeys, MOST_HOSTS)
        except ValueError:
            return  # an address that is none: probes have already said so

    def shown(self, name: str) -> Mapping[str, Sight]:
        """Return what the addresses of a host show now, as far as it is settled."""
        tracks = self._tracks.get(name, {})
        return {address: one.sight for address, one in tracks.items() if one.sight is not None}

    def journeys(self, name: str, since: datetime) -> tuple[Journey, ...] | None:
        """Return over which URLs visitors of a host are led, each once; None: no probe got through since."""
        found = [journey for at, journey in self._journeys.get(name, {}).values() if at >= since]
        return tuple(dict.fromkeys(found))[-MOST_JOURNEYS:] or None

    def judged(self, name: str, verdicts: Mapping[str, Verdict]) -> None:
        """Remember on what a host, or one on the way, was judged: address → verdict."""
        self._judged.pop(name, None)
        self._judged[name] = dict(verdicts)
        _keep(self._judged, MOST_HOSTS)
        self._changed.discard(name)

    def name_of(self, url: str) -> str:
        """Return how the host of a URL is named.

        Raises:
            ValueError: it is no URL.
        """
        return self._origin(URL(url))

    def _origin(self, url: URL) -> str:
        """Name the host that a URL belongs to: plain http to the one that https would be at."""
        host, port = url.raw_host or "", url.port or 0
        return host if url.scheme == "http" else host_and_port(host, port, self.https_port)

    def _show(
        self, name: str, address: str, tls: TlsFacts, http: HttpLook | None, at: datetime, origin: str
    ) -> None:
        tracks = self._tracks.pop(name, {})
        self._tracks[name] = tracks
        _keep(self._tracks, MOST_HOSTS)
        if name != origin:
            origins = self._origins.setdefault(name, set())
            if len(origins) < MOST_ORIGINS:
                origins.add(origin)
            _keep(self._origins, MOST_HOSTS)
        track = tracks.pop(address, None) or _Track()
        tracks[address] = track
        _keep(tracks, MOST_ADDRESSES)
        verdict = verdict_of(tls)
        if track.sight is None or verdict_of(track.sight.tls) != verdict:
            track.times = track.times + 1 if track.coming == verdict else 1
            track.coming = verdict
            if track.times < self._settled_after:
                return
            track.sight = Sight(at=at, tls=tls, http=http)
        else:
            track.sight = replace(track.sight, at=at, tls=tls, http=http or track.sight.http)
        track.coming, track.times = None, 0
        if not self._is_known(name, address, verdict):
            self._changed |= {name} | self._origins.get(name, set())

    def _is_known(self, name: str, address: str, verdict: Verdict) -> bool:
        judged = self._judged.get(name)
        if judged is None:
            return False
        # An address that a name has only now and then is no news if it shows what others show.
        return judged[address] == verdict if address in judged else verdict in judged.values()


def _keep(known: dict[str, Any], most: int) -> None:
    """Forget what was touched longest ago."""
    while len(known) > most:
        del known[next(iter(known))]


def _passed(result: Result) -> Iterator[tuple[URL, str, TlsFacts | None, HttpLook | None]]:
    """Return each server that a probe came by on a whole journey: URL, address, TLS, the last good reply."""
    http = result.http
    if http is None:
        yield URL(result.url), result.address or "", result.tls, None
        return
    if _led_on(http):
        return  # the way broke off: the facts of TLS are of a server whose URL is not known
    for hop in http.redirects:
        yield URL(hop.url), hop.address, hop.tls, None
    look = None
    if result.outcome is Outcome.OK:
        look = HttpLook(status=http.status, hsts=hsts_of(http.header("strict-transport-security")))
    yield URL(http.final_url), result.address or "", result.tls, look


def _led_on(http: HttpFacts) -> bool:
    """Whether the last reply was a redirect that the probe followed, to no other reply."""
    return bool(http.redirects) and http.redirects[-1].url == http.final_url


def _journey(result: Result) -> Journey | None:
    http = result.http
    if http is None or _led_on(http) or result.outcome is Outcome.BLOCKED:
        return None
    urls = [*(hop.url for hop in http.redirects), http.final_url]
    return Journey(tuple(without_query(url) for url in urls))


def without_query(url: str) -> str:
    """Return a URL as it may be kept: what follows the path often is somebody's session."""
    return str(URL(url).with_query(None).with_fragment(None).with_user(None))[:_LONGEST_URL]
