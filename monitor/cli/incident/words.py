"""How incidents are put into words; pure."""

from __future__ import annotations

from datetime import timedelta

from monitor.cli.options import Lang
from monitor.cli.reader import NOTHING, Reader, plain
from monitor.core.incident import TIE_WORDS, Incident, Tie, Trait, incident_name
from monitor.core.incident_state import State, reason_of, state_of
from monitor.core.journal import Acknowledgement
from monitor.core.reason import SENTENCES, Sentence

_CERTIFICATE_SHOWN = 16


_STATES = {
    State.OPEN: Sentence("terbuka", "open"),
    State.FLAPPING: Sentence("naik-turun", "flapping"),
    State.CLOSED: Sentence("selesai", "closed"),
    State.MERGED: Sentence("digabung ke {name}", "merged into {name}"),
}
_TAKEN = Sentence("ditangani {who}", "acknowledged by {who}")
_MORE = Sentence("{first}, +{more} lagi", "{first}, +{more} more")
_UNITS = {Lang.ID: ("hari", "jam", "menit", "detik"), Lang.EN: ("d", "h", "min", "s")}


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


def reason_words(incident: Incident, reader: Reader) -> str:
    """Return it as a sentence."""
    reason = reason_of(incident)
    return "" if reason is None else reader.of(SENTENCES[reason])


def span_words(span: timedelta, lang: Lang) -> str:
    """Return a duration in its two largest units: `2 jam 5 menit`, `45 s`."""
    minutes, seconds = divmod(max(int(span.total_seconds()), 0), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = list(zip((days, hours, minutes, seconds), _UNITS[lang], strict=True))
    while len(parts) > 1 and not parts[0][0]:
        del parts[0]
    return " ".join(f"{count} {unit}" for count, unit in parts[:2] if count) or f"0 {_UNITS[lang][-1]}"
