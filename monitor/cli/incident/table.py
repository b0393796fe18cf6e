"""Incidents as `kulkul incident list` shows them, one to a line; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from monitor.cli.incident.words import (
    cause_words,
    reason_words,
    services_words,
    span_words,
    state_words,
)
from monitor.cli.options import Lang
from monitor.cli.reader import Reader
from monitor.core.incident import Incident
from monitor.core.incident_state import State, duration_of, state_of
from monitor.core.journal import acknowledgement

if TYPE_CHECKING:
    from monitor.store.audit import AuditEntry

_HEADS = {
    Lang.ID: ("Nomor", "Keadaan", "Mulai ({zone})", "Lama", "Layanan", "Sebab bersama", "Keterangan"),
    Lang.EN: ("Number", "State", "Began ({zone})", "Lasted", "Services", "Common cause", "Reason"),
}
_STYLES = {State.OPEN: "bold red", State.FLAPPING: "bold yellow", State.CLOSED: "green", State.MERGED: "dim"}


def incident_table(
    incidents: Sequence[Incident], log: Mapping[str, Sequence[AuditEntry]], reader: Reader
) -> Table:
    """Return the table; `log` are the entries of the audit log by the name of their incident."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    number, *others = (head.format(zone=reader.time(reader.now, "%Z")) for head in _HEADS[reader.lang])
    table.add_column(number, no_wrap=True)  # what people copy into the next command
    for head in others:
        table.add_column(head, overflow="fold")
    for one in incidents:
        words = state_words(one, acknowledgement(log.get(one.name, ())), reader)
        table.add_row(
            one.name,
            Text(words, style=_STYLES[state_of(one)]),
            reader.time(one.began_at, "%Y-%m-%d %H:%M:%S"),
            span_words(duration_of(one, reader.now), reader.lang),
            services_words(one, reader),
            cause_words(one.cause, reader),
            reason_words(one, reader),
        )
    return table
