"""The demo's daemon: what it makes of the town's domains, and what is left of that after a `kill -9`."""

import json
import signal
import subprocess
from datetime import timedelta

import pytest

from monitor.core.status import Status
from monitor.demo.domains import DOMAINS
from tests.processes import KULKUL, Scrape, get, running, wait_until
from tests.town import DEMO, page_of

PROMISED = {one.name: (one.phase.value, one.lameness.value, one.dnssec.value) for one in DOMAINS}
EXPIRING = next(one for one in DOMAINS if one.phase == "expiring")
BROKEN = next(one for one in DOMAINS if one.lookup_broken)


def held(scrape, metric, label):
    """Return for each domain what a metric holds to be true of it."""
    return {labels["domain"]: labels[label] for labels, value in scrape.series(metric) if value == 1}


def known(page):
    scrape = Scrape(page)
    phases = held(scrape, "kulkul_domain_phase", "phase")
    lameness = held(scrape, "kulkul_domain_lameness", "lameness")
    dnssec = held(scrape, "kulkul_domain_dnssec", "dnssec")
    return {name: (phases.get(name), lameness.get(name), dnssec.get(name)) for name in PROMISED}


def rules(scrape, domain):
    """Return the rules of the registration and the delegation by which something of a domain is found."""
    every = {rule for one in DOMAINS for rule in one.rules}
    found = {labels["rule"] for labels, _ in scrape.series("kulkul_finding_open", domain=domain)}
    return found & every


def told(folder, *arguments):
    command = (*KULKUL, *arguments, "--config", str(folder / "kulkul.yml"), "--json")
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """A demo whose domains have been looked at: its page, its folder and its process."""
    folder = tmp_path_factory.mktemp("demo")
    with running((*DEMO, "--no-table", "--folder", str(folder)), folder) as process:
        page = page_of(process)

        def looked_at():
            process.alive()
            return known(page) == PROMISED

        wait_until("every domain comes to what the town promises", looked_at)
        wait_until(
            "the findings are shown",
            lambda: all(rules(Scrape(page), one.name) == one.rules for one in DOMAINS),
        )
        yield page, folder, process


class TestWhatIsSeen:
    def test_a_lookup_that_fails_is_unknown_without_an_expiry_and_changes_no_status(self, town):
        page, folder, _ = town
        scrape = Scrape(page)
        assert scrape.value("kulkul_domain_lookup_success", domain=BROKEN.name) == 0
        assert not scrape.series("kulkul_domain_expiry_timestamp_seconds", domain=BROKEN.name)
        services = [one["service"] for one in told(folder, "domain", BROKEN.name)["services"]]
        statuses = scrape.statuses()
        assert [statuses[one] for one in services] == [Status.UP.value]

    def test_the_expiry_is_that_of_the_registry(self, town):
        page, folder, _ = town
        left = told(folder, "domain", EXPIRING.name)["registration"]["days_left"]
        assert left in (EXPIRING.expires_in // timedelta(days=1), EXPIRING.expires_in.days - 1)
        assert Scrape(page).value("kulkul_domain_lookup_success", domain=EXPIRING.name) == 1

    def test_a_certificate_about_to_expire_is_one_finding_of_its_domain(self, town):
        _, folder, _ = town
        (found,) = wait_until(
            "the certificate is looked at", lambda: told(folder, "findings", "--rule", "certificate_expiring")
        )
        assert (found["domain"], found["severity"]) == ("demoprov.go.id", "severe")
        assert found["services"] == ["pengaduan"]
        assert "6 hari lagi" in found["title"]["id"]

    def test_the_pages_show_every_domain(self, town):
        page, _, _ = town
        listed = get(f"{page}domains", Accept="text/html")
        for one in DOMAINS:
            assert f"/domains/{one.name}" in listed
            assert f"<h1>{one.name}</h1>" in get(f"{page}domains/{one.name}", Accept="text/html")


def test_findings_outlive_a_kill_and_are_not_found_twice(town):
    _, folder, process = town
    before = {one["finding"]: one["rule"] for one in told(folder, "findings")}
    process.end(signal.SIGKILL)
    after = {one["finding"]: one["rule"] for one in told(folder, "findings")}
    assert before.items() <= after.items()
    identities = [
        (one["rule"], one["subject"]["name"], one["key"]) for one in told(folder, "findings", "--accepted")
    ]
    assert len(identities) == len(set(identities))
