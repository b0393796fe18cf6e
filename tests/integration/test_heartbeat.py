"""The dead man's switch, against real HTTP servers on loopback."""

import asyncio
import contextlib
import logging
import ssl
import time
from datetime import timedelta

import aiohttp
import pytest
from aiohttp import web

from monitor.daemon.heartbeat import Heartbeat, open_session
from monitor.metrics import Exposition

SECRET = "rahasia-b3f1"
AGENT = "Kulkul/test (+https://demoprov.go.id/kulkul)"
QUICK, PATIENT = timedelta(milliseconds=30), timedelta(seconds=10)
NEVER = timedelta(hours=1)


class Watch:
    """A server that somebody's dead man's switch may be: notes every call, answers as it is told."""

    def __init__(self):
        self.calls = []
        self.status = 200
        self.silent = False

    async def answer(self, request):
        self.calls.append(request)
        if self.silent:
            await asyncio.Event().wait()
        return web.Response(status=self.status)

    async def onward(self, request):
        """Redirect as often as the path says."""
        left = int(request.match_info["left"])
        self.calls.append(request)
        place = f"/hop/{left - 1}?{request.query_string}" if left else f"/ping/{SECRET}"
        return web.Response(status=302, headers={"Location": place})


@contextlib.asynccontextmanager
async def serving(watch, **options):
    app = web.Application()
    app.add_routes([web.get("/ping/{key}", watch.answer), web.get("/hop/{left}", watch.onward)])
    runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, **options)
    await site.start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


def without_names():
    """Open a session that asks no name server but one that is not there."""
    resolver = aiohttp.AsyncResolver(nameservers=["127.0.0.1"], udp_port=1, tcp_port=1, timeout=0.2, tries=1)
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(resolver=resolver))


@contextlib.asynccontextmanager
async def beating(
    url, *, interval=QUICK, limit=PATIENT, healthy=lambda: True, told=None, session=open_session
):
    """Run a heartbeat for the length of the context; yields what it told of each turn."""
    told = [] if told is None else told
    heart = Heartbeat(url, interval, limit, healthy, told.append, user_agent=AGENT, session=session)
    task = asyncio.create_task(heart.run())
    try:
        yield told
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def until(condition):
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - the condition is another's, and sets no event
            await asyncio.sleep(0.005)


@pytest.fixture
async def watch():
    return Watch()


@pytest.fixture
async def url(watch):
    async with serving(watch) as port:
        yield f"http://127.0.0.1:{port}/ping/{SECRET}"


@pytest.fixture
def said(caplog):
    """What is logged, at every level and by everybody."""
    caplog.set_level(logging.DEBUG)
    return lambda: [one.getMessage() for one in caplog.records if one.name == "monitor.daemon.heartbeat"]


def free_of_the_secret(caplog):
    return SECRET not in "\n".join(caplog.handler.format(one) for one in caplog.records)


async def test_it_calls_at_once_and_at_every_interval_and_says_who_it_is(watch, url):
    async with beating(url) as told:
        await until(lambda: len(watch.calls) >= 3)
    assert {(call.method, call.headers["User-Agent"]) for call in watch.calls} == {("GET", AGENT)}
    assert set(told) == {True}


async def test_calls_follow_the_interval_and_not_one_another(watch, url):
    async with beating(url, interval=timedelta(milliseconds=200)):
        begun = asyncio.get_running_loop().time()
        await until(lambda: len(watch.calls) >= 4)
        assert asyncio.get_running_loop().time() - begun >= 0.55


async def test_nothing_is_called_while_the_daemon_is_not_well(watch, url, said):
    well = [True]
    async with beating(url, healthy=lambda: well[0]) as told:
        await until(lambda: len(watch.calls) >= 2)
        well[0] = False
        await until(lambda: told[-3:] == [False] * 3)
        calls = len(watch.calls)
        await until(lambda: told[-6:] == [False] * 6)
        assert len(watch.calls) == calls
        well[0] = True
        await until(lambda: len(watch.calls) > calls and told[-1])
    assert [line.partition(":")[0] for line in said()] == [
        "the heartbeat is withheld",
        "the heartbeat is taken again",
    ]


async def test_a_refusal_is_told_when_it_begins_changes_and_ends_and_not_at_every_call(watch, url, said):
    watch.status = 500
    async with beating(url) as told:
        await until(lambda: told == [False] * 3)
        watch.status = 404
        await until(lambda: len(said()) == 2)
        watch.status = 204
        await until(lambda: told[-1])
    assert said() == [
        "the heartbeat is not taken: the answer was HTTP status 500",
        "the heartbeat is not taken: the answer was HTTP status 404",
        "the heartbeat is taken again",
    ]


