"""What host names of Indonesian public services say, checked by hand."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from monitor.core.hostname import HostClass, HostProblem, NameParts, classify, host_json
from monitor.core.naming.suggestion import suggest
from monitor.core.naming.words import CLASS_WORDS, PROBLEM_SENTENCES
from monitor.core.service import Level
from monitor.registry import load_registry
from monitor.registry.domains import name_parts, read_host, registrable
from monitor.settings import load_settings

CONFIG = Path(__file__).parents[2] / "config"
URLS = (Path(__file__).parent / "starter_urls.txt").read_text(encoding="utf-8").split()

PROVINCE, REGENCY, CITY = HostClass.PROVINCE, HostClass.REGENCY, HostClass.CITY
COUNCIL, VERTICAL, CENTRAL = HostClass.COUNCIL, HostClass.VERTICAL, HostClass.CENTRAL
VILLAGE, INVALID, INTERNAL = HostClass.VILLAGE, HostClass.INVALID, HostClass.INTERNAL
UNKNOWN_TLD, OUTSIDE, FOREIGN = HostClass.UNKNOWN_TLD, HostClass.ID_NON_GOVERNMENT, HostClass.FOREIGN


class TestGovernmentNames:
    @pytest.mark.parametrize(
        ("host", "kind", "name", "code"),
        [
            ("diskominfos.baliprov.go.id", PROVINCE, "Bali", "51"),
            ("jembranakab.go.id", REGENCY, "Jembrana", "51.01"),
            ("www.tabanankab.go.id", REGENCY, "Tabanan", "51.02"),
            ("desaungasan.badungkab.go.id", REGENCY, "Badung", "51.03"),
            ("lebih.gianyarkab.go.id", REGENCY, "Gianyar", "51.04"),
            ("tiket.siwalatri.klungkungkab.go.id", REGENCY, "Klungkung", "51.05"),
            ("www.dikes.banglikab.go.id", REGENCY, "Bangli", "51.06"),
            ("karangasemkab.go.id", REGENCY, "Karangasem", "51.07"),
            ("shinobi.bulelengkab.go.id", REGENCY, "Buleleng", "51.08"),
            ("e-pajak.denpasarkota.go.id", CITY, "Denpasar", "51.71"),
            ("dprd-badungkab.go.id", COUNCIL, "Badung", "51.03"),
            ("dprdbaliprov.go.id", COUNCIL, "Bali", "51"),
            ("dprd-bali.go.id", COUNCIL, "Bali", "51"),
            ("dprd-contohkab.go.id", COUNCIL, "Contoh", None),
            ("dprd-diy.go.id", COUNCIL, "Diy", None),
            ("data.contohprov.go.id", PROVINCE, "Contoh", None),
            ("jabarprov.go.id", PROVINCE, "Jabar", None),
            ("kutaikartanegarakab.go.id", REGENCY, "Kutaikartanegara", None),
            ("semarangkota.go.id", CITY, "Semarang", None),
            ("kotabogor.go.id", CITY, "Bogor", None),
            ("kota-bogor.go.id", CITY, "Bogor", None),
            ("surabaya.go.id", CITY, "Surabaya", None),
            ("jakarta.go.id", PROVINCE, "DKI Jakarta", None),
            ("kotamobagu.go.id", CITY, "Kotamobagu", None),
            ("kotabarukab.go.id", REGENCY, "Kotabaru", None),
            ("kotabaru.go.id", REGENCY, "Kotabaru", None),
            ("badungprov.go.id", PROVINCE, "Badung", None),
            ("bangli.go.id", REGENCY, "Bangli", "51.06"),
            ("pn-denpasar.go.id", VERTICAL, "Denpasar", None),
            ("ptun-denpasar.go.id", VERTICAL, "Denpasar", None),
            ("pa-badung.go.id", VERTICAL, "Badung", None),
            ("pt-denpasar.go.id", VERTICAL, "Denpasar", None),
            ("pta-bali.go.id", VERTICAL, "Bali", None),
            ("dilmil-denpasar.go.id", VERTICAL, "Denpasar", None),
            ("kejari-tabanan.go.id", VERTICAL, "Tabanan", None),
            ("kejati-bali.go.id", VERTICAL, "Bali", None),
            ("kpu-badungkab.go.id", VERTICAL, "Badungkab", None),
            ("bawaslu-bali.go.id", VERTICAL, "Bali", None),
            ("ungasan.desa.id", VILLAGE, "Ungasan", None),
            ("sumber-agung.desa.id", VILLAGE, "Sumber Agung", None),
            ("lebih.desa.kemendesa.go.id", VILLAGE, "Lebih", None),
            ("www.lebih.desa.kemendesa.go.id", VILLAGE, "Lebih", None),
        ],
    )
    def test_a_name_tells_class_and_region(self, host, kind, name, code):
        found = read_host(host)
        assert (found.kind, found.region.name, found.region.code) == (kind, name, code)
        assert not found.problems

    @pytest.mark.parametrize(
        "host",
        [
            "setkab.go.id",
            "jdih.setkab.go.id",
            "bps.go.id",
            "bali.bps.go.id",
            "dpr.go.id",
            "dprd.go.id",
            "kemendesa.go.id",
            "desa.kemendesa.go.id",
            "kab.go.id",
            "kota.go.id",
            "kpu.go.id",
        ],
    )
    def test_the_rest_of_go_id_is_central_and_claims_no_region(self, host):
        found = read_host(host)
        assert (found.kind, found.level, found.region) == (CENTRAL, Level.CENTRAL, None)

    @pytest.mark.parametrize(
        ("host", "level"),
        [
            ("baliprov.go.id", Level.PROVINCE),
            ("badungkab.go.id", Level.REGENCY),
            ("denpasarkota.go.id", Level.CITY),
            ("dprd-badungkab.go.id", Level.REGENCY),
            ("dprd-diy.go.id", None),
            ("pn-denpasar.go.id", Level.CENTRAL),
            ("ungasan.desa.id", Level.VILLAGE),
            ("kodam.mil.id", Level.CENTRAL),
            ("sman1.sch.id", None),
            ("x.com", None),
        ],
    )
    def test_the_level_is_that_of_the_holder(self, host, level):
        assert read_host(host).level is level

    @pytest.mark.parametrize(
        ("host", "council"),
        [("dprd-badungkab.go.id", True), ("dprd.badungkab.go.id", False), ("badungkab.go.id", False)],
    )
    def test_only_a_name_of_its_own_makes_a_council(self, host, council):
        assert read_host(host).is_council is council


class TestOtherNames:
    @pytest.mark.parametrize(
        ("host", "kind"),
        [
            ("kodam9.mil.id", HostClass.MILITARY),
            ("www.undiksha.ac.id", HostClass.UNIVERSITY),
            ("sman1denpasar.sch.id", HostClass.SCHOOL),
            ("alhidayah.ponpes.id", HostClass.ISLAMIC_BOARDING_SCHOOL),
            ("play.google.com", HostClass.APP_STORE),
            ("apps.apple.com", HostClass.APP_STORE),
            ("www.google.com", FOREIGN),
            ("docs.google.com", FOREIGN),
            ("antrian.rsudcontoh.com", FOREIGN),
            ("perumda.co.id", OUTSIDE),
            ("balidigital.id", OUTSIDE),
            ("go.id.evil.id", OUTSIDE),
            ("baliprov.go.id.com", FOREIGN),
            ("localhost", INTERNAL),
            ("simpeg", INTERNAL),
            ("printer.local", INTERNAL),
            ("simpeg.lan", INTERNAL),
            ("denpasarkota.go.idsidasi", UNKNOWN_TLD),
            ("202.146.132.go", UNKNOWN_TLD),
            ("ppdb.contohkab.go.idppdb", UNKNOWN_TLD),
            ("baliprov.go.od", UNKNOWN_TLD),
            ("", INVALID),
            (".", INVALID),
            ("..", INVALID),
            ("go.id", INVALID),
            ("192.166.172", INVALID),
            ("999.1.1.1", INVALID),
            ("baliprov..go.id", INVALID),
            ("-jdih.baliprov.go.id", INVALID),
            ("jdih baliprov.go.id", INVALID),
            ("baliprov.go.id:8080", INVALID),
            ("baliprov.go.id/jdih", INVALID),
            (f"{'a' * 64}.go.id", INVALID),
            (f"{'a.' * 130}go.id", INVALID),
        ],
    )
    def test_each_has_its_class(self, host, kind):
        assert read_host(host).kind is kind

    @pytest.mark.parametrize(
        ("host", "name", "private"),
        [
            ("202.146.132.7", "202.146.132.7", False),
            ("192.166.172.2", "192.166.172.2", False),
            ("10.20.30.40", "10.20.30.40", True),
            ("127.0.0.1.", "127.0.0.1", True),
            ("100.64.0.9", "100.64.0.9", True),
            ("[FD00::1]", "fd00::1", True),
            ("2001:4860:4860::8888", "2001:4860:4860::8888", False),
        ],
    )
    def test_addresses_are_private_or_not(self, host, name, private):
        found = read_host(host)
        assert (found.name, found.kind, found.registrable) == (name, HostClass.IP, None)
        assert (HostProblem.PRIVATE_ADDRESS in found.problems) is private

    @pytest.mark.parametrize(
        ("host", "problem"),
        [
            ("go.id", HostProblem.PUBLIC_SUFFIX),
            ("10.20.30", HostProblem.NUMBERS_ONLY),
            ("a b", HostProblem.NOT_A_NAME),
            ("a.od", HostProblem.UNKNOWN_SUFFIX),
            ("intranet", HostProblem.INTERNAL_NAME),
            ("data_terbuka.baliprov.go.id", HostProblem.UNDERSCORE),
        ],
    )
    def test_what_speaks_against_a_name_is_told(self, host, problem):
        assert read_host(host).problems == (problem,)

    def test_letters_of_other_scripts_are_written_as_the_dns_has_them(self):
        found = read_host("Bali.ᬩᬮᬶ.ID")
        assert (found.name, found.kind) == ("bali.xn--9tfky.id", OUTSIDE)
        assert read_host("baliprov。go。id").name == "baliprov.go.id"

    def test_letters_that_no_name_may_have_make_it_invalid(self):
        assert read_host("bali\u2028prov.go.id").kind is INVALID
        assert classify("bäli.go.id", NameParts()).kind is INVALID


class TestOwners:
    @pytest.mark.parametrize(
        ("host", "indonesian", "english"),
        [
            ("www.baliprov.go.id", "Pemerintah Provinsi Bali", "Government of Bali Province"),
            ("lebih.gianyarkab.go.id", "Pemerintah Kabupaten Gianyar", "Government of Gianyar Regency"),
            ("denpasarkota.go.id", "Pemerintah Kota Denpasar", "Government of Denpasar City"),
            (
                "desaungasan.badungkab.go.id",
                "Pemerintah Desa Ungasan, Kabupaten Badung",
                "Government of Ungasan Village, Badung Regency",
            ),
            (
                "kelurahanubud.gianyarkab.go.id",
                "Kelurahan Ubud, Kabupaten Gianyar",
                "Ubud Urban Village, Gianyar Regency",
            ),
            (
                "puskesmaskutaselatan.badungkab.go.id",
                "Puskesmas Kutaselatan, Kabupaten Badung",
                "Kutaselatan Community Health Centre, Badung Regency",
            ),
            (
                "rsud.bulelengkab.go.id",
                "Rumah Sakit Umum Daerah, Kabupaten Buleleng",
                "Regional Hospital, Buleleng Regency",
            ),
            (
                "dprd.denpasarkota.go.id",
                "DPRD Kota Denpasar",
                "Regional House of Representatives (DPRD) of Denpasar City",
            ),
            (
                "dprd-badungkab.go.id",
                "DPRD Kabupaten Badung",
                "Regional House of Representatives (DPRD) of Badung Regency",
            ),
            ("desa.badungkab.go.id", "Pemerintah Kabupaten Badung", "Government of Badung Regency"),
            ("pn-denpasar.go.id", "Pengadilan Negeri Denpasar", "Denpasar District Court"),
            ("desaungasan.desa.id", "Pemerintah Desa Ungasan", "Government of Ungasan Village"),
            ("setkab.go.id", "Sekretariat Kabinet", "Cabinet Secretariat"),
        ],
    )
    def test_the_name_suggests_an_owner_in_both_languages(self, host, indonesian, english):
        owner = read_host(host).owner
        assert (owner.id, owner.en) == (indonesian, english)

    @pytest.mark.parametrize("host", ["bps.go.id", "dprd-diy.go.id", "x.com", "x.id", "10.0.0.1", "a.od"])
    def test_where_the_name_does_not_say_nobody_is_suggested(self, host):
        assert read_host(host).owner is None


class TestTheStarterRegister:
    def test_every_address_of_the_source_is_a_region_of_bali_with_its_code(self):
        found = Counter(read_host(urlsplit(url).hostname).region.code for url in URLS)
        assert found == {
            "51": 21,
            "51.01": 2,
            "51.02": 7,
            "51.03": 8,
            "51.04": 33,
            "51.05": 6,
            "51.06": 7,
            "51.07": 5,
            "51.08": 9,
            "51.71": 58,
        }

    def test_every_host_of_the_register_is_of_the_region_of_its_government(self):
        settings = load_settings(CONFIG / "kulkul.yml")
        registry = load_registry(settings.register, settings)
        for service in registry.services.values():
            government = registry.government_of(service)
            for check in service.checks:
                found = read_host(check.name)
                assert (found.region.code, found.level) == (government.region_code, government.level)


class TestSuggestions:
    KNOWN = frozenset(
        {"jdih.baliprov.go.id", "www.baliprov.go.id", "ppid.denpasarkota.go.id", "perumda.co.id"}
    )

    @pytest.mark.parametrize(
        ("name", "meant"),
        [
            ("denpasarkota.go.idsidasi", "denpasarkota.go.id"),
            ("ppdb.contohkab.go.idppdb", "ppdb.contohkab.go.id"),
            ("baliprov.go.od", "baliprov.go.id"),
            ("baliprov.goid", "baliprov.go.id"),
            ("baliprov.go.idd", "baliprov.go.id"),
            ("contohkab.og.id", "contohkab.go.id"),
            ("contohkab.go", "contohkab.go.id"),
            ("ppid.denpasarkota", "ppid.denpasarkota.go.id"),
            ("jdih.balprov.go.od", "jdih.baliprov.go.id"),
            ("-jdih.baliprov.go.id", "jdih.baliprov.go.id"),
            ("baliprov.go,id", "baliprov.go.id"),
            ("baliprov..go.id", "baliprov.go.id"),
            ("ungasan.des.id", "ungasan.desa.id"),
            ("perumda.co.idd", "perumda.co.id"),
        ],
    )
    def test_the_nearest_plausible_name_is_meant(self, name, meant):
        assert suggest(name, self.KNOWN) == meant

    @pytest.mark.parametrize(
        "name",
        [
            "202.146.132.go",
            "10.20.30",
            "go.id",
            "go.idx",
            "foo.od",
            "a.b",
            "",
            "...",
            "xyzzy.qqq",
            "example.con",
        ],
    )
    def test_of_what_is_near_to_nothing_nothing_is_made(self, name):
        assert suggest(name, self.KNOWN) is None

    def test_a_short_name_is_not_taken_for_another(self):
        assert suggest("pp.od", {"ppd.id"}) is None
        assert suggest("pelayanan.od", {"pelayanann.id"}) == "pelayanann.id"

    def test_a_sibling_of_the_register_does_not_outdo_the_mended_name(self):
        known = {"sita.badungkab.go.id", "siti.badungkab.go.id"}
        assert suggest("sidi.badungkab.go.od", known) == "sidi.badungkab.go.id"


class TestSplitting:
    def test_parts_are_in_normal_form(self):
        assert name_parts(" Lapor.BALIPROV.go.id. ") == NameParts("lapor", "baliprov", "go.id")
        assert name_parts("go.id") == NameParts("", "", "go.id")
        assert name_parts("10.0.0.1") == name_parts("[::1]") == name_parts("a b") == NameParts()

    def test_they_agree_with_the_registrable_domain(self):
        for host in {urlsplit(url).hostname for url in URLS}:
            assert name_parts(host).registrable == read_host(host).registrable == registrable(host)


def test_what_is_read_can_be_written_as_json():
    assert host_json(read_host("dprd-badungkab.go.id")) == {
        "name": "dprd-badungkab.go.id",
        "class": "dprd",
        "level": "kabupaten",
        "region_code": "51.03",
        "region_name": "Badung",
        "registrable": "dprd-badungkab.go.id",
        "owner": {
            "id": "DPRD Kabupaten Badung",
            "en": "Regional House of Representatives (DPRD) of Badung Regency",
        },
        "council": True,
        "problems": [],
    }
    assert host_json(read_host("10.0.0.1")) == {
        "name": "10.0.0.1",
        "class": "ip",
        "level": None,
        "region_code": None,
        "region_name": None,
        "registrable": None,
        "owner": None,
        "council": False,
        "problems": ["private_address"],
    }


def test_every_class_and_every_problem_has_words_in_both_languages():
    assert set(CLASS_WORDS) == set(HostClass)
    assert set(PROBLEM_SENTENCES) == set(HostProblem)
    for words in (*CLASS_WORDS.values(), *PROBLEM_SENTENCES.values()):
        assert words.id
        assert words.en
        assert words.id != words.en or words.id == "DPRD"
