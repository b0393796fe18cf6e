"""E-mail against real mail servers, and against servers that refuse, hang and break off."""

from __future__ import annotations

import asyncio
import base64
import re
import traceback
from dataclasses import replace
from datetime import timedelta

import pytest

from alerts.channels import open_channel
from alerts.channels.email import _own_name
from alerts.delivery import DeliveryError
from monitor.core.route import EmailChannel, Security
from tests.certificates import self_signed
from tests.deliveries import delivery
from tests.mailserver import mail_server
from tests.probing import _settled, _tcp_sockets
from tests.servers import ServerTls, close_at_once, deaf, refused_port, reset_at_once, serve, silence
from tests.servers.serving import hold

PASSWORD = "kata sandi-rahasia/42"
A_MOMENT = timedelta(milliseconds=300)


def settings(port, security=Security.NONE, **changes):
    given = {
        "id": "surat",
        "host": "127.0.0.1",
        "port": port,
        "security": security,
        "sender": "Kulkul <kulkul@demoprov.go.id>",
        "timeout": timedelta(seconds=20),
    }
    return EmailChannel(**{**given, **changes})


async def send(channel, **changes):
    opened = open_channel(channel)
    try:
        await opened.send(delivery(**changes))
    finally:
        await opened.close()


async def refusal(channel, **changes):
    with pytest.raises(DeliveryError) as caught:
        await send(channel, **changes)
    shown = "".join(traceback.format_exception(caught.value))
    assert PASSWORD not in shown
    assert base64.b64encode(PASSWORD.encode()).decode() not in shown
    assert "\n" not in str(caught.value)
    return caught.value


def script(*turns, after=hold):
    """A server that says its greeting, then answers what it hears with the next turn, each in its place."""

    async def behave(reader, writer):
        said = b""
        for number, turn in enumerate(turns):
            if number:
                await reader.readuntil(b"\r\n.\r\n" if said == GO_ON else b"\r\n")
            writer.write(turn)
            said = turn
        if said == GO_ON:
            await reader.readuntil(b"\r\n.\r\n")
        await after(reader) if after is hold else after(writer)

    return behave


GREETING, OK, GO_ON = b"220 mail.test\r\n", b"250 OK\r\n", b"354 go on\r\n"


async def test_a_mail_arrives_with_its_envelope_and_every_dot():
    async with mail_server() as server:
        await send(settings(server.port))
    (mail,) = server.mails
    assert (mail.sender, mail.recipients) == ("kulkul@demoprov.go.id", ("piket@demoprov.go.id",))
    text, html = mail.message.iter_parts()
    assert text.get_content().splitlines() == delivery().message.text.splitlines()
    assert html.get_content().strip() == delivery().message.html
    assert mail.message["Subject"] == delivery().message.subject


async def test_one_channel_sends_many_mails_at_once_and_again():
    async with mail_server() as server:
        channel = open_channel(settings(server.port))
        await asyncio.gather(*(channel.send(delivery(key=f"{n}", place=1)) for n in range(5)))
        await channel.send(delivery(key="5", place=1))
        await channel.close()
    assert {mail.message["Message-ID"] for mail in server.mails} == {
        f"<{n}@demoprov.go.id>" for n in range(6)
    }


async def test_a_resent_mail_has_the_id_of_the_first_attempt():
    async with mail_server() as server:
        server.refuses["DATA"] = "451 try later"
        await refusal(settings(server.port))
        del server.refuses["DATA"]
        await send(settings(server.port))
        await send(settings(server.port))
    first, second = server.mails
    assert first.message["Message-ID"] == second.message["Message-ID"]


async def test_starttls_and_login_together(certificates, ca_file):
    async with mail_server(starttls=certificates.ordinary("localhost"), users={"kulkul": PASSWORD}) as server:
        await send(
            settings(
                server.port,
                Security.STARTTLS,
                host="localhost",
                ca_file=ca_file,
                username="kulkul",
                password=PASSWORD,
            )
        )
    (mail,) = server.mails
    assert mail.encrypted
    assert mail.login == "kulkul"


