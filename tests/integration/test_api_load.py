"""Many who ask for reports at once: what is built, for whom, and who has to wait."""

from __future__ import annotations

import asyncio
import json
import threading
from concurrent.futures import ThreadPoolExecutor

from monitor.reports.workshop import Workshop
from tests.asking import serving, threads, write_station

REPORTS = "/api/v1/reports"
OCT = f"{REPORTS}/2026-10"


class Counting(Workshop):
    """Counts what it builds, and begins when it is let."""

    def __init__(self, gate=None):
        super().__init__(lambda: ThreadPoolExecutor(1))
        self.built = 0
        self.gate = gate

    async def build(self, key, work, *, keep_as=None):
        def counted():
            self.built += 1
            if self.gate is not None:
                self.gate.wait(30)
            return work()

        return await super().build(key, counted, keep_as=keep_as)


class TestManyAtOnce:
    async def test_fifty_readers_of_one_file_cost_one_build(self, tmp_path):
        workshop = Counting()
        async with serving(write_station(tmp_path), workshop=workshop) as station:
            token = await station.token()
            await station.close_period()
            asked = [station.get(f"{OCT}/file.xlsx", token) for _ in range(50)]
            answers = await asyncio.gather(*asked)
            assert {status for status, _, _ in answers} == {200}
            assert len({body for _, _, body in answers}) == 1
            await station.get(f"{OCT}/file.xlsx", token)
            assert workshop.built == 1

    async def test_what_runs_is_built_anew_for_each_who_comes_later(self, tmp_path):
        workshop = Counting()
        async with serving(write_station(tmp_path), workshop=workshop) as station:
            token = await station.token()
            for _ in range(2):
                await station.get(OCT, token)
            assert workshop.built == 2

    async def test_too_many_different_ones_are_put_off_and_the_rest_is_answered(self, tmp_path):
        async with serving(write_station(tmp_path), workshop=threads(most_waiting=3)) as station:
            token = await station.token()
            days = [f"{REPORTS}/2026-10-{day:02}" for day in range(1, 21)]
            answers = await asyncio.gather(*(station.get(one, token) for one in days))
            statuses = [status for status, _, _ in answers]
            assert set(statuses) == {200, 503}
            assert statuses.count(200) >= 3
            put_off = next(one for one in answers if one[0] == 503)
            assert put_off[1]["Retry-After"] == "10"
            assert json.loads(put_off[2])["error"]["code"] == "busy"
            assert (await station.get(days[-1], token))[0] == 200

    async def test_a_reader_who_leaves_takes_nothing_from_the_others(self, tmp_path, caplog):
        gate = threading.Event()
        async with serving(write_station(tmp_path), workshop=Counting(gate)) as station:
            token = await station.token()
            leaving = asyncio.create_task(station.get(OCT, token))
            staying = asyncio.create_task(station.get(OCT, token))
            await asyncio.sleep(0.2)
            leaving.cancel()
            gate.set()
            assert (await staying)[0] == 200
        assert caplog.text == ""
