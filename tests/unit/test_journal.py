"""Who has taken an incident on, as the audit log tells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from monitor.core.journal import Acknowledgement, Deed, acknowledgement

T0 = datetime(2026, 11, 22, 3, tzinfo=UTC)


@dataclass(frozen=True)
class Entry:
    minute: int
    who: str
    action: str

    @property
    def at(self):
        return T0 + timedelta(minutes=self.minute)


def test_notes_and_objections_are_no_acknowledgement():
    assert acknowledgement([]) is None
    assert acknowledgement([Entry(1, "Made", Deed.NOTE), Entry(2, "Made", Deed.CONTEST)]) is None


def test_it_counts_from_the_first_who_said_so_and_names_each_once():
    log = [
        Entry(1, "Ketut", "incident.note"),
        Entry(2, "Made", "incident.ack"),
        Entry(3, "Wayan", "incident.ack"),
        Entry(4, "Made", "incident.ack"),
    ]
    assert acknowledgement(log) == Acknowledgement(since=T0 + timedelta(minutes=2), by=("Made", "Wayan"))
