"""What Alertmanager is told, and how its answers are taken."""

from __future__ import annotations

import base64
import traceback
from dataclasses import replace
from datetime import timedelta

import pytest

from alerts.channels import open_channel
from alerts.channels.alertmanager import alertmanager_alerts
from alerts.delivery import DeliveryError
from alerts.facts import Occasion
from monitor.core.reason import Reason
from monitor.core.route import AlertmanagerChannel, Severity
from tests import findings
from tests.deliveries import BACK, BEGAN, EPASAR, INCIDENT, SIMANIS, back, delivery, outage, recovery
from tests.receivers import Reply, as_json, receiver

NOW = BEGAN + timedelta(hours=1)
PASSWORD = "sandi-rahasia"


def alerts(facts, language="id"):
    return alertmanager_alerts(facts, NOW, language)


def test_each_service_of_an_outage_is_one_alert():
    first, second = alerts(outage(services=(replace(SIMANIS, agency="Kominfo"), EPASAR)))
    assert first == {
        "labels": {
            "alertname": "KulkulServiceDown",
            "severity": "critical",
            "vantage": "local",
            "incident": INCIDENT,
            "service": "simanis",
            "agency": "demo-kominfo",
            "government": "demoprov",
        },
        "annotations": {
            "summary": "SIMANIS — Perizinan (Kominfo) mengalami gangguan.",
            "description": "Server menolak sambungan; layanan di port itu tidak berjalan.",
            "url": "https://simanis.demoprov.go.id/",
            "link": "https://status.demoprov.go.id/",
            "contact": "UPTD PELITA, 0361-123456",
        },
        "startsAt": "2026-11-04T02:45:00Z",
        "generatorURL": "https://status.demoprov.go.id/",
    }
    assert second["labels"]["service"] == "epasar"


def test_english_annotations_carry_the_particulars_as_well():
    said = alerts(outage(), "en")[0]["annotations"]
    assert said["summary"].endswith(" is out.")
    assert said["description"] == (
        "The server refused the connection; nothing listens on that port. "
        "Connection to 192.0.2.7:443 refused."
    )


@pytest.mark.parametrize(
    "occasion",
    [Occasion.GREW, Occasion.REMINDER, Occasion.ESCALATION, Occasion.FLAPPING, Occasion.RECOVERY],
)
def test_every_turn_of_an_outage_has_the_labels_of_its_beginning(occasion):
    assert [one["labels"] for one in alerts(outage(occasion))] == [one["labels"] for one in alerts(outage())]


def test_a_recovery_ends_each_alert_at_its_true_end():
    facts = replace(recovery(), services=(back(SIMANIS), back(EPASAR, BACK - timedelta(minutes=9))))
    assert [one["endsAt"] for one in alerts(facts)] == ["2026-11-04T03:06:00Z", "2026-11-04T02:57:00Z"]
    assert [one["labels"] for one in alerts(facts)] == [one["labels"] for one in alerts(outage())]


def test_a_service_that_is_back_before_the_others_is_ended_alone():
    still, over = alerts(outage(Occasion.REMINDER, services=(SIMANIS, back(EPASAR))))
    assert "endsAt" not in still
    assert over["endsAt"] == "2026-11-04T03:06:00Z"


def test_an_end_is_never_ahead_nor_before_the_beginning():
    ahead = back(SIMANIS, NOW + timedelta(hours=5))
    unknown = replace(back(SIMANIS), ended_at=None)
    before = back(SIMANIS, BEGAN - timedelta(hours=1))
    ends = [one["endsAt"] for one in alerts(outage(services=(ahead, unknown, before)))]
    assert ends == ["2026-11-04T03:45:00Z", "2026-11-04T03:45:00Z", "2026-11-04T02:45:00Z"]


@pytest.mark.parametrize(
    ("opens", "ends", "name"),
    [
        (Occasion.BLOCKED, Occasion.UNBLOCKED, "KulkulServiceBlocked"),
        (Occasion.DEGRADED, Occasion.UNDEGRADED, "KulkulServiceDegraded"),
    ],
)
def test_a_blocked_or_slow_service_is_known_by_itself_alone(opens, ends, name):
    (began,) = alerts(outage(opens, subject="blocked:simanis:1", services=(SIMANIS,)))
    (over,) = alerts(outage(ends, subject="unblocked:simanis:2", services=(back(SIMANIS),)))
    assert began["labels"] == over["labels"]
    assert began["labels"]["alertname"] == name
    assert "incident" not in began["labels"]
    assert "endsAt" in over


def test_blindness_is_one_alert_of_the_vantage_until_it_sees_again():
    blind = outage(Occasion.BLIND, subject="a", services=(), detail="Both canaries are dead.")
    (began,) = alerts(blind)
    (over,) = alerts(replace(blind, occasion=Occasion.SIGHTED, subject="b", ended_at=BACK))
    assert began["labels"] == {
        "alertname": "KulkulVantageBlind",
        "severity": "critical",
        "vantage": "local",
    }
    assert over["labels"] == began["labels"]
    assert over["endsAt"] == "2026-11-04T03:06:00Z"
    assert began["annotations"]["summary"].startswith("Pemantau local tidak dapat melihat")
    assert began["annotations"]["description"] == "Both canaries are dead."