async def test_implicit_tls_with_login(certificates, ca_file):
    async with mail_server(tls=certificates.ordinary("127.0.0.1"), users={"kulkul": PASSWORD}) as server:
        await send(settings(server.port, Security.TLS, ca_file=ca_file, username="kulkul", password=PASSWORD))
    (mail,) = server.mails
    assert mail.encrypted
    assert mail.login == "kulkul"


async def test_without_starttls_nothing_is_sent_in_the_clear():
    async with mail_server() as server:
        error = await refusal(settings(server.port, Security.STARTTLS, username="kulkul", password=PASSWORD))
    assert "offers no STARTTLS, and nothing is sent in the clear" in str(error)
    assert not error.permanent
    assert server.mails == []


async def test_starttls_stripped_by_the_server_at_the_command_is_no_leave_to_go_on():
    behaviour = script(
        GREETING, b"250-mail.test\r\n250 STARTTLS\r\n", b"454 TLS not available\r\n", OK, OK, GO_ON
    )
    async with serve(behaviour) as server:
        error = await refusal(settings(server.port, Security.STARTTLS))
    assert "454 TLS not available" in str(error)
    assert not error.permanent
    assert b"MAIL" not in server.requests[0].raw


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
async def test_a_certificate_that_is_not_trusted_is_refused_and_may_be_mended(security, ca_file):
    wrong = self_signed("127.0.0.1")
    options = {"starttls": wrong} if security is Security.STARTTLS else {"tls": wrong}
    async with mail_server(**options) as server:
        error = await refusal(settings(server.port, security, ca_file=ca_file))
    assert "TLS connection to mail server 127.0.0.1" in str(error)
    assert "self-signed certificate" in str(error)
    assert not error.permanent
    assert server.mails == []


async def test_a_certificate_for_another_name_is_refused(certificates, ca_file):
    async with mail_server(starttls=certificates.ordinary("lain.test")) as server:
        error = await refusal(settings(server.port, Security.STARTTLS, ca_file=ca_file))
    assert "not valid for '127.0.0.1'" in str(error)


async def test_a_missing_ca_file_is_named(tmp_path):
    async with mail_server() as server:
        error = await refusal(
            settings(server.port, Security.STARTTLS, ca_file=str(tmp_path / "tidak-ada.pem"))
        )
    assert f"cannot read certificates from {tmp_path / 'tidak-ada.pem'}" in str(error)
    assert not error.permanent


@pytest.mark.parametrize("given", ["salah", None])
async def test_a_wrong_password_is_told_without_it_and_tried_again(given, certificates, ca_file):
    async with mail_server(starttls=certificates.ordinary("127.0.0.1"), users={"kulkul": PASSWORD}) as server:
        error = await refusal(
            settings(server.port, Security.STARTTLS, ca_file=ca_file, username="kulkul", password=given)
        )
    assert re.search(r"mail server 127\.0\.0\.1:\d+ does not let us log in \(535\)", str(error))
    assert not error.permanent


async def test_a_server_that_wants_a_login_which_the_settings_do_not_have_is_temporary():
    async with mail_server(users={"kulkul": PASSWORD}) as server:
        error = await refusal(settings(server.port))
    assert "does not let us log in (530): check user name and password of channel surat" in str(error)
    assert not error.permanent


async def test_a_server_without_logins_gets_no_password():
    async with serve(script(GREETING, OK)) as server:
        error = await refusal(settings(server.port, username="kulkul", password=PASSWORD))
    assert "offers no login that we know" in str(error)
    assert b"AUTH" not in server.requests[0].raw


