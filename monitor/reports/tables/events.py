"""The tables of what happened: outages, findings, exclusions; pure."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.core.finding import SEVERITY_WORDS
from monitor.core.incident import TIE_WORDS
from monitor.core.reason import SENTENCES, Sentence
from monitor.reports import words
from monitor.reports.report import Report, ReportedOutage
from monitor.reports.tables.model import Cell, Table, columns, listed


def outage_table(report: Report) -> Table:
    """Return each outage of each service: why, its true times, and what of it counts in the period."""
    rows: list[tuple[Cell, ...]] = [
        (
            one.government.name,
            one.agency.name,
            one.service.name,
            one.service.id,
            each.incident.name if each.incident else None,
            each.outage.starts_at,
            None if each.outage.ongoing else each.outage.ends_at,
            each.outage.down,
            SENTENCES[each.reason] if each.reason else None,
            _common(each),
            _outage_remarks(each),
        )
        for one in report.services
        for each in one.outages
    ]
    heads = (
        *("government", "agency", "service", "id", "incident", "began", "ended", "down"),
        *("why", "common", "remarks"),
    )
    return Table(words.OUTAGES, columns(*heads), tuple(rows))


def finding_table(report: Report) -> Table:
    """Return what was found besides outages and still open when the period ended, the worst first."""
    names = {one.service.id: one.service.name for one in report.services}
    rows = tuple(
        (
            one.name,
            SEVERITY_WORDS[one.severity],
            one.subject,
            one.title,
            ", ".join(names[id_] for id_ in one.services if id_ in names),
            one.first_seen_at,
            one.remedy,
            words.ACCEPTED if one.accepted_until and one.accepted_until > report.generated_at else None,
        )
        for one in report.findings
    )
    return Table(
        words.FINDINGS,
        columns("incident", "severity", "subject", "finding", "about", "since", "remedy", "remarks"),
        rows,
    )


def exclusion_table(report: Report) -> Table:
    """Return what does not count as measured: announced maintenance, and what was corrected by hand."""
    names = {one.service.id: one.service.name for one in report.services}

    def about(ids: Iterable[str]) -> str:
        return ", ".join(names[id_] for id_ in ids if id_ in names)

    rows: list[tuple[Cell, ...]] = [
        (
            span.starts_at,
            span.ends_at,
            words.MAINTENANCE_LEFT_OUT,
            about(one.services),
            one.title,
            one.announced_by,
            one.announced_at,
        )
        for one in (report.planned if report.policy.maintenance_excluded else ())
        for span in one.spans
    ]
    rows += [
        (
            one.span.starts_at,
            one.span.ends_at,
            words.COUNTS_AS[one.counts_as],
            about(one.services),
            one.reason,
            one.by,
            one.at,
        )
        for one in report.corrections
    ]
    return Table(
        words.EXCLUSIONS, columns("began", "until", "treated", "about", "grounds", "by", "at"), tuple(rows)
    )


def _outage_remarks(one: ReportedOutage) -> Sentence | None:
    said = {
        words.ONGOING: one.outage.ongoing,
        words.FLAPPING: one.incident is not None and one.incident.flapping,
        words.CONTESTED: one.incident is not None and bool(one.incident.contests),
    }
    return listed(words_ for words_, holds in said.items() if holds)


def _common(one: ReportedOutage) -> Sentence | None:
    if one.incident is None or one.incident.cause is None:
        return None
    tie, value = TIE_WORDS[one.incident.cause], one.incident.cause_value
    return Sentence(f"{tie.id} {value}", f"{tie.en} {value}")
