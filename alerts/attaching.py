"""The files of a report, put into a message where the channel carries files, and told of where not."""

from __future__ import annotations

from dataclasses import replace

from alerts.delivery import Attach, Attachment, ReportMatter
from alerts.facts import Facts
from alerts.report_facts import FileFacts, ReportFacts, ReportOf
from monitor.core.route import Channel, EmailChannel

_LINE_BYTES, _ENCODED_LINE_BYTES = 57, 78
"""Base64 (RFC 2045): so many bytes to a line of 76 characters, CR and LF."""


async def with_files(
    facts: Facts, channel: Channel, language: str, attach: Attach | None
) -> tuple[Facts, tuple[Attachment, ...]]:
    """Return the facts of a message, with what is told of its files, and the files that it carries.

    Raises:
        DeliveryError: the files cannot be written.
        StoreUnavailable: the closed period cannot be read now.
    """
    report = facts.report
    if report is None or attach is None or not isinstance(channel, EmailChannel):
        return facts, ()
    files = await attach(report_matter(facts.vantage, report, language))
    told, carried = fitting(report, files, channel.attachments_max_bytes)
    return replace(facts, report=told), carried


def report_matter(vantage: str, report: ReportFacts, language: str) -> ReportMatter:
    """Return which files are wanted."""
    return ReportMatter(
        vantage=vantage,
        period=report.period,
        revision=report.revision,
        sha256=report.sha256,
        government=report.scope_id if report.scope is ReportOf.GOVERNMENT else None,
        agency=report.scope_id if report.scope is ReportOf.AGENCY else None,
        language=language,
        formats=report.formats,
    )


def fitting(
    report: ReportFacts, files: tuple[Attachment, ...], at_most_bytes: int
) -> tuple[ReportFacts, tuple[Attachment, ...]]:
    """Return the files, or none of them where they are too large together, and what is told of them."""
    too_large = sum(encoded_bytes(len(one.data)) for one in files) > at_most_bytes
    told = replace(
        report,
        files=tuple(FileFacts(name=one.name, size_bytes=len(one.data)) for one in files),
        too_large=too_large,
    )
    return told, () if too_large else files


def encoded_bytes(size: int) -> int:
    """Return how long so many bytes are as they travel."""
    return -(-size // _LINE_BYTES) * _ENCODED_LINE_BYTES