async def test_a_server_that_does_not_answer_is_given_up_and_called_again(watch, url, said):
    watch.silent = True
    async with beating(url, limit=timedelta(milliseconds=50)) as told:
        await until(lambda: told == [False])
        watch.silent = False
        await until(lambda: told[-1])
    assert said()[0] == "the heartbeat is not taken: there was no answer in time"


@pytest.mark.parametrize(("redirects", "taken"), [(3, True), (4, False)])
async def test_three_redirects_are_followed_and_no_more(watch, url, redirects, taken):
    start = url.replace(f"/ping/{SECRET}", f"/hop/{redirects - 1}")
    async with beating(start, interval=NEVER) as told:
        await until(lambda: told)
    assert told == [taken]
    assert len(watch.calls) == 4  # the first, and three more


async def test_whatever_goes_wrong_is_said_without_the_url(watch, url, said, caplog, certificates):
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificates.ordinary("127.0.0.1").load_into(server)
    closed = f"http://127.0.0.1:1/ping/{SECRET}"
    nowhere = f"http://{SECRET}.invalid/ping/{SECRET}"
    circle = url.replace(f"/ping/{SECRET}", f"/hop/99?{SECRET}")
    watch.status = 403
    async with serving(watch, ssl_context=server) as port:
        untrusted = f"https://127.0.0.1:{port}/ping/{SECRET}"
        for one in (closed, nowhere, circle, untrusted, url, f"http://[::1/{SECRET}"):
            async with beating(one, interval=NEVER, session=without_names) as told:
                await until(lambda told=told: told)
            assert told == [False]
    assert [line.removeprefix("the heartbeat is not taken: ") for line in said()] == [
        "there was no connection (Connection refused)",
        "its name could not be looked up",
        "there were more than 3 redirects",
        "there was no TLS connection that can be trusted",
        "the answer was HTTP status 403",
        "the call failed (InvalidUrlClientError)",
    ]
    assert free_of_the_secret(caplog)


async def test_a_health_check_that_fails_itself_counts_as_not_well(watch, url, said):
    def broken():
        raise LookupError(SECRET)

    async with beating(url, healthy=broken) as told:
        await until(lambda: len(told) >= 2)
    assert set(told) == {False}
    assert watch.calls == []
    assert said() == ["the heartbeat is not taken: the call failed (LookupError)"]


async def test_a_stall_is_followed_by_one_call_and_not_by_all_that_were_missed(watch, url):
    stalls = iter([0.0, 0.4])

    def stalling():
        time.sleep(next(stalls, 0.0))
        return True

    interval = timedelta(milliseconds=100)
    async with beating(url, interval=interval, healthy=stalling):
        await until(lambda: len(watch.calls) >= 2)
        await asyncio.sleep(0.15)
        assert len(watch.calls) <= 4


async def test_cookies_of_the_server_are_not_kept(watch, url):
    async def answer(request):
        watch.calls.append(request)
        return web.Response(headers={"Set-Cookie": "visited=yes"})

    watch.answer = answer
    async with serving(watch) as port, beating(f"http://127.0.0.1:{port}/ping/{SECRET}"):
        await until(lambda: len(watch.calls) >= 2)
    assert "Cookie" not in watch.calls[1].headers


async def test_the_metric_is_absent_until_there_is_something_to_say(url):
    own = Exposition("0.1.0").own
    assert b"\nkulkul_heartbeat_success " not in own.render(openmetrics=True)
    async with beating(url, told=_Gauge(own.heartbeat_success)):
        await until(lambda: b"\nkulkul_heartbeat_success 1.0\n" in own.render(openmetrics=True))
    async with beating(url, told=_Gauge(own.heartbeat_success), healthy=lambda: False):
        await until(lambda: b"\nkulkul_heartbeat_success 0.0\n" in own.render(openmetrics=False))


class _Gauge:
    """Takes what a heartbeat tells straight to the metric, as the daemon does."""

    def __init__(self, gauge):
        self.append = gauge.set


async def test_a_session_of_the_callers_own_is_used_and_closed(watch, url):
    opened = []

    def session():
        opened.append(aiohttp.ClientSession(headers={"X-Station": "denpasar"}))
        return opened[0]

    told = []
    heart = Heartbeat(url, NEVER, PATIENT, lambda: True, told.append, user_agent=AGENT, session=session)
    task = asyncio.create_task(heart.run())
    await until(lambda: told)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert watch.calls[0].headers["X-Station"] == "denpasar"
    assert opened[0].closed
