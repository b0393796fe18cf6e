"""What the register inspection finds, and what it must leave alone."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.finding import Finding, FindingSeverity, Subject, SubjectKind, diff
from monitor.core.hostname import HostClass
from monitor.core.naming.belonging import Belonging, belonging
from monitor.core.naming.census import Census, census_of, facts_json
from monitor.core.rulebook import RULES
from monitor.core.rulebook import register as rules
from monitor.core.rulebook.telling import tell
from monitor.core.service import (
    Agency,
    Check,
    CheckKind,
    DnsTarget,
    Government,
    HttpRequest,
    HttpTarget,
    Level,
    Network,
    Registry,
    Service,
    TcpTarget,
)
from monitor.inspections.register import RegisterInspection, judge_register
from monitor.registry import load_registry
from monitor.registry.domains import read_host
from monitor.registry.references import shipped_references
from monitor.settings import load_settings

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
WITA = ZoneInfo("Asia/Makassar")
CONFIG = Path(__file__).parents[2] / "config"

OFF, REGION, SHARED = rules.OFF_GOVERNMENT_DOMAIN.id, rules.REGION_MISMATCH.id, rules.HOST_SHARED.id
RAW, INSIDE, UNUSABLE = rules.RAW_ADDRESS.id, rules.INTERNAL_ADDRESS.id, rules.HOST_UNUSABLE.id
HTTP, HOLDER = rules.PLAIN_HTTP.id, rules.HOLDER_MISSING.id

BALI = Government(id="bali", name="Pemerintah Provinsi Bali", level=Level.PROVINCE, region_code="51")
BADUNG = Government(id="badung", name="Pemerintah Kabupaten Badung", level=Level.REGENCY, region_code="51.03")
DENPASAR = Government(id="denpasar", name="Pemerintah Kota Denpasar", level=Level.CITY, region_code="51.71")
UNGASAN = Government(
    id="ungasan", name="Pemerintah Desa Ungasan", level=Level.VILLAGE, region_code="51.03.05.2003"
)
CABINET = Government(id="setkab", name="Sekretariat Kabinet", level=Level.CENTRAL)
WATER = Government(id="air", name="Perumda Air Minum Tirta Contoh")
GOVERNMENTS = (BALI, BADUNG, DENPASAR, UNGASAN, CABINET, WATER)
AGENCIES = [
    *(Agency(id=one.id, name=one.name, government_id=one.id) for one in GOVERNMENTS),
    Agency(id="dinkes", name="Dinas Kesehatan", government_id="badung"),
    Agency(id="disdik", name="Dinas Pendidikan", government_id="badung"),
    Agency(id="perumda", name="Perumda Pasar dan Pangan", government_id="badung"),
    Agency(id="bank", name="PT Bank Contoh", government_id="badung"),
]


def service(id_, *urls, agency="badung", checks=(), holder="Diskominfo", **more):
    targets = [(CheckKind.HTTP, HttpTarget(request=HttpRequest(url=url))) for url in urls] + list(checks)
    return Service(
        id=id_,
        name=f"Layanan {id_}",
        agency_id=agency,
        urls=urls,
        checks=tuple(
            Check(id=f"{id_}/{number}", service_id=id_, kind=kind, target=target)
            for number, (kind, target) in enumerate(targets, start=1)
        ),
        domain_holder=holder,
        **more,
    )


def registry(*services, governments=GOVERNMENTS):
    return Registry(
        governments={one.id: one for one in governments},
        agencies={one.id: one for one in AGENCIES},
        services={one.id: one for one in services},
        version="0",
    )


def found(*services):
    """Return what is seen of each rule, by rule."""
    by_rule = {}
    for one in judge_register(registry(*services), NOW).seen:
        by_rule.setdefault(one.identity.rule, []).append(one)
    return by_rule


def only(*services):
    """Return the one thing that is seen."""
    (one,) = judge_register(registry(*services), NOW).seen
    return one


def tcp(host, port=25):
    return CheckKind.TCP, TcpTarget(host=host, port=port)


GOOD = "https://jdih.badungkab.go.id/"


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


class TestAddresses:
    @pytest.mark.parametrize(
        ("address", "shown"), [("192.166.172.2", "192.166.172.2"), ("[2001:4860::8]", "2001:4860::8")]
    )
    def test_a_public_address_instead_of_a_name_is_seen(self, address, shown):
        one = only(service("sikda", f"https://{address}/sikda"))
        assert (one.identity.rule, one.severity) == (RAW, FindingSeverity.MODERATE)
        assert one.evidence["addresses"] == [shown]

    @pytest.mark.parametrize("host", ["10.20.30.40:8080", "[fd00::1]", "localhost", "simpus.local", "simpus"])
    def test_a_public_service_inside_a_network_is_seen(self, host):
        one = only(service("simpus", f"https://{host}/epus"))
        assert (one.identity.rule, one.severity) == (INSIDE, FindingSeverity.MODERATE)

    @pytest.mark.parametrize("host", ["10.20.30.40:8080", "simpus.local", "203.0.113.9"])
    def test_a_service_for_the_staff_may_be_there(self, host):
        assert not found(service("simpus", f"http://{host}/epus", network=Network.INTERNAL))

    def test_a_check_of_a_public_service_inside_a_network_is_seen(self):
        one = only(service("surel", GOOD, checks=[tcp("192.168.1.10")]))
        assert one.identity.rule == INSIDE
        assert one.evidence["addresses"] == ["192.168.1.10"]

    def test_a_check_at_a_public_address_beside_a_named_one_is_not(self):
        assert not found(service("surel", GOOD, checks=[tcp("202.146.132.7")]))


class TestNamesThatCannotBeRight:
    @pytest.mark.parametrize(
        ("host", "meant"),
        [
            ("ppdb.badungkab.go.idppdb", "ppdb.badungkab.go.id"),
            ("badungkab.go.od", "badungkab.go.id"),
            ("jdih.badungkb.go.od", "jdih.badungkab.go.id"),
        ],
    )
    def test_they_are_seen_with_what_was_meant(self, host, meant):
        one = only(service("jdih", GOOD), service("ppdb", f"https://{host}/"))
        assert (one.identity.rule, one.identity.key, one.places) == (UNUSABLE, host, {"ppdb"})
        assert one.evidence["suggestion"] == meant
        assert meant in said(one).remedy.id
        assert meant in said(one).remedy.en

    def test_without_anything_near_nothing_is_suggested(self):
        one = only(service("ppdb", "https://202.146.132.go/"))
        assert one.evidence["suggestion"] == ""
        assert said(one).remedy.en.startswith("Whoever keeps")

    def test_a_bare_ending_is_one(self):
        assert only(service("ppdb", "https://go.id/")).identity.rule == UNUSABLE

    def test_a_mended_name_closes_what_was_wrong_with_the_old_one(self):
        wrong = judge_register(registry(service("ppdb", "https://badungkab.go.od/")), NOW)
        mended = judge_register(registry(service("ppdb", "https://badungkab.go.id/")), NOW, wrong.facts)
        difference = diff(on_record(wrong), mended)
        assert [one.identity.rule for one in difference.closed] == [UNUSABLE]
        assert not difference.opened

    def test_many_wrong_names_are_all_seen_though_not_all_get_a_suggestion(self):
        wrong = [service(f"s{number}", f"https://s{number}.badungkab.go.od/") for number in range(30)]
        seen = found(*wrong)[UNUSABLE]
        assert len(seen) == 30
        assert sum(bool(one.evidence["suggestion"]) for one in seen) == 20


class TestPlainHttp:
    def test_an_address_without_encryption_is_seen(self):
        one = only(service("jdih", "http://jdih.badungkab.go.id/cari?q=rahasia"))
        assert (one.identity.rule, one.severity) == (HTTP, FindingSeverity.INFO)
        assert one.evidence["urls"] == ["http://jdih.badungkab.go.id/cari"]

    def test_one_that_is_also_registered_encrypted_is_not(self):
        assert not found(service("jdih", "http://jdih.badungkab.go.id/", GOOD))

    def test_encryption_at_another_host_does_not_help(self):
        assert set(found(service("jdih", "http://www.badungkab.go.id/", GOOD))) == {HTTP}

    def test_a_service_for_the_staff_is_left_alone(self):
        assert not found(service("jdih", "http://jdih.badungkab.go.id/", network=Network.INTERNAL))


class TestHolders:
    def test_a_government_service_without_one_is_seen(self):
        one = only(service("jdih", GOOD, holder=None))
        assert (one.identity.rule, one.severity) == (HOLDER, FindingSeverity.INFO)
        assert str(one.identity.subject) == "domain:badungkab.go.id"
        assert one.places == {"badungkab.go.id"}

    def test_a_domain_is_asked_for_once_however_many_services_use_it(self):
        other = service("lapor", "https://lapor.badungkab.go.id/", holder=None)
        one = only(service("jdih", GOOD, holder=None), other)
        assert one.evidence["services"] == ["Layanan jdih", "Layanan lapor"]

    def test_one_service_that_names_the_holder_answers_for_the_domain(self):
        other = service("lapor", "https://lapor.badungkab.go.id/", holder="Diskominfo")
        assert HOLDER not in found(service("jdih", GOOD, holder=None), other)

    @pytest.mark.parametrize(
        "host", ["play.google.com", "lapor.setkab.go.id", "pn-denpasar.go.id", "ungasan.desa.kemendesa.go.id"]
    )
    def test_where_the_holder_is_plainly_another_none_is_asked_for(self, host):
        assert not found(service("jdih", f"https://{host}/", holder=None))

    def test_an_address_has_none(self):
        assert HOLDER not in found(service("jdih", "https://202.146.132.7/", holder=None))

    def test_an_enterprise_need_not_say(self):
        assert not found(service("air", "https://perumda.badungkab.go.id/", agency="perumda", holder=None))


class TestTheWholeRegister:
    def test_every_rule_covers_every_place_it_looked_at(self):
        judged = judge_register(
            registry(service("a", GOOD), service("surel", checks=[tcp("mail.badungkab.go.id")])), NOW
        )
        assert set(judged.covered) == {rule.id for rule in rules.RULES}
        assert judged.covered[SHARED] == {"jdih.badungkab.go.id", "mail.badungkab.go.id"}
        for rule in rules.RULES:
            if rule.subject is SubjectKind.SERVICE:
                assert judged.covered[rule.id] == {"a", "surel"}

    def test_what_left_the_register_closes_with_the_next_look(self):
        before = judge_register(registry(service("a", "http://a.badungkab.go.id/", holder=None)), NOW)
        after = judge_register(registry(), NOW + timedelta(hours=1), before.facts)
        assert {one.identity.rule for one in diff(on_record(before), after).closed} == {HTTP, HOLDER}

    def test_each_thing_is_seen_once(self):
        judged = judge_register(starter(), NOW)
        identities = [one.identity for one in judged.seen]
        assert len(identities) == len(set(identities))

    def test_the_starter_register_contradicts_itself_nowhere(self):
        judged = judge_register(starter(), NOW)
        assert {one.identity.rule for one in judged.seen} == {HOLDER, HTTP, SHARED}
        shared = {
            one.identity.subject.name: one.severity for one in judged.seen if one.identity.rule == SHARED
        }
        assert shared == {
            "dpmptsp.gianyarkab.go.id": FindingSeverity.INFO,
            "e-pajak.denpasarkota.go.id": FindingSeverity.INFO,
            "gplan.gianyarkab.go.id": FindingSeverity.INFO,
            "pelayanan.denpasarkota.go.id": FindingSeverity.INFO,
            "perijinan.denpasarkota.go.id": FindingSeverity.INFO,
            "sipoint.denpasarkota.go.id": FindingSeverity.INFO,
            "smartcity.denpasarkota.go.id": FindingSeverity.MINOR,
        }
        assert judged.facts["classes"] == {"provinsi": 21, "kabupaten": 75, "kota": 52}

    def test_its_facts_and_evidence_are_json(self):
        judged = judge_register(registry(*AWKWARD), NOW)
        assert json.loads(json.dumps(judged.facts)) == judged.facts
        for one in judged.seen:
            assert json.loads(json.dumps(one.evidence)) == one.evidence


AWKWARD = (
    service("luar", "https://antrean.rsudcontoh.com/", agency="dinkes", holder=None),
    service("wilayah", "https://jdih.denpasarkota.go.id/"),
    service("bersama-1", GOOD, agency="dinkes"),
    service("bersama-2", f"{GOOD}2", agency="disdik"),
    service("alamat", "https://202.146.132.7/"),
    service("dalam", "https://10.20.30.40:8080/"),
    service("keliru", "https://badungkab.go.idsidasi/"),
    service("tanpa", "http://www.badungkab.go.id/"),
    service("bukan", "https://xyzzy.qqq/"),
    service("dewan", "https://dprd-denpasarkota.go.id/"),
)
"""A service for every rule."""


def on_record(judged):
    return [
        Finding(
            number=number,
            identity=one.identity,
            domain=one.identity.subject.name,
            severity=one.severity,
            places=one.places,
            evidence=one.evidence,
            first_seen_at=judged.at,
            last_seen_at=judged.at,
        )
        for number, one in enumerate(judged.seen, start=1)
    ]


def starter():
    settings = load_settings(CONFIG / "kulkul.yml")
    return load_registry(settings.register, settings)


def said(one):
    return tell(RULES[one.identity.rule], one.identity, one.places, one.evidence, WITA, NOW)


class TestWords:
    def test_every_rule_is_told_without_gaps_in_both_languages(self):
        seen = judge_register(registry(*AWKWARD), NOW).seen
        assert {one.identity.rule for one in seen} == {rule.id for rule in rules.RULES}
        for one in seen:
            told = said(one)
            for text in (told.title, told.problem, told.remedy):
                for language, gap in ((text.id, "tidak diketahui"), (text.en, "not known")):
                    assert language
                    assert gap not in language
                    assert "{" not in language
            assert told.problem.id.endswith(".")
            assert told.remedy.en.endswith(".")

    def test_a_finding_names_service_agency_and_place(self):
        told = said(only(service("antrean", "https://antrean.rsudcontoh.com/", agency="dinkes")))
        for text in (told.problem.id, told.problem.en):
            for word in ("Layanan antrean", "Dinas Kesehatan", "antrean.rsudcontoh.com"):
                assert word in text

    def test_every_reference_ships_with_the_program(self):
        assert {key for rule in rules.RULES for key in rule.references} <= shipped_references().keys()


class TestTheInspection:
    async def test_it_has_one_target_once_it_follows_a_register(self):
        inspection = RegisterInspection()
        assert not list(inspection.targets())
        nothing = await inspection.inspect("register", None, NOW)
        assert nothing.failure is not None
        assert (nothing.facts, nothing.covered) == (None, {})
        inspection.follow(registry(*AWKWARD))
        assert list(inspection.targets()) == [inspection.name] == ["register"]
        assert [inspection.urgent(), inspection.urgent()] == [{"register"}, set()]
        assert await inspection.inspect("register", None, NOW) == judge_register(registry(*AWKWARD), NOW)
        await inspection.close()

    async def test_it_judges_the_register_that_it_was_given_last(self):
        inspection = RegisterInspection()
        inspection.follow(registry(service("a", "http://a.badungkab.go.id/")))
        before = await inspection.inspect("register", None, NOW)
        inspection.follow(registry(service("a", "https://a.badungkab.go.id/")))
        after = await inspection.inspect("register", before.facts, NOW)
        assert [one.identity.rule for one in diff(on_record(before), after).closed] == [HTTP]


@given(
    st.frozensets(st.text(min_size=1, max_size=5), max_size=5),
    st.dictionaries(st.text(min_size=1, max_size=5), st.sampled_from(HostClass), max_size=5),
)
def test_a_census_reads_back_as_it_was_written(services, hosts):
    census = Census(services=services, hosts=hosts)
    assert census_of(json.loads(json.dumps(facts_json(census)))) == census


def test_of_no_facts_or_a_class_of_another_day_nothing_is_made():
    assert census_of(None) == Census()
    assert census_of({"hosts": {"a": "ip", "b": "stasiun-luar-angkasa"}}) == Census(hosts={"a": HostClass.IP})
