"""The recorder starts again, or the machine slept: what was not measured is UNKNOWN."""

from __future__ import annotations

import asyncio

from monitor.recorder.recorder import SUSPENDED_AFTER
from tests.recording import (  # noqa: F401
    DOWN,
    SECOND,
    T0,
    UNKNOWN,
    UP,
    bad,
    clock,
    database,
    following,
    good,
    path,
    running,
    samples,
    stored,
    told,
    until,
)


class TestStartingAgain:
    async def test_the_gap_is_unknown_from_the_last_heartbeat_on(self, following, clock):
        async with following("lapor") as recorder:
            recorder.put(good("lapor", T0))
            clock.go_on(100)
            await recorder.close()
        clock.go_on(900)
        async with following("lapor") as recorder:
            shown = await samples(recorder)
            assert shown["kulkul_service_status", "lapor", "UNKNOWN"] == 1
            clock.go_on(30)
            recorder.put(good("lapor", clock.now))
            shown = await samples(recorder)
            assert shown["kulkul_service_status", "lapor", "UP"] == 1
            assert shown["kulkul_service_status_seconds_total", "lapor", "UNKNOWN"] == 930
            await recorder.close()
            assert told(await recorder.store.load_transitions("local")) == [
                ("lapor", 0, UP),
                ("lapor", 100, UNKNOWN),
                ("lapor", 1030, UP),
            ]

    async def test_an_outage_goes_on_with_the_first_failure_after_the_gap(self, following, clock):
        async with following("lapor") as recorder:
            for second, make in enumerate((good, bad, bad, bad)):
                recorder.put(make("lapor", T0 + second * SECOND))
            clock.go_on(10)
            await recorder.close()
        clock.go_on(50)
        async with following("lapor") as recorder:
            assert recorder.board.status("lapor") is UNKNOWN
            recorder.put(bad("lapor", clock.now))
            assert recorder.board.status("lapor") is DOWN
            await recorder.close()
            assert told(await recorder.store.load_transitions("local"))[1:] == [
                ("lapor", 1, DOWN),
                ("lapor", 10, UNKNOWN),
                ("lapor", 60, DOWN),
            ]

    async def test_after_a_sudden_end_what_was_committed_is_there_and_the_rest_is_unknown(
        self, following, clock, path
    ):
        async with following("lapor") as recorder:
            recorder.put(good("lapor", T0))
            await recorder._writer._flush()
            clock.go_on(3)
            recorder.put(good("lapor", clock.now))  # never stored
        clock.go_on(60)
        async with following("lapor") as recorder:
            await recorder.close()
            assert stored(path) == {"lapor": 1}
            assert told(await recorder.store.load_transitions("local")) == [
                ("lapor", 0, UP),
                ("lapor", 0, UNKNOWN),
            ]

    async def test_two_starts_without_a_result_between_leave_one_gap(self, following, clock):
        async with following("lapor") as recorder:
            recorder.put(good("lapor", T0))
            await recorder.close()
        for _ in range(3):
            clock.go_on(60)
            async with following("lapor") as recorder:
                await recorder.close()
        async with following("lapor") as recorder:
            transitions = told(await recorder.store.load_transitions("local"))
            assert transitions == [("lapor", 0, UP), ("lapor", 0, UNKNOWN)]

    async def test_a_first_start_knows_nothing_and_records_nothing(self, following):
        async with following("lapor") as recorder:
            await recorder.close()
            assert await recorder.store.load_transitions("local") == []
            assert recorder.board.status("lapor") is UNKNOWN

    async def test_a_check_that_left_while_the_daemon_was_not_running_ends_at_the_last_heartbeat(
        self, following, clock
    ):
        async with following("lapor", "pajak") as recorder:
            for check_id in ("lapor", "pajak"):
                recorder.put(good(check_id, T0))
            clock.go_on(5)
            await recorder.close()
        clock.go_on(60)
        async with following("lapor") as recorder:
            await recorder.close()
            assert ("pajak", 5, UNKNOWN) in told(await recorder.store.load_transitions("local"))
            assert {service for _, service, _ in await samples(recorder)} == {None, "lapor"}


class TestSleep:
    async def test_a_clock_that_jumps_leaves_an_unknown_gap(self, following, clock, caplog):
        async with following("lapor") as recorder, running(recorder):
            recorder.put(good("lapor", T0))
            await asyncio.sleep(0.1)  # the watch takes its first look at the clock
            clock.go_on(3600)
            await until(lambda: recorder.board.status("lapor") is UNKNOWN)
            assert (await samples(recorder))["kulkul_service_status", "lapor", "UNKNOWN"] == 1
            recorder.put(good("lapor", T0 + SECOND))  # its probe was under way when the machine fell asleep
            await recorder.close()
            assert told(await recorder.store.load_transitions("local")) == [
                ("lapor", 0, UP),
                ("lapor", 0, UNKNOWN),
                ("lapor", 3600, UP),
            ]
        assert any("that time is UNKNOWN" in record.message for record in caplog.records)

    async def test_a_stall_too_short_to_matter_and_a_clock_set_back_leave_no_gap(self, following, clock):
        async with following("lapor") as recorder, running(recorder):
            recorder.put(good("lapor", T0))
            await asyncio.sleep(0.1)
            clock.go_on(SUSPENDED_AFTER // SECOND)
            await asyncio.sleep(1.2)
            clock.go_on(-3600)
            await asyncio.sleep(1.2)
            assert recorder.board.status("lapor") is UP
