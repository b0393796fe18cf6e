"""What is exposed after which observation."""

from __future__ import annotations

import asyncio
import os
import shutil
from asyncio.subprocess import PIPE, STDOUT
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_text

from monitor.core.reason import Outcome, Reason, Stage
from monitor.core.result import Certificate, Hop, HttpFacts, Result, Timings, TlsFacts
from monitor.core.service import Agency, Check, CheckKind, Government, HttpRequest, HttpTarget, Service
from monitor.core.status import Status
from monitor.metrics.exposition import Exposition
from tests.outages import T0, incident, member

BADUNG = Government(id="badung", name="Pemerintah Kabupaten Badung")
DISKOMINFO = Agency(id="badung-diskominfo", name="Dinas Komunikasi", government_id="badung")
AT = datetime(2026, 10, 3, 1, 2, 3, 456000, tzinfo=UTC)
MS = timedelta(milliseconds=1)


def service(*check_ids: str, name: str = "Pengaduan", agency: Agency = DISKOMINFO) -> Service:
    target = HttpTarget(request=HttpRequest(url="https://lapor.badungkab.go.id/"))
    return Service(
        id="lapor",
        name=name,
        agency_id=agency.id,
        urls=("https://lapor.badungkab.go.id/",),
        checks=tuple(
            Check(id=each, service_id="lapor", kind=CheckKind.HTTP, target=target)
            for each in check_ids or ("lapor",)
        ),
    )


def certificate(year: int) -> Certificate:
    return Certificate(
        subject="CN=lapor",
        issuer="CN=ca",
        serial="01",
        not_before=datetime(2025, 1, 1, tzinfo=UTC),
        not_after=datetime(year, 1, 1, tzinfo=UTC),
        fingerprint_sha256="00",
    )


def good(check_id: str = "lapor") -> Result:
    hop = Hop(url="http://lapor.badungkab.go.id/", status=301, address="192.0.2.1")
    return Result(
        check_id=check_id,
        vantage="local",
        url="http://lapor.badungkab.go.id/",
        started_at=AT,
        duration=210 * MS,
        outcome=Outcome.OK,
        address="192.0.2.1",
        family=4,
        timings=Timings(10 * MS, 20 * MS, 30 * MS, 40 * MS, 50 * MS, 60 * MS),
        http=HttpFacts(200, "1.1", (), 5, 5, (hop,), "https://lapor.badungkab.go.id/"),
        tls=TlsFacts(
            version="TLSv1.3",
            cipher="X",
            verified=True,
            verify_error=None,
            chain=(certificate(2027), certificate(2030)),
            verified_chain_not_after=datetime(2028, 1, 1, tzinfo=UTC),
        ),
    )


def refused(check_id: str = "lapor", url: str = "https://lapor.badungkab.go.id/") -> Result:
    return Result(
        check_id=check_id,
        vantage="local",
        url=url,
        started_at=AT,
        duration=3 * MS,
        outcome=Outcome.FAILED,
        stage=Stage.CONNECT,
        reason=Reason.TCP_REFUSED,
        message="192.0.2.1 refused the connection.",
        timings=Timings(resolve=MS, connect=2 * MS),
    )


def exposition(*services: Service) -> Exposition:
    made = Exposition("0.1.0")
    for each in services or (service(),):
        made.add(each, DISKOMINFO, BADUNG)
    return made


async def samples(made: Exposition, prefix: str = "kulkul_"):
    """All samples that name a service, as {(name, labels but service and agency): value}."""
    text = (await made.render(openmetrics=False)).decode()
    return {
        (
            sample.name,
            tuple(sorted((k, v) for k, v in sample.labels.items() if k not in {"service", "agency"})),
        ): (sample.value)
        for family in parse_text(text)
        for sample in family.samples
        if "service" in sample.labels and sample.name.startswith(prefix)
    }


def of_check(name: str, **labels: str):
    return name, tuple(sorted({"check": "lapor", **labels}.items()))


