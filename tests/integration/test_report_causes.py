"""What reports say of outages besides their times: incidents, reasons, contests; and findings that stayed."""

from __future__ import annotations

import pytest

from monitor.core.accounting.correction import CountsAs
from monitor.core.finding import Acceptance, FindingSeverity
from monitor.core.journal import Deed
from monitor.core.reason import Reason
from monitor.registry import load_registry
from monitor.reports.tables import agency_table, exclusion_table, finding_table, outage_table, service_table
from monitor.settings import load_settings
from monitor.store import Store
from monitor.store.audit import AuditEntry, record
from monitor.store.findings import accept, record_inspection
from tests.command import kulkul, write_config
from tests.findings import inspected, seen
from tests.outages import ADDRESS, incident, member, write
from tests.reporting import DAY, DOWN, END, HOUR, LATER, START, UP, change, remember, reported

BROKEN = START + DAY
MENDED = BROKEN + 2 * HOUR


@pytest.fixture
async def store(database):
    async with await Store.open(database.url) as opened:
        await remember(
            opened,
            *(
                change(one, at, status)
                for one in ("lapor", "jdih")
                for at, status in ((START - DAY, UP), (BROKEN, DOWN), (MENDED, UP))
            ),
        )
        yield opened


def shared(**more):
    return incident(member("lapor", BROKEN, MENDED), member("jdih", BROKEN, MENDED), cause=ADDRESS, **more)


def rows(table, language="id"):
    """Return the rows of a table as texts by their headings."""
    heads = [one.head.of(language) for one in table.columns]
    return [
        dict(zip(heads, (one.of(language) if hasattr(one, "of") else one for one in row), strict=True))
        for row in table.rows
    ]


async def contest(store, name, reason="kami tidak putus"):
    entry = AuditEntry(at=LATER, who="ketut", action=Deed.CONTEST.value, subject=name, reason=reason)
    async with store.writing() as (connection, _):
        await record(connection, entry)


class TestOutages:
    async def test_an_outage_is_told_with_its_incident_reason_and_common_cause(self, store):
        await write(store, [shared()])
        report = await reported(store, "lapor", "jdih")
        (outage,) = report.services[0].outages
        assert (outage.incident.name, outage.reason) == ("INC-2026-000123", Reason.TCP_REFUSED)
        first, second = rows(outage_table(report))
        assert (first["ID"], second["ID"]) == ("jdih", "lapor")
        assert first["NOMOR"] == second["NOMOR"] == "INC-2026-000123"
        assert first["SEBAB"] == "Server menolak sambungan; layanan di port itu tidak berjalan."
        assert first["SEBAB BERSAMA"] == "alamat 192.0.2.7"
        assert first["KETERANGAN"] is None
        assert rows(outage_table(report), "en")[0]["COMMON CAUSE"] == "address 192.0.2.7"

    async def test_one_that_was_contested_or_came_and_went_says_so(self, store):
        await write(store, [shared(flapping=True)])
        await contest(store, "INC-2026-000123")
        report = await reported(store, "lapor", "jdih")
        assert rows(outage_table(report))[0]["KETERANGAN"] == "naik-turun; disanggah"
        assert "disanggah" in rows(service_table(report))[0]["KETERANGAN"]
        assert report.services[0].outages[0].incident.contests[0].by == "ketut"

    async def test_incidents_of_other_times_and_services_that_moved_are_not_its_cause(self, store):
        elsewhere = incident(member("lapor", END + DAY, END + 2 * DAY), number=2026_000_200)
        moved = incident(member("lapor", BROKEN, MENDED, moved_to=2026_000_123), number=2026_000_100)
        await write(store, [shared(), elsewhere, moved])
        report = await reported(store, "lapor")
        assert [one.incident.name for one in report.services[0].outages] == ["INC-2026-000123"]

    async def test_without_an_incident_the_outage_counts_all_the_same(self, store):
        report = await reported(store, "lapor")
        (outage,) = report.services[0].outages
        assert (outage.incident, outage.reason, outage.outage.down) == (None, None, 2 * HOUR)


