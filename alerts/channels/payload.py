"""What a webhook is sent, and its JSON Schema. Documented in docs/webhook.md.

Within version 1 keys may be added, but none changes its meaning or goes; that would be `kulkul.alert/2`.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from alerts.channels.wording import sendable
from alerts.delivery import Delivery
from alerts.facts import Facts, FindingFacts, Occasion, ServiceFacts
from alerts.report_facts import ReportFacts, ReportOf
from monitor.core.finding import FindingSeverity
from monitor.core.incident import Tie
from monitor.core.raising import domain_of_findings
from monitor.core.reason import Reason, Stage
from monitor.core.route import Severity

SCHEMA_FILE = Path(__file__).parents[1] / "schemas" / "webhook-1.schema.json"
Text = Annotated[str, BeforeValidator(lambda text: sendable(text) if isinstance(text, str) else text)]
Moment = Annotated[datetime, AfterValidator(lambda at: at.astimezone(UTC))]


class _Model(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True, frozen=True)


class OwnerPayload(_Model):
    """An agency (perangkat daerah) or a government."""

    id: Text
    name: Text


class ServicePayload(_Model):
    """One service that the message speaks of."""

    id: Text
    name: Text
    url: Text
    agency: OwnerPayload
    government: OwnerPayload
    out: bool
    """Whether it is still out (blocked, slow) as the message is written."""
    began_at: Moment
    """First failed probe."""
    ended_at: Moment | None
    """First good probe after it; null while it is out."""
    stage: Stage | None
    """Where the probe failed."""
    reason: Reason | None
    """Why, from a closed list of words."""
    particulars: Text | None
    """One English sentence by the probe."""


class CausePayload(_Model):
    """What all services of the incident have in common."""

    tie: Tie
    value: Text


class FindingPayload(_Model):
    """One problem of the domain that is no outage; its texts are in the message's `language`."""

    finding: Text
    """Its name: FND-000123."""
    rule: Text
    """Which kind of problem, in a word that stays."""
    severity: FindingSeverity
    title: Text
    problem: Text
    """What is wrong."""
    remedy: Text
    """What to do about it, and who can."""
    news: bool
    """Whether the message is sent for it; otherwise it is mentioned besides."""
    first_seen_at: Moment
    closed_at: Moment | None
    """When it was no longer found; null while it is open."""
    accepted_until: Moment | None
    """Until when somebody answers for leaving it as it is; null: nobody does."""
    expires_at: Moment | None
    """When what it is about runs out."""
    places: list[Text]
    """Hosts, domains or ids of services at which it was found."""
    services: list[Text]
    """Ids of those of the message's services that hang on it."""
    references: list[Text]
    """Standards and regulations by which it counts as wrong."""


class ScopePayload(_Model):
    """Of what a report is."""

    kind: ReportOf
    """whole, government or agency."""
    id: Text
    """Of the government or agency; empty of the whole."""
    name: Text


class ReportPayload(_Model):
    """One scope of a closed period. Shares are in percent, rounded down, as texts such as `99.941`."""

    period: Text
    """As it is written: 2026-10."""
    first: date
    last: date
    """Included."""
    revision: int
    """From 1; each replaces the one before."""
    reason: Text
    """Why it was revised; empty of the first."""
    closed_at: Moment
    closed_by: Text
    sha256: Text
    """Of the record that it was closed with."""
    policy: Text
    """Name and version of the accounting policy."""
    scope: ScopePayload
    services: int
    targets_met: int
    """Services that met their target."""
    targets_missed: int
    """Services that did not; of the rest nothing was measured."""
    availability_percent: Text | None
    """null: nothing was measured."""
    availability_before_percent: Text | None
    """Of the period before."""
    trend: Text
    """better, worse, same, new or too_little: how it compares with the period before."""
    coverage_percent: Text | None
    outages: int
    down_seconds: float
    longest_outage_seconds: float


class TextPayload(_Model):
    """The message as people read it, in `language`."""

    subject: Text
    text: Text
    brief: Text
    """For chats: at most 4,000 characters."""


