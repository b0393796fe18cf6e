"""Findings, looks and changes on a real SQLite file."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import DBAPIError

from monitor.core.alert import AlertKind
from monitor.core.finding import (
    Acceptance,
    Change,
    FindingSeverity,
    Identity,
    Inspected,
    Seen,
    Subject,
    SubjectKind,
)
from monitor.store import Store
from monitor.store.alerts import alerts
from monitor.store.audit import entries
from monitor.store.findings import (
    accept,
    closed_findings,
    findings,
    open_counts,
    open_findings,
    prune_findings,
    record_inspection,
    revoke,
)
from monitor.store.looks import changes_of, looks

T0 = datetime(2026, 11, 1, 0, 0, 0, 123_457, tzinfo=UTC)
DAY = timedelta(days=1)
RULE = "certificate_expiring"
DOMAIN = "baliprov.go.id"
SEEN = Seen(
    identity=Identity(RULE, Subject(SubjectKind.DOMAIN, DOMAIN), "ab12"),
    severity=FindingSeverity.MODERATE,
    places=frozenset({"www.baliprov.go.id", "lapor.baliprov.go.id"}),
    evidence={"expires_at": "2026-11-30T00:00:00+00:00", "names": ["*.baliprov.go.id", "\udcff\0"]},
)


@pytest.fixture
async def store(database):
    async with await Store.open(database.url) as opened:
        yield opened


def inspected(*seen, day=0, covered=None, **more):
    return Inspected(
        inspection="certificate",
        target="www.baliprov.go.id",
        at=T0 + day * DAY,
        seen=seen,
        covered={RULE: SEEN.places} if covered is None else covered,
        **more,
    )


async def recorded(store, *seen, **more):
    return await record_inspection(store, inspected(*seen, **more), lambda _: DOMAIN)


async def test_what_is_seen_is_read_back_as_it_was(store):
    (opened,) = (await recorded(store, SEEN)).opened
    assert opened.identity == SEEN.identity
    assert (opened.domain, opened.severity, opened.places) == (DOMAIN, SEEN.severity, SEEN.places)
    assert opened.evidence == SEEN.evidence
    assert (opened.first_seen_at, opened.last_seen_at, opened.closed_at) == (T0, T0, None)
    assert await open_findings(store) == [opened] == await findings(store, [opened.number, 99])


async def test_it_stays_the_same_finding_until_it_closes_and_opens_as_another(store):
    (opened,) = (await recorded(store, SEEN)).opened
    again = replace(SEEN, severity=FindingSeverity.SEVERE)
    (kept,) = (await recorded(store, again, day=1)).kept
    assert kept == replace(opened, severity=FindingSeverity.SEVERE, last_seen_at=T0 + DAY)
    (closed,) = (await recorded(store, day=2)).closed
    assert closed == replace(kept, closed_at=T0 + 2 * DAY)
    assert await open_findings(store) == []
    assert await closed_findings(store, T0 + 2 * DAY) == [closed]
    assert await closed_findings(store, T0 + 3 * DAY) == []
    (other,) = (await recorded(store, SEEN, day=3)).opened
    assert other.number > opened.number


async def test_a_look_that_failed_keeps_the_facts_of_the_one_before(store):
    await recorded(store, SEEN, facts={"chain": ["a"]})
    await recorded(store, day=1, covered={}, failure="It did not answer.")
    (look,) = await looks(store)
    assert (look.tried_at, look.failure) == (T0 + DAY, "It did not answer.")
    assert (look.seen_at, look.facts) == (T0, {"chain": ["a"]})
    assert len(await open_findings(store)) == 1


async def test_looks_are_found_by_their_target(store):
    await recorded(store, SEEN, facts={})
    assert len(await looks(store, ["www.baliprov.go.id", "other"])) == 1
    assert await looks(store, ["other"]) == []


async def test_findings_are_found_by_domain(store):
    await recorded(store, SEEN)
    assert len(await open_findings(store, domains=[DOMAIN])) == 1
    assert await open_findings(store, domains=["denpasarkota.go.id"]) == []


async def test_open_ones_are_counted_by_what_they_are_about(store):
    other = replace(SEEN, identity=replace(SEEN.identity, key="cd34"))
    (first, _) = (await recorded(store, SEEN, other)).opened
    await accept(store, first.number, Acceptance(until=T0 + DAY, by="made", reason="x"), T0)
    counted = {(one.rule, one.domain, one.accepted): one.count for one in await open_counts(store, T0)}
    assert counted == {(RULE, DOMAIN, True): 1, (RULE, DOMAIN, False): 1}
    (only,) = await open_counts(store, T0 + DAY)
    assert (only.accepted, only.count, only.subject) == (False, 2, SEEN.identity.subject)


async def test_a_finding_moves_with_what_it_is_about_to_another_domain(store):
    await recorded(store, SEEN)
    moved = await record_inspection(store, inspected(SEEN, day=1), lambda _: "baru.go.id")
    assert [one.domain for one in moved.kept] == ["baru.go.id"]
    assert [one.subject for one in await alerts(store)] == [
        f"findings:{DOMAIN}",
        f"findings:{DOMAIN}",
        "findings:baru.go.id",
    ]


@pytest.mark.parametrize("count", [3, 600])
async def test_what_an_inspection_covers_closes_however_many_places_it_is(store, count):
    places = frozenset({*SEEN.places, *(f"host-{number}.go.id" for number in range(count))})
    await recorded(store, SEEN, covered={RULE: places})
    assert len((await recorded(store, day=1, covered={RULE: places})).closed) == 1


async def test_a_row_that_is_damaged_stops_nothing(store, database, caplog):
    await recorded(store, SEEN, facts={"chain": []})
    database.execute(
        "UPDATE finding SET severity = 'kritis', evidence = '{', subject_kind = 'x'",
        "UPDATE inspection SET facts = '{'",
    )
    (found,) = await open_findings(store)
    assert (found.severity, found.evidence) == (FindingSeverity.MODERATE, {})
    assert (await looks(store))[0].facts is None
    assert "cannot be read" in caplog.text


class TestAlerts:
    async def test_one_is_raised_for_a_domain_however_many_of_its_findings_changed(self, store):
        other = replace(SEEN, identity=replace(SEEN.identity, key="cd34"))
        await recorded(store, SEEN, other)
        (alert,) = await alerts(store)
        assert (alert.kind, alert.subject, alert.raised_at) == (AlertKind.FINDING, f"findings:{DOMAIN}", T0)

    async def test_none_is_raised_where_nothing_new_is_seen(self, store):
        await recorded(store, SEEN)
        await recorded(store, SEEN, day=1)
        assert len(await alerts(store)) == 1

    @pytest.mark.parametrize(
        "change",
        [{"severity": FindingSeverity.SEVERE}, {"places": SEEN.places | {"new.baliprov.go.id"}}],
        ids=["worse", "further"],
    )
    async def test_one_is_raised_where_it_gets_worse_and_where_it_ends(self, store, change):
        await recorded(store, SEEN)
        await recorded(store, replace(SEEN, **change), day=1)
        assert len(await alerts(store)) == 2
        covered = {RULE: SEEN.places | {"new.baliprov.go.id"}}
        await recorded(store, day=2, covered=covered)
        assert len(await alerts(store)) == 3

    async def test_one_is_raised_when_somebody_accepts_a_finding_and_when_that_is_taken_back(self, store):
        (opened,) = (await recorded(store, SEEN)).opened
        until = Acceptance(until=T0 + 30 * DAY, by="made", reason="Diganti bulan depan.")
        assert await accept(store, opened.number, until, T0 + DAY)
        assert await revoke(store, opened.number, T0 + DAY, by="made", reason="Keliru.")
        assert not await accept(store, 99, until, T0)
        assert [one.subject for one in await alerts(store)] == ["findings:baliprov.go.id"] * 3

    async def test_none_is_raised_for_what_left_the_register(self, store):
        (opened,) = (await recorded(store, SEEN)).opened
        await prune_findings(store, lambda _, place: place == "lapor.baliprov.go.id", T0 + DAY)
        assert (await open_findings(store))[0].places == {"lapor.baliprov.go.id"}
        await prune_findings(store, lambda _, __: False, T0 + 2 * DAY)
        (closed,) = await findings(store, [opened.number])
        assert (closed.closed_at, closed.withdrawn) == (T0 + 2 * DAY, True)
        assert len(await alerts(store)) == 1


class TestAccepting:
    ACCEPTANCE = Acceptance(until=T0 + 30 * DAY, by="made", reason="Diganti bulan depan.")

    async def test_is_written_down_here_and_in_the_audit_log(self, store):
        (opened,) = (await recorded(store, SEEN)).opened
        assert await accept(store, opened.number, self.ACCEPTANCE, T0)
        (found,) = await open_findings(store)
        assert found.acceptance == self.ACCEPTANCE
        assert found.accepted(T0)
        assert not found.accepted(T0 + 30 * DAY)
        (entry,) = await entries(store, opened.name)
        assert (entry.who, entry.action, entry.reason) == ("made", "finding.accept", "Diganti bulan depan.")
        assert entry.detail["until"] == (T0 + 30 * DAY).isoformat()

    async def test_survives_the_next_inspection_and_an_interval_in_which_it_was_not_seen(self, store):
        (opened,) = (await recorded(store, SEEN)).opened
        await accept(store, opened.number, self.ACCEPTANCE, T0)
        (kept,) = (await recorded(store, SEEN, day=1)).kept
        assert kept.acceptance == self.ACCEPTANCE
        await recorded(store, day=2)
        (again,) = (await recorded(store, SEEN, day=3)).opened
        assert again.acceptance == self.ACCEPTANCE

    async def test_does_not_outlive_its_day(self, store):
        (opened,) = (await recorded(store, SEEN)).opened
        await accept(store, opened.number, self.ACCEPTANCE, T0)
        await recorded(store, day=31)
        (again,) = (await recorded(store, SEEN, day=32)).opened
        assert again.acceptance is None

    async def test_can_be_taken_back(self, store):
        (opened,) = (await recorded(store, SEEN)).opened
        await accept(store, opened.number, self.ACCEPTANCE, T0)
        assert await revoke(store, opened.number, T0 + DAY, by="wayan", reason="Keliru.")
        assert (await open_findings(store))[0].acceptance is None
        assert [one.action for one in await entries(store, opened.name)] == [
            "finding.accept",
            "finding.revoke",
        ]

    async def test_cannot_be_taken_back_where_there_is_none(self, store):
        (opened,) = (await recorded(store, SEEN)).opened
        assert not await revoke(store, opened.number, T0, by="wayan", reason="")
        assert await entries(store) == []

    async def test_is_refused_for_what_is_not_open(self, store):
        (opened,) = (await recorded(store, SEEN)).opened
        await recorded(store, day=1)
        assert not await accept(store, opened.number, self.ACCEPTANCE, T0)
        assert not await accept(store, 99, self.ACCEPTANCE, T0)
        assert await entries(store) == []


async def test_changes_are_told_the_latest_first(store):
    moved = Change(domain=DOMAIN, at=T0, what="expires_at", before="2026-12-01", after="2027-12-01")
    sold = Change(domain=DOMAIN, at=T0 + DAY, what="registrar", before=None, after="PANDI\udcff")
    await recorded(store, changes=(moved,))
    await recorded(store, day=1, changes=(sold,))
    assert await changes_of(store, DOMAIN) == [replace(sold, after="PANDI\\udcff"), moved]
    assert await changes_of(store, DOMAIN, limit=1) == [replace(sold, after="PANDI\\udcff")]
    assert await changes_of(store, "other.go.id") == []


async def test_what_could_not_be_written_is_not_half_written(store, database):
    database.refuse("alert")
    with pytest.raises(DBAPIError):
        await recorded(store, SEEN, facts={})
    assert (await open_findings(store), await looks(store)) == ([], [])
    database.allow("alert")
    assert len((await recorded(store, SEEN)).opened) == 1


async def test_inspections_at_once_open_a_finding_once(store):
    await asyncio.gather(*(recorded(store, SEEN) for _ in range(5)))
    assert len(await open_findings(store)) == 1
