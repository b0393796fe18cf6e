"""The evidence pack of a closed period: all that an assessor asks an office for, as files."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.core.affected import affected, places_of
from monitor.core.finding import Finding
from monitor.core.finding_shape import finding_json
from monitor.core.incident import Incident
from monitor.core.incident_shape import evidence_json, incident_json, journal_json
from monitor.core.reference import Reference
from monitor.core.service import Registry
from monitor.reports import words
from monitor.reports.canonical import canonical
from monitor.reports.closing import Closed
from monitor.reports.formats import FORMATS
from monitor.reports.formats.csv import table_csv
from monitor.reports.formats.json import policy_json
from monitor.reports.naming import name_of
from monitor.reports.record import PeriodRecord
from monitor.reports.report import Report
from monitor.reports.scope import EVERYTHING, ReportScope
from monitor.reports.tables import method_table, sla_table
from monitor.store import Store
from monitor.store.audit import AuditEntry, entries
from monitor.store.findings import closed_findings, findings_open_at
from monitor.store.incidents import StoredEvidence, evidence_of, incidents

RECORD = "catatan.json"
"""Whose SHA-256 is the one of the seal."""
REPORTS = "laporan/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proceedings:
    """What is on record of the incidents and findings of a period."""

    incidents: tuple[tuple[Incident, tuple[AuditEntry, ...], tuple[StoredEvidence, ...]], ...]
    findings: tuple[Finding, ...]
    references: Mapping[str, Reference]


async def gather_proceedings(
    store: Store,
    closed: Closed,
    scope: ReportScope,
    registry: Registry,
    references: Mapping[str, Reference],
    step: Callable[[], None] = lambda: None,
) -> Proceedings:
    """Read what the files of a pack tell besides the closed record.

    Args:
        store: open.
        closed: the period.
        scope: what the pack is about.
        registry: of now: whose services findings concern.
        references: standards and regulations by id.
        step: called after each incident.
    Raises:
        StoreUnavailable: locked or damaged.
    """
    period, wanted = closed.record.period, _services(closed.record, scope)
    found = []
    for one in await incidents(
        store, vantage=closed.record.vantage, since=period.starts_at, until=period.ends_at
    ):
        if wanted.intersection(member.service_id for member in one.members):
            log = await entries(store, one.name)
            found.append((one, tuple(log), tuple(await evidence_of(store, one.number))))
            step()
    open_then = await findings_open_at(store, period.ends_at)
    mended = [
        one
        for one in await closed_findings(store, period.starts_at)
        if one.closed_at is not None and one.closed_at < period.ends_at
    ]
    places = places_of(registry)
    concerned = (one for one in (*open_then, *mended) if _concerns(affected(one, places), wanted, scope))
    return Proceedings(
        incidents=tuple(sorted(found, key=lambda one: one[0].number)),
        findings=tuple(sorted(concerned, key=lambda one: one.number)),
        references=references,
    )


def evidence_files(
    closed: Closed, scope: ReportScope, language: str, proceedings: Proceedings, registry: Registry
) -> dict[str, bytes]:
    """Return the files of a pack by their paths; pure.

    Everything but the incidents and findings follows from the closed record and never changes. Those are told
    as they are on record now: notes and contests may come later.
    """
    report = closed.report(scope)
    at = closed.revision.frozen_at
    named = _Named(closed.record)
    places = places_of(registry)
    files = {
        f"{REPORTS}{name_of(report, kind, language)}": form.write(report, language)
        for kind, form in FORMATS.items()
    }
    files["sla.csv"] = table_csv(report, sla_table(report), language)
    files["kebijakan.json"] = _json(policy_json(report.policy))
    files["metode.csv"] = table_csv(report, method_table(report), language)
    files["register.json"] = _json(register_json(closed.record, scope))
    files["temuan.json"] = _json(
        [
            finding_json(one, proceedings.references, places, report.period.zone, at)
            for one in proceedings.findings
        ]
    )
    for incident, log, evidence in proceedings.incidents:
        told = incident_json(incident, log, named, at)
        more = {"journal": journal_json(log), "evidence": evidence_json(evidence)}
        files[f"gangguan/{incident.name}.json"] = _json({**told, **more})
    files[RECORD] = canonical(closed.record)
    files["BACA-SAYA.txt"] = _read_me(report, closed, language)
    return files


def register_json(record: PeriodRecord, scope: ReportScope) -> dict[str, Any]:
    """Return the register as it was when the period was closed: what a scope needs of it."""
    agencies = {one.id: one for one in record.agencies}
    services = [one for one in record.services if scope.covers(one, agencies[one.agency_id])]
    used = {one.agency_id for one in services}
    governments = {agencies[one].government_id for one in used}
    return {
        "version": record.register_version,
        "governments": [
            {"id": one.id, "name": one.name} for one in record.governments if one.id in governments
        ],
        "agencies": [
            {"id": one.id, "name": one.name, "short_name": one.short_name, "government": one.government_id}
            for one in record.agencies
            if one.id in used
        ],
        "services": [
            {
                "id": one.id,
                "name": one.name,
                "url": one.url or None,
                "agency": one.agency_id,
                "category": one.category.value,
                "criticality": one.criticality.value,
                "target_ratio": one.target_ratio,
                "checks": list(one.checks),
                "active_from": one.active_from.isoformat() if one.active_from else None,
                "active_to": one.active_to.isoformat() if one.active_to else None,
            }
            for one in services
        ],
    }


class _Named:
    """What services were called when the period was closed."""

    def __init__(self, record: PeriodRecord) -> None:
        self._services = {one.id: one for one in record.services}
        self._agencies = {one.id: one.name for one in record.agencies}

    def service(self, service_id: str) -> str:
        known = self._services.get(service_id)
        return known.name if known else service_id

    def agency(self, service_id: str) -> str | None:
        known = self._services.get(service_id)
        return self._agencies[known.agency_id] if known else None


def _services(record: PeriodRecord, scope: ReportScope) -> frozenset[str]:
    agencies = {one.id: one for one in record.agencies}
    return frozenset(one.id for one in record.services if scope.covers(one, agencies[one.agency_id]))


def _concerns(services: Iterable[str], wanted: frozenset[str], scope: ReportScope) -> bool:
    """Whether a finding belongs to a pack; what is about no service belongs to that of everything."""
    about = frozenset(services)
    return bool(about & wanted) or (scope == EVERYTHING and not about)


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "backslashreplace")


def _read_me(report: Report, closed: Closed, language: str) -> bytes:
    at: datetime = closed.revision.frozen_at.astimezone(report.period.zone)
    text = words.READ_ME.of(language).format(
        period=report.period.name,
        revision=closed.revision.number,
        at=f"{at:%Y-%m-%d %H:%M %Z}",
        by=closed.revision.frozen_by,
        seal=report.seal(language),
        record=RECORD,
        sha256=closed.revision.sha256,
    )
    return text.encode("utf-8", "backslashreplace")
