"""Closing periods: keeping what their figures follow from, so that the same report can always be built."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.core.accounting.availability import KINDS
from monitor.core.accounting.correction import Correction
from monitor.core.reason import Sentence
from monitor.reports.announcing import closing_alerts
from monitor.reports.canonical import canonical, digest, read_record
from monitor.reports.figures import build_report
from monitor.reports.formats.json import report_json
from monitor.reports.record import PeriodRecord
from monitor.reports.report import Report
from monitor.reports.scope import EVERYTHING, ReportScope
from monitor.reports.seal import Revision
from monitor.store import Store
from monitor.store.alerts import write_alerts
from monitor.store.audit import AuditEntry
from monitor.store.audit import record as write_audit
from monitor.store.corrections import write_correction
from monitor.store.frozen import (
    FrozenContent,
    FrozenPeriod,
    frozen_content,
    frozen_periods,
    last_revision,
    write_frozen,
)

FREEZE = "report.freeze"
REVISE = "report.revise"
LATEST = 0
"""Asks for the last revision."""


class ClosingError(Exception):
    """A period cannot be closed like this."""


class ClosedAlreadyError(ClosingError):
    """It was closed before, by somebody else perhaps just now."""


class NotClosedError(ClosingError):
    """It was never closed, or not as often."""


class UnchangedError(ClosingError):
    """A revision would say what the one before it says."""


class DamagedError(ClosingError):
    """What was kept is not what was closed."""

    def __init__(self, indonesian: str, english: str) -> None:
        super().__init__(english)
        self.sentence = Sentence(indonesian, english)


@dataclass(frozen=True, slots=True)
class Closed:
    """A closing, opened again."""

    record: PeriodRecord
    revision: Revision

    def report(
        self, scope: ReportScope = EVERYTHING, step: Callable[[int], object] = lambda _: None
    ) -> Report:
        """Build its report; `step` as `build_report` calls it."""
        return build_report(self.record, scope, self.revision, step)


async def close(store: Store, record: PeriodRecord, *, by: str, at: datetime) -> FrozenPeriod:
    """Close a period for the first time.

    Raises:
        ClosedAlreadyError: it is.
        StoreUnavailable: as `Store.write`; then nothing was written.
    """
    return await _keep(store, record, number=1, by=by, reason="", at=at)


async def revise(
    store: Store,
    record: PeriodRecord,
    *,
    by: str,
    reason: str,
    at: datetime,
    corrections: Sequence[Correction] = (),
) -> FrozenPeriod:
    """Close a period once more, with what is on record now; what was closed before stays.

    Args:
        store: open.
        record: as it is now, without the corrections.
        by: who does it.
        reason: why, for everybody to read.
        at: aware UTC.
        corrections: to be written down along with it.
    Raises:
        NotClosedError: it was never closed.
        UnchangedError: nothing that a report shows would be otherwise.
        ClosedAlreadyError: somebody else revised it meanwhile.
        DamagedError: the closing before cannot be read.
        StoreUnavailable: as `Store.write`; then nothing was written.
    """
    before = await closed(store, record.vantage, record.period_name)
    new = replace(record, corrections=(*record.corrections, *corrections))
    if _shown(before.record) == _shown(replace(new, taken_at=before.record.taken_at)):
        raise UnchangedError
    number = before.revision.number + 1
    return await _keep(store, new, number=number, by=by, reason=reason, at=at, corrections=corrections)


async def closed(store: Store, vantage: str, period_name: str, revision: int = LATEST) -> Closed:
    """Open a closing, and make sure that it is what was closed.

    Raises:
        NotClosedError: there is none.
        DamagedError: it was altered, cannot be read, or this program counts otherwise.
        StoreUnavailable: locked or damaged.
    """
    found = await frozen_periods(store, vantage, period_name)
    if revision != LATEST:
        found = [one for one in found if one.revision == revision]
    if not found:
        raise NotClosedError
    head = found[-1]
    number, name = head.revision, head.period
    try:
        content = await frozen_content(store, head)
        if digest(content.record) != head.sha256:
            raise DamagedError(
                f"Revisi {number} periode {name} dalam basis data telah diubah: SHA-256-nya berbeda.",
                f"Revision {number} of {name} in the database was altered: its SHA-256 differs.",
            )
        record = read_record(content.record)
    except ValueError as error:
        raise DamagedError(
            f"Revisi {number} periode {name} dalam basis data rusak ({error}).",
            f"Revision {number} of {name} in the database is damaged ({error}).",
        ) from error
    if _figures(build_report(record)) != content.figures:
        raise DamagedError(
            f"Revisi {number} periode {name} ditutup dengan angka yang lain dari hitungan versi program ini; "
            "susunlah dengan versi yang menutupnya.",
            f"Revision {number} of {name} was closed with other figures than this version of the program "
            "computes; build it with the version that closed it.",
        )
    return Closed(
        record,
        Revision(
            number=head.revision,
            sha256=head.sha256,
            frozen_at=head.frozen_at,
            frozen_by=head.frozen_by,
            reason=head.reason,
        ),
    )


async def _keep(
    store: Store,
    record: PeriodRecord,
    *,
    number: int,
    by: str,
    reason: str,
    at: datetime,
    corrections: Sequence[Correction] = (),
) -> FrozenPeriod:
    # Seconds of work for a big register; probes go on meanwhile.
    content, report = await asyncio.to_thread(_content, record)
    one = FrozenPeriod(
        vantage=record.vantage,
        period=record.period_name,
        revision=number,
        starts_at=record.period.starts_at,
        policy=f"{record.policy.name} v{record.policy.version}",
        register_version=record.register_version,
        sha256=digest(content.record),
        frozen_at=at,
        frozen_by=by,
        reason=reason,
    )
    revision = Revision(number=number, sha256=one.sha256, frozen_at=at, frozen_by=by, reason=reason)
    entry = AuditEntry(
        at=at,
        who=by,
        action=FREEZE if number == 1 else REVISE,
        subject=f"report:{one.period}",
        reason=reason,
        detail={"revision": number, "sha256": one.sha256, "policy": one.policy},
    )
    async with store.writing() as (connection, keys):
        if await last_revision(connection, keys, one.vantage, one.period) != number - 1:
            raise ClosedAlreadyError
        for each in corrections:
            await write_correction(connection, each)
        await write_frozen(connection, keys, one, content)
        await write_audit(connection, entry)
        await write_alerts(connection, closing_alerts(replace(report, revision=revision)))
    return one


def _content(record: PeriodRecord) -> tuple[FrozenContent, Report]:
    report = build_report(record)
    return FrozenContent(record=canonical(record), figures=_figures(report)), report


def _figures(report: Report) -> bytes:
    """Return nothing but the numbers, which no later version of the program may count otherwise."""
    value = {
        one.service.id: {
            "outages": len(one.availability.outages),
            # What is nothing is left out, so that a kind of time that joins later changes no old closing.
            **{
                kind: time // timedelta.resolution
                for kind in KINDS
                if (time := getattr(one.availability, kind))
            },
        }
        for one in report.services
    }
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def _shown(record: PeriodRecord) -> dict[str, object]:
    """Return all that a report of a record says."""
    return report_json(build_report(record), "id")
