"""A connection that breaks between a commit and its answer: what was written is not written again."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from monitor.metrics import Exposition
from monitor.recorder import Board, Recorder
from monitor.store import Batch, InDoubt, Store, StoreUnavailable
from tests.recording import T0, Clock, bad, follow, good


class Wire:
    """Carries bytes to a server and back; hangs up at a COMMIT, before it arrives or before its answer."""

    def __init__(self, port):
        self._port = port
        self.cut = None

    async def carry(self, reader, writer):
        theirs, ours = await asyncio.open_connection("127.0.0.1", self._port)
        silent = False

        async def back():
            while (data := await theirs.read(65536)) and not silent:
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
            await asyncio.gather(answering, return_exceptions=True)
            for one in (ours, writer):
                one.close()


@asynccontextmanager
async def wired(database):
    """Yield a wire to a database, and the URL over it."""
    wire = Wire(database.server.port)
    server = await asyncio.start_server(wire.carry, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield wire, database.url.replace(f":{database.server.port}/", f":{port}/")


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
