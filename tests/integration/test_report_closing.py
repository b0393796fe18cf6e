"""Closed periods: kept as they were, built again to the byte, revised in the open, and verified."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import zlib
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.core.accounting.correction import Correction, CountsAs
from monitor.core.accounting.spans import Span
from monitor.core.alert import AlertKind
from monitor.core.finding import FindingSeverity
from monitor.core.period import parse_period
from monitor.core.reason import Sentence
from monitor.reports.canonical import UnreadableRecordError, canonical, digest, read_record
from monitor.reports.closing import (
    ClosedAlreadyError,
    DamagedError,
    NotClosedError,
    UnchangedError,
    close,
    closed,
    revise,
)
from monitor.reports.figures import build_report
from monitor.reports.formats import FORMATS
from monitor.reports.record import ReportedFinding
from monitor.reports.scope import ReportScope
from monitor.reports.seal import Seal, find_seals
from monitor.reports.verifying import Verdict, verify
from monitor.store import Batch, Store
from monitor.store.alerts import alerts
from monitor.store.audit import entries
from monitor.store.frozen import frozen_periods
from tests.reporting import (
    DAY,
    DOWN,
    HOUR,
    LATER,
    OCTOBER,
    START,
    UP,
    WITA,
    change,
    recorded,
    remember,
    reported,
)

WEEK_LATER = LATER + timedelta(days=7)


@pytest.fixture
async def store(database):
    async with await Store.open(database.url) as opened:
        await remember(
            opened,
            change("lapor", START - DAY, UP),
            change("lapor", START + DAY, DOWN),
            change("lapor", START + DAY + 2 * HOUR, UP),
            change("jdih", START - DAY, UP),
        )
        yield opened


async def october(store, **asked):
    return await recorded(store, "lapor", "jdih", **asked)


async def frozen(store):
    await close(store, await october(store), by="made", at=LATER)
    return await closed(store, "local", "2026-10")


def late(counts_as=CountsAs.MAINTENANCE, hours=1):
    return Correction(
        services=("lapor",),
        span=Span(START + DAY, START + DAY + hours * HOUR),
        counts_as=counts_as,
        reason="jendela terlambat dicatat",
        by="wayan",
        at=WEEK_LATER,
    )


class TestRecord:
    async def test_it_is_read_back_as_it_was_written(self, store):
        record = await october(store)
        assert read_record(canonical(record)) == record
        assert canonical(read_record(canonical(record))) == canonical(record)

    async def test_it_is_the_same_text_in_every_process(self, store, tmp_path):
        path = tmp_path / "record.json"
        path.write_bytes(canonical(await october(store)))
        code = (
            "import sys; from monitor.reports.canonical import canonical, digest, read_record;"
            "print(digest(canonical(read_record(open(sys.argv[1], 'rb').read()))))"
        )
        found = set()
        for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo")):
            environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone}
            ran = await asyncio.to_thread(
                subprocess.run,
                [sys.executable, "-c", code, path],
                env=environment,
                capture_output=True,
                check=True,
            )
            found.add(ran.stdout.decode().strip())
        assert found == {digest(path.read_bytes())}

    def test_what_is_no_record_is_refused_with_its_place(self):
        with pytest.raises(UnreadableRecordError, match="period_name"):
            read_record(b"{}")
        with pytest.raises(UnreadableRecordError, match="its beginning"):
            read_record(b"PK")


class TestClosing:
    async def test_a_closed_period_stays_as_it_was_whatever_comes_to_light_later(self, store):
        before = await frozen(store)
        await store.write(Batch(transitions=[change("jdih", START + 5 * DAY, DOWN)]))
        now, then = await reported(store, "lapor", "jdih"), await closed(store, "local", "2026-10")
        assert now.whole.availability.down > then.report().whole.availability.down == 2 * HOUR
        assert then == before

    @pytest.mark.parametrize("kind", sorted(FORMATS))
    @pytest.mark.parametrize("language", ["id", "en"])
    async def test_the_same_report_again_is_the_same_to_the_byte(self, store, kind, language):
        first = (await frozen(store)).report()
        again = (await closed(store, "local", "2026-10")).report()
        assert FORMATS[kind].write(first, language) == FORMATS[kind].write(again, language)

    async def test_it_says_who_closed_it_by_which_policy_and_leaves_a_trace(self, store):
        await frozen(store)
        (one,) = await frozen_periods(store, "local")
        assert (one.period, one.revision, one.policy) == ("2026-10", 1, "baku v1")
        assert (one.frozen_by, one.frozen_at, one.reason) == ("made", LATER, "")
        assert one.sha256 == digest(canonical(await october(store)))
        (entry,) = await entries(store, "report:2026-10")
        assert (entry.who, entry.action, entry.detail["sha256"]) == ("made", "report.freeze", one.sha256)

    async def test_it_is_closed_once_even_by_two_at_a_time(self, store):
        record = await october(store)
        found = await asyncio.gather(
            *(close(store, record, by=one, at=LATER) for one in ("made", "wayan")), return_exceptions=True
        )
        assert sorted(type(one).__name__ for one in found) == ["ClosedAlreadyError", "FrozenPeriod"]
        assert len(await frozen_periods(store, "local")) == 1
        assert len(await entries(store, "report:2026-10")) == 1

    @pytest.mark.parametrize(("late", "told"), [(timedelta(days=5), 1), (timedelta(days=40), 0)])
    async def test_a_month_that_is_closed_long_afterwards_is_no_news(self, store, late, told):
        at = OCTOBER.ends_at + late
        await close(store, await october(store, now=at), by="made", at=at)
        raised = [one.subject for one in await alerts(store) if one.kind is AlertKind.REPORT]
        assert raised == ["report:2026-10"] * told

    async def test_each_vantage_closes_its_own(self, store):
        await frozen(store)
        assert await frozen_periods(store, "singaraja") == []
        with pytest.raises(NotClosedError):
            await closed(store, "singaraja", "2026-10")

    async def test_one_that_was_altered_in_the_database_is_not_built(self, store, database):
        record = (await frozen(store)).record
        better = replace(record, history=replace(record.history, changes={}))
        data = canonical(better)

        def blob(content):
            text = content.hex()
            return f"x'{text}'" if database.kind == "sqlite" else f"decode('{text}', 'hex')"

        for altered, told in (
            (f"record = {blob(zlib.compress(data))}", "SHA-256 differs"),
            (f"sha256 = '{digest(data)}'", "other figures"),
            (f"record = {blob(b'PK')}", "is damaged"),
        ):
            database.execute(f"UPDATE frozen_period SET {altered}")
            with pytest.raises(DamagedError, match=told) as caught:
                await closed(store, "local", "2026-10")
        assert "rusak" in caught.value.sentence.id


class TestRevising:
    async def test_a_correction_makes_a_revision_beside_the_one_before(self, store):
        first = await frozen(store)
        record = await october(store, now=WEEK_LATER)
        await revise(store, record, by="wayan", reason="terlambat", at=WEEK_LATER, corrections=[late()])
        second = await closed(store, "local", "2026-10")
        assert (second.revision.number, second.revision.reason) == (2, "terlambat")
        figures = [one.report().services for one in (first, second)]
        assert [
            [(one.availability.down, one.availability.maintenance) for one in each] for each in figures
        ] == [
            [(timedelta(0), timedelta(0)), (2 * HOUR, timedelta(0))],
            [(timedelta(0), timedelta(0)), (HOUR, HOUR)],
        ]
        assert await closed(store, "local", "2026-10", 1) == first
        assert second.report().corrections == (late(),)

    async def test_later_reports_count_it_too(self, store):
        await frozen(store)
        record = await october(store, now=WEEK_LATER)
        up = late(CountsAs.UP, hours=2)
        await revise(store, record, by="wayan", reason="keliru", at=WEEK_LATER, corrections=[up])
        november = await reported(
            store, "lapor", "jdih", period=parse_period("2026-11", WITA), now=WEEK_LATER
        )
        year = await reported(store, "lapor", "jdih", period=parse_period("2026", WITA), now=WEEK_LATER)
        assert november.whole.before.down == year.whole.availability.down == timedelta(0)

    async def test_without_any_change_there_is_none(self, store):
        await frozen(store)
        with pytest.raises(UnchangedError):
            await revise(store, await october(store, now=WEEK_LATER), by="made", reason="?", at=WEEK_LATER)
        assert len(await frozen_periods(store, "local")) == 1

    async def test_what_was_never_closed_cannot_be_revised(self, store):
        with pytest.raises(NotClosedError):
            await revise(store, await october(store), by="made", reason="?", at=LATER, corrections=[late()])
        assert (await reported(store, "lapor")).corrections == ()

    async def test_of_two_at_a_time_one_is_told_of_the_other(self, store, database):
        await frozen(store)
        record = await october(store, now=WEEK_LATER)

        async def revised(hours):
            late_by = [late(hours=hours)]
            return await revise(store, record, by="made", reason="x", at=WEEK_LATER, corrections=late_by)

        async with database.locked():  # neither can write before both have read
            both = asyncio.gather(revised(1), revised(2), return_exceptions=True)
            await asyncio.sleep(0.5)
        found = await both
        assert [type(one) for one in found if isinstance(one, Exception)] == [ClosedAlreadyError]
        assert len((await reported(store, "lapor")).corrections) == 1


class TestVerifying:
    @pytest.mark.parametrize("kind", sorted(FORMATS))
    @pytest.mark.parametrize(
        ("scope", "language"),
        [(ReportScope(), "id"), (ReportScope(agency="diskominfo", service="lapor"), "en")],
    )
    async def test_a_document_is_known_again_and_one_that_was_altered_is_not(
        self, store, kind, scope, language
    ):
        report = (await frozen(store)).report(scope)
        data = FORMATS[kind].write(report, language)
        (seal,) = {one for text in (report.seal(language),) for one in find_seals(text)}
        assert (seal.scope, seal.language, seal.revision) == (scope, language, 1)
        found = await verify(store, data, "local")
        assert (found.verdict, found.kind) == (Verdict.SAME, kind)
        place = len(data) // 2
        altered = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        assert (await verify(store, altered, "local")).verdict is not Verdict.SAME

    async def test_the_lines_that_were_altered_are_shown(self, store):
        data = FORMATS["csv"].write((await frozen(store)).report(), "id")
        better = data.replace(b"99.731", b"99.991")
        found = await verify(store, better, "local")
        assert found.verdict is Verdict.DIFFERENT
        ((number, is_, should),) = found.differences
        assert (number, "99.991" in is_, "99.731" in should) == (3, True, True)

    async def test_the_seal_of_another_record_is_not_ours(self, store):
        data = FORMATS["json"].write((await frozen(store)).report(), "id")
        (seal,) = find_seals(data.decode())
        forged = data.replace(seal.sha256.encode(), b"0" * 64)
        assert (await verify(store, forged, "local")).verdict is Verdict.DIFFERENT
        other = data.replace(b"2026-10 r1", b"2026-09 r1")
        assert (await verify(store, other, "local")).verdict is Verdict.UNKNOWN
        assert (await verify(store, data + forged, "local")).verdict is Verdict.SEVERAL

    async def test_a_document_of_a_period_that_was_not_closed_has_no_seal(self, store):
        report = await reported(store, "lapor")
        for kind, form in FORMATS.items():
            found = await verify(store, form.write(report, "id"), "local")
            assert (kind, found.verdict) == (kind, Verdict.UNSEALED)

    @pytest.mark.parametrize("data", [b"", b"PK", b"PK\x03\x04" + b"x" * 100, b"\xff\xfe", b"%PDF-1.7"])
    async def test_what_is_no_document_of_ours_is_told_apart(self, store, data):
        assert (await verify(store, data, "local")).verdict is Verdict.UNSEALED


def test_a_seal_is_read_as_it_was_written():
    for scope in (ReportScope(), ReportScope(government="bali"), ReportScope(agency="a", service="b-c")):
        seal = Seal(
            period_name="2026-10-05..2026-10-09", revision=12, scope=scope, language="en", sha256="a" * 64
        )
        assert find_seals(f"x {seal}\n{seal}") == [seal]


async def test_findings_and_their_words_are_part_of_what_is_closed(store):
    finding = ReportedFinding(
        name="T-1",
        severity=FindingSeverity.SEVERE,
        subject="lapor.test",
        services=("lapor",),
        title=Sentence("judul", "title"),
        problem=Sentence("masalah", "problem"),
        remedy=Sentence("perbaikan", "remedy"),
        first_seen_at=START,
        accepted_until=None,
    )
    away = replace(finding, name="T-2", services=())
    record = replace(await october(store), findings=(away, finding))
    assert read_record(canonical(record)).findings == (away, finding)
    assert build_report(record).findings == (finding, away)
    assert build_report(record, ReportScope(service="lapor")).findings == (finding,)
    assert build_report(record, ReportScope(service="jdih")).findings == ()
