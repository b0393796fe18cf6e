"""What a webhook is sent, and its JSON Schema. Documented in docs/webhook.md.

Within version 1 keys may be added, but none changes its meaning or goes; that would be `kulkul.alert/2`.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from alerts.channels.wording import sendable
from alerts.delivery import Delivery
from alerts.facts import Facts, Occasion, ServiceFacts
from monitor.core.incident import Tie
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
    """Why the message is sent; recovery, unblocked, undegraded and sighted end the conversation."""
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
    """Services of the same incident that this recipient is not told of."""
    all_back: bool
    """Of a recovery: whether no service at all is out any more by this incident."""
    cause: CausePayload | None
    reminder: int
    """Of a reminder: its number, from 1; else 0."""
    acknowledged_by: list[Text]
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


def _cause(facts: Facts) -> CausePayload | None:
    if facts.cause is None:
        return None
    return CausePayload(tie=facts.cause, value=facts.cause_value or "")
