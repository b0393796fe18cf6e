"""An incident as a person wants to read it at three in the morning, or years later; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from rich.text import Text

from monitor.cli.incident.words import cause_words, reason_words, span_words, state_words
from monitor.cli.reader import NOTHING, Reader, plain
from monitor.core.incident import Incident, Member, Spell, Turn, incident_name
from monitor.core.incident_state import duration_of
from monitor.core.journal import Deed, acknowledgement
from monitor.core.reason import Sentence

if TYPE_CHECKING:
    from monitor.store.audit import AuditEntry

_LABEL_WIDTH = 16
_CAUSE = Sentence("Sebab bersama", "Common cause")
_REASON = Sentence("Keterangan", "Reason")
_BEGAN = Sentence("Mulai", "Began")
_CONFIRMED = Sentence("Dipastikan", "Confirmed")
_AFTER = Sentence("{at} ({span} setelah mulai)", "{at} ({span} after it began)")
_ENDED = Sentence("Pulih", "Ended")
_LASTED = Sentence("{at} (lamanya {span})", "{at} (lasted {span})")
_STILL = Sentence("belum; sudah {span}", "not yet; {span} so far")
_CLOSED = Sentence("Ditutup", "Closed")
_VANTAGE = Sentence("Titik pantau", "Vantage")
_FLAPPED = Sentence("Naik-turun", "Flapping")
_FLAPPED_TEXT = Sentence(
    "pulih lalu gagal lagi; baru ditutup setelah stabil", "it came back and failed again; closed once stable"
)
_SPLIT = Sentence("Dipisah dari", "Split from")
_SERVICES = Sentence(
    "Layanan: {count}, masih terganggu: {out}", "Services: {count}, of which still out: {out}"
)
_MOVED = Sentence("pindah ke {name}", "moved to {name}")
_WITHDRAWN = Sentence("dikeluarkan dari register saat terganggu", "left the register while it was out")
_NOW = Sentence("sekarang", "now")
_HISTORY = Sentence("Riwayat sebab:", "History of reasons:")
_JOURNAL = Sentence("Catatan:", "Notes:")
_DEEDS = {
    Deed.ACKNOWLEDGE: Sentence("menangani", "acknowledged"),
    Deed.NOTE: Sentence("mencatat", "noted"),
    Deed.CONTEST: Sentence("menyanggah seluruh gangguan", "contests all of it"),
}
_CONTESTS_PART = Sentence("menyanggah {since} s.d. {until}", "contests {since} to {until}")


def incident_lines(incident: Incident, entries: Sequence[AuditEntry], reader: Reader) -> Iterator[Text]:
    """Return the lines about an incident, but for its evidence; `entries` are those of the log about it."""
    state = state_words(incident, acknowledgement(entries), reader)
    yield Text(incident.name, style="bold").append(f"   {state}", style="not bold")
    yield from _facts(incident, reader)
    yield Text()
    count, out = len(incident.present), len(incident.out)
    yield Text(reader.of(_SERVICES).format(count=count, out=out), style="bold")
    for member in incident.members:
        yield from _member(member, reader)
    history = sorted(
        (turn for one in incident.members for turn in one.history), key=lambda turn: (turn.at, turn.check_id)
    )
    if history:
        yield Text()
        yield Text(reader.of(_HISTORY), style="bold")
        for turn in history:
            yield Text(f"  {reader.time(turn.at)}  {turn.check_id}  {plain(_turn(turn))}")
    if entries:
        yield Text()
        yield Text(reader.of(_JOURNAL), style="bold")
        for entry in entries:
            yield Text(f"  {reader.time(entry.at)}  {plain(_deed(entry, reader))}")


def _facts(incident: Incident, reader: Reader) -> Iterator[Text]:
    span = span_words(duration_of(incident, reader.now), reader.lang)
    delay = span_words(incident.confirmed_at - incident.began_at, reader.lang)
    ended = reader.of(_STILL).format(span=span)
    if incident.ended_at is not None:
        ended = reader.of(_LASTED).format(at=reader.time(incident.ended_at), span=span)
    facts = [
        (_REASON, reason_words(incident, reader) or NOTHING),
        (_CAUSE, cause_words(incident.cause, reader, whole=True)),
        (_BEGAN, reader.time(incident.began_at)),
        (_CONFIRMED, reader.of(_AFTER).format(at=reader.time(incident.confirmed_at), span=delay)),
        (_ENDED, ended),
        (_CLOSED, reader.time(incident.closed_at)),
        (_VANTAGE, incident.vantage),
    ]
    if incident.flapping:
        facts.append((_FLAPPED, reader.of(_FLAPPED_TEXT)))
    if incident.split_from is not None:
        facts.append((_SPLIT, incident_name(incident.split_from)))
    for label, value in facts:
        yield Text(f"{reader.of(label):<{_LABEL_WIDTH}}", style="dim").append(value, style="not dim")


def _member(member: Member, reader: Reader) -> Iterator[Text]:
    name, agency = reader.service(member.service_id), reader.agency(member.service_id)
    told = name if name == member.service_id else f"{name} [{member.service_id}]"
    remarks = [agency] if agency else []
    mark, style = ("✖", "red") if member.open else ("✔", "green")
    if member.moved_to is not None:
        mark, style = "→", "dim"
        remarks.append(reader.of(_MOVED).format(name=incident_name(member.moved_to)))
    elif member.withdrawn:
        remarks.append(reader.of(_WITHDRAWN))
    line = Text(f"  {mark} ", style=style)
    yield line.append(plain(" — ".join([told, *remarks])), style="default")
    for spell in member.spells:
        yield Text(f"      {_spell(spell, reader)}", style="dim")


def _spell(spell: Spell, reader: Reader) -> str:
    until = reader.time(spell.ended_at) if spell.ended_at else reader.of(_NOW)
    lasted = span_words((spell.ended_at or reader.now) - spell.began_at, reader.lang)
    return f"{reader.time(spell.began_at)} → {until} ({lasted})  {spell.check_id}  {_why(spell)}".rstrip()


def _turn(turn: Turn) -> str:
    return f"{_why(turn)}  {turn.message or ''}".strip()


def _why(one: Spell | Turn) -> str:
    return ": ".join(word.value for word in (one.stage, one.reason) if word)


def _deed(entry: AuditEntry, reader: Reader) -> str:
    deed = reader.of(_DEEDS[Deed(entry.action)]) if entry.action in list(Deed) else entry.action
    since, until = entry.detail.get("from"), entry.detail.get("to")
    if isinstance(since, str) and isinstance(until, str):
        span = {"since": _time(since, reader), "until": _time(until, reader)}
        deed = reader.of(_CONTESTS_PART).format(**span)
    return f"{entry.who}  {deed}: “{entry.reason}”" if entry.reason else f"{entry.who}  {deed}"


def _time(text: str, reader: Reader) -> str:
    return reader.time(datetime.fromisoformat(text))
