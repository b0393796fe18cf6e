"""A delivery as a mail: headers, threads, parts and addresses."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes
from email.policy import default

import pytest

from alerts.channels.mail import Mail, write_mail
from alerts.delivery import DeliveryError
from alerts.facts import Occasion
from monitor.core.route import EmailChannel
from tests.deliveries import INCIDENT, delivery, outage, recovery

SETTINGS = EmailChannel(id="surat", host="mail.test", sender="Kulkul <kulkul@demoprov.go.id>")


def mail(*, settings=SETTINGS, **changes):
    return write_mail(delivery(**changes), settings)


def read(mail: Mail):
    return message_from_bytes(mail.content, policy=default)


def with_subject(subject):
    return replace(delivery().message, subject=subject)


def test_both_parts_are_readable_alone_and_say_what_was_given():
    sent = delivery()
    told = read(mail())
    assert told.get_content_type() == "multipart/alternative"
    text, html = told.iter_parts()
    assert text.get_content_type() == "text/plain"
    assert text.get_content().splitlines() == sent.message.text.splitlines()
    assert html.get_content_type() == "text/html"
    assert html.get_content().strip() == sent.message.html
    assert {part.get_content_charset() for part in (text, html)} == {"utf-8"}


def test_a_mail_is_ascii_with_short_lines_whatever_it_says():
    long = replace(delivery().message, text="é" * 5000, html="<p>" + "x" * 5000, subject="Layanan é " * 60)
    content = mail(message=long).content
    assert content.isascii()
    assert max(len(line) for line in content.split(b"\r\n")) <= 78
    assert b"\n" not in content.replace(b"\r\n", b"")


@pytest.mark.parametrize(
    "subject",
    [
        "[GANGGUAN] Sistem Informasi Perizinan — Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu",
        "[PULIH] 12 layanan — " + "Dinas Komunikasi, Informatika dan Statistik " * 8 + "Provinsi",
        "x" * 300,
        "[OUTAGE] plain words only " + "and many of them " * 20 + "end",
        "[GANGGUAN] ᬩᬮᬶ — ꦗꦮ",
    ],
)
def test_a_long_subject_is_folded_and_arrives_whole(subject):
    content = mail(message=with_subject(subject)).content
    assert read(mail(message=with_subject(subject)))["Subject"] == subject
    assert max(len(line) for line in content.split(b"\r\n")) <= 78


def test_a_line_break_in_a_subject_starts_no_header():
    told = read(mail(message=with_subject("Gangguan\r\nBcc: all@demoprov.go.id\r\n\r\n<p>halo")))
    assert told["Subject"] == "Gangguan Bcc: all@demoprov.go.id <p>halo"
    assert told["Bcc"] is None


@pytest.mark.parametrize(
    "address",
    [
        "piket@demoprov.go.id\r\nBcc: all@demoprov.go.id",
        "piket@demoprov.go.id\nDATA",
        "piket@demoprov.go.id> SIZE=1",
        "piket@demo prov.go.id",
        "a@b@",
        "a,b@demoprov.go.id",
        "@demoprov.go.id",
        "piket@",
        "piket@-demoprov.go.id",
        "piket",
        "",
        "\x00@demoprov.go.id",
    ],
)
def test_an_address_that_no_mail_server_may_see_is_refused_for_good(address):
    with pytest.raises(DeliveryError, match="the recipient is no usable e-mail address") as caught:
        mail(address=address)
    assert caught.value.permanent
    assert "\n" not in str(caught.value)


def test_a_sender_that_cannot_be_used_is_named_by_its_channel():
    with pytest.raises(
        DeliveryError, match="the sender of channel surat is no usable e-mail address: Kulkul"
    ):
        mail(settings=replace(SETTINGS, sender="Kulkul"))
    with pytest.raises(DeliveryError, match="reply_to of channel surat"):
        mail(settings=replace(SETTINGS, reply_to="a b"))


def test_every_attempt_has_the_same_message_id():
    assert read(mail())["Message-ID"] == read(mail())["Message-ID"]
    later = {"place": 2, "key": "44-operators-2"}
    assert read(mail(**later))["Message-ID"] == "<44-operators-2@demoprov.go.id>"
    assert read(mail(**later))["Message-ID"] == read(mail(**later))["Message-ID"]


def test_later_mails_of_a_conversation_answer_its_first():
    first = read(mail())
    assert (first["In-Reply-To"], first["References"]) == (None, None)
    for place, facts in ((1, outage(Occasion.REMINDER)), (2, recovery())):
        later = read(mail(place=place, key=f"4{place}", facts=facts))
        assert later["In-Reply-To"] == first["Message-ID"]
        assert later["References"] == first["Message-ID"]
        assert later["Message-ID"] != first["Message-ID"]


def test_two_addressees_of_one_conversation_have_mails_of_different_ids():
    first, second = read(mail()), read(mail(address="kadis@demoprov.go.id"))
    assert first["Message-ID"] != second["Message-ID"]
    answer = read(mail(address="kadis@demoprov.go.id", place=1))
    assert answer["In-Reply-To"] == second["Message-ID"]


def test_long_and_strange_keys_make_ids_that_survive_the_way():
    host = "surat." + "bagian-yang-panjang." * 4 + "demoprov.go.id"
    settings = replace(SETTINGS, sender=f"kulkul@{host}")
    odd = {"key": "INC 1: <a@b>.\r\nX: y", "thread": "utas: " + "panjang " * 30}
    later = mail(settings=settings, place=1, **odd)
    told = read(later)
    assert told["Message-ID"] == f"<INC%201%3A%20%3Ca%40b%3E%2E%0D%0AX%3A%20y@{host}>"
    assert told["X"] is None
    assert told["In-Reply-To"] == read(mail(settings=settings, **odd))["Message-ID"]
    for name in (b"References", b"In-Reply-To", b"Message-ID"):
        line = next(one for one in later.content.split(b"\r\n") if one.startswith(name))
        assert line.endswith(f"@{host}>".encode())
        assert b"=?" not in line


def test_robots_are_asked_not_to_answer_and_programs_can_sort():
    told = read(mail(facts=recovery(), place=1))
    assert told["Auto-Submitted"] == "auto-generated"
    assert told["X-Auto-Response-Suppress"] == "All"
    assert told["Content-Language"] == "id"
    assert told["Date"] == "Wed, 04 Nov 2026 03:06:00 +0000"
    assert told["X-Kulkul-Incident"] == INCIDENT
    assert told["X-Kulkul-Occasion"] == "recovery"
    assert told["X-Kulkul-Severity"] == "critical"
    assert read(mail(facts=outage(subject="blocked:simanis")))["X-Kulkul-Incident"] is None


def test_names_of_senders_may_hold_commas_quotes_and_any_letter():
    settings = replace(
        SETTINGS,
        sender='"UPTD PELITA, Prov. Bali — é" <kulkul@demoprov.go.id>',
        reply_to="Piket <p@demoprov.go.id>",
    )
    told = read(mail(settings=settings))
    assert told["From"].addresses[0].display_name == "UPTD PELITA, Prov. Bali — é"
    assert told["From"].addresses[0].addr_spec == "kulkul@demoprov.go.id"
    assert told["Reply-To"].addresses[0].addr_spec == "p@demoprov.go.id"
    assert mail(settings=settings).sender == "kulkul@demoprov.go.id"


def test_domains_in_other_scripts_travel_as_ascii():
    sent = mail(address="piket@ᬩᬮᬶ.id")
    assert sent.recipient == "piket@xn--9tfky.id"
    assert not sent.international
    assert sent.content.isascii()
    assert read(sent)["To"].addresses[0].addr_spec == "piket@xn--9tfky.id"


def test_names_before_the_at_in_other_scripts_need_smtputf8():
    sent = mail(address="ꦥꦶꦏꦺꦠ꧀@demoprov.go.id")
    assert sent.international
    assert "To: ꦥꦶꦏꦺꦠ꧀@demoprov.go.id".encode() in sent.content


def test_half_a_character_does_not_stop_a_mail():
    halves = replace(delivery().message, subject="a\ud800b", text="c\udfffd", html="e\ud800f")
    told = read(mail(message=halves, key="\ud800", place=1))
    assert told["Subject"] == "a?b"
    assert [part.get_content().strip() for part in told.iter_parts()] == ["c?d", "e?f"]
