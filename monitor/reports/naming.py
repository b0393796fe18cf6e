"""What the files of reports are called, wherever they are written, sent or fetched. Pure."""

from __future__ import annotations

from monitor.core.reason import Sentence
from monitor.reports.formats import FORMATS
from monitor.reports.report import Report
from monitor.reports.scope import EVERYTHING, ReportScope

_NAME = Sentence("laporan-ketersediaan-{period}", "availability-report-{period}")
_REVISION = Sentence("revisi-{number}", "revision-{number}")


def file_name(
    period_name: str,
    kind: str,
    language: str,
    *,
    scope: ReportScope = EVERYTHING,
    revision: int | None = None,
) -> str:
    """Return such as `laporan-ketersediaan-2026-10-revisi-2-diskominfo.pdf`: ids and periods fit into names.

    Args:
        period_name: as it is written.
        kind: a name of FORMATS.
        language: id or en.
        scope: of what the report is.
        revision: of a closed period, from 1; the first is not named.
    """
    suffix = FORMATS[kind].suffix
    manner = kind.removeprefix(suffix)
    return f"{stem(period_name, language, scope=scope, revision=revision)}{manner}.{suffix}"


def name_of(report: Report, kind: str, language: str) -> str:
    """Return what the file of a report is called; `kind` is a name of FORMATS."""
    revision = report.revision.number if report.revision else None
    return file_name(report.period.name, kind, language, scope=report.scope, revision=revision)


def stem(
    period_name: str, language: str, *, scope: ReportScope = EVERYTHING, revision: int | None = None
) -> str:
    """Return with what all names of a report's files begin."""
    parts = [_NAME.of(language).format(period=period_name)]
    if revision is not None and revision > 1:
        parts.append(_REVISION.of(language).format(number=revision))
    parts += [one for one in (scope.government, scope.agency, scope.service) if one]
    return "-".join(parts)
