"""The recorder with a real store: what is judged is shown at once, and stored whatever happens."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

import pytest

from monitor.recorder.writer import BATCH_RESULTS, HEARTBEAT_PERIOD
from monitor.store import StoreUnavailable
from tests.recording import (  # noqa: F401
    DOWN,
    SECOND,
    T0,
    UNKNOWN,
    UP,
    bad,
    clock,
    database,
    follow,
    following,
    good,
    heartbeat,
    locked,
    path,
    running,
    samples,
    stored,
    told,
    until,
)


class TestShowing:
    async def test_a_result_is_judged_and_shown_before_it_is_stored(self, following, clock, path):
        async with following("lapor") as recorder:
            clock.go_on(10)
            assert recorder.put(good("lapor", clock.now)) is False
            assert recorder.put(bad("lapor", clock.now + 60 * SECOND)) is True
            shown = await samples(recorder)
            assert recorder.board.status("lapor") is UP
            assert shown["kulkul_service_status", "lapor", "UP"] == 1
            assert shown["kulkul_service_status_seconds_total", "lapor", "UNKNOWN"] == 10
            assert shown["kulkul_service_status_seconds_total", "lapor", "UP"] == 60
            assert shown["kulkul_probes_total", "lapor", "failed"] == 1
            assert shown["kulkul_probe_success", "lapor", None] == 0
            assert recorder.waiting_results == 2
            assert stored(path) == {}

    async def test_a_service_that_left_is_no_longer_shown_and_its_late_result_is_dropped(
        self, following, clock, path
    ):
        async with following("lapor", "pajak") as recorder:
            recorder.put(good("lapor", T0))
            recorder.put(good("pajak", T0))
            clock.go_on(30)
            await follow(recorder, "lapor")
            assert recorder.put(bad("pajak", T0 + 20 * SECOND)) is False
            assert {service for _, service, _ in await samples(recorder)} == {None, "lapor"}
            assert await recorder.close()
            assert stored(path) == {"lapor": 1, "pajak": 1}
            assert ("pajak", 30, UNKNOWN) in told(await recorder.store.load_transitions("local"))
            states = await recorder.store.load_states("local")
            assert (states["pajak"].status, states["pajak"].known) == (UNKNOWN, UP)

    async def test_a_service_that_returns_is_shown_as_unknown_and_goes_on(self, following, clock):
        async with following("lapor") as recorder:
            recorder.put(good("lapor", T0))
            await follow(recorder)
            clock.go_on(300)
            await follow(recorder, "lapor")
            assert (await samples(recorder))["kulkul_service_status", "lapor", "UNKNOWN"] == 1
            recorder.put(good("lapor", clock.now))
            assert (await samples(recorder))["kulkul_service_status", "lapor", "UP"] == 1

    async def test_a_register_that_cannot_be_written_down_changes_nothing(self, following, path):
        async with following("lapor") as recorder:
            async with locked(path):
                with pytest.raises(StoreUnavailable, match="is locked by another program"):
                    await follow(recorder, "pajak")
            assert recorder.board.follows("lapor")
            assert not recorder.board.follows("pajak")
            recorder.put(good("lapor", T0))
            assert ("kulkul_service_status", "pajak", "UP") not in await samples(recorder)


class TestStoring:
    async def test_what_was_judged_is_stored_within_moments(self, following, path):
        async with following("lapor") as recorder, running(recorder):
            recorder.put(good("lapor", T0))
            await until(lambda: stored(path) == {"lapor": 1})
            await until(lambda: recorder.waiting_results == 0)  # another connection sees the commit first
            assert told(await recorder.store.load_transitions("local")) == [("lapor", 0, UP)]
            assert (await recorder.store.load_states("local"))["lapor"].status is UP
            assert await recorder.store.seen_until("local") == T0

    async def test_a_full_batch_does_not_wait_for_its_time(self, following, path, monkeypatch):
        monkeypatch.setattr("monitor.recorder.writer.BATCH_PERIOD", timedelta(hours=1))
        async with following("lapor") as recorder, running(recorder):
            for second in range(BATCH_RESULTS):
                recorder.put(good("lapor", T0 + second * SECOND))
            await until(lambda: stored(path)["lapor"] == BATCH_RESULTS)

    async def test_closing_writes_everything(self, following, clock, path):
        async with following("lapor", "pajak") as recorder:
            for second in range(3 * BATCH_RESULTS):
                recorder.put(good("lapor" if second % 3 else "pajak", T0 + second * SECOND))
            clock.go_on(3600)
            assert await recorder.close()
            assert recorder.waiting_results == 0
            assert stored(path) == {"lapor": 2 * BATCH_RESULTS, "pajak": BATCH_RESULTS}
            assert heartbeat(path) == clock.now

    async def test_closing_writes_a_last_heartbeat_though_nothing_waits(self, following, clock):
        async with following("lapor") as recorder:
            assert await recorder.close()
            clock.go_on(1)
            assert await recorder.close()
            assert await recorder.store.seen_until("local") == clock.now

    async def test_a_heartbeat_is_written_no_more_often_than_needed(self, following, clock, path):
        beats = []
        async with following("lapor") as recorder:
            for _ in range(12):
                clock.go_on(1)
                recorder.put(good("lapor", clock.now))
                await recorder._writer._flush()
                beats.append((heartbeat(path) - T0) // SECOND)
        period = HEARTBEAT_PERIOD // SECOND
        assert beats == [1] * period + [1 + period] * period + [1 + 2 * period] * 2

    async def test_a_state_is_written_only_when_it_says_something_new(self, following):
        async with following("lapor") as recorder:
            written = []
            for second, make in enumerate((good, good, good, bad, good, good)):
                recorder.put(make("lapor", T0 + second * SECOND))
                await recorder._writer._flush()
                state = (await recorder.store.load_states("local"))["lapor"]
                written.append(((state.last_at - T0) // SECOND, state.doubt is not None))
        assert written == [(0, False)] * 3 + [(3, True), (4, False), (4, False)]

    async def test_transitions_are_stored_with_the_state_they_led_to(self, following):
        async with following("lapor") as recorder:
            for second, make in enumerate((good, bad, bad, bad)):
                recorder.put(make("lapor", T0 + second * SECOND))
            await recorder.close()
            assert told(await recorder.store.load_transitions("local")) == [
                ("lapor", 0, UP),
                ("lapor", 1, DOWN),
            ]
            state = (await recorder.store.load_states("local"))["lapor"]
            assert state == recorder.board.states["lapor"]


class TestTrouble:
    async def test_while_the_store_is_locked_results_are_shown_and_wait_and_then_are_all_stored(
        self, following, path, caplog
    ):
        caplog.set_level(logging.WARNING)
        async with following("lapor") as recorder, running(recorder):
            async with locked(path):
                for second, make in enumerate((good, bad, bad, bad)):
                    recorder.put(make("lapor", T0 + second * SECOND))
                await until(lambda: caplog.records)
                assert recorder.waiting_results == 4
                shown = await samples(recorder)
                assert shown["kulkul_service_status", "lapor", "DOWN"] == 1
                assert shown["kulkul_store_errors_total", None, None] >= 1
                assert shown["kulkul_recorder_queue_results", None, None] == 4
                recorder.put(bad("lapor", T0 + 4 * SECOND))
                assert recorder.waiting_results == 5
            await until(lambda: recorder.waiting_results == 0)
            await until(lambda: stored(path) == {"lapor": 5})
            transitions = told(await recorder.store.load_transitions("local"))
            assert transitions == [("lapor", 0, UP), ("lapor", 1, DOWN)]
            await until(lambda: len(caplog.records) == 2)
        assert caplog.records[0].message == (
            "nothing can be stored; probing goes on and results wait: "
            f"{path} is locked by another program; close that program, or wait for it to finish."
        )
        assert caplog.records[1].message.startswith("the store works again")

    async def test_where_the_store_stays_away_results_give_way_and_transitions_do_not(
        self, following, path, caplog
    ):
        async with following("lapor", backlog_results=20) as recorder:
            async with locked(path):
                for second in range(90):
                    make = bad if 10 <= second < 20 else good
                    recorder.put(make("lapor", T0 + second * SECOND))
                assert not await recorder.close()
                assert recorder.waiting_results <= 20
                shown = await samples(recorder)
            assert await recorder.close()
            assert told(await recorder.store.load_transitions("local")) == [
                ("lapor", 0, UP),
                ("lapor", 10, DOWN),
                ("lapor", 20, UP),
            ]
            given_up = shown["kulkul_store_dropped_results_total", None, None]
            assert stored(path)["lapor"] + given_up == 90
            assert given_up >= 70
            kept = await recorder.store.results("lapor", "local", T0, T0 + timedelta(hours=1))
            assert [one.started_at for one in kept] == [
                T0 + second * SECOND for second in range(int(given_up), 90)
            ]
            assert any("were given up" in record.message for record in caplog.records)

    async def test_closing_a_store_that_stays_locked_says_that_not_everything_was_written(
        self, following, path
    ):
        async with following("lapor") as recorder:
            recorder.put(good("lapor", T0))
            async with locked(path):
                assert not await recorder.close()
            assert recorder.waiting_results == 1
            assert stored(path) == {}

    async def test_a_write_that_fails_while_closing_is_not_overtaken(self, following, path):
        async with following("lapor") as recorder:
            writing = asyncio.create_task(recorder.run())
            async with locked(path):
                for second in range(BATCH_RESULTS):
                    recorder.put(good("lapor", T0 + second * SECOND))
                await until(lambda: recorder._writer._backlog.empty)  # the batch is on its way, and held up
                for second in range(3):
                    recorder.put(bad("lapor", T0 + (BATCH_RESULTS + second) * SECOND))
                closing_ = asyncio.create_task(recorder.close())
                await until(lambda: recorder._writer.trouble)  # it was refused
            await closing_
            await writing
            assert await recorder.close()
            assert stored(path) == {"lapor": BATCH_RESULTS + 3}
            assert (await recorder.store.load_states("local"))["lapor"].status is DOWN
