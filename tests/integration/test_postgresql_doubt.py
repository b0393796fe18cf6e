"""A connection that breaks at the worst moment: nothing is written twice, and the loss is one sentence."""

import asyncio
import gc
import logging
import struct
from contextlib import asynccontextmanager

import pytest

from monitor.demo.door import Door
from monitor.metrics import Exposition
from monitor.recorder import Board, Recorder
from monitor.store import Batch, InDoubt, Store, StoreUnavailable
from tests.recording import T0, Clock, bad, follow, good

READY = b"Z\0\0\0\5"
FAREWELL = b"SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0"
"""What a server says that ends a session; https://www.postgresql.org/docs/15/protocol-error-fields.html"""


class Wire:
    """Carries bytes to a server and back; hangs up at a COMMIT, before it arrives or before its answer.

    It can also add a farewell to one of the server's answers, and hang up only later.
    """

    def __init__(self, port):
        self._port = port
        self.cut = None
        self.farewell_after = 0
        """Which of the answers from here on it is added to; 0: none."""

    async def carry(self, reader, writer):
        theirs, ours = await asyncio.open_connection("127.0.0.1", self._port)
        silent = False

        async def back():
            while (data := await theirs.read(65536)) and not silent:
                if self.farewell_after and data[-6:-1] == READY:
                    self.farewell_after -= 1
                    if self.farewell_after == 0:
                        data += b"E" + struct.pack("!I", 4 + len(FAREWELL)) + FAREWELL
                writer.write(data)
            writer.close()  # the server hung up, or its answer is kept back

        answering = asyncio.create_task(back())
        try:
            while data := await reader.read(65536):
                if b"COMMIT;" in data and self.cut is not None:
                    cut, self.cut, silent = self.cut, None, True
                    if cut == "after":
                        ours.write(data)
                        await answering  # ends with the first answer that is kept back
                    break
                ours.write(data)
        finally:
            answering.cancel()
            for one in (ours, writer):
                one.close()
            await asyncio.gather(answering, return_exceptions=True)


@asynccontextmanager
async def wired(database):
    """Yield a wire to a database, and the URL over it."""
    wire = Wire(database.server.port)
    door = Door("127.0.0.1", wire.carry)
    await door.open()
    try:
        yield wire, database.url.replace(f":{database.server.port}/", f":{door.port}/")
    finally:
        await door.remove()


async def settled(store, transaction):
    async with asyncio.timeout(10):
        while True:
            try:
                return await store.was_written(transaction)
            except StoreUnavailable:
                await asyncio.sleep(0.05)


@pytest.mark.parametrize(("cut", "written"), [("before", False), ("after", True)])
async def test_a_commit_that_was_cut_off_is_in_doubt_until_the_server_is_asked(ours, cut, written):
    async with wired(ours) as (wire, url), await Store.open(f"{url}?sslmode=disable") as store:
        await store.write(Batch([good("a", T0)]))
        wire.cut = cut
        with pytest.raises(InDoubt, match="was lost") as caught:
            await store.write(Batch([good("b", T0)]))
        assert await settled(store, caught.value.transaction) is written
        assert set(await store.latest_results("local")) == ({"a", "b"} if written else {"a"})


@pytest.mark.parametrize("cut", ["before", "after"])
async def test_the_recorder_writes_each_result_once_whenever_the_connection_broke(ours, cut):
    clock = Clock(T0)
    async with wired(ours) as (wire, url), await Store.open(f"{url}?sslmode=disable", clock=clock) as store:
        recorder = Recorder(store, Board("local"), Exposition("test"), now=clock)
        await recorder.load()
        await follow(recorder, "a", "b")
        for number in range(6):
            wire.cut = cut if number % 2 else None
            clock.go_on(1)
            recorder.put(good("a", clock.now))
            recorder.put(bad("b", clock.now))
            await recorder._writer._flush()
        async with asyncio.timeout(20):
            while not await recorder.close():  # noqa: ASYNC110 - no event tells
                await asyncio.sleep(0.05)
        assert recorder.waiting_results == 0
    assert ours.rows(
        "SELECT count(*), count(DISTINCT (check_no, id - started_us_before_id)) FROM result"
    ) == [(12, 12)]
    [(changes, different)] = ours.rows('SELECT count(*), count(DISTINCT (check_no, "after")) FROM transition')
    assert changes == different == 2


@pytest.mark.parametrize("seat", [None, "local"])
@pytest.mark.parametrize("answer", range(1, 7))
async def test_a_server_that_ends_the_session_between_two_steps_is_a_lost_connection(
    ours, answer, seat, caplog
):
    caplog.set_level(logging.WARNING)
    async with (
        wired(ours) as (wire, url),
        await Store.open(f"{url}?sslmode=disable", seat=seat) as store,
    ):
        await store.write(Batch([good("a", T0)]))
        wire.farewell_after = answer  # of all there are: each could be the last before the results are copied
        with pytest.raises(StoreUnavailable, match="was lost"):
            await store.write(Batch([good("b", T0)], heartbeat=("local", T0)))
        assert wire.farewell_after == 0
        await store.write(Batch([good("c", T0)]))
        assert set(await store.latest_results("local")) == {"a", "c"}
    gc.collect()
    assert caplog.messages == []  # nor of what a driver has forgotten


@pytest.mark.parametrize("answer", range(1, 11))
async def test_a_server_that_ends_the_session_while_it_is_begun_is_a_lost_connection(ours, answer, caplog):
    caplog.set_level(logging.WARNING)
    async with wired(ours) as (wire, url):
        wire.farewell_after = answer
        with pytest.raises(StoreUnavailable, match="was lost"):
            async with await Store.open(f"{url}?sslmode=disable", migrate=False) as store:
                await store.latest_results("local")
        assert wire.farewell_after == 0
        async with await Store.open(f"{url}?sslmode=disable", migrate=False) as store:
            assert await store.latest_results("local") == {}
    gc.collect()
    assert caplog.messages == []
