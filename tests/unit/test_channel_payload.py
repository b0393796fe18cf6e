"""What a webhook is sent: its shape, its schema file and its page agree."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta, timezone
from pathlib import Path

import pytest

from alerts.channels.payload import SCHEMA_FILE, AlertPayload, body, schema_text
from alerts.facts import Occasion
from tests import findings
from tests.deliveries import BEGAN, SIMANIS, delivery, outage, recovery

PAGE = Path(__file__).resolve().parents[2] / "docs" / "webhook.md"


def told(facts=None, **changes):
    return json.loads(body(delivery(facts, **changes)))


def test_an_outage_is_told_in_full():
    assert told(outage(acknowledged_by=("Wayan",))) == {
        "schema": "kulkul.alert/1",
        "delivery": "42-operators-0",
        "conversation": "INC-2026-000123:operators",
        "place": 0,
        "language": "id",
        "occasion": "outage",
        "subject": "INC-2026-000123",
        "severity": "critical",
        "vantage": "local",
        "written_at": "2026-11-04T02:47:00Z",
        "began_at": "2026-11-04T02:45:00Z",
        "confirmed_at": "2026-11-04T02:45:40Z",
        "ended_at": None,
        "services": [
            {
                "id": "simanis",
                "name": "SIMANIS — Perizinan",
                "url": "https://simanis.demoprov.go.id/",
                "agency": {"id": "demo-kominfo", "name": "Dinas Komunikasi, Informatika dan Statistik"},
                "government": {"id": "demoprov", "name": "Pemerintah Provinsi Demo"},
                "out": True,
                "began_at": "2026-11-04T02:45:00Z",
                "ended_at": None,
                "stage": "connect",
                "reason": "tcp_refused",
                "particulars": "Connection to 192.0.2.7:443 refused.",
            },
            {
                "id": "epasar",
                "name": "e-Pasar",
                "url": "https://simanis.demoprov.go.id/",
                "agency": {"id": "demo-dagang", "name": "Dinas Perdagangan"},
                "government": {"id": "demoprov", "name": "Pemerintah Provinsi Demo"},
                "out": True,
                "began_at": "2026-11-04T02:45:00Z",
                "ended_at": None,
                "stage": "connect",
                "reason": "tcp_refused",
                "particulars": "Connection to 192.0.2.7:443 refused.",
            },
        ],
        "other_services": 3,
        "all_back": False,
        "cause": {"tie": "address", "value": "192.0.2.7"},
        "reminder": 0,
        "acknowledged_by": ["Wayan"],
        "domain": None,
        "findings": [],
        "report": None,
        "detail": None,
        "link": "https://status.demoprov.go.id/",
        "contact": "UPTD PELITA, 0361-123456",
        "message": {
            "subject": delivery().message.subject,
            "text": delivery().message.text,
            "brief": delivery().message.brief,
        },
    }


def test_a_recovery_says_when_and_that_all_are_back():
    said = told(recovery())
    assert (said["occasion"], said["all_back"], said["ended_at"]) == (
        "recovery",
        True,
        "2026-11-04T03:06:00Z",
    )
    assert [one["out"] for one in said["services"]] == [False, False]


@pytest.mark.parametrize("occasion", Occasion)
def test_every_occasion_can_be_told_and_says_the_same_every_time(occasion):
    one = delivery(outage(occasion, services=(), cause=None, cause_value=None))
    assert json.loads(body(one))["occasion"] == occasion.value
    assert body(one) == body(one)


def test_times_are_in_utc_whatever_zone_they_came_in():
    wita = timezone(timedelta(hours=8))
    assert told(outage(began_at=BEGAN.astimezone(wita)))["began_at"] == "2026-11-04T02:45:00Z"


def test_half_a_character_does_not_stop_a_message():
    broken = replace(SIMANIS, name="a\ud800b", particulars="\udfff")
    said = told(outage(services=(broken,), detail="c\udfff"), key="k\ud800")
    assert (said["services"][0]["name"], said["detail"], said["delivery"]) == ("a?b", "c?", "k?")


def test_the_schema_file_is_that_of_the_model():
    # To write it anew: SCHEMA_FILE.write_text(schema_text(), encoding="utf-8")
    assert SCHEMA_FILE.read_text(encoding="utf-8") == schema_text()


def test_the_schema_asks_for_every_key_and_knows_its_version():
    schema = json.loads(schema_text())
    assert set(schema["required"]) == set(schema["properties"]) == set(told())
    assert schema["properties"]["schema"]["const"] == "kulkul.alert/1"


def test_the_page_explains_every_key_and_every_occasion():
    page = PAGE.read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \|", page.partition("## Isi")[2], re.MULTILINE)
    assert rows == list(told())
    service = next(line for line in page.splitlines() if line.startswith("| `services`"))
    assert all(f"`{key}`" in service for key in told()["services"][0])
    occasions = next(line for line in page.splitlines() if line.startswith("| `occasion`"))
    assert re.findall(r"`(\w+)`", occasions)[1:] == [one.value for one in Occasion]


def test_findings_are_told_in_the_language_of_the_message():
    said = told(findings.NEARER, language="en")
    assert (said["occasion"], said["subject"]) == ("finding_reminder", "findings:baliprov.go.id")
    assert said["domain"] == "baliprov.go.id"
    assert said["findings"][0] == {
        "finding": "FND-000003",
        "rule": "certificate_expiring",
        "severity": "moderate",
        "title": "Certificate about to expire",
        "problem": (
            "The certificate of lapor.baliprov.go.id, www.baliprov.go.id expires on 16 November 2026 "
            "(in 1 day). After that browsers refuse to open the service."
        ),
        "remedy": ("Ask whoever runs the server to renew the certificate, for example with `certbot renew`."),
        "news": True,
        "first_seen_at": "2026-11-04T02:45:00Z",
        "closed_at": None,
        "accepted_until": None,
        "expires_at": "2026-11-16T02:45:00Z",
        "places": ["lapor.baliprov.go.id", "www.baliprov.go.id"],
        "services": ["lapor", "layanan-0"],
        "references": ["rfc5280"],
    }
    rest = [
        (one["news"], bool(one["closed_at"]), bool(one["accepted_until"])) for one in said["findings"][1:]
    ]
    assert rest == [(False, False, False), (False, True, False), (False, False, True)]
    assert told(findings.ONE)["findings"][0]["title"] == "Sertifikat segera berakhir"


def test_the_page_explains_every_key_of_a_finding():
    row = next(
        line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `findings`")
    )
    assert all(f"`{key}`" in row for key in told(findings.ONE)["findings"][0])


def test_what_is_sent_can_be_read_back_by_the_model():
    assert AlertPayload.model_validate_json(body(delivery(recovery()))).occasion is Occasion.RECOVERY
