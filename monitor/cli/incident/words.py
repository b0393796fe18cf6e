"""How incidents are put into words; pure."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.cli.options import Lang
from monitor.cli.reader import NOTHING, Reader, plain
from monitor.core.incident import TIE_WORDS, Incident, Tie, Trait, incident_name
from monitor.core.journal import Acknowledgement
from monitor.core.reason import SENTENCES, Reason, Sentence

_CERTIFICATE_SHOWN = 16


class State(StrEnum):
    """What has become of an incident."""

    OPEN = "open"
    FLAPPING = "flapping"
    """It comes and goes, and is open until all has been well for a while."""
    CLOSED = "closed"
    MERGED = "merged"
    """It turned out to be part of another."""


_STATES = {
    State.OPEN: Sentence("terbuka", "open"),
    State.FLAPPING: Sentence("naik-turun", "flapping"),
    State.CLOSED: Sentence("selesai", "closed"),
    State.MERGED: Sentence("digabung ke {name}", "merged into {name}"),
}
_TAKEN = Sentence("ditangani {who}", "acknowledged by {who}")
_MORE = Sentence("{first}, +{more} lagi", "{first}, +{more} more")
_UNITS = {Lang.ID: ("hari", "jam", "menit", "detik"), Lang.EN: ("d", "h", "min", "s")}


def state_of(incident: Incident) -> State:
    """Return what has become of an incident."""
    if incident.merged_into is not None:
        return State.MERGED
    if incident.closed_at is not None:
        return State.CLOSED
    return State.FLAPPING if incident.flapping else State.OPEN


def state_words(incident: Incident, taken: Acknowledgement | None, reader: Reader) -> str:
    """Return the state, and who takes care of it."""
    target = incident.merged_into
    words = reader.of(_STATES[state_of(incident)]).format(name=incident_name(target) if target else "")
    if taken is not None:
        words += ", " + reader.of(_TAKEN).format(who=plain(", ".join(taken.by)))
    return words


def cause_words(cause: Trait | None, reader: Reader, *, whole: bool = False) -> str:
    """Return a common cause; of a certificate's fingerprint only the beginning, unless `whole`."""
    if cause is None:
        return NOTHING
    value = cause.value
    if cause.tie is Tie.CERTIFICATE and not whole:
        value = value[:_CERTIFICATE_SHOWN] + "…"
    return f"{reader.of(TIE_WORDS[cause.tie])} {plain(value)}"


def services_words(incident: Incident, reader: Reader) -> str:
    """Return the first service by name, and how many there are besides."""
    first, *others = incident.present or incident.members
    name = plain(reader.service(first.service_id))
    return reader.of(_MORE).format(first=name, more=len(others)) if others else name


def reason_of(incident: Incident) -> Reason | None:
    """Return what was wrong last with most of the services."""
    last = [one.spells[-1].reason for one in incident.present or incident.members]
    found = Counter(reason for reason in last if reason is not None)
    return found.most_common(1)[0][0] if found else None


def reason_words(incident: Incident, reader: Reader) -> str:
    """Return it as a sentence."""
    reason = reason_of(incident)
    return "" if reason is None else reader.of(SENTENCES[reason])


def duration_of(incident: Incident, now: datetime) -> timedelta:
    """Return how long it lasted, or has lasted so far."""
    return max((incident.ended_at or now) - incident.began_at, timedelta(0))


def span_words(span: timedelta, lang: Lang) -> str:
    """Return a duration in its two largest units: `2 jam 5 menit`, `45 s`."""
    minutes, seconds = divmod(max(int(span.total_seconds()), 0), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = list(zip((days, hours, minutes, seconds), _UNITS[lang], strict=True))
    while len(parts) > 1 and not parts[0][0]:
        del parts[0]
    return " ".join(f"{count} {unit}" for count, unit in parts[:2] if count) or f"0 {_UNITS[lang][-1]}"
