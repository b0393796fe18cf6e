"""What a look at a host's certificates found, as a person or a program wants to read it; pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from typing import Any

from rich.text import Text

from monitor.cli.options import Lang
from monitor.cli.reader import plain
from monitor.core.finding import SEVERITY_WORDS, FindingSeverity, Inspected, Seen
from monitor.core.https.chain import organization, short_name
from monitor.core.https.look import PLAIN_WORDS, AddressLook, HostLook, PlainState
from monitor.core.https.look_json import look_of
from monitor.core.reason import SENTENCES, Sentence
from monitor.core.result import Certificate, TlsFacts
from monitor.core.rulebook import RULES, telling
from monitor.core.shape import moment

_NOTHING_WRONG = Sentence("Tidak ada temuan.", "No findings.")
_FINDINGS = Sentence("Temuan:", "Findings:")
_NOT_ALL = Sentence("Tidak semuanya dapat dilihat:", "Not all could be seen:")
_VERIFIED = Sentence("dipercaya", "trusted")
_REFUSED = Sentence("ditolak", "refused")
_UNSEEN = Sentence("sertifikat tidak terlihat", "no certificate seen")
_WITHOUT = Sentence("tidak ada", "none")
_LABELS = {
    "issuer": Sentence("penerbit", "issuer"),
    "valid": Sentence("berlaku", "valid"),
    "key": Sentence("kunci", "key"),
    "names": Sentence("nama", "names"),
    "fingerprint": Sentence("sidik jari", "fingerprint"),
    "on": Sentence("dilalui", "passed"),
}
_UNTIL = Sentence("{start} sampai {end} ({left}; {days} hari)", "{start} to {end} ({left}; {days} days)")
_COLOURS = {
    FindingSeverity.INFO: "dim",
    FindingSeverity.MINOR: "yellow",
    FindingSeverity.MODERATE: "bold yellow",
    FindingSeverity.SEVERE: "bold red",
}
_WIDTH = max(len(text) for one in _LABELS.values() for text in (one.id, one.en)) + 1


def shape(inspected: Inspected, zone: tzinfo) -> dict[str, Any]:
    """Return the documented shape of `kulkul certificate --json`."""
    return {
        "host": inspected.target,
        "looked_at": moment(inspected.at),
        "failure": inspected.failure,
        "look": inspected.facts,
        "findings": [_finding(one, inspected, zone) for one in _worst_first(inspected)],
    }


def tell(inspected: Inspected, lang: Lang, zone: tzinfo) -> Iterator[Text]:
    """Return the lines of the story: what each address shows, and what is wrong."""
    at = inspected.at.astimezone(zone)
    head = Text(inspected.target, style="bold")
    yield head.append(f"   {at:%Y-%m-%d %H:%M:%S} {at.tzname()}", style="not bold dim")
    if inspected.facts is not None:
        yield from _of_look(look_of(inspected.facts), inspected, lang, zone)
    if inspected.failure is not None:
        yield Text()
        yield Text(lang.of(_NOT_ALL), style="bold")
        yield Text(f"  {inspected.failure}")
    yield Text()
    if inspected.seen:
        yield Text(lang.of(_FINDINGS), style="bold")
        for one in _worst_first(inspected):
            yield from _of_finding(one, inspected, lang, zone)
    elif inspected.facts is not None:
        yield Text(lang.of(_NOTHING_WRONG), style="green")


def _of_look(look: HostLook, inspected: Inspected, lang: Lang, zone: tzinfo) -> Iterator[Text]:
    for one in look.addresses:
        yield Text()
        yield _address(one, lang)
        for number, certificate in enumerate(one.tls.chain if one.tls else (), 1):
            yield from _certificate(number, certificate, inspected, lang, zone)
        if one.http is not None:
            hsts = one.http.hsts
            value = lang.of(_WITHOUT) if hsts is None else f"max-age={hsts.max_age_seconds}"
            yield Text(f"  HTTP {one.http.status}, HSTS: {value}")
    if look.plain.state is not PlainState.NOT_ASKED:
        leads = f" ({look.plain.to})" if look.plain.to else ""
        yield Text()
        yield Text(f"{look.plain.url}: {lang.of(PLAIN_WORDS[look.plain.state])}{leads}")
    for passed in look.passed:
        yield Text()
        yield Text(f"{lang.of(_LABELS['on'])}: {passed.name}", style="bold")
        yield from _of_look(passed, inspected, lang, zone)


def _address(one: AddressLook, lang: Lang) -> Text:
    line = Text(one.address, style="bold")
    if one.tls is None:
        line.append(f"   {lang.of(_UNSEEN)}", style="not bold yellow")
        return line.append(f": {lang.of(SENTENCES[one.failure.reason])}" if one.failure else "")
    agreed = ", ".join(part for part in (one.tls.version, one.tls.cipher) if part)
    line.append(f"   {agreed}   " if agreed else "   ", style="not bold dim")
    return line.append_text(_verdict(one.tls, lang))


def _verdict(tls: TlsFacts, lang: Lang) -> Text:
    if tls.verified:
        return Text(f"✓ {lang.of(_VERIFIED)}", style="not bold green")
    why = f" ({tls.verify_error})" if tls.verify_error else ""
    return Text(f"✗ {lang.of(_REFUSED)}{why}", style="not bold red")


def _certificate(
    number: int, one: Certificate, inspected: Inspected, lang: Lang, zone: tzinfo
) -> Iterator[Text]:
    language = lang.value
    yield Text(f"  {number}. {plain(short_name(one.subject))}")
    valid = lang.of(_UNTIL).format(
        start=telling.date_words(one.not_before, zone, language),
        end=telling.date_words(one.not_after, zone, language),
        left=telling.distance(one.not_after, inspected.at, zone, language),
        days=(one.not_after - one.not_before).days,
    )
    key = f"{one.key_type} {one.key_bits}" if one.key_bits else one.key_type
    rows = {
        "issuer": organization(one.issuer),
        "valid": valid,
        "key": ", ".join(part for part in (key, one.signature_hash.upper()) if part),
        "names": telling.listed(one.names, language) if one.names else "",
        "fingerprint": f"SHA-256 {one.fingerprint_sha256}",
    }
    for name, value in rows.items():
        if value:
            yield Text(f"     {lang.of(_LABELS[name]):<{_WIDTH}}{plain(value)}")


def _of_finding(one: Seen, inspected: Inspected, lang: Lang, zone: tzinfo) -> Iterator[Text]:
    told = _told(one, inspected, zone)
    line = Text("  ")
    line.append(lang.of(SEVERITY_WORDS[one.severity]), style=_COLOURS[one.severity])
    yield line.append(f"  {plain(lang.of(told.title))}", style="bold")
    yield Text(f"    {plain(lang.of(told.problem))}")
    yield Text(f"    → {plain(lang.of(told.remedy))}")


def _finding(one: Seen, inspected: Inspected, zone: tzinfo) -> dict[str, Any]:
    told = _told(one, inspected, zone)
    return {
        "rule": one.identity.rule,
        "severity": one.severity.value,
        "subject": str(one.identity.subject),
        "places": sorted(one.places),
        "evidence": one.evidence,
        **{
            part: {"id": sentence.id, "en": sentence.en}
            for part, sentence in (("title", told.title), ("problem", told.problem), ("remedy", told.remedy))
        },
    }


def _told(one: Seen, inspected: Inspected, zone: tzinfo) -> telling.Told:
    return telling.tell(RULES[one.identity.rule], one.identity, one.places, one.evidence, zone, inspected.at)


def _worst_first(inspected: Inspected) -> list[Seen]:
    return sorted(inspected.seen, key=lambda one: -one.severity.rank)
