"""A card in words and as JSON: everything that is known, how old it is, and that the rest is not known."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor.core.card import Tone, card_json, sections
from monitor.core.delegation.facts import Delegation, delegation_of
from monitor.core.https.look_json import look_of
from monitor.core.registration.facts import Phase, registration_of
from monitor.registry.references import shipped_references
from tests.domains import CARD, DAY, DELEGATION, EMPTY, HOST, NOW, REGISTRATION, finding, host_look

WITA = ZoneInfo("Asia/Makassar")
HEADINGS = {
    "id": [
        "Temuan terbuka",
        "Pendaftaran",
        "Delegasi dan DNS",
        "Sertifikat",
        "Register layanan",
        "Nama",
        "Riwayat",
    ],
    "en": [
        "Open findings",
        "Registration",
        "Delegation and DNS",
        "Certificates",
        "Register of services",
        "Name",
        "History",
    ],
}


def rows(card, language="id"):
    """Return each section's rows by its place: label → (lines, tone)."""
    found = sections(card, language, WITA, NOW)
    assert [one.title for one in found] == HEADINGS[language]
    names = ("findings", "registration", "delegation", "certificates", "register", "name", "history")
    return {
        name: {row.label: (row.lines, row.tone) for row in section.rows}
        for name, section in zip(names, found, strict=True)
    }


class TestInWords:
    def test_the_registration_tells_phase_days_left_and_its_age(self):
        told = rows(CARD)["registration"]
        assert told["Tahap"] == (("akan berakhir",), Tone.WARNING)
        assert told["Berakhir"][0] == ("1 Desember 2026 (9 hari lagi)",)
        assert told["Registrar"][0] == ("PANDI <& kawan>",)
        assert told["Terdaftar sejak"][0] == ("1 Maret 2009",)
        assert told["Keterangan per"][0] == ("22 November 2026 05.00 WITA",)

    @pytest.mark.parametrize(
        ("phase", "tone"),
        [
            (Phase.ACTIVE, Tone.GOOD),
            (Phase.HOLD, Tone.BAD),
            (Phase.UNREGISTERED, Tone.BAD),
            (Phase.UNKNOWN, Tone.PLAIN),
        ],
    )
    def test_a_phase_strikes_the_eye_as_it_matters(self, phase, tone):
        assert rows(replace(CARD, phase=phase))["registration"]["Tahap"][1] is tone

    def test_delegation_tells_who_serves_and_where_the_lists_differ(self):
        told = rows(CARD, "en")["delegation"]
        assert told["Service"] == (("some name servers do not serve it",), Tone.WARNING)
        assert told["Name servers at the parent"][0] == ("ns1.baliprov.go.id, ns3.baliprov.go.id",)
        assert told["Name servers in the zone"][1] is Tone.WARNING
        assert told["By the registry"][1] is Tone.WARNING
        assert told["DNSSEC"] == (("broken", "The signature of the SOA has expired."), Tone.BAD)
        assert told["Our resolver"][1] is Tone.WARNING

    def test_a_look_that_failed_is_told_with_its_time_and_why(self):
        (line,), tone = rows(CARD, "en")["delegation"]["Latest look"]
        assert line == "failed 22 November 2026 17.00 WITA: ns3.baliprov.go.id is silent."
        assert tone is Tone.WARNING

    def test_where_all_agree_the_lists_stand_once(self):
        servers = ("ns1.baliprov.go.id", "ns2.baliprov.go.id")
        agreeing = replace(DELEGATION, parent_name_servers=servers, zone_name_servers=servers, filtered=False)
        told = rows(replace(CARD, delegation=agreeing))["delegation"]
        assert not {"Server nama di zona", "Menurut registri", "Resolver kami"} & told.keys()

    def test_each_host_tells_until_when_its_certificate_is_valid(self):
        told = rows(CARD)["certificates"]
        assert told[HOST][0][:2] == (
            "CN=Otoritas Uji,O=Uji: berlaku s.d. 28 November 2026 (6 hari lagi)",
            "http: mengalihkan ke https",
        )
        assert told[HOST][0][2] == "Keterangan per: 22 November 2026 05.00 WITA"
        assert told["jdih.baliprov.go.id"][0] == ("Keterangan per: belum pernah diamati",)

    def test_an_expired_certificate_is_bad(self):
        expired = replace(CARD.hosts[0], look=host_look(NOW - DAY))
        assert rows(replace(CARD, hosts=(expired,)))["certificates"][HOST][1] is Tone.BAD

    def test_a_finding_tells_what_is_wrong_how_to_mend_it_and_who_answers_for_it(self):
        lines, tone = rows(CARD)["findings"]["FND-000012 (sedang)"]
        assert lines[0] == "Nama domain segera kedaluwarsa"
        assert "baliprov.go.id berakhir pada 1 Desember 2026 (9 hari lagi)" in lines[1]
        assert lines[2].startswith("Perbaikan: ")
        assert "domain.go.id" in lines[2]
        assert lines[3] == "diterima s.d. 22 Desember 2026 oleh made"
        assert tone is Tone.WARNING

    def test_a_finding_whose_rule_is_gone_is_told_by_its_id(self):
        assert rows(CARD)["findings"]["FND-000013 (info)"][0][0] == "delegation_retired_rule"

    def test_an_acceptance_that_ran_out_is_not_told(self):
        late = replace(CARD.findings[0].acceptance, until=NOW)
        card = replace(CARD, findings=(finding(acceptance=late),))
        assert len(rows(card)["findings"]["FND-000012 (sedang)"][0]) == 3

    def test_the_register_tells_who_holds_the_domain_and_for_which_services_that_is_missing(self):
        told = rows(CARD)["register"]
        assert told["Pemegang domain"] == (("Dinas Kominfo", "belum tercatat untuk JDIH"), Tone.WARNING)
        assert "Lapor <b> (lapor) — Dinas Kominfo, Pemprov Bali" in told["Layanan"][0]

    def test_history_tells_what_changed_and_what_it_has_no_word_for(self):
        told = rows(CARD)["history"]
        assert told["13 Oktober 2026"][0] == ("registrar: — → PANDI",)
        assert told["12 Oktober 2026"][0] == ("something new: a → b",)

    def test_of_a_domain_not_looked_at_yet_nothing_is_claimed(self):
        told = rows(EMPTY)
        assert told["registration"]["Tahap"] == (("tidak diketahui",), Tone.PLAIN)
        assert told["registration"]["Keterangan per"][0] == ("belum pernah diamati",)
        assert told["delegation"] == {"Keterangan per": (("belum pernah diamati",), Tone.PLAIN)}
        assert told["findings"]["—"][0] == ("tidak ada",)
        assert told["register"]["Pemegang domain"][0] == ("belum tercatat di register",)

    def test_both_languages_say_as_much(self):
        for card in (CARD, EMPTY):
            counts = [
                [[len(row.lines) for row in section.rows] for section in sections(card, language, WITA, NOW)]
                for language in ("id", "en")
            ]
            assert counts[0] == counts[1]


