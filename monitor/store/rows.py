"""Values of the core as rows of the schema, and back. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Row

from monitor.core.reason import Outcome, Reason, Stage
from monitor.core.result import ZERO, Result, Timings
from monitor.core.status import CheckState, Doubt, Transition
from monitor.store.codes import (
    OUTCOME_CODES,
    OUTCOMES,
    REASON_CODES,
    REASONS,
    STAGE_CODES,
    STAGES,
    STATUS_CODES,
    STATUSES,
)
from monitor.store.detail import Detail
from monitor.store.instants import (
    MICROSECOND,
    from_us,
    optional_from_us,
    optional_to_us,
    span,
    span_us,
    to_us,
)

_Word = TypeVar("_Word")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredResult:
    """A result as it is remembered. Times are aware UTC."""

    check_id: str
    vantage: str
    recorded_at: datetime
    started_at: datetime
    duration: timedelta
    outcome: Outcome
    stage: Stage | None
    reason: Reason | None
    http_status: int | None
    timings: Timings
    wire_bytes: int | None
    body_bytes: int | None
    address: str | None
    lag: timedelta
    detail: Detail
    """Empty where the outcome is OK."""

    @property
    def message(self) -> str | None:
        """One English sentence with the particulars; None where the outcome is OK."""
        return self.detail.message


def result_row(
    result: Result, row_id: int, check_no: int, vantage_no: int, address_no: int | None, detail_id: int | None
) -> dict[str, object]:
    """Return the values of the `result` table.

    `row_id` is when the result is recorded, in microseconds since 1970; OK results have no detail.
    """
    timings, http = result.timings, result.http
    return {
        "id": row_id,
        "check_no": check_no,
        "vantage_no": vantage_no,
        "started_us_before_id": row_id - to_us(result.started_at),
        "duration_us": result.duration // MICROSECOND,
        "outcome": OUTCOME_CODES[result.outcome],
        "stage": _code(STAGE_CODES, result.stage),
        "reason": _code(REASON_CODES, result.reason),
        "http_status": None if http is None else http.status,
        "resolve_us": span_us(timings.resolve),
        "connect_us": span_us(timings.connect),
        "handshake_us": span_us(timings.handshake),
        "request_us": span_us(timings.request),
        "response_us": span_us(timings.response),
        "content_us": span_us(timings.content),
        "wire_bytes": None if http is None else http.wire_bytes,
        "body_bytes": None if http is None else http.body_bytes,
        "address_no": address_no,
        "lag_us": (result.lag // MICROSECOND) or None,
        "detail_id": detail_id,
    }


def stored_result(row: Row[Any]) -> StoredResult:
    """Read a row of `result` joined with its `check_id`, `vantage`, `address_text` and `detail_text`."""
    return StoredResult(
        check_id=row.check_id,
        vantage=row.vantage,
        recorded_at=from_us(row.id),
        started_at=from_us(row.id - row.started_us_before_id),
        duration=row.duration_us * MICROSECOND,
        outcome=OUTCOMES[row.outcome],
        stage=_word(STAGES, row.stage),
        reason=_word(REASONS, row.reason),
        http_status=row.http_status,
        timings=Timings(
            resolve=span(row.resolve_us),
            connect=span(row.connect_us),
            handshake=span(row.handshake_us),
            request=span(row.request_us),
            response=span(row.response_us),
            content=span(row.content_us),
        ),
        wire_bytes=row.wire_bytes,
        body_bytes=row.body_bytes,
        address=row.address_text,
        lag=span(row.lag_us) or ZERO,
        detail=Detail() if row.detail_text is None else Detail.from_json(row.detail_text),
    )


def materially_different(a: CheckState | None, b: CheckState) -> bool:
    """Whether state `b` must be written where `a` stands (None: nothing does).

    `last_at` and `recent` change with every result and may be lost: they are saved along, no more.
    """
    if a is None:
        return True
    return (a.status, a.since_at, a.known, a.doubt, a.reason) != (
        b.status,
        b.since_at,
        b.known,
        b.doubt,
        b.reason,
    )


def state_row(state: CheckState, check_no: int, vantage_no: int) -> dict[str, object]:
    """Return the values of the `check_state` table."""
    doubt = state.doubt
    return {
        "check_no": check_no,
        "vantage_no": vantage_no,
        "status": STATUS_CODES[state.status],
        "since_at": to_us(state.since_at),
        "known": _code(STATUS_CODES, state.known),
        "doubt_towards": None if doubt is None else STATUS_CODES[doubt.towards],
        "doubt_count": None if doubt is None else doubt.count,
        "doubt_since_at": None if doubt is None else optional_to_us(doubt.since_at),
        "last_at": optional_to_us(state.last_at),
        "recent": json.dumps(state.recent, separators=(",", ":")),
        "reason": _code(REASON_CODES, state.reason),
    }


def check_state(row: Row[Any], vantage: str) -> CheckState:
    """Read a row of `check_state` joined with its `check_id`."""
    doubt = None
    if row.doubt_towards is not None:
        doubt = Doubt(STATUSES[row.doubt_towards], row.doubt_count, optional_from_us(row.doubt_since_at))
    return CheckState(
        check_id=row.check_id,
        vantage=vantage,
        status=STATUSES[row.status],
        since_at=from_us(row.since_at),
        known=_word(STATUSES, row.known),
        doubt=doubt,
        last_at=optional_from_us(row.last_at),
        recent=tuple(json.loads(row.recent)),
        reason=_word(REASONS, row.reason),
    )


def transition_row(transition: Transition, check_no: int, vantage_no: int) -> dict[str, object]:
    """Return the values of the `transition` table, without its id."""
    return {
        "check_no": check_no,
        "vantage_no": vantage_no,
        "at": to_us(transition.at),
        "decided_at": to_us(transition.decided_at),
        "before": STATUS_CODES[transition.before],
        "after": STATUS_CODES[transition.after],
        "stage": _code(STAGE_CODES, transition.stage),
        "reason": _code(REASON_CODES, transition.reason),
        "message": None if transition.message is None else storable(transition.message),
    }


def transition(row: Row[Any], vantage: str) -> Transition:
    """Read a row of `transition` joined with its `check_id`."""
    return Transition(
        check_id=row.check_id,
        vantage=vantage,
        at=from_us(row.at),
        decided_at=from_us(row.decided_at),
        before=STATUSES[row.before],
        after=STATUSES[row.after],
        stage=_word(STAGES, row.stage),
        reason=_word(REASONS, row.reason),
        message=row.message,
    )


def storable(text: str) -> str:
    r"""Return text that every database takes: lone surrogates and NUL are written out as `\…`."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")


def _code(codes: dict[_Word, int], word: _Word | None) -> int | None:
    return None if word is None else codes[word]


def _word(words: dict[int, _Word], code: int | None) -> _Word | None:
    return None if code is None else words[code]
