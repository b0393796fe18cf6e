"""What messages say, as their readers will read them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from alerts.facts import Occasion
from alerts.message import render
from monitor.core.incident import Tie
from monitor.core.reason import SENTENCES, Reason, Stage
from tests import findings, reportfacts
from tests.facts import ESAMSAT, FORTY, MINUTE, T0, WITA, back, facts, reminded, service

GOLDEN = Path(__file__).parent / "messages"
STORIES = {
    "outage-one": ESAMSAT,
    "reminder-one": reminded(ESAMSAT),
    "recovery-one": back(replace(ESAMSAT, others=0)),
    "outage-forty": FORTY,
    "reminder-forty": reminded(
        replace(
            FORTY,
            services=tuple(
                replace(one, out=number < 2, ended_at=None if number < 2 else T0 + 60 * MINUTE)
                for number, one in enumerate(FORTY.services)
            ),
        )
    ),
    "recovery-forty": back(FORTY),
    "finding-three": findings.THREE,
    "finding-one": findings.ONE,
    "finding-reminder": findings.NEARER,
    "finding-closed": findings.ENDED,
    "report-agency": reportfacts.told(reportfacts.AGENCY),
    "report-revised": reportfacts.told(reportfacts.REVISED),
    "report-too-large": reportfacts.told(replace(reportfacts.AGENCY, too_large=True)),
    "report-whole": reportfacts.told(reportfacts.WHOLE),
}


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("story", STORIES)
def test_a_message_reads_as_it_was_agreed(story, language):
    told = render(STORIES[story], language, WITA)
    assert told.text == (GOLDEN / f"{story}.{language}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("told", "subject"),
    [
        (ESAMSAT, "[GANGGUAN] E-Samsat — Badan Pendapatan Daerah"),
        (FORTY, "[GANGGUAN] 40 layanan — alamat 192.0.2.7"),
        (replace(FORTY, cause=None), "[GANGGUAN] 40 layanan — Pemerintah Provinsi Demo"),
        (facts(service(0), service(3)), "[GANGGUAN] 2 layanan — Badan Pendapatan Daerah"),
        (facts(service(0, government="A"), service(1, government="B")), "[GANGGUAN] 2 layanan"),
        (reminded(ESAMSAT), "[MASIH GANGGUAN] E-Samsat — Badan Pendapatan Daerah"),
        (back(FORTY), "[PULIH] 40 layanan — alamat 192.0.2.7"),
        (
            replace(ESAMSAT, occasion=Occasion.ESCALATION),
            "[ESKALASI] E-Samsat — Badan Pendapatan Daerah",
        ),
        (
            replace(ESAMSAT, occasion=Occasion.FLAPPING),
            "[NAIK-TURUN] E-Samsat — Badan Pendapatan Daerah",
        ),
        (
            replace(ESAMSAT, occasion=Occasion.BLOCKED, subject="e-samsat"),
            "[TERBLOKIR] E-Samsat — Badan Pendapatan Daerah",
        ),
        (
            replace(ESAMSAT, occasion=Occasion.DEGRADED, subject="e-samsat"),
            "[LAMBAT] E-Samsat — Badan Pendapatan Daerah",
        ),
        (
            replace(ESAMSAT, occasion=Occasion.BLIND, subject="local", services=()),
            "[PEMANTAU BUTA] Titik pantau local",
        ),
        (
            replace(ESAMSAT, occasion=Occasion.UNDELIVERED, subject="notification:17", services=()),
            "[KABAR GAGAL DIKIRIM] Kabar nomor 17",
        ),
        (
            replace(ESAMSAT, occasion=Occasion.UNDELIVERED, subject="undelivered:a1b2c3", services=()),
            "[KABAR GAGAL DIKIRIM] Sebuah kabar",
        ),
        (
            replace(ESAMSAT, occasion=Occasion.TEST, subject="test:a1b2c3", detail="piket", services=()),
            "[UJI COBA] Rute piket",
        ),
        (findings.THREE, "[TEMUAN] baliprov.go.id — 3 temuan"),
        (findings.ONE, "[TEMUAN] baliprov.go.id — Sertifikat segera berakhir"),
        (findings.NEARER, "[PENGINGAT TEMUAN] baliprov.go.id — Sertifikat segera berakhir (1 hari lagi)"),
        (findings.ENDED, "[TEMUAN TERATASI] baliprov.go.id — 2 temuan"),
    ],
)
def test_a_subject_says_what_happened_to_what(told, subject):
    message = render(told, "id", WITA)
    assert message.subject == subject
    assert message.text.startswith(subject + "\n\n")
    assert subject in message.brief.partition("\n")[0]
    assert f"<title>{subject}</title>" in message.html


def test_a_subject_of_long_names_is_cut_and_keeps_something_of_each():
    subject = render(facts(service(name="Nama " * 40, agency="Instansi " * 40)), "id", WITA).subject
    assert len(subject) <= 120
    assert subject.startswith("[GANGGUAN] Nama Nama")
    assert "… — Instansi Instansi" in subject


def test_a_reminder_is_about_what_is_still_out_and_lists_what_is_back():
    text = render(STORIES["reminder-forty"], "id", WITA).text
    assert text.startswith("[MASIH GANGGUAN] 2 layanan — alamat 192.0.2.7\n")
    assert "LAYANAN YANG TERKENA (2)" in text
    assert "SUDAH PULIH (38)" in text
    assert "4 Nov 2026 10.45 s.d. 4 Nov 2026 11.45" in text


def test_forty_services_are_all_in_text_and_html_and_the_brief_says_how_many_it_leaves_out():
    long = replace(FORTY, services=tuple(replace(one, name=one.name * 12) for one in FORTY.services))
    message = render(long, "id", WITA)
    for one in long.services:
        assert one.name[:100] in message.text
        assert one.url in message.text
        assert one.url in message.html
    shown = message.brief.count("• ")
    assert 0 < shown < 40
    assert f"+{40 - shown} lagi" in message.brief
    assert 3700 < len(message.brief) <= 4000


def test_a_brief_that_has_room_for_all_leaves_none_out():
    brief = render(replace(FORTY, services=FORTY.services[:5]), "en", WITA).brief
    assert brief.count("• ") == 5
    assert "more" not in brief


def test_several_reasons_are_told_with_how_many_services_each_has_and_what_to_do_about_each():
    slow = {"reason": Reason.TCP_TIMEOUT, "stage": Stage.CONNECT}
    text = render(facts(service(0), service(1, **slow), service(2, **slow)), "en", WITA).text
    both = [SENTENCES[one].en for one in (Reason.TCP_TIMEOUT, Reason.TCP_REFUSED)]
    assert f"Reason: 2 services: {both[0]}" in text
    assert f"Reason: 1 service: {both[1]}" in " ".join(text.split())
    assert "- connect: tcp_timeout — Check" in text
    assert "- connect: tcp_refused — Start" in text
    assert "| since 4 Nov 2026, 10:45 | connect: tcp_refused" in text
    assert "refused the connection.\n" not in text  # particulars of one of them


@pytest.mark.parametrize("tie", Tie)
def test_a_common_cause_is_named_and_looked_at_first(tie):
    told = replace(FORTY, cause=tie, cause_value="0123456789abcdef0123")
    text = render(told, "en", WITA).text
    assert "Common cause : " in text
    assert text.index("All these services") < text.index("- Start the web server")
    assert ("0123456789abcdef…" in text) is (tie is Tie.CERTIFICATE)


def test_who_is_hit_besides_is_counted():
    assert "2 layanan lain di luar kabar ini" in render(ESAMSAT, "id", WITA).text
    assert "1 other service outside" in render(replace(ESAMSAT, others=1), "en", WITA).text
    assert "di luar kabar ini" not in render(replace(ESAMSAT, others=0), "id", WITA).text


def test_an_operator_is_told_how_to_acknowledge_until_somebody_did():
    command = "kulkul incident ack INC-2026-000123"
    for form in ("text", "brief", "html"):
        assert command in getattr(render(ESAMSAT, "id", WITA), form)
    taken = replace(ESAMSAT, acknowledged_by=("made", "wayan"))
    text = render(taken, "id", WITA).text
    assert command not in text
    assert "Ditangani      : made, wayan" in text
    assert "pengingat" not in text
    assert command not in render(back(ESAMSAT), "id", WITA).text


def test_a_recovery_says_from_when_to_when_and_whether_everything_is_back():
    all_back = " ".join(render(back(ESAMSAT), "id", WITA).text.split())
    assert (
        "dari Rabu, 4 November 2026 10.45 WITA sampai Rabu, 4 November 2026 13.45 WITA, selama 3 jam"
        in all_back
    )
    assert "Semua layanan sudah pulih" in all_back
    assert "YANG PERLU DILAKUKAN" not in all_back
    some = render(replace(back(ESAMSAT), all_back=False), "id", WITA).text
    assert "Semua layanan sudah pulih" not in some
    assert "Dari 2 layanan lain yang terkena gangguan yang sama, belum semuanya pulih." in some


def test_a_recovery_of_some_is_about_those_and_names_the_rest():
    ended = {"out": False, "ended_at": T0 + MINUTE}
    told = facts(service(0), service(1, **ended), service(2, **ended), occasion=Occasion.RECOVERY)
    text = render(told, "en", WITA).text
    assert text.startswith("[RECOVERED] 2 services")
    assert "STILL OUT (1)\n- Layanan 0" in text


def test_the_letter_is_offered_where_the_site_refuses_us_and_not_under_the_national_block():
    def text(reason):
        told = facts(service(reason=reason), occasion=Occasion.BLOCKED, subject="layanan-0")
        return render(told, "en", WITA).text

    assert "kulkul letter layanan-0" in text(Reason.BLOCKED_FORBIDDEN)
    assert "kulkul letter" not in text(Reason.BLOCKED_NATIONAL)


def test_commands_within_advice_are_set_off_in_html():
    html = render(facts(service(reason=Reason.BLOCKED_CHALLENGE), occasion=Occasion.BLOCKED), "id", WITA).html
    assert ">kulkul letter</code>." in html
    assert "`" not in html


def test_slowness_comes_with_advice_though_it_has_no_reason():
    told = facts(service(stage=None, reason=None, particulars=None), occasion=Occasion.DEGRADED)
    text = render(told, "en", WITA).text
    assert "slower than the limit" in text
    assert "Code" not in text


def test_the_time_of_certainty_is_left_out_where_it_lies_before_the_outage_of_the_service():
    assert "Dipastikan" in render(ESAMSAT, "id", WITA).text
    late = replace(ESAMSAT, confirmed_at=T0 - MINUTE)
    assert "Dipastikan" not in render(late, "id", WITA).text


def test_a_test_tells_of_no_outage_even_if_it_names_a_service():
    text = render(replace(ESAMSAT, occasion=Occasion.TEST), "id", WITA).text
    assert "Tidak ada gangguan" in text
    for word in ("tls_incomplete_chain", "YANG DILIHAT", "Sejak", "kulkul incident ack"):
        assert word not in text


def test_a_message_that_was_lost_comes_with_how_to_send_it_again():
    told = facts(occasion=Occasion.UNDELIVERED, subject="notification:17", detail="550 5.1.1 No such user.")
    text = render(replace(told, services=()), "id", WITA).text
    assert "kulkul alert retry 17" in text
    assert "550 5.1.1 No such user." in text
    unknown = render(replace(told, subject="undelivered:a1b2c3", services=()), "en", WITA).text
    assert "kulkul alert retry NUMBER" in unknown
    assert "a1b2c3" not in unknown


def test_english_particulars_are_marked_as_such_for_readers_aloud():
    html = render(ESAMSAT, "id", WITA).html
    assert 'lang="en">esamsat.demoprov.go.id does not send' in html
    assert '<html lang="id">' in html


def test_times_are_told_by_the_clock_of_the_register():
    text = render(ESAMSAT, "id", ZoneInfo("Asia/Jakarta")).text
    assert "Rabu, 4 November 2026 09.45 WIB" in text
    assert "WITA" not in text


def test_a_language_that_nobody_wrote_is_refused():
    with pytest.raises(KeyError):
        render(ESAMSAT, "fr", WITA)


@pytest.mark.parametrize("form", ["text", "html", "brief"])
@pytest.mark.parametrize("language", ["id", "en"])
def test_a_finding_is_told_with_what_is_wrong_how_to_mend_it_and_by_when(form, language):
    text = " ".join(getattr(render(findings.THREE, language, WITA), form).split())
    wanted = {
        "id": (
            "berat",
            "Cara membenahi",
            "Hubungi penyedia DNS.",
            "Tenggat",
            "16 November 2026 (12 hari lagi)",
        ),
        "en": (
            "severe",
            "How to mend it",
            "Call the DNS provider.",
            "Deadline",
            "16 November 2026 (in 12 days)",
        ),
    }[language]
    for part in (*wanted, "FND-000004", "ns3.baliprov.go.id", "4 Nov 2026", "Portal Provinsi"):
        assert part in text
    assert "192.0.2.7" in text
    assert "tidak diketahui" not in text
    assert "not known" not in text


def test_of_findings_with_services_of_their_own_each_names_them():
    [first, second] = (
        replace(one, services=(each,))
        for one, each in zip(findings.THREE.findings[:2], ("layanan-0", "lapor"), strict=True)
    )
    text = render(replace(findings.THREE, findings=(first, second)), "id", WITA).text
    assert "Layanan: Portal Provinsi\n" in text
    assert "Layanan: Lapor\n" in text
    assert "Layanan: Lapor" not in render(findings.THREE, "id", WITA).text


def test_places_are_named_where_the_text_does_not_name_them():
    [one] = findings.ONE.findings
    hosts = tuple(f"s{number:02}.baliprov.go.id" for number in range(12))
    text = render(replace(findings.ONE, findings=(replace(one, places=hosts),)), "id", WITA).text
    assert "Ditemukan pada: s00.baliprov.go.id" in text
    assert "dan 2 lainnya" in " ".join(text.split())
    assert "Ditemukan pada" not in render(findings.THREE, "id", WITA).text


def test_what_is_mentioned_besides_is_told_by_what_became_of_it():
    text = render(findings.NEARER, "en", WITA).text
    assert "STILL TO BE MENDED (1)\n- No CAA record\n  FND-000005 · info · since 4 Nov 2026" in text
    assert "NO LONGER FOUND (1)\n- Name server does not answer\n  FND-000004 · since 5 Nov 2026" in text
    assert "ACCEPTED FOR THE TIME BEING (1)\n- No CAA record\n  FND-000006 · until 14 Dec 2026" in text
    assert "Call the DNS provider" not in text


def test_the_end_of_some_says_that_the_others_are_accepted():
    kept = replace(findings.NEARER.findings[-1], news=False)
    ended = replace(findings.ENDED, findings=(findings.ENDED.findings[0], kept))
    assert "1 temuan pada nama domain baliprov.go.id telah teratasi; yang lain" in " ".join(
        render(ended, "id", WITA).text.split()
    )
    assert "1 finding of the domain name baliprov.go.id is resolved; the others" in " ".join(
        render(ended, "en", WITA).text.split()
    )
    assert "Semua temuan" in render(findings.ENDED, "id", WITA).text
    assert "Cara membenahi" not in render(findings.ENDED, "id", WITA).text


def test_a_chat_is_told_of_as_many_findings_as_it_holds():
    [one] = findings.ONE.findings
    many = replace(findings.ONE, findings=tuple(replace(one, number=number) for number in range(40)))
    brief = render(many, "id", WITA).brief
    assert len(brief) <= 4000
    assert 5 < brief.count("Cara membenahi") < 40
    assert f"+{40 - brief.count('Cara membenahi')} lagi" in brief
    assert render(many, "id", WITA).text.count("Cara membenahi") == 40
