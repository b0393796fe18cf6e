"""The register is taken over while the daemon runs, by its difference, and only when it is whole."""

import re
import signal

import pytest

from tests.processes import wait_until

pytestmark = pytest.mark.real

SUCCESS = "kulkul_register_last_reload_success"
LOADED_AT = "kulkul_register_last_reload_timestamp_seconds"


def phase(scrape, service):
    """The moment within the second (the interval) at which a service is probed."""
    return scrape.value("kulkul_probe_last_timestamp_seconds", service=service) % 1.0


def test_a_changed_file_brings_a_new_service_and_leaves_the_others_alone(station, start):
    daemon = start()
    station.wait_for(good="UP", dead="DOWN")
    before = station.scrape()
    station.write(good=station.good, dead=station.dead, new=station.good)
    seen = []

    def arrived():
        scrape = station.scrape()
        seen.append(scrape.statuses())
        return scrape.statuses().get("new") == "UP" and scrape

    after = wait_until("the new service is UP", arrived)
    assert all((one["good"], one["dead"]) == ("UP", "DOWN") for one in seen)
    for service in ("good", "dead"):
        assert after.value("kulkul_probes_total", service=service) > before.value(
            "kulkul_probes_total", service=service
        )
    drift = abs(phase(after, "good") - phase(before, "good"))
    assert min(drift, 1 - drift) < 0.4, "the check keeps its phase"
    assert daemon.end() == 0
    changes = station.rows(
        'SELECT check_id, count(*) FROM "transition" JOIN check_key USING (check_no) GROUP BY 1 ORDER BY 1'
    )
    assert changes == [("dead", 1), ("good", 1), ("new", 1)]


def test_sighup_reads_the_register_again(station, start):
    daemon = start()
    loaded_at = station.scrape().value(LOADED_AT)
    assert loaded_at > 0
    daemon.send(signal.SIGHUP)  # no file has changed: nothing else would make it look
    wait_until("the register is read again", lambda: station.scrape().value(LOADED_AT) > loaded_at)
    assert station.scrape().value(SUCCESS) == 1
    daemon.alive()


def test_a_removed_service_takes_its_series_along(station, start):
    start()
    station.wait_for(good="UP", dead="DOWN")
    station.write(good=station.good)
    wait_until("the service is gone", lambda: set(station.statuses()) == {"good"})
    assert [one for one in station.scrape().samples if one.labels.get("service") == "dead"] == []


def test_a_broken_file_changes_nothing_and_says_where_it_is_broken(station, start):
    daemon = start()
    station.wait_for(good="UP", dead="DOWN")
    whole = station.services.read_text()
    station.services.write_text(
        whole.replace(f"'{station.dead}'", "'ftp://berkas.example/'")
        + "  - {id: good, name: Kembar, agency: kominfo, url: 'http://a.example/'}\n"
    )
    broken = wait_until("the file is refused", lambda: (one := station.scrape()).value(SUCCESS) == 0 and one)
    assert broken.statuses() == {"good": "UP", "dead": "DOWN"}
    places = re.findall(rf"^{re.escape(str(station.services))}:(\d+):\d+: (.+)$", daemon.stderr, re.MULTILINE)
    assert [line for line, _ in places] == ["6", "7"], daemon.stderr
    assert "scheme should be http or https" in places[0][1]
    assert "the one before stays in force" in daemon.stderr

    probed = broken.value("kulkul_probes_total", service="dead")
    wait_until(
        "probing goes on", lambda: station.scrape().value("kulkul_probes_total", service="dead") > probed
    )
    station.services.write_text(whole)
    mended = wait_until(
        "the mended file is taken", lambda: (one := station.scrape()).value(SUCCESS) == 1 and one
    )
    assert mended.statuses() == {"good": "UP", "dead": "DOWN"}
    assert daemon.end() == 0
