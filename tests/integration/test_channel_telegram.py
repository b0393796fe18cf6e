"""Telegram against a double of the Bot API."""

from __future__ import annotations

import asyncio
import logging
import traceback
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import pytest

from alerts.channels import open_channel
from alerts.channels.telegram import LONGEST, fitting
from alerts.delivery import DeliveryError
from monitor.core.route import TelegramChannel
from tests.deliveries import delivery
from tests.receivers import Reply, as_json, bot_api, bot_refusal, receiver
from tests.servers import close_when_asked, refused_port, reply, serve, silence
from tests.servers.replies import answers

TOKEN = "123456789:AAF-rahasia_sekali_jangan_bocor"


def settings(url, **changes):
    return TelegramChannel(
        **{"id": "bot", "token": TOKEN, "url": url, "timeout": timedelta(seconds=10), **changes}
    )


@pytest.fixture
async def api():
    async with receiver(bot_api()) as one:
        yield one


@pytest.fixture
async def bot(api):
    channel = open_channel(settings(api.url))
    yield channel
    await channel.close()


def saying(brief):
    return replace(delivery().message, brief=brief)


async def refusal(channel, **changes):
    with pytest.raises(DeliveryError) as caught:
        await channel.send(delivery(address="-100200300", **changes))
    shown = "".join(traceback.format_exception(caught.value))
    assert TOKEN not in shown
    assert quote(TOKEN, safe="") not in shown
    assert "rahasia" not in shown
    return caught.value


async def test_the_short_text_is_sent_plainly_to_the_chat(api, bot):
    await bot.send(delivery(address="-100200300", message=saying("*a_b* <c> & [d](e)")))
    (post,) = api.posts
    assert post.path == f"/bot{TOKEN}/sendMessage"
    assert post.json == {
        "chat_id": "-100200300",
        "text": "*a_b* <c> & [d](e)",
        "link_preview_options": {"is_disabled": True},
    }


async def test_a_text_that_is_too_long_is_cut_before_it_is_sent(api, bot):
    await bot.send(delivery(message=saying("satu baris panjang\n" * 400)))
    text = api.posts[0].json["text"]
    assert len(text) <= 4096
    assert text.endswith("panjang\n…")


async def test_too_many_messages_are_tried_again_when_telegram_says(api, bot):
    api.answers.append(bot_refusal(429, "Too Many Requests: retry after 35", retry_after=35))
    error = await refusal(bot)
    assert (error.permanent, error.retry_after) == (False, timedelta(seconds=35))
    assert str(error) == "Telegram asks to send less often"


@pytest.mark.parametrize("strange", [10**30, -5, "35", None])
async def test_a_strange_retry_after_stalls_nothing_for_ever(api, bot, strange):
    api.answers.append(bot_refusal(429, "Too Many Requests", retry_after=strange))
    error = await refusal(bot)
    assert error.retry_after is None or timedelta(0) <= error.retry_after <= timedelta(days=1)


@pytest.mark.parametrize(
    ("code", "description"),
    [
        (400, "Bad Request: chat not found"),
        (403, "Forbidden: bot was blocked by the user"),
        (403, "Forbidden: bot was kicked from the supergroup chat"),
    ],
)
async def test_a_chat_that_cannot_be_written_to_is_permanent(api, bot, code, description):
    api.answers.append(bot_refusal(code, description))
    error = await refusal(bot)
    assert error.permanent
    assert str(error) == f"Telegram refuses chat -100200300: {description}"


@pytest.mark.parametrize(("code", "description"), [(401, "Unauthorized"), (404, "Not Found")])
async def test_a_bad_token_may_be_mended(api, bot, code, description):
    api.answers.append(bot_refusal(code, description))
    error = await refusal(bot)
    assert not error.permanent
    assert str(error) == "Telegram does not accept the token of channel bot"


