"""How many may pass to one address at once, with tasks that really wait."""

from __future__ import annotations

import asyncio

import pytest

from monitor.probes.gate import AddressGate


class Crowd:
    """Tasks at a gate, each staying until it is let go."""

    def __init__(self, gate):
        self.gate = gate
        self.inside = []
        self.waited = {}
        self.tasks = {}
        self.leave = {}

    async def send(self, name, address="192.0.2.1"):
        self.leave[name] = asyncio.Event()
        self.tasks[name] = asyncio.create_task(self._pass(name, address))
        await self.settle()

    async def _pass(self, name, address):
        async with self.gate.through(address) as waited:
            self.inside.append(name)
            self.waited[name] = waited
            try:
                await self.leave[name].wait()
            finally:
                self.inside.remove(name)

    async def let_go(self, name):
        self.leave[name].set()
        await self.tasks[name]
        await self.settle()

    async def settle(self):
        for _ in range(5):
            await asyncio.sleep(0)


@pytest.fixture
async def crowd():
    crowd = Crowd(AddressGate(2))
    yield crowd
    for task in crowd.tasks.values():
        task.cancel()
    await asyncio.gather(*crowd.tasks.values(), return_exceptions=True)
    assert not crowd.gate._doors  # nothing is remembered of an address that nobody is at


async def test_no_more_than_the_limit_pass_and_the_rest_come_in_order(crowd):
    for name in "abcd":
        await crowd.send(name)
    assert crowd.inside == ["a", "b"]
    await crowd.let_go("b")
    assert crowd.inside == ["a", "c"]
    await crowd.let_go("a")
    assert crowd.inside == ["c", "d"]


async def test_addresses_do_not_wait_for_each_other(crowd):
    for name in "abc":
        await crowd.send(name)
    await crowd.send("other", "2001:db8::1")
    assert crowd.inside == ["a", "b", "other"]


async def test_who_waits_is_told_how_long(crowd):
    for name in "abc":
        await crowd.send(name)
    await asyncio.sleep(0.05)
    await crowd.let_go("a")
    assert 0.05 <= crowd.waited["c"] < 5
    assert crowd.waited["a"] < crowd.waited["c"]


async def test_who_gives_up_waiting_takes_no_place(crowd):
    for name in "abcd":
        await crowd.send(name)
    crowd.tasks["c"].cancel()
    await crowd.settle()
    await crowd.let_go("a")
    assert crowd.inside == ["b", "d"]


async def test_who_is_cancelled_inside_leaves_its_place(crowd):
    for name in "abc":
        await crowd.send(name)
    crowd.tasks["a"].cancel()
    await crowd.settle()
    assert crowd.inside == ["b", "c"]


async def test_a_fault_inside_leaves_the_place_and_passes_on():
    gate = AddressGate(1)
    with pytest.raises(OSError, match="broken"):
        async with gate.through("192.0.2.1"):
            raise OSError("broken")
    async with asyncio.timeout(20), gate.through("192.0.2.1"):
        pass
    assert not gate._doors


@pytest.mark.parametrize("limit", [0, -1])
def test_a_gate_that_lets_nobody_through_is_refused(limit):
    with pytest.raises(ValueError, match="at least 1"):
        AddressGate(limit)
