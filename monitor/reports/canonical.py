"""A period's record as canonical JSON: the bytes over which its SHA-256 is taken, and back; pure."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC
from functools import cache

from pydantic import TypeAdapter, ValidationError

from monitor.core.accounting.history import Change
from monitor.reports.record import PeriodRecord


class UnreadableRecordError(ValueError):
    """Bytes that hold no record, or one of a program that knows more; the text says so in one sentence."""


def canonical(record: PeriodRecord) -> bytes:
    """Return a record as JSON: keys sorted, no spaces, UTF-8; times in ISO 8601 and UTC."""
    value = _adapter().dump_python(record, mode="json")
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8")


def read_record(data: bytes) -> PeriodRecord:
    """Read what `canonical` wrote.

    Raises:
        UnreadableRecordError: it is something else.
    """
    try:
        record = _adapter().validate_json(data)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"]) or "its beginning"
        raise UnreadableRecordError(f"the record cannot be read at {where}") from error
    # Its times have a zone of pydantic's own; times of one and the same zone are compared twice as fast.
    changes = {
        check_id: [
            Change(at.astimezone(UTC), decided_at.astimezone(UTC), after) for at, decided_at, after in each
        ]
        for check_id, each in record.history.changes.items()
    }
    return replace(record, history=replace(record.history, changes=changes))


def digest(data: bytes) -> str:
    """Return the SHA-256, hexadecimal."""
    return hashlib.sha256(data).hexdigest()


@cache
def _adapter() -> TypeAdapter[PeriodRecord]:
    return TypeAdapter(PeriodRecord)  # takes a while, and few commands need it