async def test_a_good_probe_shows_all_that_it_saw():
    made = exposition()
    made.observe(good())
    shown = await samples(made, "kulkul_probe_")
    assert shown == {
        of_check("kulkul_probe_success"): 1,
        of_check("kulkul_probe_duration_seconds"): 0.21,
        of_check("kulkul_probe_http_duration_seconds", phase="resolve"): 0.01,
        of_check("kulkul_probe_http_duration_seconds", phase="connect"): 0.02,
        of_check("kulkul_probe_http_duration_seconds", phase="handshake"): 0.03,
        of_check("kulkul_probe_http_duration_seconds", phase="request"): 0.04,
        of_check("kulkul_probe_http_duration_seconds", phase="response"): 0.05,
        of_check("kulkul_probe_http_duration_seconds", phase="content"): 0.06,
        of_check("kulkul_probe_http_status_code"): 200,
        of_check("kulkul_probe_http_redirects"): 1,
        of_check("kulkul_probe_ip_protocol"): 4,
        of_check("kulkul_probe_ssl_earliest_cert_expiry"): datetime(2027, 1, 1, tzinfo=UTC).timestamp(),
        of_check("kulkul_probe_ssl_last_chain_expiry_timestamp_seconds"): (
            datetime(2028, 1, 1, tzinfo=UTC).timestamp()
        ),
        of_check("kulkul_probe_tls_version_info", version="TLSv1.3"): 1,
        of_check("kulkul_probe_last_timestamp_seconds"): AT.timestamp(),
    }


async def test_a_failure_shows_stage_and_reason_and_leaves_nothing_of_the_success_before_it():
    made = exposition()
    made.observe(good())
    made.observe(refused())
    assert await samples(made, "kulkul_probe_") == {
        of_check("kulkul_probe_success"): 0,
        of_check("kulkul_probe_duration_seconds"): 0.003,
        of_check("kulkul_probe_http_duration_seconds", phase="resolve"): 0.001,
        of_check("kulkul_probe_http_duration_seconds", phase="connect"): 0.002,
        of_check("kulkul_probe_failure_info", stage="connect", reason="tcp_refused"): 1,
        of_check("kulkul_probe_last_timestamp_seconds"): AT.timestamp(),
    }


async def test_a_fault_of_our_own_does_not_read_as_a_failure_of_the_site():
    made = exposition()
    made.observe(good())
    made.observe(replace(refused(), outcome=Outcome.SELF_FAULT, reason=Reason.SELF_FAULT))
    shown = await samples(made, "kulkul_probe_")
    assert of_check("kulkul_probe_success") not in shown
    assert shown[of_check("kulkul_probe_failure_info", stage="connect", reason="self_fault")] == 1


async def test_a_recovery_takes_the_failure_away():
    made = exposition()
    made.observe(refused())
    made.observe(good())
    assert not [name for name, _ in await samples(made) if name == "kulkul_probe_failure_info"]


async def test_a_tcp_check_has_no_http_durations():
    made = exposition()
    made.observe(refused(url="tcp://lapor.badungkab.go.id:443"))
    shown = {name for name, _ in await samples(made)}
    assert "kulkul_probe_duration_seconds" in shown
    assert "kulkul_probe_http_duration_seconds" not in shown


async def test_probes_are_counted_by_outcome_and_every_outcome_is_there_from_the_start():
    made = exposition()
    assert await samples(made, "kulkul_probes_total") == {
        of_check("kulkul_probes_total", outcome=outcome): 0
        for outcome in ("ok", "failed", "blocked", "self_fault")
    }
    for result in (good(), refused(), refused()):
        made.observe(result)
    counts = await samples(made, "kulkul_probes_total")
    assert counts[of_check("kulkul_probes_total", outcome="ok")] == 1
    assert counts[of_check("kulkul_probes_total", outcome="failed")] == 2


async def test_before_the_first_result_a_check_shows_nothing_but_its_counts():
    assert await samples(exposition(), "kulkul_probe_") == {}


