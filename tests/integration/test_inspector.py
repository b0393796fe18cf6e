"""Inspections at their times, on a real store: nothing is repeated, lost or closed by a look that failed."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.finding import FindingSeverity, Identity, Inspected, Seen, Subject, SubjectKind
from monitor.core.service import Check, CheckKind, HttpRequest, HttpTarget, Registry, Service
from monitor.inspections.inspector import Inspector
from monitor.store import Store
from monitor.store.findings import open_findings
from monitor.store.looks import looks
from tests.recording import until

T0 = datetime(2026, 11, 1, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def registry(*hosts):
    services = {}
    for host in hosts:
        request = HttpRequest(url=f"https://{host}/")
        check = Check(id=host, service_id=host, kind=CheckKind.HTTP, target=HttpTarget(request=request))
        services[host] = Service(id=host, name=host, agency_id="a", urls=(request.url,), checks=(check,))
    return Registry(governments={}, agencies={}, services=services, version="1")


class Looking:
    """An inspection that sees what it is told to see at each host of the register."""

    name, every, again, at_once = "looking", DAY, 6 * HOUR, 2

    def __init__(self):
        self.hosts, self.faulty, self.deaf, self.asked = [], set(), set(), Counter()
        self.wanted, self.at_work, self.most_at_work = set(), 0, 0
        self.before = {}
        self.open = asyncio.Event()
        self.open.set()

    def follow(self, registry):
        self.hosts = [check.host for check in registry.checks()]

    def targets(self):
        return self.hosts

    def urgent(self):
        wanted, self.wanted = self.wanted, set()
        return wanted

    async def inspect(self, target, before, now):
        self.asked[target] += 1
        self.before[target] = before
        self.at_work += 1
        self.most_at_work = max(self.most_at_work, self.at_work)
        try:
            await self.open.wait()
        finally:
            self.at_work -= 1
        if target == "broken.go.id":
            raise ZeroDivisionError
        if target in self.deaf:
            return Inspected(inspection=self.name, target=target, at=now, failure="It did not answer.")
        seen = [_seen(target)] if target in self.faulty else []
        return Inspected(
            inspection=self.name,
            target=target,
            at=now,
            facts={"asked": self.asked[target]},
            seen=tuple(seen),
            covered={"faulty": frozenset({target})},
        )

    async def close(self):
        self.hosts = []


def _seen(host):
    return Seen(
        identity=Identity("faulty", Subject(SubjectKind.HOST, host)),
        severity=FindingSeverity.MODERATE,
        places=frozenset({host}),
    )


@pytest.fixture
async def store(database):
    async with await Store.open(database.impatient(5)) as opened:
        yield opened


class Office:
    """An inspector with a clock that is set by hand; its loop runs in real time."""

    def __init__(self, store, monkeypatch):
        monkeypatch.setattr("monitor.inspections.inspector.TICK", timedelta(milliseconds=5))
        self.now, self.looking, self.paused = T0, Looking(), False
        self.store = store
        self.told = []
        self.inspector = Inspector(
            store,
            [self.looking],
            told=lambda look, recorded: self.told.append((look.target, len(recorded.opened))),
            paused=lambda: self.paused,
            now=lambda: self.now,
        )

    async def work(self, *hosts):
        self.inspector.load(await looks(self.store))
        self.inspector.follow(registry(*hosts))
        return asyncio.create_task(self.inspector.run())

    async def asked(self, **counts):
        expected = Counter({host.replace("_", "."): count for host, count in counts.items()})
        await until(lambda: self.looking.asked == expected and not self.looking.at_work)
        await until(lambda: not any(lane.running for lane in self.inspector._lanes))  # it is stored too
        await asyncio.sleep(0.05)  # nothing more is asked
        assert self.looking.asked == expected


@pytest.fixture
async def office(store, monkeypatch):
    office = Office(store, monkeypatch)
    office.looking.faulty.add("a.go.id")
    tasks = []

    async def work(*hosts):
        tasks.append(await office.work(*hosts))

    office.begin = work
    yield office
    for task in tasks:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_every_target_is_looked_at_once_and_again_a_day_or_two_later(office):
    await office.begin("a.go.id", "b.go.id", "c.go.id")
    await office.asked(a_go_id=1, b_go_id=1, c_go_id=1)
    office.now += DAY - 2 * HOUR
    await office.asked(a_go_id=1, b_go_id=1, c_go_id=1)
    office.now += DAY + 2 * HOUR
    await office.asked(a_go_id=2, b_go_id=2, c_go_id=2)
    assert office.looking.before["a.go.id"] == {"asked": 1}
    assert office.looking.most_at_work <= 2


async def test_what_is_seen_is_stored_and_told(office, store):
    await office.begin("a.go.id", "b.go.id")
    await office.asked(a_go_id=1, b_go_id=1)
    (found,) = await open_findings(store)
    assert (found.identity.subject.name, found.domain) == ("a.go.id", "a.go.id")
    assert sorted(office.told) == [("a.go.id", 1), ("b.go.id", 0)]


async def test_a_restart_repeats_no_look_and_remembers_the_facts(office, store, monkeypatch):
    await office.begin("a.go.id")
    await office.asked(a_go_id=1)
    other = Office(store, monkeypatch)
    other.now = T0 + HOUR
    task = await other.work("a.go.id")
    await asyncio.sleep(0.05)
    assert other.looking.asked == Counter()
    other.now = T0 + 2 * DAY
    await other.asked(a_go_id=1)
    assert other.looking.before["a.go.id"] == {"asked": 1}
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_what_failed_is_tried_again_sooner_and_closes_nothing(office, store):
    await office.begin("a.go.id")
    await office.asked(a_go_id=1)
    office.looking.deaf.add("a.go.id")
    office.now += 2 * DAY
    await office.asked(a_go_id=2)
    assert len(await open_findings(store)) == 1
    assert (await looks(store))[0].failure == "It did not answer."
    office.now += 6 * HOUR
    office.looking.deaf.clear()
    office.looking.faulty.clear()
    await office.asked(a_go_id=3)
    assert await open_findings(store) == []
    assert (await looks(store))[0].failure is None


async def test_what_is_urgent_does_not_wait_for_its_time(office):
    await office.begin("a.go.id", "b.go.id")
    await office.asked(a_go_id=1, b_go_id=1)
    office.looking.wanted = {"b.go.id", "left.go.id"}
    await office.asked(a_go_id=1, b_go_id=2)


async def test_nothing_is_looked_at_while_the_vantage_cannot_see(office):
    office.paused = True
    await office.begin("a.go.id")
    await office.asked()
    office.paused = False
    await office.asked(a_go_id=1)


async def test_what_leaves_the_register_leaves_the_findings(office, store):
    await office.begin("a.go.id", "b.go.id")
    await office.asked(a_go_id=1, b_go_id=1)
    office.inspector.follow(registry("b.go.id"))
    await until(lambda: office.inspector._pruned)
    assert await open_findings(store) == []
    office.now += 2 * DAY
    await office.asked(a_go_id=1, b_go_id=2)


async def test_what_comes_back_into_the_register_is_looked_at_anew(office, store):
    await office.begin("a.go.id", "b.go.id")
    await office.asked(a_go_id=1, b_go_id=1)
    office.inspector.follow(registry("b.go.id"))
    await until(lambda: office.inspector._pruned)
    office.inspector.follow(registry("a.go.id", "b.go.id"))
    await office.asked(a_go_id=2, b_go_id=1)
    assert [one.identity.subject.name for one in await open_findings(store)] == ["a.go.id"]


async def test_a_look_that_ends_after_its_target_left_opens_nothing(office, store):
    office.looking.open.clear()
    await office.begin("a.go.id")
    await until(lambda: office.looking.at_work == 1)
    office.inspector.follow(registry("b.go.id"))
    office.looking.open.set()
    await office.asked(a_go_id=1, b_go_id=1)
    assert await open_findings(store) == []
    assert [one.target for one in await looks(store)] == ["b.go.id"]


async def test_a_clock_that_was_ahead_once_postpones_nothing(office, store, monkeypatch):
    office.now = T0 + 300 * DAY
    await office.begin("a.go.id")
    await office.asked(a_go_id=1)
    office.now = T0
    later = Office(store, monkeypatch)
    task = await later.work("a.go.id")
    later.now += 2 * DAY
    await later.asked(a_go_id=1)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_look_that_cannot_be_stored_waits_longer_each_time(office, store, database, caplog):
    async with database.locked():
        await office.begin("a.go.id")
        await until(lambda: "cannot be stored" in caplog.text)
        await until(lambda: not office.inspector._lanes[0].running)
        await asyncio.sleep(0.05)
        assert office.looking.asked["a.go.id"] == 1
    assert await open_findings(store) == []
    office.now += timedelta(minutes=1)
    await office.asked(a_go_id=2)
    assert [one.identity.subject.name for one in await open_findings(store)] == ["a.go.id"]


async def test_a_fault_of_our_own_is_a_failed_look_and_ends_nothing_else(office, store, caplog):
    await office.begin("broken.go.id", "a.go.id")
    await office.asked(broken_go_id=1, a_go_id=1)
    broken = next(one for one in await looks(store) if one.target == "broken.go.id")
    assert broken.failure == "The inspection itself failed (ZeroDivisionError)."
    assert "failed in our own code" in caplog.text


async def test_a_store_that_takes_nothing_loses_no_finding(office, store, database, caplog):
    await office.begin("a.go.id")
    await office.asked(a_go_id=1)
    office.looking.faulty.add("b.go.id")
    async with database.locked():
        office.inspector.follow(registry("a.go.id", "b.go.id"))
        await until(lambda: "cannot be stored" in caplog.text)
    await until(lambda: ("b.go.id", 1) in office.told)
    assert {one.identity.subject.name for one in await open_findings(store)} == {"a.go.id", "b.go.id"}


async def test_looks_under_way_end_with_the_inspector(office):
    office.looking.open.clear()
    task = await office.work("a.go.id", "b.go.id", "c.go.id")
    await until(lambda: office.looking.at_work == 2)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert office.looking.at_work == 0