class TestAsJson:
    def shape(self, card):
        found = card_json(card, shipped_references(), {}, WITA, NOW)
        return json.loads(json.dumps(found))

    def test_it_holds_the_facts_whole(self):
        found = self.shape(CARD)
        assert registration_of(found["registration"]["facts"]) == REGISTRATION
        assert delegation_of(found["delegation"]["facts"]) == DELEGATION
        assert look_of(found["hosts"][0]["facts"]) == host_look()

    def test_it_tells_phase_days_left_and_the_age_of_each_look(self):
        found = self.shape(CARD)
        assert (found["registration"]["phase"], found["registration"]["days_left"]) == ("expiring", 9)
        assert found["delegation"]["failure"] == "ns3.baliprov.go.id is silent."
        assert found["delegation"]["seen_at"] == "2026-11-22T01:00:00Z"
        assert found["hosts"][1] == {
            "host": "jdih.baliprov.go.id",
            "tried_at": None,
            "seen_at": None,
            "failure": None,
            "facts": None,
        }

    def test_findings_come_with_their_texts_and_references(self):
        first, second = self.shape(CARD)["findings"]
        assert (first["finding"], first["rule"], first["severity"]) == (
            "FND-000012",
            "domain_expiring",
            "moderate",
        )
        assert first["accepted"]["by"] == "made"
        assert first["remedy"]["en"]
        assert [one["id"] for one in first["references"]] == ["rfc5731"]
        assert second["references"] == []

    def test_what_is_not_known_is_null(self):
        found = self.shape(EMPTY)
        assert found["registration"] == {
            "tried_at": None,
            "seen_at": None,
            "failure": None,
            "phase": "unknown",
            "days_left": None,
            "facts": None,
        }
        assert found["delegation"]["facts"] is None
        assert (found["holders"], found["findings"], found["history"]) == ([], [], [])


def test_a_delegation_of_which_nothing_is_known_is_told_without_claims():
    unknown = replace(CARD, delegation=Delegation(domain="x.go.id", looked_at=NOW - timedelta(hours=1)))
    told = rows(unknown)["delegation"]
    assert told["Pelayanan"] == (("tidak diketahui",), Tone.PLAIN)
    assert "CAA" not in told
