"""Who may come in: tokens over real sockets, and what is left of them in the database and the log."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.access import SECRET_BYTES, fingerprint, token_text
from monitor.store.audit import entries
from monitor.store.schema import metadata
from monitor.store.tokens import create_token, revoke_token, tokens
from monitor.web.api.door import MOST_ADDRESSES, MOST_FAILURES, WINDOW, Failures
from tests.asking import ALL, KOMINFO, serving, write_station
from tests.recording import until

REPORTS = "/api/v1/reports"
UNKNOWN = token_text(b"\xff" * SECRET_BYTES)
NOW = datetime(2026, 11, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
async def station(tmp_path, home):
    async with serving(write_station(tmp_path)) as found:
        yield found


class TestWhoComesIn:
    @pytest.mark.parametrize("path", [REPORTS, f"{REPORTS}/2026-10", f"{REPORTS}/2026-10/file.csv"])
    async def test_nobody_without_a_token(self, station, path):
        status, headers, body = await station.get(path)
        assert (status, headers["WWW-Authenticate"]) == (401, 'Bearer realm="kulkul"')
        assert json.loads(body)["error"]["code"] == "missing_token"

    @pytest.mark.parametrize(
        "authorization",
        ["Bearer", "Bearer ", "Basic a3Vsa3VsOng=", "kulkul", ""],
    )
    async def test_nobody_with_something_else(self, station, authorization):
        found = await station.error(REPORTS, Authorization=authorization)
        assert found[:2] == (401, "missing_token")

    async def test_who_holds_one_and_the_schemes_letters_do_not_matter(self, station):
        token = await station.token()
        for scheme in ("Bearer", "bearer", "BEARER"):
            assert (await station.get(REPORTS, Authorization=f"{scheme} {token}"))[0] == 200

    async def test_a_token_in_the_address_opens_nothing_and_is_repeated_nowhere(self, station, caplog):
        token = await station.token()
        for name in ("token", "access_token", token):
            status, _, body = await station.get(f"{REPORTS}?{name}={token}")
            assert status == 401
            assert token.encode() not in body
        assert token not in caplog.text
        for query in (f"access_token={token}", f"{token}=1", f"{token[:30]}=1"):
            status, _, body = await station.get(f"{REPORTS}?{query}", token)
            assert status == 400
            assert b"kulkul_" not in body

    @pytest.mark.parametrize(
        ("given", "code"),
        [
            (UNKNOWN, "unknown_token"),
            (UNKNOWN[:-1] + "x", "misspelt_token"),
            (UNKNOWN[:-1], "misspelt_token"),
            (f"{UNKNOWN} {UNKNOWN}", "misspelt_token"),
            ("x" * 5000, "misspelt_token"),
            ("kulkul_' OR 1=1 --", "misspelt_token"),
        ],
        ids=["unknown", "slip", "cut off", "twice", "long", "sql"],
    )
    async def test_a_slip_of_the_finger_is_told_from_a_token_that_nobody_made(self, station, given, code):
        status, headers, body = await station.get(REPORTS, given)
        assert (status, json.loads(body)["error"]["code"]) == (401, code)
        assert 'error="invalid_token"' in headers["WWW-Authenticate"]
        assert given.encode() not in body

    async def test_an_expired_and_a_revoked_one_open_nothing_and_say_so(self, station):
        short = await station.token(expires_at=station.now + SECOND)
        gone = await station.token(name="gone")
        assert (await station.get(REPORTS, short))[0] == (await station.get(REPORTS, gone))[0] == 200
        await revoke_token(station.store, "gone", by="budi", at=station.now, reason="bocor")
        station.now += SECOND
        assert (await station.error(REPORTS, short))[:2] == (401, "expired_token")
        assert (await station.error(REPORTS, gone))[:2] == (401, "revoked_token")

    async def test_a_token_of_one_time_is_not_opened_by_its_name_being_used_again(self, station):
        first = await station.token(KOMINFO, name="kominfo")
        await revoke_token(station.store, "kominfo", by="budi", at=station.now)
        second = await station.token(ALL, name="kominfo")
        assert (await station.get(REPORTS, first))[0] == 401
        assert (await station.get(REPORTS, second))[0] == 200


class TestWhoTries:
    async def test_many_tries_are_put_off_and_who_holds_a_token_passes_all_the_same(self, station, caplog):
        token = await station.token()
        statuses = [(await station.get(REPORTS, UNKNOWN))[0] for _ in range(MOST_FAILURES + 2)]
        assert statuses == [401] * MOST_FAILURES + [429] * 2
        status, headers, body = await station.get(REPORTS, UNKNOWN)
        assert (status, int(headers["Retry-After"])) == (429, WINDOW.total_seconds())
        assert json.loads(body)["error"]["code"] == "too_many_failures"
        assert (await station.get(REPORTS, token))[0] == 200
        assert len([one for one in caplog.records if "refused" in one.getMessage()]) == 1
        station.now += WINDOW
        assert (await station.get(REPORTS, UNKNOWN))[0] == 401

    async def test_who_forgets_the_token_is_not_counted(self, station):
        statuses = [(await station.get(REPORTS))[0] for _ in range(MOST_FAILURES + 2)]
        assert set(statuses) == {401}

    def test_failures_are_counted_by_address_and_forgotten_after_a_while(self):
        failures = Failures()
        assert failures.note("192.0.2.1", NOW) == (1, WINDOW)
        assert failures.note("192.0.2.1", NOW + SECOND) == (2, WINDOW - SECOND)
        assert failures.note("192.0.2.2", NOW)[0] == 1
        assert failures.note("192.0.2.1", NOW + WINDOW)[0] == 1

    def test_a_clock_that_is_set_back_locks_nobody_out(self):
        failures = Failures()
        failures.note("192.0.2.1", NOW)
        assert failures.note("192.0.2.1", NOW - timedelta(days=1)) == (1, WINDOW)

    def test_all_addresses_of_an_ipv6_network_are_one(self):
        failures = Failures()
        failures.note("2001:db8::1", NOW)
        assert failures.note("2001:db8::2%eth0", NOW)[0] == 2
        assert failures.note("2001:db8:0:1::1", NOW)[0] == 1

    def test_addresses_without_end_take_bounded_memory(self):
        failures = Failures()
        for number in range(3 * MOST_ADDRESSES):
            failures.note(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}", NOW)
        assert len(failures) == MOST_ADDRESSES


class TestWhatIsKept:
    async def test_a_token_stands_nowhere_in_the_database_or_the_log(self, station, home, caplog):
        token = await station.token(name="kominfo")
        await station.get(f"{REPORTS}/2026-10", token)
        await station.get(f"{REPORTS}/2026-13", token)
        await station.get(REPORTS, token[:-1])
        await revoke_token(station.store, "kominfo", by="budi", at=station.now)
        await station.get(REPORTS, token)
        tables = [f'SELECT * FROM "{one.name}"' for one in metadata.sorted_tables]
        everything = repr([home.rows(query) for query in tables])
        for text in (token, token[:-1], token.removeprefix("kulkul_")):
            assert text not in everything
            assert text not in caplog.text
        assert fingerprint(token) in everything

    async def test_the_audit_log_says_who_made_and_who_revoked_it(self, station):
        await station.token(KOMINFO, name="kominfo", expires_at=station.now + WINDOW)
        await revoke_token(station.store, "kominfo", by="budi", at=station.now, reason="bocor")
        made, revoked = await entries(station.store, "token:kominfo")
        assert (made.who, made.action, made.detail["role"], made.detail["id"]) == (
            *("sari", "token.create"),
            *("agency", "kominfo"),
        )
        assert (revoked.who, revoked.action, revoked.reason) == ("budi", "token.revoke", "bocor")

    async def test_a_name_is_taken_until_it_is_revoked(self, station):
        await station.token(name="kominfo")
        again = {"by": "sari", "at": station.now}
        other = fingerprint(UNKNOWN)
        assert not await create_token(station.store, "kominfo", other, ALL, **again)
        assert len(await entries(station.store, "token:kominfo")) == 1
        assert await revoke_token(station.store, "kominfo", by="budi", at=station.now)
        assert not await revoke_token(station.store, "kominfo", by="budi", at=station.now)
        assert await create_token(station.store, "kominfo", other, ALL, **again)
        assert [one.revoked_by for one in await tokens(station.store)] == ["budi", None]

    async def last_used(self, station):
        (found,) = await tokens(station.store)
        return found.last_used_at

    async def test_when_it_was_last_used_is_noted_once_an_hour(self, station):
        token, began = await station.token(), station.now
        for minutes, noted in [(0, 0), (59, 0), (60, 60), (61, 60)]:
            station.now = began + timedelta(minutes=minutes)
            await station.get(REPORTS, token)
            await asyncio.sleep(0.1)
            assert await self.last_used(station) == began + timedelta(minutes=noted)

    async def test_an_answer_does_not_wait_for_another_writer(self, tmp_path, home, caplog):
        async with serving(write_station(tmp_path), patience="?timeout=0.5") as station:
            token = await station.token()
            async with home.locked():
                assert (await station.get(REPORTS, token))[0] == 200
                assert caplog.text == ""
                await until(lambda: "could not be noted" in caplog.text)
            await station.get(REPORTS, token)
            async with asyncio.timeout(20):
                while await self.last_used(station) is None:  # noqa: ASYNC110 - there is no event of it
                    await asyncio.sleep(0.05)
