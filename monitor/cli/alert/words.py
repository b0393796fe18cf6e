"""How routes are put into words: to whom, when, and when not; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from monitor.cli.incident.words import span_words
from monitor.cli.options import Lang
from monitor.cli.reader import plain
from monitor.core.reason import Sentence
from monitor.core.route import (
    Channel,
    Escalation,
    Match,
    QuietHours,
    Recipient,
    Reminders,
    Route,
    Routing,
    Severity,
    Topic,
)
from monitor.core.routing import ADDRESSED, quiet_until
from monitor.core.routing_words import CONDITIONS, SEVERITIES, TOPICS, listed

_EVERYTHING = Sentence("semua layanan", "every service")
_LEAST = Sentence("tingkat {severity} ke atas", "from {severity} on")
_RULES = Sentence("temuan {rules}", "findings {rules}")
_CONTACTS = Sentence("kontak dalam register", "the register's contacts")
_HOLD = Sentence("ditunggu {span}, agar satu sebab menjadi satu kabar", "held {span}: one cause, one message")
_SLOW = Sentence("setelah lambat selama {span}", "once slow for {span}")
_FINDINGS = Sentence(
    "semua temuan sebuah domain menjadi satu kabar; tenggat diingatkan pukul 08.00",
    "all findings of a domain are one message; deadlines are reminded of at 08:00",
)
_REPORTS = Sentence(
    "laporan setiap bulan yang ditutup, berkas {formats}", "the report of each closed month, files {formats}"
)
_ONLY_RULES = Sentence("hanya temuan {rules}", "only findings {rules}")
_REMINDERS = Sentence(
    "pengingat setelah {first}, lalu tiap kali jaraknya {factor} kali lipat, paling jauh {longest}",
    "reminder after {first}, then each time {factor} times as far apart, at most {longest}",
)
_EVEN_REMINDERS = Sentence("pengingat tiap {first}", "reminder every {first}")
_NO_REMINDERS = Sentence("tanpa pengingat", "no reminders")
_QUIET = Sentence("jam tenang {starts}-{ends}", "quiet from {starts} to {ends}")
_NOT_FOR_CRITICAL = Sentence("tidak berlaku bagi yang kritis", "not for what is critical")
_HELD_NOW = Sentence("sekarang ditahan sampai {until}", "now held until {until}")
_NOT_NOW = Sentence("sekarang tidak berlaku", "not now")
_ESCALATION = Sentence(
    "bila {span} tidak ada yang menangani, juga: {to}", "when nobody acknowledges for {span}, also: {to}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Onlooker:
    """Who asks: the language, and the clock on the wall."""

    lang: Lang
    zone: tzinfo
    now: datetime
    """Aware."""

    def of(self, sentence: Sentence) -> str:
        """Return a sentence in the onlooker's language."""
        return self.lang.of(sentence)


def topics_words(route: Route, who: Onlooker) -> str:
    """Return what a route is about."""
    return ", ".join(who.of(TOPICS[one]) for one in Topic if one in route.topics)


def match_words(match: Match, who: Onlooker) -> str:
    """Return whom a route is for: `instansi diskominfos; tingkat peringatan ke atas`."""
    parts = [
        f"{who.of(what)} {who.of(listed(names))}"
        for key, what in CONDITIONS.items()
        if (names := getattr(match, key))
    ] or [who.of(_EVERYTHING)]
    if match.severity is not Severity.INFO:
        parts.append(who.of(_LEAST).format(severity=who.of(SEVERITIES[match.severity])))
    if match.rules:
        parts.append(who.of(_RULES).format(rules=who.of(listed(match.rules))))
    return "; ".join(parts)


def to_words(to: Sequence[Recipient], routing: Routing, who: Onlooker) -> str:
    """Return where a route sends, as the file says it: `surel → pelita@example.go.id`."""
    return ", ".join(_recipient(one, routing.channels[one.channel], who) for one in to)


def place_words(channel: Channel, address: str) -> str:
    """Return one place that a message goes to; the URL of a channel may be secret, and is not told."""
    return f"{channel.id} → {plain(address)}" if address else f"{channel.id} ({channel.kind})"


def reminders_words(reminders: Reminders | None, who: Onlooker) -> str:
    """Return when it is said again that something is still out."""
    if reminders is None:
        return who.of(_NO_REMINDERS)
    factor = f"{reminders.factor:g}"
    return who.of(_EVEN_REMINDERS if reminders.factor == 1 else _REMINDERS).format(
        first=span_words(reminders.first, who.lang),
        factor=factor.replace(".", ",") if who.lang is Lang.ID else factor,
        longest=span_words(reminders.longest, who.lang),
    )


def when_words(route: Route, routing: Routing, who: Onlooker) -> Iterator[str]:
    """Yield when a route tells, whatever the message is about."""
    if Topic.OUTAGE in route.topics:
        yield _hold(route, who)
        yield reminders_words(route.reminders, who)
    if Topic.DEGRADED in route.topics:
        yield _slow(route, who)
    if Topic.FINDING in route.topics:
        yield who.of(_FINDINGS)
    if Topic.REPORTS in route.topics:
        yield who.of(_REPORTS).format(formats=", ".join(route.formats))
    if route.quiet is not None:
        yield _quiet(route.quiet, who)
    if route.escalation is not None:
        yield _escalation(route.escalation, to_words(route.escalation.to, routing, who), who)


def told_when(
    route: Route, topic: Topic, severity: Severity, further: Sequence[tuple[Channel, str]], who: Onlooker
) -> Iterator[str]:
    """Yield when one message is told, and to which further places if nobody acknowledges."""
    if topic is Topic.OUTAGE:
        yield _hold(route, who)
    if topic is Topic.DEGRADED:
        yield _slow(route, who)
    if topic is Topic.FINDING:
        yield who.of(_FINDINGS)
        if route.match.rules:
            yield who.of(_ONLY_RULES).format(rules=who.of(listed(route.match.rules)))
    if route.quiet is not None:
        yield f"{_quiet(route.quiet, who)}: {_quiet_now(route.quiet, severity, who)}"
    if topic is Topic.OUTAGE:
        yield reminders_words(route.reminders, who)
        if route.escalation is not None:
            yield _escalation(route.escalation, ", ".join(place_words(*one) for one in further), who)


def _recipient(to: Recipient, channel: Channel, who: Onlooker) -> str:
    by_contact = to.address is None and channel.kind in ADDRESSED
    return place_words(channel, who.of(_CONTACTS) if by_contact else to.address or "")


def _hold(route: Route, who: Onlooker) -> str:
    return who.of(_HOLD).format(span=span_words(route.hold, who.lang))


def _slow(route: Route, who: Onlooker) -> str:
    return who.of(_SLOW).format(span=span_words(route.degraded_after, who.lang))


def _quiet(quiet: QuietHours, who: Onlooker) -> str:
    return who.of(_QUIET).format(starts=f"{quiet.starts:%H:%M}", ends=f"{quiet.ends:%H:%M}")


def _quiet_now(quiet: QuietHours, severity: Severity, who: Onlooker) -> str:
    if severity is Severity.CRITICAL:
        return who.of(_NOT_FOR_CRITICAL)
    until = quiet_until(quiet, who.now, who.zone)
    if until is None:
        return who.of(_NOT_NOW)
    return who.of(_HELD_NOW).format(until=f"{until.astimezone(who.zone):%Y-%m-%d %H:%M %Z}")


def _escalation(escalation: Escalation, to: str, who: Onlooker) -> str:
    return who.of(_ESCALATION).format(span=span_words(escalation.after, who.lang), to=to)
