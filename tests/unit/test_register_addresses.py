"""What the register inspection finds of addresses and holders, and what it leaves alone."""

from __future__ import annotations

import pytest

from monitor.core.finding import FindingSeverity, diff
from monitor.core.service import (
    Network,
)
from monitor.inspections.register import judge_register
from tests.registered import (
    GOOD,
    HOLDER,
    HTTP,
    INSIDE,
    NOW,
    RAW,
    UNUSABLE,
    found,
    on_record,
    only,
    registry,
    said,
    service,
    tcp,
)


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
