"""A card in words: headed sections of labelled lines, the same for the terminal and the page. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum

from monitor.core.card import words
from monitor.core.card.card import CardService, DomainCard, HostCard, Known
from monitor.core.delegation.facts import Dnssec, Lameness
from monitor.core.delegation.lameness import registry_disagrees
from monitor.core.finding import SEVERITY_WORDS, Finding, FindingSeverity
from monitor.core.https.look import PLAIN_WORDS
from monitor.core.naming.words import CLASS_WORDS, PROBLEM_SENTENCES
from monitor.core.reason import Sentence
from monitor.core.registration.facts import Phase
from monitor.core.rulebook.telling import date_words, describe, distance


class Tone(StrEnum):
    """How a line should strike the eye; the words say it as well."""

    PLAIN = "plain"
    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class SectionRow:
    """One labelled fact; further lines of it stand below the first."""

    label: str
    lines: tuple[str, ...]
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Section:
    """Rows under a heading."""

    title: str
    rows: tuple[SectionRow, ...]


_PHASE_TONES = {
    Phase.ACTIVE: Tone.GOOD,
    Phase.EXPIRING: Tone.WARNING,
    Phase.RENEW_PERIOD: Tone.WARNING,
    Phase.UNKNOWN: Tone.PLAIN,
}
_LAMENESS_TONES = {
    Lameness.NONE: Tone.GOOD,
    Lameness.PARTIAL: Tone.WARNING,
    Lameness.FULL: Tone.BAD,
    Lameness.UNKNOWN: Tone.PLAIN,
}
_DNSSEC_TONES = {Dnssec.VALID: Tone.GOOD, Dnssec.BROKEN: Tone.BAD}
_SEVERITY_TONES = {FindingSeverity.SEVERE: Tone.BAD, FindingSeverity.MODERATE: Tone.WARNING}


def sections(card: DomainCard, language: str, zone: tzinfo, now: datetime) -> list[Section]:
    """Return the card's sections.

    Args:
        card: what is known.
        language: id or en.
        zone: of all times.
        now: aware UTC.
    """
    teller = _Teller(language, zone, now)
    parts = (
        ("findings", teller.findings(card)),
        ("registration", teller.registration(card)),
        ("delegation", teller.delegation(card)),
        ("certificates", teller.certificates(card)),
        ("register", teller.register(card)),
        ("name", teller.name(card)),
        ("history", teller.history(card)),
    )
    return [Section(teller.of(words.LABELS[key]), tuple(rows)) for key, rows in parts]


class _Teller:
    """Writes rows in one language."""

    def __init__(self, language: str, zone: tzinfo, now: datetime) -> None:
        self._language = language
        self._zone = zone
        self._now = now

    def of(self, sentence: Sentence) -> str:
        return sentence.of(self._language)

    def name(self, card: DomainCard) -> Iterator[SectionRow]:
        yield self._row("class", self.of(CLASS_WORDS[card.name.kind]))
        if card.name.owner is not None:
            yield self._row("owner", self.of(card.name.owner))
        for problem in card.name.problems:
            yield self._row("problem", self.of(PROBLEM_SENTENCES[problem]), tone=Tone.WARNING)

    def register(self, card: DomainCard) -> Iterator[SectionRow]:
        missing = [one.name for one in card.services if not one.holder]
        if not card.holders:
            yield self._row("holder", self.of(words.NO_HOLDER), tone=Tone.WARNING)
        else:
            lines = list(card.holders)
            if missing:
                lines.append(self.of(words.NO_HOLDER_FOR).format(services=", ".join(missing)))
            yield self._row("holder", *lines, tone=Tone.WARNING if len(lines) > 1 else Tone.PLAIN)
        yield self._row("services", *map(_service, card.services))

    def registration(self, card: DomainCard) -> Iterator[SectionRow]:
        found = card.registration
        phase = self.of(words.PHASES[card.phase])
        yield self._row("phase", phase, tone=_PHASE_TONES.get(card.phase, Tone.BAD))
        if found is not None:
            if found.expires_at is not None:
                yield self._row("expires", self._date(found.expires_at, distant=True))
            if found.registrar:
                yield self._row("registrar", found.registrar)
            if found.created_at is not None:
                yield self._row("created", self._date(found.created_at))
            if found.statuses:
                yield self._row("statuses", ", ".join(found.statuses))
            if found.name_servers:
                yield self._row("name_servers", ", ".join(found.name_servers))
            if found.signed is not None:
                yield self._row("signed", self.of(words.YES if found.signed else words.NO))
        yield from self._known(card.registration_known)

    def delegation(self, card: DomainCard) -> Iterator[SectionRow]:
        found = card.delegation
        if found is not None:
            served = self.of(words.LAMENESS[found.lameness])
            yield self._row("lameness", served, tone=_LAMENESS_TONES[found.lameness])
            if found.parent_name_servers:
                yield self._row("parent", ", ".join(found.parent_name_servers))
            if set(found.zone_name_servers) - set(found.parent_name_servers):
                yield self._row("zone", ", ".join(found.zone_name_servers), tone=Tone.WARNING)
            if card.registration is not None and registry_disagrees(found, card.registration):
                yield self._row("disagrees", ", ".join(card.registration.name_servers), tone=Tone.WARNING)
            if found.networks:
                yield self._row("networks", ", ".join(found.networks))
            detail = (found.dnssec_detail,) if found.dnssec_detail else ()
            tone = _DNSSEC_TONES.get(found.dnssec, Tone.PLAIN)
            yield self._row("dnssec", self.of(words.DNSSEC[found.dnssec]), *detail, tone=tone)
            if found.has_caa is not None:
                yield self._row("caa", self.of(words.HAS_CAA if found.has_caa else words.HAS_NO_CAA))
            if found.filtered:
                yield self._row("filtered", self.of(words.FILTERED), tone=Tone.WARNING)
        yield from self._known(card.delegation_known)

    def certificates(self, card: DomainCard) -> Iterator[SectionRow]:
        for one in card.hosts:
            yield SectionRow(one.name, tuple(self._host(one)), self._host_tone(one))

    def findings(self, card: DomainCard) -> Iterator[SectionRow]:
        for one in card.findings:
            told = describe(one, self._zone, self._now)
            remedy = self.of(words.REMEDY).format(remedy=self.of(told.remedy))
            lines = [self.of(told.title), self.of(told.problem), remedy]
            accepted = one.acceptance
            if accepted is not None and one.accepted(self._now):
                until = self._date(accepted.last_moment)
                lines.append(self.of(words.ACCEPTED).format(date=until, by=accepted.by))
            yield SectionRow(self._finding(one), tuple(lines), _SEVERITY_TONES.get(one.severity, Tone.PLAIN))
        if not card.findings:
            yield SectionRow(words.NOTHING, (self.of(words.NO_FINDINGS),), Tone.GOOD)

    def history(self, card: DomainCard) -> Iterator[SectionRow]:
        for one in card.history:
            what = self.of(words.CHANGES.get(one.what, Sentence(one.what, one.what)))
            moved = self.of(words.FROM_TO).format(
                before=self._value(one.what, one.before), after=self._value(one.what, one.after)
            )
            yield SectionRow(self._date(one.at), (f"{what}: {moved}",))
        if not card.history:
            yield SectionRow(words.NOTHING, (self.of(words.NO_HISTORY),))

    def _value(self, what: str, value: str | None) -> str:
        """Write what a registry said before or after a change."""
        if value is None:
            return words.NOTHING
        if what == "expires_at":
            return self._date(datetime.fromisoformat(value))
        answers = {"true": words.YES, "false": words.NO}
        return self.of(answers[value]) if value in answers else value

    def _host(self, host: HostCard) -> Iterator[str]:
        look = host.look
        shown = look.shown if look is not None else ()
        leaves = {one.leaf.fingerprint_sha256: one.leaf for one in shown if one.leaf is not None}
        for leaf in leaves.values():
            until = self.of(words.UNTIL).format(
                date=self._date(leaf.not_after),
                distance=distance(leaf.not_after, self._now, self._zone, self._language),
            )
            yield f"{leaf.issuer}: {until}"
        if look is not None and not leaves:
            yield self.of(words.NO_CERTIFICATE)
        if look is not None:
            yield f"http: {self.of(PLAIN_WORDS[look.plain.state])}"
        for row in self._known(host.known):
            yield from (f"{row.label}: {line}" for line in row.lines)

    def _host_tone(self, host: HostCard) -> Tone:
        leaves = [one.leaf for one in host.look.shown] if host.look is not None else []
        expired = any(leaf is not None and leaf.not_after <= self._now for leaf in leaves)
        return Tone.BAD if expired else Tone.PLAIN

    def _known(self, known: Known | None) -> Iterator[SectionRow]:
        """Say how old all this is, and why it is not newer."""
        if known is None:
            yield self._row("seen", self.of(words.NOT_SEEN))
            return
        yield self._row("seen", self._time(known.seen_at) if known.seen_at else self.of(words.NOT_SEEN))
        if known.failure is not None:
            failed = self.of(words.FAILED).format(at=self._time(known.tried_at), why=known.failure)
            yield self._row("failure", failed, tone=Tone.WARNING)

    def _finding(self, one: Finding) -> str:
        return f"{one.name} ({self.of(SEVERITY_WORDS[one.severity])})"

    def _date(self, at: datetime, *, distant: bool = False) -> str:
        text = date_words(at, self._zone, self._language)
        return f"{text} ({distance(at, self._now, self._zone, self._language)})" if distant else text

    def _time(self, at: datetime) -> str:
        return f"{self._date(at)} {at.astimezone(self._zone):%H.%M %Z}"

    def _row(self, key: str, *lines: str, tone: Tone = Tone.PLAIN) -> SectionRow:
        return SectionRow(self.of(words.LABELS[key]), lines or (words.NOTHING,), tone)


def _service(one: CardService) -> str:
    return f"{one.name} ({one.id}) — {one.agency}, {one.government}"
