"""What a report comes to, in a few sentences for those who read no tables; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from monitor.core.finding import FindingSeverity
from monitor.core.reason import Sentence
from monitor.reports.report import ENOUGH, Report, ServiceFigures
from monitor.reports.shown import days, percentage, span

_AVAILABLE = Sentence(
    "Selama {days}, {services} layanan dari {agencies} instansi tersedia {ratio} dari waktu yang terukur. "
    "Cakupan pengukuran {coverage}.",
    "Over {days} availability was {ratio} of the time that was measured (services: {services}, agencies: "
    "{agencies}). Coverage was {coverage}.",
)
_NOTHING = Sentence(
    "Selama {days} tidak ada yang terukur dari {services} layanan milik {agencies} instansi.",
    "Over {days} nothing was measured (services: {services}, agencies: {agencies}).",
)
_NO_OUTAGES = Sentence("Tidak ada gangguan yang tercatat.", "No outage is on record.")
_OUTAGES = Sentence(
    "Tercatat {count} gangguan selama {down} (jam:menit:detik); yang terlama {longest} pada {service}, "
    "{agency}.",
    "Outages on record: {count}, {down} (hours:minutes:seconds) in all; the longest was {longest} at "
    "{service}, {agency}.",
)
_MISSED = Sentence(
    "Target tidak tercapai pada {count} dari {measured} layanan yang terukur: {agencies}.",
    "Missed their target: {count} of the {measured} services that were measured: {agencies}.",
)
_MET = Sentence(
    "Semua layanan yang terukur mencapai targetnya.", "All services that were measured met their target."
)
_MORE = Sentence("dan {count} instansi lagi", "further agencies: {count}")
_LITTLE = Sentence(
    "{count} layanan terukur kurang dari separuh waktunya; angkanya belum mewakili seluruh periode.",
    "Services measured for less than half of their time: {count}; their figures do not stand for the whole "
    "period.",
)
_FINDINGS = Sentence(
    "{count} temuan masih terbuka pada akhir periode, {severe} di antaranya berat.",
    "Findings still open at the end of the period: {count}, {severe} of them severe.",
)
_NAMED = 8


def summary(report: Report, language: str) -> list[str]:
    """Return the sentences, in the order in which they matter."""
    return list(_sentences(report, language))


def missed(report: Report) -> list[ServiceFigures]:
    """Return the services that missed their target."""
    return [one for one in report.services if one.met is False]


def _sentences(report: Report, language: str) -> Iterator[str]:
    whole = report.whole.availability
    said = _AVAILABLE if whole.ratio is not None else _NOTHING
    yield said.of(language).format(
        days=days(report.period, language),
        services=len(report.services),
        agencies=len(report.agencies),
        ratio=percentage(whole.ratio, language),
        coverage=percentage(whole.coverage, language),
    )
    if whole.ratio is not None:
        yield _outages(report, language)
        yield _targets(report, language)
    if little := sum((one.availability.coverage or 0) < ENOUGH for one in report.services):
        yield _LITTLE.of(language).format(count=little)
    if report.findings:
        severe = sum(one.severity is FindingSeverity.SEVERE for one in report.findings)
        yield _FINDINGS.of(language).format(count=len(report.findings), severe=severe)


def _outages(report: Report, language: str) -> str:
    whole = report.whole.availability
    if not whole.outages:
        return _NO_OUTAGES.of(language)
    worst = max(report.services, key=lambda one: one.availability.longest_outage)
    return _OUTAGES.of(language).format(
        count=len(whole.outages),
        down=span(whole.down),
        longest=span(whole.longest_outage),
        service=worst.service.name,
        agency=worst.agency.name,
    )


def _targets(report: Report, language: str) -> str:
    found = missed(report)
    if not found:
        return _MET.of(language)
    counts = Counter(one.agency.name for one in found).most_common()
    named = [f"{name} ({count})" for name, count in counts[:_NAMED]]
    if len(counts) > _NAMED:
        named.append(_MORE.of(language).format(count=len(counts) - _NAMED))
    measured = sum(one.met is not None for one in report.services)
    return _MISSED.of(language).format(count=len(found), measured=measured, agencies=", ".join(named))
