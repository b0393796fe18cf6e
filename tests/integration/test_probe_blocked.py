"""BLOCKED is not DOWN: the site answers, but not to a monitor."""

from __future__ import annotations

import pytest

from monitor.core.reason import Outcome, Reason, Stage
from tests.probing import assert_failed, assert_ok, http_check
from tests.servers import answers, redirect, reply, serve

CHALLENGE = (
    b"<html><head><title>Just a moment...</title></head><body>"
    b"<script>window._cf_chl_opt={cvId:'3'};</script>"
    b"<script src='/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1'></script></body></html>"
)
NATIONAL = {"good.test": ("127.0.0.1",), "internetpositif.id": ("127.0.0.1",)}


@pytest.mark.parametrize("status", [200, 403, 503])
async def test_a_challenge_that_names_itself_is_blocked_whatever_its_status(probe, status):
    raw = reply(b"<html>", status=status, headers=[("cf-mitigated", "challenge")])
    async with serve(answers(raw)) as server:
        result = await probe(http_check(server.url()))
    assert_failed(
        result, Stage.RESPONSE, Reason.BLOCKED_CHALLENGE, "good.test", str(status), outcome=Outcome.BLOCKED
    )
    assert result.excerpt is not None


@pytest.mark.parametrize("status", [403, 429, 503])
async def test_a_challenge_is_known_by_its_scripts(probe, status):
    async with serve(answers(reply(CHALLENGE, status=status))) as server:
        result = await probe(http_check(server.url()))
    assert_failed(result, Stage.RESPONSE, Reason.BLOCKED_CHALLENGE, outcome=Outcome.BLOCKED)


async def test_a_page_that_only_speaks_of_challenges_is_no_challenge(probe):
    article = b"<h1>Cara kerja /cdn-cgi/challenge-platform/ dan window._cf_chl_opt</h1>"
    async with serve(answers(reply(article))) as server:
        assert_ok(await probe(http_check(server.url())))
    async with serve(answers(reply(b"galat", status=503))) as server:
        result = await probe(http_check(server.url()))
    assert_failed(result, Stage.RESPONSE, Reason.HTTP_STATUS, "503")


async def test_a_redirect_to_the_national_block_page_is_blocked(probe):
    async with serve(answers(reply(b"<h1>Internet Positif</h1>"))) as block:
        there = block.url("/?sub=RC&blocked=good.test", host="internetpositif.id")
        async with serve(answers(redirect(there))) as server:
            result = await probe(http_check(server.url()), resolve=NATIONAL)
    assert_failed(result, Stage.RESPONSE, Reason.BLOCKED_NATIONAL, "internetpositif", outcome=Outcome.BLOCKED)


@pytest.mark.parametrize("place", ["/berita/internetpositif.id", "/?dari=internetpositif.id"])
async def test_a_page_whose_address_merely_mentions_the_block_page_is_not_blocked(probe, place):
    async with serve(answers(reply())) as server:
        assert_ok(await probe(http_check(server.url(place))))
