"""What is shown of an answer holds no secret, no line break and no end of text."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from alerts.channels.deadline import within
from alerts.channels.wording import quoted, sendable
from alerts.delivery import DeliveryError


def test_a_secret_is_hidden_in_every_form_in_which_it_is_sent():
    text = "pw=s/cret+1 url=s%2Fcret%2B1 login=cy9jcmV0KzE= end"
    assert quoted(text, "s/cret+1", None, "") == "pw=*** url=*** login=*** end"


def test_what_cannot_be_shown_becomes_space():
    assert quoted("a\r\nb\x1b[31m\x00\udcff  c\u202e") == "a b [31m c"


def test_a_long_answer_is_cut():
    assert quoted("x" * 200) == "x" * 200
    assert quoted("x" * 201) == "x" * 199 + "…"


def test_text_with_whole_characters_is_sent_as_it_is():
    assert sendable("ᬩᬮᬶ 😀 é") == "ᬩᬮᬶ 😀 é"
    assert sendable("a\ud83d") == "a?"


async def test_what_takes_too_long_is_a_temporary_failure():
    with pytest.raises(DeliveryError, match=r"^the office did not finish within 0\.01 s$") as caught:
        async with within(timedelta(milliseconds=10), "the office"):
            await asyncio.sleep(60)
    assert not caught.value.permanent


async def test_other_failures_and_cancellation_pass_through():
    with pytest.raises(KeyError):
        async with within(timedelta(seconds=10), "the office"):
            raise KeyError
    with pytest.raises(asyncio.CancelledError):
        async with within(timedelta(seconds=10), "the office"):
            raise asyncio.CancelledError
