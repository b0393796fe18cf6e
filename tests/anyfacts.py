"""Facts of any kind, for what must hold whatever a site, a register or an operator writes."""

from __future__ import annotations

from hypothesis import strategies as st

from alerts.facts import Facts, FindingFacts, Occasion, ServiceFacts
from monitor.core.finding import FindingSeverity
from monitor.core.incident import Tie
from monitor.core.reason import Reason, Sentence, Stage
from monitor.core.route import Severity


def any_facts(texts, times, *, subjects=None, most_services=3, reports=None):
    """Draw facts.

    Args:
        texts: every text in them.
        times: every time in them.
        subjects: what they are about; None: any text.
        most_services: that they tell of.
        reports: what they say of a report; None: nothing.
    """
    few = st.lists(texts, max_size=3).map(tuple)
    sentences = st.builds(Sentence, texts, texts)
    services = st.builds(
        ServiceFacts,
        id=texts,
        name=texts,
        url=texts,
        agency=texts,
        government=texts,
        agency_id=texts,
        government_id=texts,
        out=st.booleans(),
        began_at=times,
        ended_at=st.none() | times,
        stage=st.none() | st.sampled_from(Stage),
        reason=st.none() | st.sampled_from(Reason),
        particulars=st.none() | texts,
    )
    findings = st.builds(
        FindingFacts,
        number=st.integers(0, 10**9),
        rule=texts,
        severity=st.sampled_from(FindingSeverity),
        title=sentences,
        problem=sentences,
        remedy=sentences,
        first_seen_at=times,
        news=st.booleans(),
        closed_at=st.none() | times,
        accepted_until=st.none() | times,
        expires_at=st.none() | times,
        places=few,
        services=few,
        references=few,
    )
    return st.builds(
        Facts,
        occasion=st.sampled_from(Occasion),
        subject=texts if subjects is None else subjects,
        severity=st.sampled_from(Severity),
        written_at=times,
        began_at=times,
        confirmed_at=st.none() | times,
        ended_at=st.none() | times,
        services=st.lists(services, max_size=most_services).map(tuple),
        others=st.integers(0, 5000),
        all_back=st.booleans(),
        cause=st.none() | st.sampled_from(Tie),
        cause_value=st.none() | texts,
        reminder=st.integers(0, 1000),
        acknowledged_by=few,
        findings=st.lists(findings, max_size=4).map(tuple),
        report=st.none() if reports is None else st.none() | reports,
        vantage=texts,
        detail=st.none() | texts,
        link=st.none() | texts,
        contact=st.none() | texts,
    )
