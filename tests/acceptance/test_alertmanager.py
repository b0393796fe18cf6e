"""The Alertmanager channel against Debian's own Alertmanager."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from alerts.channels import open_channel
from alerts.facts import Occasion
from monitor.core.route import AlertmanagerChannel
from tests import findings
from tests.alertmanagers import alertmanager  # noqa: F401 - a fixture
from tests.deliveries import EPASAR, INCIDENT, SIMANIS, back, delivery, outage
from tests.processes import wait_until
from tests.receivers import receiver

pytestmark = pytest.mark.real


async def until(what, condition):
    return await asyncio.to_thread(wait_until, what, condition)


async def test_an_outage_of_two_services_opens_is_repeated_and_is_resolved_at_its_true_end(alertmanager):
    now = datetime.now(UTC).replace(microsecond=0)  # Alertmanager keeps milliseconds
    began, ended = now - timedelta(minutes=30), now - timedelta(minutes=5)
    out = tuple(replace(one, began_at=began) for one in (SIMANIS, EPASAR))
    over = tuple(back(one, ended) for one in out)
    async with receiver() as office:
        server = await asyncio.to_thread(alertmanager, f"{office.url}/kabar")
        channel = open_channel(AlertmanagerChannel(id="am", url=server.url))
        opening = delivery(outage(services=out, began_at=began))
        for _ in range(3):
            await channel.send(opening)
        firing = await asyncio.to_thread(server.alerts, incident=INCIDENT)
        assert {one["labels"]["service"] for one in firing} == {"simanis", "epasar"}
        assert {datetime.fromisoformat(one["startsAt"]) for one in firing} == {began}
        await until("the outage is told", lambda: office.posts)
        await channel.send(delivery(outage(Occasion.GREW, services=(out[0], over[1]), began_at=began)))
        assert [one["labels"]["service"] for one in await asyncio.to_thread(server.alerts)] == ["simanis"]
        await channel.send(
            delivery(outage(Occasion.RECOVERY, services=over, began_at=began, ended_at=ended, all_back=True))
        )
        assert await asyncio.to_thread(server.alerts) == []
        await channel.close()

        told = await until(
            "the recovery is told",
            lambda: [post.json for post in office.posts if post.json["status"] == "resolved"],
        )
    first, last = office.posts[0].json, told[-1]
    assert first["groupLabels"] == {"alertname": "KulkulServiceDown", "incident": INCIDENT}
    assert {one["labels"]["service"] for one in first["alerts"]} == {"simanis", "epasar"}
    assert {one["status"] for one in first["alerts"]} == {"firing"}
    assert {one["labels"]["service"] for one in last["alerts"]} >= {"simanis"}
    assert {datetime.fromisoformat(one["endsAt"]) for one in last["alerts"]} == {ended}
    assert first["commonAnnotations"]["link"] == "https://status.demoprov.go.id/"


@pytest.mark.parametrize(
    ("opens", "ends"),
    [
        (Occasion.BLOCKED, Occasion.UNBLOCKED),
        (Occasion.DEGRADED, Occasion.UNDEGRADED),
        (Occasion.BLIND, Occasion.SIGHTED),
    ],
)
async def test_every_kind_of_alert_is_taken_and_resolved(alertmanager, opens, ends):
    began = datetime.now(UTC) - timedelta(minutes=3)
    one = replace(SIMANIS, began_at=began)
    about = opens is Occasion.BLIND
    facts = outage(opens, subject="perkara", began_at=began, services=() if about else (one,))
    over = outage(
        ends,
        subject="perkara lain",
        began_at=began,
        services=() if about else (back(one, datetime.now(UTC)),),
    )
    server = await asyncio.to_thread(alertmanager, "http://127.0.0.1:1/")
    channel = open_channel(AlertmanagerChannel(id="am", url=server.url + "/"))
    await channel.send(delivery(facts))
    assert len(await asyncio.to_thread(server.alerts)) == 1
    await channel.send(delivery(over))
    assert await asyncio.to_thread(server.alerts) == []
    for occasion in (Occasion.TEST, Occasion.UNDELIVERED):
        await channel.send(delivery(outage(occasion, services=(), began_at=began)))
    assert len(await asyncio.to_thread(server.alerts)) == 2
    await channel.close()


async def test_a_finding_fires_until_it_is_over_and_one_that_is_accepted_is_not_sent(alertmanager):
    async with receiver() as office:
        server = await asyncio.to_thread(alertmanager, f"{office.url}/kabar")
        channel = open_channel(AlertmanagerChannel(id="am", url=server.url))
        now = datetime.now(UTC).replace(microsecond=0)
        moved = [replace(one, first_seen_at=now - timedelta(days=2)) for one in findings.THREE.findings]
        moved[2] = replace(moved[2], accepted_until=now + timedelta(days=9))
        await channel.send(delivery(replace(findings.THREE, findings=tuple(moved))))
        firing = await asyncio.to_thread(server.alerts, domain=findings.DOMAIN)
        assert {one["labels"]["rule"] for one in firing} == {"delegation_lame", "certificate_expiring"}
        over = tuple(replace(one, closed_at=now - timedelta(minutes=1)) for one in moved[:2])
        await channel.send(delivery(replace(findings.ENDED, findings=over)))
        assert await asyncio.to_thread(server.alerts) == []
        await channel.close()