class AlertPayload(_Model):
    """One message of Kulkul. Times are ISO 8601 in UTC."""

    schema_: Literal["kulkul.alert/1"] = Field(alias="schema")
    delivery: Text
    """The same in every attempt: whoever has seen it already may leave the message aside."""
    conversation: Text
    """The same for all messages about one matter."""
    place: int
    """Position in the conversation, from 0."""
    language: Text
    """id or en."""
    occasion: Occasion
    """Why the message is sent; recovery, unblocked, undegraded, sighted and finding_closed end the
    conversation."""
    subject: Text
    """Name of the incident, or what else the message is about."""
    severity: Severity
    vantage: Text
    """The place that probes."""
    written_at: Moment
    began_at: Moment
    confirmed_at: Moment | None
    ended_at: Moment | None
    services: list[ServicePayload]
    other_services: int
    """Services of the same incident, or of the same findings, that this recipient is not told of."""
    all_back: bool
    """Of a recovery: whether no service at all is out any more by this incident."""
    cause: CausePayload | None
    reminder: int
    """Of a reminder: its number, from 1; else 0."""
    acknowledged_by: list[Text]
    domain: Text | None
    """Of messages about findings: the domain that they are about."""
    findings: list[FindingPayload]
    """Of messages about findings: those that it is sent for first."""
    report: ReportPayload | None
    """Of messages about a closed period: the main figures of its report."""
    detail: Text | None
    """Of messages about the monitor itself: what is wrong."""
    link: Text | None
    contact: Text | None
    message: TextPayload


def payload(delivery: Delivery) -> AlertPayload:
    """Return what is sent for a delivery."""
    facts, message = delivery.facts, delivery.message
    return AlertPayload(
        schema="kulkul.alert/1",
        delivery=delivery.key,
        conversation=delivery.thread,
        place=delivery.place,
        language=delivery.language,
        occasion=facts.occasion,
        subject=facts.subject,
        severity=facts.severity,
        vantage=facts.vantage,
        written_at=facts.written_at,
        began_at=facts.began_at,
        confirmed_at=facts.confirmed_at,
        ended_at=facts.ended_at,
        services=[_service(one) for one in facts.services],
        other_services=facts.others,
        all_back=facts.all_back,
        cause=_cause(facts),
        reminder=facts.reminder,
        acknowledged_by=list(facts.acknowledged_by),
        domain=domain_of_findings(facts.subject),
        findings=[_finding(one, delivery.language) for one in facts.findings],
        report=_report(facts.report),
        detail=facts.detail,
        link=facts.link,
        contact=facts.contact,
        message=TextPayload(subject=message.subject, text=message.text, brief=message.brief),
    )


def body(delivery: Delivery) -> bytes:
    """Return the payload as it is signed and sent: JSON in ASCII."""
    return json.dumps(payload(delivery).model_dump(mode="json", by_alias=True)).encode("ascii")


def schema_text() -> str:
    """Return the JSON Schema (2020-12) as the text of its file."""
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **AlertPayload.model_json_schema(mode="serialization"),
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _service(one: ServiceFacts) -> ServicePayload:
    return ServicePayload(
        id=one.id,
        name=one.name,
        url=one.url,
        agency=OwnerPayload(id=one.agency_id, name=one.agency),
        government=OwnerPayload(id=one.government_id, name=one.government),
        out=one.out,
        began_at=one.began_at,
        ended_at=one.ended_at,
        stage=one.stage,
        reason=one.reason,
        particulars=one.particulars,
    )


def _finding(one: FindingFacts, language: str) -> FindingPayload:
    return FindingPayload(
        finding=one.name,
        rule=one.rule,
        severity=one.severity,
        title=one.title.of(language),
        problem=one.problem.of(language),
        remedy=one.remedy.of(language),
        news=one.news,
        first_seen_at=one.first_seen_at,
        closed_at=one.closed_at,
        accepted_until=one.accepted_until,
        expires_at=one.expires_at,
        places=list(one.places),
        services=list(one.services),
        references=list(one.references),
    )


def _report(one: ReportFacts | None) -> ReportPayload | None:
    if one is None:
        return None
    return ReportPayload(
        period=one.period,
        first=one.first,
        last=one.last,
        revision=one.revision,
        reason=one.reason,
        closed_at=one.closed_at,
        closed_by=one.closed_by,
        sha256=one.sha256,
        policy=one.policy,
        scope=ScopePayload(kind=one.scope, id=one.scope_id, name=one.scope_name),
        services=one.service_count,
        targets_met=one.met,
        targets_missed=one.missed,
        availability_percent=one.availability,
        availability_before_percent=one.before,
        trend=one.trend,
        coverage_percent=one.coverage,
        outages=one.outages,
        down_seconds=one.down.total_seconds(),
        longest_outage_seconds=one.longest.total_seconds(),
    )


def _cause(facts: Facts) -> CausePayload | None:
    if facts.cause is None:
        return None
    return CausePayload(tie=facts.cause, value=facts.cause_value or "")
