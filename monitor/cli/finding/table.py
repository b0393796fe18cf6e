"""Findings as people read them on a terminal: a list, or one of them whole; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich.table import Table
from rich.text import Text

from monitor.cli.options import Lang
from monitor.cli.reader import NOTHING, Reader, plain
from monitor.core.affected import affected
from monitor.core.finding import SEVERITY_WORDS, Finding, FindingSeverity
from monitor.core.reason import Sentence
from monitor.core.reference import Reference
from monitor.core.rulebook import RULES
from monitor.core.rulebook.telling import describe, listed

_HEADS = {
    Lang.ID: ("Nomor", "Tingkat", "Perihal", "Temuan", "Sejak", "Keadaan"),
    Lang.EN: ("Number", "Severity", "Subject", "Finding", "Since", "State"),
}
_STYLES = {
    FindingSeverity.SEVERE: "bold red",
    FindingSeverity.MODERATE: "yellow",
    FindingSeverity.MINOR: "",
    FindingSeverity.INFO: "dim",
}
_OPEN = Sentence("terbuka", "open")
_CLOSED = Sentence("teratasi {at}", "mended {at}")
_WITHDRAWN = Sentence("keluar dari register {at}", "left the register {at}")
_ACCEPTED = Sentence("diterima s.d. {at}", "accepted until {at}")
_LINES: Mapping[str, Sentence] = {
    "severity": Sentence("Tingkat", "Severity"),
    "subject": Sentence("Perihal", "Subject"),
    "places": Sentence("Ditemukan di", "Seen at"),
    "services": Sentence("Layanan", "Services"),
    "first": Sentence("Pertama terlihat", "First seen"),
    "last": Sentence("Terakhir terlihat", "Last seen"),
    "state": Sentence("Keadaan", "State"),
    "problem": Sentence("Masalah", "Problem"),
    "remedy": Sentence("Perbaikan", "Remedy"),
    "reference": Sentence("Acuan", "Reference"),
    "rule": Sentence("Aturan", "Rule"),
}
_WIDTH = 18


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings by severity, then by domain and subject."""
    return sorted(
        findings,
        key=lambda one: (
            -one.severity.rank,
            one.domain,
            str(one.identity.subject),
            one.identity.rule,
            one.number,
        ),
    )


def finding_table(findings: Sequence[Finding], reader: Reader) -> Table:
    """Return the list, one finding to a row."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    number, *others = _HEADS[reader.lang]
    table.add_column(number, no_wrap=True)  # what people copy into the next command
    for head in others:
        table.add_column(head, overflow="fold")
    for one in findings:
        told = describe(one, reader.zone, reader.now)
        table.add_row(
            one.name,
            Text(reader.of(SEVERITY_WORDS[one.severity]), style=_STYLES[one.severity]),
            plain(one.identity.subject.name),
            plain(reader.of(told.title)),
            reader.time(one.first_seen_at, "%Y-%m-%d"),
            state_words(one, reader),
        )
    return table


def finding_lines(finding: Finding, references: Mapping[str, Reference], reader: Reader) -> Iterator[Text]:
    """Yield everything about one finding, line by line."""
    told = describe(finding, reader.zone, reader.now)
    rule = RULES.get(finding.identity.rule)
    services = sorted(affected(finding, reader.places()))
    yield Text(f"{finding.name}  {plain(reader.of(told.title))}", style="bold")
    yield _line("severity", reader.of(SEVERITY_WORDS[finding.severity]), reader)
    yield _line("subject", finding.identity.subject.name, reader)
    yield _line("places", listed(sorted(finding.places), reader.lang.value), reader)
    if services:
        yield _line("services", listed(map(reader.service, services), reader.lang.value), reader)
    yield _line("first", reader.time(finding.first_seen_at), reader)
    yield _line("last", reader.time(finding.last_seen_at), reader)
    yield _line("state", state_words(finding, reader, whole=True), reader)
    yield _line("problem", reader.of(told.problem), reader)
    yield _line("remedy", reader.of(told.remedy), reader)
    for key in rule.references if rule else ():
        if key in references:
            one = references[key]
            yield _line(
                "reference", f"{reader.of(one.title)} ({one.issued[:4]}) {one.url or ''}".rstrip(), reader
            )
    yield _line("rule", finding.identity.rule, reader)


def state_words(finding: Finding, reader: Reader, *, whole: bool = False) -> str:
    """Return whether a finding is open, mended or accepted; whole: also by whom and why."""
    if finding.closed_at is not None:
        words = _WITHDRAWN if finding.withdrawn else _CLOSED
        return reader.of(words).format(at=reader.time(finding.closed_at, "%Y-%m-%d"))
    accepted = finding.acceptance
    if accepted is None or not finding.accepted(reader.now):
        return reader.of(_OPEN)
    told = reader.of(_ACCEPTED).format(at=reader.time(accepted.last_moment, "%Y-%m-%d"))
    return f"{told}: {plain(accepted.by)}, {plain(accepted.reason) or NOTHING}" if whole else told


def _line(name: str, text: str, reader: Reader) -> Text:
    return Text(f"  {reader.of(_LINES[name]):<{_WIDTH}} {plain(text)}")
