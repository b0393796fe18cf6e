"""The connect stage: one address, reached or not, politely."""

from __future__ import annotations

import asyncio
import errno
import os
import resource
import time
from contextlib import contextmanager
from datetime import timedelta

import pytest

from monitor import probes
from monitor.core.reason import Outcome, Reason, Stage
from monitor.core.service import Deadlines, Family
from monitor.probes.stages import os_failure
from tests.probing import GRACE_SECONDS, QUICK, assert_failed, assert_ok, http_check
from tests.servers import (
    UNREACHABLE,
    ServerTls,
    answers,
    close_at_once,
    full_backlog,
    refused_port,
    reply,
    reset_at_once,
    serve,
    slow,
)


async def test_a_port_where_nothing_listens_is_refused(probe):
    with refused_port() as port:
        result = await probe(http_check(f"http://good.test:{port}/"))
    assert_failed(result, Stage.CONNECT, Reason.TCP_REFUSED, f"good.test:{port}", "127.0.0.1")
    assert result.address == "127.0.0.1"
    assert result.timings.connect is not None
    assert result.timings.handshake is result.timings.request is result.timings.response is None
    assert result.http is result.tls is None


async def test_a_server_that_never_answers_the_attempt_times_out(probe):
    with full_backlog() as port:
        began = time.monotonic()
        result = await probe(http_check(f"http://good.test:{port}/", deadlines=QUICK))
    assert_failed(result, Stage.CONNECT, Reason.TCP_TIMEOUT, f"good.test:{port}", "0.4 s")
    assert 0.35 < time.monotonic() - began < 0.4 + GRACE_SECONDS


async def test_the_total_deadline_ends_a_stage_that_has_time_left(probe):
    total = Deadlines(total=timedelta(seconds=0.3), connect=timedelta(minutes=1))
    with full_backlog() as port:
        began = time.monotonic()
        result = await probe(http_check(f"http://good.test:{port}/", deadlines=total))
    assert_failed(result, Stage.CONNECT, Reason.TCP_TIMEOUT)
    assert time.monotonic() - began < 0.3 + GRACE_SECONDS


@pytest.mark.parametrize(
    ("behaviour", "reasons"),
    [(reset_at_once, {Reason.TCP_RESET}), (close_at_once, {Reason.TCP_CLOSED, Reason.TCP_RESET})],
)
async def test_a_server_that_hangs_up_at_once_is_told_from_one_that_refuses(probe, behaviour, reasons):
    async with serve(behaviour) as server:
        result = await probe(http_check(server.url()))
    assert result.outcome is Outcome.FAILED
    assert result.reason in reasons
    assert result.stage in {Stage.CONNECT, Stage.REQUEST, Stage.RESPONSE}
    assert "good.test" in result.message


async def test_no_route_from_this_machine_is_our_own_fault(probe):
    result = await probe(http_check("http://far.test/"), resolve={"far.test": (UNREACHABLE,)})
    assert_failed(
        result, Stage.CONNECT, Reason.SELF_FAULT, "far.test", UNREACHABLE, outcome=Outcome.SELF_FAULT
    )


@pytest.mark.parametrize("number", [errno.EHOSTUNREACH, errno.ENETUNREACH])
def test_a_router_that_reports_the_server_unreachable_speaks_of_the_server(number):
    failure = os_failure(Stage.CONNECT, OSError(number, os.strerror(number)), "good.test:443")
    assert (failure.outcome, failure.reason) == (Outcome.FAILED, Reason.TCP_UNREACHABLE)
    assert "good.test:443" in failure.message


@contextmanager
def _no_descriptor_left():
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    taken = []
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(256, before[1]), before[1]))
    try:
        while True:
            try:
                taken.append(os.dup(0))
            except OSError:
                break
        yield
    finally:
        for one in taken:
            os.close(one)
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


