"""Writes one document of a report from the database: what the bench does from beginning to end."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Coroutine
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import monitor
from monitor.core.accounting.policy import AccountingPolicy
from monitor.core.asking import Refusal, RefusedError
from monitor.core.period import Period
from monitor.core.reason import Sentence
from monitor.core.service import Registry
from monitor.reports.closing import DamagedError, closed
from monitor.reports.figures import build_report
from monitor.reports.formats import FORMATS
from monitor.reports.gather import gather
from monitor.reports.report import Report
from monitor.reports.scope import ReportScope
from monitor.settings import Settings
from monitor.store import Store, StoreError, StoreUnavailable
from monitor.store.frozen import FrozenPeriod

_NO_SERVICE = Sentence("Tidak ada layanan yang cocok.", "No service matches.")


@dataclass(frozen=True, slots=True)
class Shape:
    """Of what a document is, and how it is written."""

    scope: ReportScope
    form: str
    """A format's name."""
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """What is reported of the record of now."""

    settings: Settings
    registry: Registry
    period: Period
    policy: AccountingPolicy
    now: datetime


def tag_of(head: FrozenPeriod, shape: Shape) -> str:
    """Return what differs whenever the document may; a newer program may write one otherwise."""
    scope = asdict(shape.scope).values()
    parts = [head.sha256, head.revision, *scope, shape.form, shape.language, monitor.__version__]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]


def write_closed(url: str | Path, head: FrozenPeriod, shape: Shape) -> bytes:
    """Write a document of a closed period; blocks, on a loop and a connection of its own.

    Raises:
        RefusedError: the closing is damaged, or the document would be empty.
        StoreError: as `Store.open`.
    """

    async def report() -> Report:
        async with await Store.open(url, migrate=False) as store:
            found = await closed(store, head.vantage, head.period, head.revision)
        return found.report(shape.scope)

    try:
        return _written(_run(report()), shape)
    except DamagedError as error:
        raise RefusedError(Refusal.DAMAGED, error.sentence) from error


def write_live(url: str | Path, live: Live, shape: Shape) -> bytes:
    """Write a document of what is on record; blocks, on a loop and a connection of its own.

    Raises:
        RefusedError: the document would be empty.
        StoreError: as `Store.open`.
    """

    async def report() -> Report:
        async with await Store.open(url, migrate=False) as store:
            record = await gather(
                store,
                live.registry,
                live.period,
                live.policy,
                vantage=live.settings.vantage.name,
                now=live.now,
                office=live.settings.reports.office,
            )
        return build_report(record, shape.scope)

    return _written(_run(report()), shape)


def _run(report: Coroutine[None, None, Report]) -> Report:
    try:
        return asyncio.run(report)
    except StoreUnavailable as error:
        raise StoreError(str(error)) from error  # which finds its way from process to process


def _written(report: Report, shape: Shape) -> bytes:
    if not report.services:
        raise RefusedError(Refusal.NO_SERVICE, _NO_SERVICE)
    return FORMATS[shape.form].write(report, shape.language)
