"""What the register inspection finds of owners, regions and shared hosts, and what it leaves alone."""

from __future__ import annotations

import pytest

from monitor.core.finding import FindingSeverity, Subject, SubjectKind, diff
from monitor.core.naming.belonging import Belonging, belonging
from monitor.core.service import (
    CheckKind,
    DnsTarget,
    Government,
    Level,
    Network,
)
from monitor.inspections.register import judge_register
from monitor.registry.domains import read_host
from tests.registered import (
    GOOD,
    HTTP,
    NOW,
    OFF,
    REGION,
    SHARED,
    found,
    on_record,
    only,
    registry,
    said,
    service,
    tcp,
)


def test_a_service_in_order_opens_nothing():
    assert not found(service("jdih", GOOD))


class TestOffTheGovernmentsDomain:
    @pytest.mark.parametrize(
        "host",
        ["antrean.rsudcontoh.com", "layanan-badung.id", "badung.co.id", "x.web.id", "baliprov.go.id.com"],
    )
    def test_a_government_service_elsewhere_is_seen(self, host):
        one = only(service("antrean", f"https://{host}/", agency="dinkes"))
        assert (one.identity.rule, one.severity) == (OFF, FindingSeverity.MODERATE)
        assert one.identity.subject == Subject(SubjectKind.SERVICE, "antrean")
        assert one.places == {"antrean"}
        assert one.evidence["hosts"] == [host]

    @pytest.mark.parametrize("agency", ["ungasan", "setkab"])
    def test_so_is_that_of_a_village_or_ministry(self, agency):
        assert set(found(service("situs", "https://contoh.com/", agency=agency))) == {OFF}

    @pytest.mark.parametrize(
        "host",
        [
            "ungasan.desa.id",
            "ungasan.desa.kemendesa.go.id",
            "sman1kuta.sch.id",
            "stikes-contoh.ac.id",
            "alhidayah.ponpes.id",
            "play.google.com",
            "apps.apple.com",
            "lapor.setkab.go.id",
            "sp4n.menpan.go.id",
            "kpu-badung.go.id",
        ],
    )
    def test_names_that_such_institutions_are_given_are_not(self, host):
        assert not found(service("situs", f"https://{host}/"))

    @pytest.mark.parametrize("agency", ["perumda", "bank", "air"])
    def test_enterprises_may_use_any_domain(self, agency):
        assert not found(service("tagihan", "https://perumdacontoh.co.id/", agency=agency))

    def test_so_may_a_service_that_is_marked_as_an_enterprises(self):
        assert not found(service("tagihan", "https://contoh.co.id/", tags=frozenset({"BUMD"})))

    def test_a_word_that_only_sounds_like_an_enterprise_excuses_nothing(self):
        assert OFF in found(service("bank-data", "https://bankdata.id/"))

    def test_a_service_for_the_staff_is_not_for_the_public_to_tell(self):
        assert not found(service("simpeg", "https://simpeg.example-vendor.com/", network=Network.INTERNAL))