def test_messages_that_were_not_delivered_are_told_apart():
    labels = [
        alerts(outage(Occasion.UNDELIVERED, subject=f"notification:{n}", services=()))[0] for n in (1, 2)
    ]
    assert [one["labels"]["notification"] for one in labels] == ["notification:1", "notification:2"]
    assert "notification:1" in labels[0]["annotations"]["summary"]


@pytest.mark.parametrize("occasion", Occasion)
@pytest.mark.parametrize("language", ["id", "en"])
def test_every_occasion_gives_whole_labels_and_sentences(occasion, language):
    gone = replace(SIMANIS, agency="", agency_id="", government_id="", reason=None, url="")
    for services in ((), (gone,), tuple(replace(SIMANIS, reason=reason) for reason in Reason)):
        for one in alerts(outage(occasion, services=services, link=None, contact=None), language):
            assert all(one["labels"].values())
            assert all(one["annotations"].values())
            assert "{" not in one["annotations"]["summary"]
            assert "()" not in one["annotations"]["summary"]
            assert "generatorURL" not in one


def test_the_severity_is_a_label_to_route_by():
    mild = replace(EPASAR, severity=Severity.INFO)
    told = alerts(outage(severity=Severity.CRITICAL, services=(SIMANIS, mild)))
    assert [one["labels"]["severity"] for one in told] == ["critical", "info"]


@pytest.fixture
async def manager():
    async with receiver() as one:
        yield one


def settings(url, **changes):
    return AlertmanagerChannel(**{"id": "am", "url": url, "timeout": timedelta(seconds=10), **changes})


async def refusal(channel):
    with pytest.raises(DeliveryError) as caught:
        await channel.send(delivery())
    await channel.close()
    shown = "".join(traceback.format_exception(caught.value))
    assert PASSWORD not in shown
    assert "rahasia" not in shown
    return caught.value


async def test_alerts_go_to_the_api_below_the_address_with_the_login(manager):
    url = manager.url.replace("://", "://lain:rahasia@") + "/alertmanager/"
    channel = open_channel(settings(url, username="kulkul", password=PASSWORD))
    await channel.send(delivery(language="en"))
    await channel.close()
    (post,) = manager.posts
    assert post.path == "/alertmanager/api/v2/alerts"
    login = base64.b64encode(f"kulkul:{PASSWORD}".encode()).decode()
    assert post.headers["Authorization"] == f"Basic {login}"
    assert [one["labels"]["service"] for one in post.json] == ["simanis", "epasar"]
    assert post.json[0]["annotations"]["summary"].endswith("is out.")


@pytest.mark.parametrize(
    ("reply", "permanent"),
    [
        (as_json(400, code=601, message="bad labels"), True),
        (Reply(404, b"404 page not found"), True),
        (Reply(401, b"Unauthorized"), False),
        (Reply(403, b"Forbidden"), False),
        (Reply(429), False),
        (Reply(500, b"oops"), False),
        (Reply(503), False),
    ],
)
async def test_a_refusal_is_permanent_where_trying_again_cannot_help(manager, reply, permanent):
    manager.answers.append(reply)
    error = await refusal(open_channel(settings(manager.url)))
    assert error.permanent is permanent
    assert str(error).startswith("Alertmanager at 127.0.0.1:")


async def test_what_alertmanager_says_is_told_without_the_password(manager):
    manager.answers.append(Reply(400, f"no good:\n{PASSWORD}".encode()))
    error = await refusal(open_channel(settings(manager.url, username="kulkul", password=PASSWORD)))
    assert str(error).endswith("answered 400: no good: ***")


def test_each_finding_is_one_alert_until_it_is_over():
    first, second, third = alerts(findings.THREE)
    assert second == {
        "labels": {
            "alertname": "KulkulFinding",
            "severity": "warning",
            "vantage": "local",
            "domain": "baliprov.go.id",
            "rule": "certificate_expiring",
            "finding": "FND-000003",
        },
        "annotations": {
            "summary": "baliprov.go.id: Sertifikat segera berakhir",
            "description": (
                "Sertifikat untuk lapor.baliprov.go.id, www.baliprov.go.id berakhir pada 16 November 2026 "
                "(12 hari lagi). Setelah itu peramban menolak membuka layanan. Minta pengelola server "
                "memperbarui sertifikat, misalnya dengan `certbot renew`."
            ),
            "link": "https://status.demoprov.go.id/",
            "contact": "Pusat Operasi, 0361-123456",
        },
        "startsAt": "2026-11-04T02:45:00Z",
        "generatorURL": "https://status.demoprov.go.id/",
    }
    assert [one["labels"]["severity"] for one in (first, third)] == ["critical", "info"]
    assert alerts(findings.THREE, "en")[2]["annotations"]["summary"] == "baliprov.go.id: No CAA record"


def test_a_finding_that_is_over_ends_with_the_labels_that_it_had():
    [before] = alerts(findings.ONE)
    after = alertmanager_alerts(findings.ENDED, findings.T0 + 13 * findings.DAY)[0]
    assert after["labels"] == before["labels"]
    assert after["endsAt"] == "2026-11-15T02:45:00Z"


def test_what_is_accepted_is_not_repeated():
    assert [one["labels"]["finding"] for one in alerts(findings.NEARER)] == [
        "FND-000003",
        "FND-000005",
        "FND-000004",
    ]
