"""Facts survive the outbox, and what a later version adds is left aside."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from alerts.facts import Facts, Occasion, ServiceFacts
from alerts.packing import pack, unpack
from alerts.report_facts import FileFacts, ReportFacts, ReportOf
from monitor.core.finding import FindingSeverity
from monitor.core.route import Severity
from tests.anyfacts import any_facts

texts = st.text(st.characters(), max_size=30)
"""Whatever a site or an operator may write, lone surrogates and control characters with it."""
times = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=8))]))
shares = st.none() | st.sampled_from(["99.941", "0.000"])
spans = st.timedeltas(timedelta(0), timedelta(days=400))
reports = st.builds(
    ReportFacts,
    period=texts,
    first=st.dates(),
    last=st.dates(),
    revision=st.integers(1, 1000),
    reason=texts,
    closed_at=times,
    closed_by=texts,
    sha256=texts,
    policy=texts,
    scope=st.sampled_from(ReportOf),
    scope_id=texts,
    scope_name=texts,
    government=texts,
    service_count=st.integers(0, 1000),
    met=st.integers(0, 1000),
    missed=st.integers(0, 1000),
    availability=shares,
    before=shares,
    trend=texts,
    coverage=shares,
    outages=st.integers(0, 1000),
    down=spans,
    longest=spans,
    formats=st.lists(texts, max_size=3).map(tuple),
    files=st.lists(st.builds(FileFacts, name=texts, size_bytes=st.integers(0, 10**9)), max_size=2).map(tuple),
    too_large=st.booleans(),
)
facts = any_facts(texts, times, reports=reports)
LEAST = Facts(
    occasion=Occasion.TEST,
    subject="s",
    severity=Severity.INFO,
    written_at=datetime(2026, 1, 1, tzinfo=UTC),
    began_at=datetime(2026, 1, 1, tzinfo=UTC),
)


@given(facts)
def test_facts_come_back_as_they_were(one):
    kept = json.dumps(pack(one))
    kept.encode()  # as the database takes it
    back = unpack(json.loads(kept))
    assert back == one
    assert type(back.occasion) is Occasion
    assert all(type(each) is ServiceFacts for each in back.services)
    assert back.report is None or type(back.report.scope) is ReportOf
    assert all(type(each.severity) is FindingSeverity for each in back.findings)


def test_what_a_later_version_adds_is_left_aside():
    newer = {**pack(LEAST), "mood": "good", "services": [{**pack_service(), "colour": "red"}]}
    assert unpack(newer).services[0].id == "a"


def test_what_an_earlier_version_did_not_write_has_its_default():
    plain = pack(LEAST)
    for name in ("services", "acknowledged_by", "others", "link", "findings", "report"):
        del plain[name]
    assert unpack(plain) == LEAST


def pack_service():
    names = ("id", "name", "url", "agency", "government", "agency_id", "government_id")
    return {**dict.fromkeys(names, "a"), "out": True, "began_at": "2026-01-01T00:00:00+00:00"}
