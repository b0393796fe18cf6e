"""Webhooks against a receiver that verifies signatures, as docs/webhook.md tells people to."""

from __future__ import annotations

import asyncio
import re
import time
import traceback
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from importlib.metadata import version
from pathlib import Path

import pytest

from alerts.channels import open_channel
from alerts.channels.webhook import Webhook, signature
from alerts.delivery import DeliveryError
from monitor.core.retry_after import waiting_time
from monitor.core.route import WebhookChannel
from tests.certificates import self_signed
from tests.deliveries import delivery, outage
from tests.receivers import Reply, receiver, signed
from tests.servers import SSH, ServerTls, answers, refused_port, reply, serve, silence

SECRET = "kunci-rahasia-webhook"
PATH = "/kait/alamat-rahasia"
PAGE = Path(__file__).resolve().parents[2] / "docs" / "webhook.md"
NOW = datetime(2026, 11, 4, 3, 0, tzinfo=UTC)


def settings(url, **changes):
    return WebhookChannel(
        **{"id": "kait", "url": url, "secret": SECRET, "timeout": timedelta(seconds=10), **changes}
    )


@pytest.fixture
async def office():
    async with receiver(Reply(204)) as one:
        yield one


@pytest.fixture
async def hook(office):
    channel = open_channel(settings(office.url + PATH))
    yield channel
    await channel.close()


async def refusal(channel, **changes):
    with pytest.raises(DeliveryError) as caught:
        await channel.send(delivery(**changes))
    await channel.close()
    shown = "".join(traceback.format_exception(caught.value))
    assert SECRET not in shown
    assert "rahasia" not in shown
    return caught.value


async def test_a_message_is_posted_signed_with_its_key_and_our_name(office, hook):
    await hook.send(delivery())
    (post,) = office.posts
    assert post.path == PATH
    assert signed(post, SECRET, time.time())
    assert not signed(post, "kunci lain", time.time())
    assert post.headers["Kulkul-Delivery"] == delivery().key == post.json["delivery"]
    assert post.headers["User-Agent"] == f"Kulkul/{version('kulkul')}"
    assert post.headers["Content-Type"] == "application/json"


async def test_each_attempt_is_signed_with_its_own_time(office):
    times = iter([1_700_000_000.9, 1_700_000_060.0])
    channel = Webhook(settings(office.url), clock=lambda: next(times))
    await channel.send(delivery())
    await channel.send(delivery())
    await channel.close()
    first, second = office.posts
    assert first.body == second.body
    assert signed(first, SECRET, 1_700_000_000, 0)
    assert signed(second, SECRET, 1_700_000_060, 0)
    assert not signed(first, SECRET, 1_700_000_060, 59)


async def test_a_key_with_line_breaks_adds_no_header(office, hook):
    await hook.send(delivery(key="a\r\nX-Evil: 1"))
    assert office.posts[0].headers["Kulkul-Delivery"] == "a X-Evil: 1"
    assert "X-Evil" not in office.posts[0].headers


@pytest.mark.parametrize("status", [200, 201, 202, 204])
async def test_every_success_is_one(office, hook, status):
    office.answers.append(Reply(status))
    await hook.send(delivery())


@pytest.mark.parametrize(
    ("status", "permanent"),
    [
        (400, True),
        (401, True),
        (403, True),
        (404, True),
        (410, True),
        (408, False),
        (425, False),
        (429, False),
        (500, False),
        (503, False),
        (302, False),
        (307, False),
        (301, True),
        (308, True),
    ],
)
async def test_other_answers_are_permanent_where_trying_again_cannot_help(office, status, permanent):
    elsewhere = {"Location": f"{office.url}/lain"}
    office.answers.append(Reply(status, b"rahasia kami", elsewhere))
    error = await refusal(open_channel(settings(office.url + PATH)))
    assert error.permanent is permanent
    assert str(status) in str(error)
    assert len(office.posts) == 1  # a redirect would have been a second post


async def test_the_time_that_the_receiver_asks_for_is_passed_on(office):
    office.answers.append(Reply(503, headers={"Retry-After": "120"}))
    error = await refusal(open_channel(settings(office.url + PATH)))
    assert error.retry_after == timedelta(seconds=120)
    later = format_datetime(datetime.now(UTC) + timedelta(minutes=10), usegmt=True)
    office.answers.append(Reply(429, headers={"Retry-After": later}))
    error = await refusal(open_channel(settings(office.url + PATH)))
    assert timedelta(minutes=9) < error.retry_after <= timedelta(minutes=10)