class TestRegions:
    def test_a_host_of_another_region_contradicts(self):
        one = only(service("jdih", "https://jdih.denpasarkota.go.id/", agency="dinkes"))
        assert (one.identity.rule, one.severity, one.places) == (REGION, FindingSeverity.MODERATE, {"jdih"})
        assert one.evidence["regions_id"] == ["Kota Denpasar"]
        assert one.evidence["regions_en"] == ["Denpasar City"]
        assert "Dinas Kesehatan (Pemerintah Kabupaten Badung)" in said(one).problem.en
        of_itself = only(service("jdih", "https://jdih.denpasarkota.go.id/"))
        assert of_itself.evidence["run_by"] == "Pemerintah Kabupaten Badung"

    @pytest.mark.parametrize(
        ("agency", "host"),
        [("badung", "balisatudata.baliprov.go.id"), ("bali", "sita.badungkab.go.id")],
    )
    def test_within_one_province_it_may_be_on_purpose_and_is_minor(self, agency, host):
        one = only(service("satudata", f"https://{host}/", agency=agency))
        assert (one.identity.rule, one.severity) == (REGION, FindingSeverity.MINOR)

    def test_the_worse_of_two_hosts_decides(self):
        urls = ("https://a.baliprov.go.id/", "https://a.denpasarkota.go.id/")
        one = only(service("satudata", *urls))
        assert one.severity is FindingSeverity.MODERATE
        assert one.evidence["regions_en"] == ["Bali Province", "Denpasar City"]

    @pytest.mark.parametrize(
        ("agency", "host"),
        [
            ("ungasan", "desaungasan.badungkab.go.id"),
            ("ungasan", "ungasan.baliprov.go.id"),
            ("badung", "lebih.badungkab.go.id"),
            ("badung", "dprd-badungkab.go.id"),
            ("badung", "srikandi.arsip.go.id"),
            ("badung", "pn-denpasar.go.id"),
            ("setkab", "lapor.badungkab.go.id"),
        ],
    )
    def test_villages_councils_and_the_services_of_the_state_are_left_alone(self, agency, host):
        assert REGION not in found(service("situs", f"https://{host}/", agency=agency))

    def test_the_council_of_another_region_contradicts(self):
        assert set(found(service("dprd", "https://dprd-denpasarkota.go.id/"))) == {REGION}

    def test_what_cannot_be_compared_opens_and_closes_nothing(self):
        judged = judge_register(registry(service("air", "https://badungkab.go.id/", agency="air")), NOW)
        assert not judged.seen
        assert "air" not in judged.covered[REGION]
        assert "air" in judged.covered[HTTP]

    @pytest.mark.parametrize(
        ("host", "name", "level", "code", "expected"),
        [
            ("badungkab.go.id", "Pemerintah Kabupaten Badung", Level.OTHER, None, Belonging.OWN),
            ("badungkab.go.id", "Pemkab Badung", Level.OTHER, None, Belonging.OWN),
            ("badungkab.go.id", "Pemerintah Kabupaten Tabanan", Level.OTHER, None, Belonging.OTHER),
            ("badungkab.go.id", "Pemprov Bali", Level.OTHER, None, Belonging.RELATED),
            ("badungkab.go.id", "Dinas Contoh", Level.OTHER, "51.03", Belonging.OWN),
            ("badungkab.go.id", "Dinas Contoh", Level.OTHER, None, Belonging.UNKNOWN),
            ("badungkab.go.id", "Kecamatan Kuta", Level.OTHER, "51.03.01", Belonging.OWN),
            ("badungkab.go.id", "Pemerintah Desa Contoh", Level.VILLAGE, None, Belonging.UNKNOWN),
            ("demoprov.go.id", "Pemerintah Provinsi Demo", Level.PROVINCE, None, Belonging.OWN),
            ("demoprov.go.id", "Pemerintah Kabupaten Contoh", Level.REGENCY, None, Belonging.UNKNOWN),
            ("jabarprov.go.id", "Pemerintah Provinsi Jawa Barat", Level.PROVINCE, "32", Belonging.UNKNOWN),
            ("bogorkab.go.id", "Pemerintah Kota Bogor", Level.CITY, "32.71", Belonging.OTHER),
            ("kota-bogor.go.id", "Pemerintah Kota Bogor", Level.CITY, "32.71", Belonging.OWN),
            ("bogorkab.go.id", "Pemerintah Kabupaten Badung", Level.REGENCY, "51.03", Belonging.OTHER),
            ("dprd-xyz.go.id", "Pemerintah Kabupaten Badung", Level.REGENCY, "51.03", Belonging.UNKNOWN),
            ("badungkab.go.id", "Kementerian Contoh", Level.CENTRAL, None, Belonging.NO_CLAIM),
            ("bps.go.id", "Pemerintah Kabupaten Badung", Level.REGENCY, "51.03", Belonging.NO_CLAIM),
        ],
    )
    def test_codes_decide_and_names_help_out(self, host, name, level, code, expected):
        government = Government(id="x", name=name, level=level, region_code=code)
        assert belonging(read_host(host), government) is expected


class TestSharedHosts:
    def test_several_services_of_one_agency_are_worth_knowing(self):
        one = only(service("a", GOOD), service("b", f"{GOOD}b"))
        assert (one.identity.rule, one.severity) == (SHARED, FindingSeverity.INFO)
        assert one.identity.subject == Subject(SubjectKind.HOST, "jdih.badungkab.go.id")
        assert one.places == {"jdih.badungkab.go.id"}
        assert one.evidence["services"] == ["Layanan a", "Layanan b"]
        assert one.evidence["count"] == 2

    def test_of_several_agencies_they_are_minor(self):
        one = only(service("a", GOOD, agency="dinkes"), service("b", f"{GOOD}b", agency="disdik"))
        assert one.severity is FindingSeverity.MINOR
        assert one.evidence["agencies"] == ["Dinas Kesehatan", "Dinas Pendidikan"]

    def test_so_are_those_that_are_only_checked_and_have_no_address(self):
        checks = [tcp("mail.denpasarkota.go.id")]
        seen = found(service("a", checks=checks), service("b", checks=checks))
        assert {rule: len(each) for rule, each in seen.items()} == {SHARED: 1, REGION: 2}

    def test_two_addresses_of_one_service_are_one(self):
        assert not found(service("a", GOOD, f"{GOOD}b"))

    def test_an_app_store_is_nobodys_host(self):
        store = "https://play.google.com/store/apps/details?id=id.go.badungkab"
        assert not found(service("a", f"{store}.a"), service("b", f"{store}.b"))

    def test_asking_a_name_server_for_a_name_is_not_sharing_its_host(self):
        asking = CheckKind.DNS, DnsTarget(name="jdih.badungkab.go.id", server="10.0.0.53")
        assert not found(service("a", GOOD), service("dns", checks=[asking]))

    def test_it_closes_when_one_service_is_left_or_none(self):
        both = judge_register(registry(service("a", GOOD), service("b", f"{GOOD}b")), NOW)
        one_left = judge_register(registry(service("a", GOOD)), NOW, both.facts)
        none_left = judge_register(registry(service("a", "https://a.badungkab.go.id/")), NOW, both.facts)
        for after in (one_left, none_left):
            assert [one.identity.rule for one in diff(on_record(both), after).closed] == [SHARED]