async def test_a_status_is_one_hot_and_a_new_service_is_unknown():
    made = exposition()
    shown = await samples(made, "kulkul_service_status")
    assert {labels[0][1]: hot for (_, labels), hot in shown.items()} == {
        "UP": 0,
        "DEGRADED": 0,
        "BLOCKED": 0,
        "DOWN": 0,
        "UNKNOWN": 1,
    }
    made.observe_service("lapor", Status.DOWN, {Status.UP: 60.5, Status.DOWN: 0.25})
    shown = await samples(made, "kulkul_service_status")
    assert [labels for (name, labels), hot in shown.items() if name == "kulkul_service_status" and hot] == [
        (("status", "DOWN"),)
    ]
    seconds = {labels[0][1]: n for (name, labels), n in shown.items() if name.endswith("_total")}
    assert seconds == {"UP": 60.5, "DEGRADED": 0, "BLOCKED": 0, "DOWN": 0.25, "UNKNOWN": 0}


async def test_maintenance_is_told_of_the_services_it_covers_and_of_no_others():
    made = exposition(service(), replace(service("pajak"), id="pajak"))

    async def maintained():
        text = (await made.render(openmetrics=False)).decode()
        return {
            sample.labels["service"]: (sample.value, sample.labels["agency"])
            for family in parse_text(text)
            for sample in family.samples
            if sample.name == "kulkul_service_maintenance"
        }

    off, on = (0, "badung-diskominfo"), (1, "badung-diskominfo")
    assert await maintained() == {"lapor": off, "pajak": off}
    made.observe_maintenance({"pajak", "not of the register"})
    made.observe_service("pajak", Status.DOWN, {Status.DOWN: 3.0})
    assert await maintained() == {"lapor": off, "pajak": on}
    assert (await samples(made, "kulkul_service_status"))[
        ("kulkul_service_status", (("status", "DOWN"),))
    ] == 1
    made.observe_maintenance({"lapor"})
    assert await maintained() == {"lapor": on, "pajak": off}
    made.remove("lapor")
    made.observe_maintenance(set())
    assert await maintained() == {"pajak": off}


async def test_an_incident_is_told_of_the_services_that_are_out_by_it_and_since_when():
    made = exposition(service(), replace(service("pajak"), id="pajak"))

    async def told():
        text = (await made.render(openmetrics=False)).decode()
        return {
            (sample.labels["service"], sample.labels.get("incident")): sample.value
            for family in parse_text(text)
            for sample in family.samples
            if sample.name.startswith("kulkul_incident_o")
        }

    assert await told() == {}
    later = member("pajak", T0 + 90 * MS)
    made.observe_incident(incident(member("lapor"), later))
    began = T0.timestamp()
    assert await told() == {
        ("lapor", "INC-2026-000123"): 1,
        ("lapor", None): began,
        ("pajak", "INC-2026-000123"): 1,
        ("pajak", None): began + 0.09,
    }
    made.observe_incident(incident(member("lapor", ended_at=AT), later))
    assert set(await told()) == {("pajak", "INC-2026-000123"), ("pajak", None)}
    made.observe_service("pajak", Status.DOWN, {Status.DOWN: 3.0})
    assert (await samples(made, "kulkul_service_status"))[
        ("kulkul_service_status", (("status", "DOWN"),))
    ] == 1


async def test_a_service_added_while_its_window_is_open_shows_that_at_once():
    made = Exposition("0.1.0")
    made.observe_maintenance({"lapor"})
    made.add(service(), DISKOMINFO, BADUNG)
    assert (await samples(made, "kulkul_service_maintenance")) == {("kulkul_service_maintenance", ()): 1}