async def test_a_server_that_repeats_the_password_does_not_get_it_into_the_error():
    encoded = [base64.b64encode(one.encode()).decode() for one in (PASSWORD, f"\0kulkul\0{PASSWORD}")]
    echo = f"550 user said {PASSWORD} and {encoded[0]} and {encoded[1]}\r\n".encode()
    login = (b"250-mail.test\r\n250 AUTH PLAIN\r\n", b"235 welcome\r\n")
    async with serve(script(GREETING, *login, OK, echo, OK)) as server:
        error = await refusal(settings(server.port, username="kulkul", password=PASSWORD))
    assert "550 user said *** and *** and ***" in str(error)
    for code in (b"454", b"535"):
        async with serve(script(GREETING, login[0], echo.replace(b"550", code))) as server:
            error = await refusal(settings(server.port, username="kulkul", password=PASSWORD))
        assert f"does not let us log in ({code.decode()})" in str(error)
        assert not error.permanent


@pytest.mark.parametrize(
    ("command", "what"), [("MAIL", "the sender"), ("RCPT", "the recipient"), ("DATA", "the message")]
)
@pytest.mark.parametrize(
    ("reply", "permanent"),
    [
        ("550 5.1.1 no such mailbox", True),
        ("554 5.7.1 relay access denied", True),
        ("452 4.2.2 mailbox full", False),
        ("421 4.3.0 closing down", False),
    ],
)
async def test_what_the_server_refuses_is_told_in_its_words(command, what, reply, permanent):
    async with mail_server() as server:
        server.refuses[command] = reply
        error = await refusal(settings(server.port))
    assert str(error) == f"mail server 127.0.0.1:{server.port} refuses {what}: {reply}"
    assert error.permanent is permanent
    assert server.mails == []


async def test_a_reply_of_many_lines_and_odd_characters_becomes_one_line():
    reply = b"550-no such user\r\n550-\x1b[31mhere\xff\r\n550 " + b"x" * 400 + b"\r\n"
    async with serve(script(GREETING, OK, OK, reply)) as server:
        error = await refusal(settings(server.port))
    assert "550 no such user [31mhere xxx" in str(error)
    assert str(error).endswith("…")
    assert len(str(error)) < 300
    assert error.permanent


async def test_nothing_listening_is_temporary():
    with refused_port() as port:
        error = await refusal(settings(port))
    assert "Connect call failed" in str(error)
    assert not error.permanent


async def test_a_name_that_does_not_exist_is_temporary():
    error = await refusal(settings(25, host="surat.invalid"))
    assert "the connection to mail server surat.invalid:25 failed" in str(error)
    assert not error.permanent


@pytest.mark.parametrize("behaviour", [close_at_once, reset_at_once])
@pytest.mark.parametrize("security", [Security.NONE, Security.TLS])
async def test_a_server_that_hangs_up_at_once_is_temporary(behaviour, security, certificates):
    async with serve(behaviour) as server:
        error = await refusal(settings(server.port, security))
    assert not error.permanent


@pytest.mark.parametrize(
    "turns",
    [
        (),
        (GREETING,),
        (GREETING, OK),
        (GREETING, OK, OK),
        (GREETING, OK, OK, OK),
        (GREETING, OK, OK, OK, GO_ON),
    ],
    ids=["greeting", "EHLO", "MAIL", "RCPT", "DATA", "end of data"],
)
async def test_a_server_that_hangs_anywhere_costs_no_more_than_the_timeout(turns):
    behaviour = script(*turns) if turns else silence
    async with serve(behaviour) as server:
        async with asyncio.timeout(10):
            error = await refusal(settings(server.port, timeout=A_MOMENT))
    assert str(error) == f"mail server 127.0.0.1:{server.port} did not finish within 0.3 s"
    assert not error.permanent


