"""A closed period as one language tells it: what is closed, the main figures, and the files; pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from alerts.facts import Facts
from alerts.message.legible import legible
from alerts.message.voice import Voice
from alerts.report_facts import FileFacts, ReportFacts, ReportOf

REPORT_NAME_LIMIT = 120
REASON_LIMIT = 800
_NOTHING = "—"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportView:
    """What the templates of a report place. A text is empty where there is nothing to tell."""

    title: str
    """`Oktober 2026`."""
    days: str
    """The first and the last day in words."""
    whose: str
    """As it stands in a sentence: `Dinas Kominfo, Pemerintah Provinsi Demo`."""
    revision: str
    replaced: str
    """The number of the revision that it replaces; empty of the first."""
    reason: str
    closed: str
    by: str
    attached: bool
    too_large: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure and its label."""

    label: str
    value: str
    form: str = "text"


def report_view(facts: Facts, voice: Voice) -> ReportView | None:
    """Return what is told of the report; None: the message is about something else."""
    report = facts.report
    if report is None:
        return None
    return ReportView(
        title=title(report, voice),
        days=voice.days(report.first, report.last),
        whose=_whose(report, voice),
        revision=voice.number(report.revision),
        replaced=voice.number(report.revision - 1) if report.revision > 1 else "",
        reason=legible(report.reason, REASON_LIMIT).rstrip("."),
        closed=voice.moment(report.closed_at),
        by=legible(report.closed_by, REPORT_NAME_LIMIT),
        attached=report.attached,
        too_large=report.too_large,
    )


def report_heading(report: ReportFacts, voice: Voice) -> tuple[str, str]:
    """Return `Laporan ketersediaan Oktober 2026`, and whose."""
    words = voice.words
    first = report.revision == 1
    pattern = words.report_of if first else words.revised_report_of
    about = pattern.format(period=title(report, voice), revision=voice.number(report.revision))
    return about, scope_name(report, voice)


def title(report: ReportFacts, voice: Voice) -> str:
    """Return the month by its name; of another period its days."""
    return voice.month(report.first, report.last) or voice.days(report.first, report.last)


def scope_name(report: ReportFacts, voice: Voice) -> str:
    """Return whose services the report is about."""
    name = legible(report.scope_name, REPORT_NAME_LIMIT) or legible(report.scope_id, REPORT_NAME_LIMIT)
    return voice.words.all_services if report.scope is ReportOf.WHOLE else name


def report_figures(facts: Facts, voice: Voice) -> Iterator[Figure]:
    """Yield the figures in the order in which one asks for them."""
    report, words = facts.report, voice.words
    if report is None:
        return
    yield Figure(words.services, voice.number(report.service_count))
    yield Figure(words.availability, _percent(report.availability, voice))
    yield Figure(words.met, _met(report, voice))
    yield Figure(words.outages, voice.number(report.outages))
    if report.outages:
        yield Figure(words.time_down, voice.span(report.down))
        yield Figure(words.longest, voice.span(report.longest))
    yield Figure(words.coverage, _percent(report.coverage, voice))
    yield Figure(words.compared, _compared(report, voice))
    yield Figure(words.policy, legible(report.policy, REPORT_NAME_LIMIT))
    yield Figure(words.revision, voice.number(report.revision))
    yield Figure(words.closed, voice.moment(report.closed_at))
    yield Figure("SHA-256", legible(report.sha256, REPORT_NAME_LIMIT), "code")
    if report.attached:
        yield Figure(words.files, ", ".join(_file(one, voice) for one in report.files))


def build_command(report: ReportFacts) -> str:
    """Return the command that writes the same file."""
    parts = ["kulkul report build", legible(report.period, REPORT_NAME_LIMIT)]
    if report.scope is not ReportOf.WHOLE:
        parts.append(f"--{report.scope} {legible(report.scope_id, REPORT_NAME_LIMIT)}")
    parts.append(f"--revision {report.revision}")
    # Of those that were asked for, one that was written: not every program can write all.
    form = report.files[0].name.rpartition(".")[2] if report.files else (*report.formats, "xlsx")[0]
    return " ".join([*parts, f"--format {form} --output ."])


def _whose(report: ReportFacts, voice: Voice) -> str:
    owner = legible(report.government, REPORT_NAME_LIMIT)
    name = scope_name(report, voice)
    return f"{name}, {owner}" if owner and owner != name else name


def _met(report: ReportFacts, voice: Voice) -> str:
    measured = report.met + report.missed
    told = voice.words.met_of.format(met=voice.number(report.met), services=voice.services(measured))
    rest = report.service_count - measured
    unmeasured = voice.words.unmeasured.format(services=voice.services(rest))
    return f"{told}; {unmeasured}" if rest > 0 else told


def _compared(report: ReportFacts, voice: Voice) -> str:
    trend = voice.words.trends.get(report.trend, "")
    if report.before is None:
        return trend
    before = voice.words.from_before.format(share=_percent(report.before, voice))
    return f"{trend} ({before})" if trend else before


def _percent(share: str | None, voice: Voice) -> str:
    return _NOTHING if share is None else voice.percent(share)


def _file(one: FileFacts, voice: Voice) -> str:
    # Up, or a small file would read as nothing at all.
    kilobytes = -(-one.size_bytes // 1000)
    return f"{legible(one.name, REPORT_NAME_LIMIT * 2)} ({voice.number(kilobytes)} kB)"