async def test_a_change_of_the_register_renames_the_series_and_keeps_their_values():
    made = exposition()
    made.observe(good())
    made.observe_service("lapor", Status.UP, {Status.UP: 5})
    before = await samples(made)
    moved = Agency(id="badung-setda", name="Sekretariat", government_id="badung")
    made.add(service(name="Lapor!", agency=moved), moved, BADUNG)
    after = await samples(made)
    text = (await made.render(openmetrics=False)).decode()

    def but_info(shown):
        return {key: number for key, number in shown.items() if key[0] != "kulkul_service_info"}

    assert but_info(after) == but_info(before)
    assert 'agency="badung-diskominfo"' not in text
    assert text.count('name="Lapor!"') == 1
    assert 'name="Pengaduan"' not in text


async def test_the_info_series_says_who_owns_the_service():
    text = (await exposition().render(openmetrics=False)).decode()
    (info,) = [f for f in parse_text(text) if f.name == "kulkul_service_info"]
    assert info.samples[0].labels == {
        "service": "lapor",
        "agency": "badung-diskominfo",
        "name": "Pengaduan",
        "agency_name": "Dinas Komunikasi",
        "government": "badung",
        "government_name": "Pemerintah Kabupaten Badung",
        "category": "publik",
        "url": "https://lapor.badungkab.go.id/",
    }


async def test_a_check_that_left_its_service_takes_its_series_along():
    made = exposition(service("lapor", "lapor/2"))
    made.observe(good())
    made.observe(good("lapor/2"))
    assert 'check="lapor/2"' in (await made.render(openmetrics=False)).decode()
    made.add(service("lapor"), DISKOMINFO, BADUNG)
    made.observe(good("lapor/2"))
    shown = await samples(made)
    assert shown[of_check("kulkul_probe_success")] == 1
    assert 'check="lapor/2"' not in (await made.render(openmetrics=False)).decode()


async def test_a_removed_service_is_gone_and_late_results_do_not_bring_it_back():
    made = exposition()
    made.observe(good())
    made.observe_service("lapor", Status.UP, {})
    made.remove("lapor")
    made.observe(good())
    made.observe_service("lapor", Status.UP, {})
    made.remove("lapor")
    assert await samples(made) == {}


async def test_series_may_change_while_they_are_rendered():
    made = exposition()
    made.observe(good())
    text = b""
    async for block in made.blocks(openmetrics=True):
        text += block
        made.remove("lapor")
        made.add(service("lapor", "lapor/2"), DISKOMINFO, BADUNG)
    families = list(parse_openmetrics(text.decode()))
    assert any(family.name == "kulkul_probes" and family.samples for family in families)


async def test_lone_surrogates_do_not_break_the_exposition():
    made = exposition(service(name="rusak \ud800"))
    assert b'name="rusak ?"' in await made.render(openmetrics=True)


async def test_build_and_lanes_are_there_from_the_start():
    text = (await Exposition("1.2.3").render(openmetrics=False)).decode()
    assert 'kulkul_build_info{python="3.' in text
    assert 'version="1.2.3"' in text
    assert 'kulkul_probes_in_flight{lane="quick"} 0.0' in text
    assert 'kulkul_probes_in_flight{lane="slow"} 0.0' in text
    assert "_created" not in text


@pytest.mark.real
async def test_promtool_finds_nothing_to_say():
    promtool = shutil.which("promtool")
    if promtool is None:
        assert os.environ.get("KULKUL_REQUIRE_REAL") != "1", (
            "promtool is missing: install Debian's prometheus"
        )
        pytest.skip("promtool is missing")
    made = exposition()
    made.observe(good())
    made.observe_service("lapor", Status.UP, {Status.UP: 3})
    bare = await Exposition("0.1.0").render(openmetrics=False)
    seen = await made.render(openmetrics=False)
    made.observe(refused())
    for text in (bare, seen, await made.render(openmetrics=False)):
        process = await asyncio.create_subprocess_exec(
            promtool, "check", "metrics", stdin=PIPE, stdout=PIPE, stderr=STDOUT
        )
        said, _ = await process.communicate(text)
        assert (process.returncode, said) == (0, b"")