async def deaf_after_starttls(reader, writer):
    for reply in (GREETING, b"250-mail.test\r\n250 STARTTLS\r\n", b"220 go\r\n"):
        writer.write(reply)
        await reader.readline()
    await deaf(reader, writer)


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
async def test_a_server_that_hangs_within_tls_leaves_nothing_behind(security, certificates, ca_file):
    tls = ServerTls(identity=certificates.ordinary("127.0.0.1"))
    hanging = serve(deaf, tls=tls) if security is Security.TLS else serve(deaf_after_starttls)
    async with hanging as server:
        tasks, sockets = asyncio.all_tasks(), _tcp_sockets()
        error = await refusal(settings(server.port, security, ca_file=ca_file, timeout=A_MOMENT))
        # TLS would say goodbye for half a minute to one that does not listen.
        await _settled(tasks, sockets)
    assert "did not finish within 0.3 s" in str(error)


@pytest.mark.parametrize("turns", [(GREETING, OK), (GREETING, OK, OK, OK), (GREETING, OK, OK, OK, GO_ON)])
async def test_a_connection_broken_off_before_the_last_word_is_temporary(turns):
    async with serve(script(*turns, after=lambda writer: writer.transport.abort())) as server:
        error = await refusal(settings(server.port))
    assert re.search("broke off the connection|failed", str(error))
    assert not error.permanent


@pytest.mark.parametrize("goodbye", [b"", b"500 what?\r\n", b"garbage\r\n"])
async def test_what_happens_after_the_mail_is_taken_does_not_have_it_sent_again(goodbye):
    async with serve(script(GREETING, OK, OK, OK, GO_ON, OK, goodbye)) as server:
        await send(settings(server.port, timeout=timedelta(seconds=5)))
    assert server.requests[0].raw.count(b"DATA\r\n") == 1


async def test_a_server_that_refuses_to_serve_may_serve_later():
    async with serve(script(b"554 no service here\r\n")) as server:
        error = await refusal(settings(server.port))
    assert "does not serve us: 554 no service here" in str(error)
    assert not error.permanent


async def test_something_that_is_no_mail_server_is_told_as_such():
    async with serve(script(b"HTTP/1.1 400 Bad Request\r\n")) as server:
        error = await refusal(settings(server.port))
    assert "does not speak SMTP" in str(error)
    assert not error.permanent


async def test_an_old_server_is_greeted_with_helo():
    async with serve(script(GREETING, b"500 unknown\r\n", OK, OK, OK, GO_ON, OK, b"221 bye\r\n")) as server:
        await send(settings(server.port))
    assert b"\r\nHELO " in server.requests[0].raw


async def test_addresses_in_other_scripts_go_to_servers_that_carry_them():
    javanese = "ꦥꦶꦏꦺꦠ꧀@demoprov.go.id"
    async with mail_server(smtputf8=True) as server:
        await send(settings(server.port), address=javanese)
        await send(settings(server.port))
    first, second = server.mails
    assert first.recipients == (javanese,)
    assert "SMTPUTF8" in first.options
    assert second.options == ()


async def test_addresses_that_the_server_cannot_carry_are_permanent():
    async with mail_server() as server:
        error = await refusal(settings(server.port), address="ꦥꦶꦏꦺꦠ꧀@demoprov.go.id")
    assert "cannot carry the address" in str(error)
    assert error.permanent


async def test_a_line_break_in_an_address_reaches_no_server():
    async with mail_server() as server:
        error = await refusal(settings(server.port), address="a@demoprov.go.id\r\nRCPT TO:<b@demoprov.go.id>")
    assert error.permanent
    assert server.connections == 0


def test_we_call_ourselves_by_a_full_name_or_by_our_address():
    assert re.fullmatch(r"\[192\.0\.2\.7\]|[\w-]+(\.[\w-]+)+", _own_name("192.0.2.7"))
    assert re.fullmatch(r"\[IPv6:2001:db8::7\]|[\w-]+(\.[\w-]+)+", _own_name("2001:db8::7"))


def test_settings_show_no_password():
    assert PASSWORD not in repr(replace(settings(25), password=PASSWORD))
