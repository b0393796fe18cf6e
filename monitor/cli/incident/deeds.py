"""What people do about an incident: decided purely, and written as one entry of the audit log."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from monitor.cli.exits import Exit
from monitor.core.incident import Incident, incident_name
from monitor.core.journal import Deed, acknowledgement
from monitor.core.reason import Sentence
from monitor.core.shape import moment

if TYPE_CHECKING:
    from monitor.settings import Settings
    from monitor.store.audit import AuditEntry

_UNKNOWN = Sentence(
    "Tidak ada gangguan bernomor {name}; lihat: kulkul incident list",
    "There is no incident {name}; see: kulkul incident list",
)
_TAKEN = Sentence("{name} ditangani {who}.", "{name} is acknowledged by {who}.")
_TAKEN_BEFORE = Sentence(
    "{name} sudah ditangani {who} sejak {at}; tidak ada yang diubah.",
    "{name} was acknowledged by {who} at {at} already; nothing was changed.",
)
_MERGED = Sentence(
    "{name} sudah digabung ke {other}; tangani yang itu: kulkul incident ack {other}",
    "{name} was merged into {other}; acknowledge that one: kulkul incident ack {other}",
)
_NOTED = Sentence("Catatan untuk {name} disimpan.", "The note on {name} is kept.")
_EMPTY = Sentence("Isinya kosong; tulis sesuatu.", "The text is empty; write something.")
_CONTESTED = Sentence(
    "Sanggahan atas {name} dicatat; catatan gangguannya sendiri tidak diubah.",
    "The objection to {name} is on record; the record of the incident itself is unchanged.",
)
_BACKWARDS = Sentence(
    "--from harus lebih awal daripada --to.", "What --from says must be earlier than what --to says."
)
_ELSEWHERE = Sentence(
    "{name} berlangsung {began} s.d. {ended}; --from dan --to harus mencakup sebagian darinya.",
    "{name} lasted from {began} to {ended}; --from and --to must cover some of that.",
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What comes of an attempt: what to say, the exit code, and the entry to write, if any."""

    said: Sentence
    code: Exit = Exit.FINE
    entry: AuditEntry | None = None


Decision = Callable[[Incident, "Sequence[AuditEntry]"], Answer]
"""From an incident and the entries about it, in order."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who does something, when, and by which clock."""

    name: str
    now: datetime
    """Aware UTC."""
    zone: tzinfo

    def does(self, deed: Deed, incident: Incident, reason: str, **detail: object) -> AuditEntry:
        """Return the entry."""
        from monitor.store.audit import AuditEntry

        return AuditEntry(
            at=self.now,
            who=self.name,
            action=deed.value,
            subject=incident.name,
            reason=reason.strip(),
            detail=detail,
        )

    def time(self, at: datetime) -> str:
        """Write a time as this person's clock shows it."""
        return f"{at.astimezone(self.zone):%Y-%m-%d %H:%M:%S %Z}"


async def attempt(settings: Settings, number: int, decide: Decision) -> Answer:
    """Decide in one transaction, so that two people at once are told the same as one after the other."""
    from monitor.store import Store
    from monitor.store.audit import entries, record
    from monitor.store.incidents import incident

    async with (
        await Store.open(settings.database.url, migrate=False) as store,
        store.writing() as (writer, _),
    ):
        found = await incident(store, number)
        if found is None:
            return unknown(number)
        answer = decide(found, await entries(store, found.name))
        if answer.entry is not None:
            await record(writer, answer.entry)
        return answer


def unknown(number: int) -> Answer:
    """Return what to say where there is no incident of that number."""
    return Answer(_filled(_UNKNOWN, name=incident_name(number)), Exit.CONFIGURATION)


def acknowledging(person: Person, note: str) -> Decision:
    """Take an incident on; once for each person, and where it was merged, only what it was merged into."""

    def decide(incident: Incident, log: Sequence[AuditEntry]) -> Answer:
        if incident.merged_into is not None:
            other = incident_name(incident.merged_into)
            return Answer(_filled(_MERGED, name=incident.name, other=other), Exit.CONFIGURATION)
        own = acknowledgement(one for one in log if one.who == person.name)
        if own is not None:
            said = _filled(_TAKEN_BEFORE, name=incident.name, who=person.name, at=person.time(own.since))
            return Answer(said)
        said = _filled(_TAKEN, name=incident.name, who=person.name)
        return Answer(said, entry=person.does(Deed.ACKNOWLEDGE, incident, note))

    return decide


def noting(person: Person, text: str) -> Decision:
    """Add a note."""

    def decide(incident: Incident, _: Sequence[AuditEntry]) -> Answer:
        if not text.strip():
            return Answer(_EMPTY, Exit.CONFIGURATION)
        return Answer(_filled(_NOTED, name=incident.name), entry=person.does(Deed.NOTE, incident, text))

    return decide


def contesting(person: Person, reason: str, since: datetime | None, until: datetime | None) -> Decision:
    """Say that the record is wrong: all of it, or from when to when; the end not given is its own."""

    def decide(incident: Incident, _: Sequence[AuditEntry]) -> Answer:
        if not reason.strip():
            return Answer(_EMPTY, Exit.CONFIGURATION)
        said = _filled(_CONTESTED, name=incident.name)
        if since is None and until is None:
            return Answer(said, entry=person.does(Deed.CONTEST, incident, reason))
        if since is not None and until is not None and since >= until:
            return Answer(_BACKWARDS, Exit.CONFIGURATION)
        end = incident.ended_at or person.now
        first, last = since or incident.began_at, until or end
        if first >= end or last <= incident.began_at:
            lasted = {"began": person.time(incident.began_at), "ended": person.time(end)}
            return Answer(_filled(_ELSEWHERE, name=incident.name, **lasted), Exit.CONFIGURATION)
        span = {"from": moment(first), "to": moment(last)}
        return Answer(said, entry=person.does(Deed.CONTEST, incident, reason, **span))

    return decide


def _filled(sentence: Sentence, **words: str) -> Sentence:
    return Sentence(sentence.id.format(**words), sentence.en.format(**words))