async def test_a_group_that_became_a_supergroup_is_followed_once(api, bot, caplog):
    moved = bot_refusal(
        400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=-100999
    )
    api.answers.append(moved)
    await bot.send(delivery(address="-42"))
    assert [post.json["chat_id"] for post in api.posts] == ["-42", "-100999"]
    assert "Telegram chat -42 of channel bot is now -100999" in caplog.text
    api.answers.extend([moved, moved])
    error = await refusal(bot)
    assert error.permanent
    assert len(api.posts) == 4


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (bot_refusal(500, "Internal Server Error"), "Telegram answered 500: Internal Server Error"),
        (bot_refusal(502, "Bad Gateway"), "Telegram answered 502: Bad Gateway"),
        (Reply(503, b"<h1>Service Unavailable</h1>"), "(503)"),
        (Reply(200, b"<h1>Internet Positif</h1>"), "something other than Telegram's Bot API answered (200)"),
        (Reply(302, b"", {"Location": "https://internetbaik.example/"}), "(302)"),
        (Reply(200, b"[" * 60_000), "(200)"),
        (Reply(200, b'"ok"'), "(200)"),
        (Reply(200, b""), "(200)"),
        (as_json(200, ok=False, description="odd"), "Telegram answered 200: odd"),
        (as_json(200, ok=False, error_code="odd", parameters=[]), "Telegram answered 200"),
    ],
    ids=["500", "502", "503", "national-block", "portal", "nested", "text", "empty", "odd", "odder"],
)
async def test_an_answer_that_is_not_a_yes_or_a_clear_no_is_tried_again(api, bot, answer, told):
    api.answers.append(answer)
    error = await refusal(bot)
    assert not error.permanent
    assert told in str(error)
    assert len(api.posts) == 1


async def test_a_reply_that_repeats_the_token_does_not_get_it_into_the_error(api, bot):
    api.answers.append(bot_refusal(400, f"Bad Request: /bot{TOKEN}/ and {quote(TOKEN, safe='')} are odd"))
    error = await refusal(bot)
    assert str(error).endswith("Bad Request: /bot***/ and *** are odd")


async def test_what_goes_wrong_on_the_way_is_temporary_and_names_no_url(caplog):
    caplog.set_level(logging.DEBUG)
    errors = []

    async def fail(url):
        channel = open_channel(settings(url))
        errors.append(await refusal(channel))
        await channel.close()

    with refused_port() as port:
        await fail(f"http://127.0.0.1:{port}")
    await fail("http://tidak-ada.invalid")
    for behaviour in (close_when_asked, answers(b"not http\r\n\r\n"), answers(reply(b"x", length=5))):
        async with serve(behaviour) as server:
            await fail(f"http://127.0.0.1:{server.port}")
    assert [error.permanent for error in errors] == [False] * 5
    assert "cannot connect to Telegram: Connect call failed" in str(errors[0])
    assert TOKEN not in caplog.text


async def test_an_api_that_hangs_costs_no_more_than_the_timeout():
    async with serve(silence) as server, asyncio.timeout(10):
        channel = open_channel(
            settings(f"http://127.0.0.1:{server.port}", timeout=timedelta(milliseconds=300))
        )
        error = await refusal(channel)
        await channel.close()
    assert str(error) == "Telegram did not finish within 0.3 s"
    assert not error.permanent


async def test_a_closed_channel_keeps_nothing_and_may_be_used_again(api, bot):
    await bot.close()
    await bot.send(delivery())
    await bot.close()
    await bot.close()
    assert len(api.posts) == 1


def test_the_token_is_not_in_what_a_channel_looks_like():
    channel = open_channel(settings("http://127.0.0.1:1"))
    assert TOKEN not in repr(settings("http://127.0.0.1:1"))
    assert TOKEN not in repr(channel)


def units(text):
    return len(text.encode("utf-16-le")) // 2


def test_a_text_that_fits_is_left_as_it_is():
    for text in ("", "a", "x" * LONGEST, "😀" * (LONGEST // 2)):
        assert fitting(text) == text


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("a" * 4000 + "\n" + "b" * 200, "a" * 4000 + "\n…"),
        ("a" * 4097, "a" * 4095 + "…"),
        ("a" * 5000 + "\nb", "a" * 4095 + "…"),
        ("a" * 4094 + "\n" + "b" * 9, "a" * 4094 + "\n…"),
        ("a" * 4095 + "\n" + "b" * 9, "a" * 4095 + "…"),
        ("😀" * 2049, "😀" * 2047 + "…"),
        ("a" + "😀" * 2048, "a" + "😀" * 2047 + "…"),
        ("\n" + "a" * 4097, "\n" + "a" * 4094 + "…"),
    ],
)
def test_a_text_is_cut_at_a_line_or_else_between_characters(text, cut):
    assert fitting(text) == cut
    assert units(fitting(text)) <= LONGEST
