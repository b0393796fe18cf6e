"""Alertmanager, by its API v2: an alert for each service or finding, with labels that stay until its end."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

from yarl import URL

from alerts.channels.deadline import within
from alerts.channels.posting import Answer, Posting, place_of
from alerts.channels.wording import quoted
from alerts.delivery import Delivery, DeliveryError
from alerts.facts import FINDINGS, Facts, FindingFacts, Occasion, ServiceFacts
from monitor.core.incident import incident_number
from monitor.core.raising import domain_of_findings
from monitor.core.reason import SENTENCES, Sentence
from monitor.core.route import AlertmanagerChannel
from monitor.core.shape import moment

_DOWN = "KulkulServiceDown"
_FINDING = "KulkulFinding"
_NAMES = {
    Occasion.BLOCKED: "KulkulServiceBlocked",
    Occasion.UNBLOCKED: "KulkulServiceBlocked",
    Occasion.DEGRADED: "KulkulServiceDegraded",
    Occasion.UNDEGRADED: "KulkulServiceDegraded",
    Occasion.BLIND: "KulkulVantageBlind",
    Occasion.SIGHTED: "KulkulVantageBlind",
    Occasion.UNDELIVERED: "KulkulMessageUndelivered",
    **dict.fromkeys(FINDINGS, _FINDING),
    Occasion.TEST: "KulkulTest",
}
"""All other occasions are turns of an outage."""
_SUMMARIES = {
    _DOWN: Sentence("{what} mengalami gangguan.", "{what} is out."),
    "KulkulServiceBlocked": Sentence("{what} memblokir pemantau.", "{what} blocks the monitor."),
    "KulkulServiceDegraded": Sentence("{what} lambat.", "{what} is slow."),
    "KulkulVantageBlind": Sentence(
        "Pemantau {what} tidak dapat melihat; keadaan layanan tidak diketahui.",
        "The monitor {what} cannot see; the state of the services is unknown.",
    ),
    "KulkulMessageUndelivered": Sentence(
        "Sebuah pesan tidak dapat dikirim: {what}.", "A message could not be delivered: {what}."
    ),
    "KulkulTest": Sentence("Ini pesan percobaan; tidak ada gangguan.", "This is a test; nothing is out."),
}


class Alertmanager:
    """One Alertmanager. Sending the same again changes nothing there: alerts are known by their labels."""

    def __init__(self, settings: AlertmanagerChannel) -> None:
        self._settings = settings
        url = URL(settings.url)
        self._headers: dict[str, str] = {}
        if settings.username is not None:
            # Beside these aiohttp accepts none in the URL.
            url = url.with_user(None)
            login = f"{settings.username}:{settings.password or ''}"
            self._headers["Authorization"] = f"Basic {base64.b64encode(login.encode()).decode()}"
        self._url = url / "api" / "v2" / "alerts"
        self._posting = Posting(f"Alertmanager at {place_of(url)}")

    async def send(self, delivery: Delivery) -> None:
        """Post the alerts of a delivery as they stand now.

        Raises:
            DeliveryError: Alertmanager did not take them.
        """
        alerts = alertmanager_alerts(delivery.facts, datetime.now(UTC), delivery.language)
        async with within(self._settings.timeout, self._posting.whom):
            answer = await self._posting.post(self._url, json.dumps(alerts).encode(), self._headers)
        if not answer.good:
            raise self._refusal(answer)

    async def close(self) -> None:
        """Let go of connections."""
        await self._posting.close()

    def _refusal(self, answer: Answer) -> DeliveryError:
        if answer.status in (401, 403):
            # A password may be mended; until then nothing must be lost.
            return DeliveryError(f"{self._posting.whom} does not accept the user name or password")
        said = quoted(answer.body.decode("utf-8", "replace"), self._settings.password)
        return self._posting.refusal(answer, said)


def alertmanager_alerts(facts: Facts, now: datetime, language: str = "id") -> list[dict[str, Any]]:
    """Return the body of `POST /api/v2/alerts`; pure.

    An alert that goes on has no `endsAt`: Alertmanager takes it for resolved when it is not repeated within
    its `resolve_timeout`. One that is over has its true end, so that the same labels resolve it.

    Args:
        facts: of the newest message of the conversation.
        now: aware UTC; the end of what is over without a known end.
        language: of the annotations; id or en.
    """
    if facts.occasion in FINDINGS:
        # What is accepted is not repeated either: Alertmanager takes that for its end.
        return [_finding(facts, one, now, language) for one in facts.findings if one.accepted_until is None]
    if not facts.services:
        over = facts.occasion.ends
        return [_alert(facts, None, facts.began_at, (facts.ended_at or now) if over else None, now, language)]
    return [
        _alert(facts, one, one.began_at, None if one.out else one.ended_at or now, now, language)
        for one in facts.services
    ]


def _finding(facts: Facts, one: FindingFacts, now: datetime, language: str) -> dict[str, Any]:
    """Return the alert of one finding. One that got worse is another; the former is no longer repeated."""
    domain = domain_of_findings(facts.subject) or ""
    labels = {
        "alertname": _FINDING,
        "severity": one.severity.as_alert.value,
        "vantage": facts.vantage,
        "domain": domain,
        "rule": one.rule,
        "finding": one.name,
    }
    annotations = {
        "summary": f"{domain}: {one.title.of(language)}",
        "description": f"{one.problem.of(language)} {one.remedy.of(language)}",
        "link": facts.link,
        "contact": facts.contact,
    }
    return _posted(facts, labels, annotations, one.first_seen_at, one.closed_at, now)


def _alert(
    facts: Facts,
    service: ServiceFacts | None,
    began_at: datetime,
    ended_at: datetime | None,
    now: datetime,
    language: str,
) -> dict[str, Any]:
    labels, annotations = _labels(facts, service), _annotations(facts, service, language)
    return _posted(facts, labels, annotations, began_at, ended_at, now)


def _posted(
    facts: Facts,
    labels: dict[str, str],
    annotations: dict[str, str | None],
    began_at: datetime,
    ended_at: datetime | None,
    now: datetime,
) -> dict[str, Any]:
    """Return an alert as it is posted; nothing in it is empty."""
    alert: dict[str, Any] = {
        "labels": {name: value for name, value in labels.items() if value},
        "annotations": {name: value for name, value in annotations.items() if value},
        "startsAt": moment(began_at),
    }
    if ended_at is not None:
        # An end that lies ahead would mean that it goes on until then; one before the start is refused.
        alert["endsAt"] = moment(max(min(ended_at, now), began_at))
    if facts.link:
        alert["generatorURL"] = facts.link
    return alert


def _labels(facts: Facts, service: ServiceFacts | None) -> dict[str, str]:
    labels = {
        "alertname": _NAMES.get(facts.occasion, _DOWN),
        # Of the service itself: labels are what an alert is known by, and must not change with its company.
        "severity": (facts if service is None else service).severity.value,
        "vantage": facts.vantage,
    }
    if incident_number(facts.subject) is not None:
        labels["incident"] = facts.subject
    if facts.occasion is Occasion.UNDELIVERED:
        labels["notification"] = facts.subject
    if service is not None:
        labels |= {
            "service": service.id,
            "agency": service.agency_id,
            "government": service.government_id,
        }
    return labels


def _annotations(facts: Facts, service: ServiceFacts | None, language: str) -> dict[str, str | None]:
    return {
        "summary": _SUMMARIES[_NAMES.get(facts.occasion, _DOWN)]
        .of(language)
        .format(what=_what(facts, service)),
        "description": _description(facts, service, language),
        "url": service.url if service else None,
        "link": facts.link,
        "contact": facts.contact,
    }


def _what(facts: Facts, service: ServiceFacts | None) -> str:
    if service is None:
        return facts.subject if facts.occasion is Occasion.UNDELIVERED else facts.vantage or facts.subject
    return f"{service.name} ({service.agency})" if service.agency else service.name


def _description(facts: Facts, service: ServiceFacts | None, language: str) -> str | None:
    if service is None or service.reason is None:
        return facts.detail
    sentence = SENTENCES[service.reason].of(language)
    # The particulars are in English, and stay out of Indonesian texts.
    return f"{sentence} {service.particulars}" if language == "en" and service.particulars else sentence
