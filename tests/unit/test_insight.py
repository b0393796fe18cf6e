"""What inspections see, as series."""

from __future__ import annotations

from dataclasses import replace

from prometheus_client.parser import text_string_to_metric_families

from monitor.core.registration.facts import Phase
from monitor.metrics import Exposition
from tests.domains import DAY, DELEGATION, DOMAIN, HOST, NOW, REGISTRATION, host_look


async def samples(exposition):
    """Return every sample about domains, hosts and findings: name and labels that are not empty → value."""
    text = (await exposition.render(openmetrics=False)).decode()
    return {
        (one.name.removeprefix("kulkul_"), *(value for value in one.labels.values() if value)): one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
        if one.name.startswith(("kulkul_domain", "kulkul_certificate", "kulkul_finding"))
    }


class TestDomains:
    async def test_a_registration_is_shown_with_its_end_and_phase(self):
        exposition = Exposition("0")
        exposition.insight.observe_registration(DOMAIN, REGISTRATION, answered=True, now=NOW)
        found = await samples(exposition)
        assert found["domain_expiry_timestamp_seconds", DOMAIN] == REGISTRATION.expires_at.timestamp()
        assert found["domain_lookup_success", DOMAIN] == 1
        assert found["domain_last_lookup_timestamp_seconds", DOMAIN] == REGISTRATION.looked_at.timestamp()
        phases = {key[1]: value for key, value in found.items() if key[0] == "domain_phase"}
        assert phases == {**dict.fromkeys(map(str, Phase), 0), "expiring": 1}

    async def test_a_phase_changes_with_time_alone(self):
        exposition = Exposition("0")
        exposition.insight.observe_registration(DOMAIN, REGISTRATION, answered=True, now=NOW)
        exposition.insight.refresh(NOW + 10 * DAY)
        found = await samples(exposition)
        assert (found["domain_phase", "expired", DOMAIN], found["domain_phase", "expiring", DOMAIN]) == (1, 0)

    async def test_a_lookup_that_failed_keeps_what_was_known(self):
        exposition = Exposition("0")
        exposition.insight.observe_registration(DOMAIN, REGISTRATION, answered=False, now=NOW)
        found = await samples(exposition)
        assert found["domain_lookup_success", DOMAIN] == 0
        assert found["domain_expiry_timestamp_seconds", DOMAIN] == REGISTRATION.expires_at.timestamp()

    async def test_a_domain_never_looked_up_with_success_is_unknown_and_has_no_end(self):
        exposition = Exposition("0")
        exposition.insight.observe_registration(DOMAIN, None, answered=False, now=NOW)
        found = await samples(exposition)
        assert found["domain_phase", "unknown", DOMAIN] == 1
        assert ("domain_expiry_timestamp_seconds", DOMAIN) not in found

    async def test_a_delegation_alone_claims_nothing_of_the_registration(self):
        exposition = Exposition("0")
        exposition.insight.observe_delegation(DOMAIN, DELEGATION, now=NOW)
        found = await samples(exposition)
        assert (found["domain_lameness", "partial", DOMAIN], found["domain_lameness", "none", DOMAIN]) == (
            1,
            0,
        )
        assert found["domain_dnssec", "broken", DOMAIN] == 1
        assert not any(name in ("domain_phase", "domain_lookup_success") for name, *_ in found)


class TestHosts:
    async def test_a_certificate_is_shown_also_after_it_expired(self):
        exposition = Exposition("0")
        expired = NOW - DAY
        exposition.insight.observe_host(HOST, host_look(expired), whole=True)
        found = await samples(exposition)
        assert found["certificate_expiry_timestamp_seconds", HOST] == expired.timestamp()
        assert found["certificate_chain_expiry_timestamp_seconds", HOST] == expired.timestamp()
        assert found["certificate_look_success", HOST] == 1

    async def test_of_several_addresses_the_earliest_end_counts(self):
        exposition = Exposition("0")
        one, other = host_look(NOW + 9 * DAY), host_look(NOW + 3 * DAY)
        both = replace(one, addresses=(*one.addresses, *other.addresses))
        exposition.insight.observe_host(HOST, both, whole=True)
        found = await samples(exposition)
        assert found["certificate_expiry_timestamp_seconds", HOST] == (NOW + 3 * DAY).timestamp()

    async def test_a_host_that_showed_nothing_has_no_end(self):
        exposition = Exposition("0")
        exposition.insight.observe_host(HOST, None, whole=False)
        assert await samples(exposition) == {("certificate_look_success", HOST): 0}


class TestFindings:
    async def test_open_ones_are_shown_by_what_they_are_about(self):
        exposition = Exposition("0")
        counts = [
            (("domain_expiring", "moderate", DOMAIN, "", "", "false"), 2),
            (("hsts_missing", "info", DOMAIN, HOST, "", "true"), 1),
        ]
        exposition.insight.observe_findings(counts)
        assert await samples(exposition) == {
            ("finding_open", "domain_expiring", "moderate", DOMAIN, "false"): 2,
            ("finding_open", "hsts_missing", "info", DOMAIN, HOST, "true"): 1,
        }
        exposition.insight.observe_findings(counts[1:])
        assert list(await samples(exposition)) == [
            ("finding_open", "hsts_missing", "info", DOMAIN, HOST, "true")
        ]


async def test_what_left_the_register_goes():
    exposition = Exposition("0")
    exposition.insight.observe_registration(DOMAIN, REGISTRATION, answered=True, now=NOW)
    exposition.insight.observe_host(HOST, host_look(), whole=True)
    exposition.insight.keep_only({DOMAIN}, {HOST})
    assert len(await samples(exposition)) > 3
    exposition.insight.keep_only(set(), set())
    assert await samples(exposition) == {}