class TestRanks:
    async def test_agencies_are_ranked_by_what_is_printed_and_unknown_time_counts_neither_way(self, store):
        report = await reported(store, "lapor", "jdih")
        (agency,) = rows(agency_table(report))
        assert (agency["PERINGKAT"], report.ranks()) == (1, {"diskominfo": 1})

    async def test_who_was_measured_for_less_than_half_has_no_rank(self, tmp_path):
        async with await Store.open(tmp_path / "other.sqlite") as store:
            await remember(store, change("lapor", START - DAY, UP), seen_until=START + 10 * DAY)
            report = await reported(store, "lapor")
        assert report.ranks() == {"diskominfo": None}
        (service,) = rows(service_table(report))
        assert service["KETERANGAN"] == "cakupan kurang dari separuh"


class TestFindings:
    async def test_what_was_open_when_the_period_ended_is_told_with_its_remedy(self, store):
        await record_inspection(
            store,
            inspected(START + DAY, seen("caa_missing", "good.test", severity=FindingSeverity.SEVERE)),
            lambda _: "baliprov.go.id",
        )
        await record_inspection(
            store,
            inspected(END + DAY, seen("caa_missing", "late.test", key="x")),
            lambda _: "baliprov.go.id",
        )
        report = await reported(store, "lapor", "jdih")
        (finding,) = rows(finding_table(report))
        assert (finding["TINGKAT"], finding["PERIHAL"]) == ("berat", "baliprov.go.id")
        assert finding["PERBAIKAN"].endswith(".")
        assert finding["KETERANGAN"] is None

    async def test_one_that_somebody_answers_for_says_so(self, store):
        found = await record_inspection(
            store, inspected(START + DAY, seen("caa_missing", "good.test")), lambda _: "baliprov.go.id"
        )
        acceptance = Acceptance(until=LATER + 90 * DAY, by="made", reason="anggaran 2027")
        assert await accept(store, found.opened[0].number, acceptance, START + 2 * DAY)
        (finding,) = rows(finding_table(await reported(store, "lapor")))
        assert finding["KETERANGAN"] == "diterima"


class TestRevisingAnIncident:
    async def test_its_time_counts_as_was_decided_for_each_of_its_services(self, tmp_path):
        config = write_config(tmp_path, {"lapor": "http://good.test/", "jdih": "http://other.test/"})
        settings = load_settings(config)
        checks = [one.id for one in load_registry(settings.register, settings).checks()]
        async with await Store.open(settings.database.url) as store:
            await remember(
                store,
                *(
                    change(one, at, status)
                    for one in checks
                    for at, status in ((START - DAY, UP), (BROKEN, DOWN), (MENDED, UP))
                ),
                checks=checks,
            )
            await write(store, [shared()])
        freeze = await kulkul("report", "freeze", "2026-10", "-c", config, folder=tmp_path)
        asked = ("--reason", "gangguan di pihak pemantau", "--incident", "2026-123", "--count-as", "unknown")
        ran = await kulkul("report", "revise", "2026-10", *asked, "-c", config, folder=tmp_path)
        assert (freeze.code, ran.code) == (0, 0)
        shape = (
            await kulkul("report", "build", "2026-10", "--format", "json", "-c", config, folder=tmp_path)
        ).json
        assert {one["id"]: one["seconds"]["down"] for one in shape["services"]} == {"lapor": 0, "jdih": 0}
        assert shape["whole"]["seconds"]["unknown"] == 4 * 3600
        assert {(one["services"][0], one["counts_as"]) for one in shape["corrections"]} == {
            ("lapor", CountsAs.UNKNOWN.value),
            ("jdih", CountsAs.UNKNOWN.value),
        }


async def test_exclusions_are_empty_where_nothing_was_excluded(store):
    report = await reported(store, "lapor")
    assert exclusion_table(report).rows == ()
