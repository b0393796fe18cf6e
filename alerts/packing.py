"""Facts as JSON, for the outbox; pure. What is written by one version is read by the next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date, datetime, timedelta
from typing import Any

from alerts.facts import Facts, FindingFacts, Occasion, ServiceFacts
from alerts.report_facts import FileFacts, ReportFacts, ReportOf
from monitor.core.finding import FindingSeverity
from monitor.core.incident import Tie
from monitor.core.reason import Reason, Sentence, Stage
from monitor.core.route import Severity

_FACTS = {"occasion": Occasion, "severity": Severity, "cause": Tie}
_SERVICE = {"stage": Stage, "reason": Reason, "severity": Severity}
_FINDING = {"severity": FindingSeverity}
_REPORT = {"scope": ReportOf}
_TIMES = frozenset({"written_at", "began_at", "confirmed_at", "ended_at"}) | frozenset(
    {"first_seen_at", "closed_at", "accepted_until", "expires_at"}
)
_DAYS = frozenset({"first", "last"})
_SPANS = frozenset({"down", "longest"})
"""In microseconds."""
_SENTENCES = frozenset({"title", "problem", "remedy"})
_TUPLES = frozenset({"acknowledged_by", "places", "services", "references", "formats"})

_READERS: tuple[tuple[frozenset[str], Callable[[Any], Any]], ...] = (
    (_TIMES, datetime.fromisoformat),
    (_DAYS, date.fromisoformat),
    (_SPANS, lambda value: value * timedelta.resolution),
    (_SENTENCES, lambda value: Sentence(value["id"], value["en"])),
    (_TUPLES, tuple),
)


def pack(facts: Facts) -> dict[str, Any]:
    """Return plain values that JSON can hold."""
    plain = _packed(facts)
    plain["services"] = [_packed(one) for one in facts.services]
    plain["findings"] = [_packed(one) for one in facts.findings]
    if facts.report is not None:
        plain["report"] = {**_packed(facts.report), "files": [_packed(one) for one in facts.report.files]}
    return plain


def unpack(plain: Mapping[str, Any]) -> Facts:
    """Read what `pack` wrote; keys that this version does not know are left aside."""
    services = tuple(ServiceFacts(**_read(one, _SERVICE, ServiceFacts)) for one in plain.get("services", ()))
    findings = tuple(FindingFacts(**_read(one, _FINDING, FindingFacts)) for one in plain.get("findings", ()))
    told = {"services": services, "findings": findings, "report": _report(plain.get("report"))}
    return Facts(**{**_read(plain, _FACTS, Facts), **told})


def _report(plain: Mapping[str, Any] | None) -> ReportFacts | None:
    if plain is None:
        return None
    files = tuple(FileFacts(**_read(one, {}, FileFacts)) for one in plain.get("files", ()))
    return ReportFacts(**{**_read(plain, _REPORT, ReportFacts), "files": files})


def _packed(one: Facts | ServiceFacts | FindingFacts | ReportFacts | FileFacts) -> dict[str, Any]:
    return {field.name: _plain(getattr(one, field.name)) for field in fields(one)}


def _plain(value: object) -> object:
    if isinstance(value, date):  # a datetime is one as well
        return value.isoformat()
    if isinstance(value, timedelta):
        return value // timedelta.resolution
    if isinstance(value, Sentence):
        return {"id": value.id, "en": value.en}
    return list(value) if isinstance(value, tuple) else value


def _read(plain: Mapping[str, Any], words: Mapping[str, Any], kind: type) -> dict[str, Any]:
    """Return the values of a class's fields; `words` makes enumerations of texts."""
    known = {field.name for field in fields(kind)}
    return {name: _value(name, value, words) for name, value in plain.items() if name in known}


def _value(name: str, value: Any, words: Mapping[str, Any]) -> Any:
    if value is None:
        return None
    if name in words:
        return words[name](value)
    read = next((read for names, read in _READERS if name in names), None)
    return value if read is None else read(value)