@pytest.mark.parametrize(
    ("value", "waits"),
    [
        (None, None),
        ("0", timedelta(0)),
        ("90", timedelta(seconds=90)),
        ("9" * 5000, timedelta(days=1)),
        ("Wed, 04 Nov 2026 03:05:00 GMT", timedelta(minutes=5)),
        ("Wed, 04 Nov 2026 03:05:00", timedelta(minutes=5)),
        ("Wed, 04 Nov 2026 02:00:00 GMT", timedelta(0)),
        ("Wed, 04 Nov 9999 03:05:00 GMT", timedelta(days=1)),
        ("Wed, 04 Nov 2026 03:05:00 +999999999999", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
        ("", None),
    ],
)
def test_retry_after_is_read_as_seconds_and_as_a_date(value, waits):
    assert waiting_time(value, NOW) == waits


async def test_trouble_on_the_way_is_temporary_and_names_the_host_alone():
    errors = []
    with refused_port() as port:
        errors.append(await refusal(open_channel(settings(f"http://127.0.0.1:{port}{PATH}"))))
        assert f"cannot connect to 127.0.0.1:{port}" in str(errors[-1])
    async with serve(answers(b"rubbish\r\n\r\n")) as server:
        errors.append(await refusal(open_channel(settings(f"http://127.0.0.1:{server.port}{PATH}"))))
    async with serve(silence) as server, asyncio.timeout(10):
        hangs = settings(f"http://127.0.0.1:{server.port}{PATH}", timeout=timedelta(milliseconds=300))
        errors.append(await refusal(open_channel(hangs)))
        assert str(errors[-1]) == f"127.0.0.1:{server.port} did not finish within 0.3 s"
    async with serve(answers(reply()), tls=ServerTls(identity=self_signed("127.0.0.1"))) as server:
        errors.append(await refusal(open_channel(settings(f"https://127.0.0.1:{server.port}{PATH}"))))
        assert "is not accepted: self-signed certificate" in str(errors[-1])
    async with serve(SSH) as server:
        errors.append(await refusal(open_channel(settings(f"https://127.0.0.1:{server.port}{PATH}"))))
    assert [error.permanent for error in errors] == [False] * 5


async def test_a_login_in_the_url_is_used_and_not_shown(office):
    url = office.url.replace("://", "://kulkul:rahasia@") + PATH
    channel = open_channel(settings(url))
    await channel.send(delivery())
    await channel.close()
    assert office.posts[0].headers["Authorization"] == "Basic a3Vsa3VsOnJhaGFzaWE="
    office.answers.append(Reply(403))
    await refusal(open_channel(settings(url)))


async def test_a_body_of_any_length_is_read_no_further_than_needed(office):
    office.answers.append(Reply(500, b"x" * 5_000_000))
    error = await refusal(open_channel(settings(office.url + PATH)))
    assert not error.permanent


async def test_many_posts_go_at_once_over_one_channel(office, hook):
    await asyncio.gather(*(hook.send(delivery(key=f"{n}")) for n in range(8)))
    assert {post.json["delivery"] for post in office.posts} == {f"{n}" for n in range(8)}


def test_a_signature_is_the_one_that_openssl_computes():
    # By OpenSSL: printf "1700000000.{}" | openssl dgst -sha256 -hmac rahasia
    digest = "be2443a5e1a92cad67cb72eee5089a722f140561b03fe2427bfc46ee387d1213"
    assert signature("rahasia", 1_700_000_000, b"{}") == f"t=1700000000,v1={digest}"


def snippet():
    """The receiver's code from the page, as a namespace."""
    code = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[1]
    names = {}
    exec(compile(code, str(PAGE), "exec"), names)
    return names


async def test_the_code_on_the_page_verifies_what_we_send(office, hook):
    genuine = snippet()["genuine"]
    await hook.send(delivery(facts=replace(outage(), detail="baris\nbaru — é")))
    (post,) = office.posts
    given = post.headers["Kulkul-Signature"]
    assert genuine(post.body, given, SECRET)
    assert not genuine(post.body, given, "kunci lain")
    assert not genuine(post.body + b" ", given, SECRET)
    assert not genuine(post.body, signature(SECRET, int(time.time()) - 301, post.body), SECRET)
    assert not genuine(post.body, given.replace("t=", "t=1"), SECRET)
    assert not genuine(post.body, "rubbish", SECRET)