async def test_running_out_of_descriptors_is_our_own_fault(make_vantage):
    vantage = make_vantage()
    async with serve(answers(reply())) as server:
        check = http_check(server.url())
        with _no_descriptor_left():
            result = await probes.run(check, vantage)
        assert_failed(result, Stage.CONNECT, Reason.SELF_FAULT, "file descriptor", outcome=Outcome.SELF_FAULT)
        assert_ok(await probes.run(check, vantage))


async def test_ipv6_is_a_family_like_the_other(probe, certificates):
    tls = ServerTls(identity=certificates.ordinary("six.test"))
    async with serve(answers(reply()), tls, host="::1") as server:
        result = await probe(http_check(server.url(host="six.test"), family=Family.IPV6))
    assert_ok(result)
    assert (result.address, result.family) == ("::1", 6)


async def test_an_ipv6_address_can_stand_in_the_url(probe):
    async with serve(answers(reply()), host="::1") as server:
        result = await probe(http_check(server.url(host="[::1]")))
    assert_ok(result)
    assert server.requests[0].header("host") == f"[::1]:{server.port}"


TWO = {"two.test": ("127.0.0.2", "127.0.0.3")}


async def test_one_address_is_tried_per_probe(probe):
    async with serve(answers(reply()), host="127.0.0.3") as server:
        result = await probe(http_check(server.url(host="two.test")), resolve=TWO)
    assert_failed(result, Stage.CONNECT, Reason.TCP_REFUSED, "127.0.0.2")
    assert server.connections == 0


async def test_a_confirming_probe_tries_another_address(probe):
    async with serve(answers(reply()), host="127.0.0.3") as server:
        check = http_check(server.url(host="two.test"))
        result = await probe(check, resolve=TWO, avoid="127.0.0.2")
    assert_ok(result)
    assert result.address == "127.0.0.3"


async def test_the_only_address_is_used_even_if_it_should_be_avoided(probe):
    async with serve(answers(reply())) as server:
        assert_ok(await probe(http_check(server.url()), avoid="127.0.0.1"))


@pytest.mark.parametrize("limit", [1, 4])
async def test_no_more_than_so_many_probes_at_once_reach_one_address(make_vantage, limit):
    vantage = make_vantage(per_address=limit)
    async with serve(slow(0.03, reply())) as server:
        hosts = ["good.test", "other.test", "www.good.test", "127.0.0.1"]
        checks = [http_check(server.url(host=hosts[number % 4])) for number in range(20)]
        results = await asyncio.gather(*(probes.run(check, vantage) for check in checks))
    assert [result.outcome for result in results] == [Outcome.OK] * 20
    assert server.connections == 20
    assert server.most_at_once == limit


async def test_waiting_for_a_turn_costs_neither_the_site_nor_the_budget(make_vantage):
    vantage = make_vantage(per_address=1)
    deadlines = Deadlines(total=timedelta(seconds=2))
    async with serve(slow(0.5, reply())) as server:
        check = http_check(server.url(), deadlines=deadlines)
        began = time.monotonic()
        results = await asyncio.gather(*(probes.run(check, vantage) for _ in range(6)))
    assert time.monotonic() - began > 2.9
    assert [result.outcome for result in results] == [Outcome.OK] * 6
    assert max(result.duration for result in results) < timedelta(seconds=2)


async def test_a_cancelled_probe_gives_its_place_back(make_vantage):
    vantage = make_vantage(per_address=1)
    async with serve(slow(5, reply())) as server, serve(answers(reply())) as healthy:
        task = asyncio.create_task(probes.run(http_check(server.url()), vantage))
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        result = await asyncio.wait_for(probes.run(http_check(healthy.url()), vantage), 5)
    assert_ok(result)


async def test_the_round_trip_is_taken_from_the_kernel(probe):
    async with serve(slow(0.2, reply())) as server:
        result = await probe(http_check(server.url()))
    assert result.rtt is not None
    assert timedelta(0) < result.rtt < timedelta(seconds=0.15)
