"""Evidence packs: what an assessor asks for, with a checksum of each file."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import subprocess
import zipfile
from datetime import UTC, datetime

import pytest

from monitor.core.journal import Deed
from monitor.registry.references import shipped_references
from monitor.reports.closing import close, closed
from monitor.reports.evidence import RECORD, evidence_files, gather_proceedings
from monitor.reports.formats import FORMATS
from monitor.reports.pack import SUMS, pack
from monitor.reports.scope import EVERYTHING, ReportScope
from monitor.reports.verifying import Verdict, verify
from monitor.store import Store
from monitor.store.audit import AuditEntry, record
from monitor.store.findings import record_inspection
from tests.command import kulkul, write_config
from tests.findings import inspected, seen
from tests.outages import ADDRESS, failure, incident, kept, member, write
from tests.recording import registry
from tests.reporting import DAY, DOWN, END, HOUR, LATER, START, UP, change, recorded, remember

BROKEN, MENDED = START + DAY, START + DAY + 2 * HOUR
BOTH = registry("lapor", "jdih")


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
        within = incident(member("lapor", BROKEN, MENDED), cause=ADDRESS)
        later = incident(member("lapor", END + DAY, END + 2 * DAY), number=2026_000_200)
        await write(opened, [within, later], [kept(failure("lapor", BROKEN))])
        await record_inspection(
            opened, inspected(START + DAY, seen("caa_missing", "good.test")), lambda _: "baliprov.go.id"
        )
        entry = AuditEntry(
            at=LATER, who="ketut", action=Deed.NOTE.value, subject=within.name, reason="listrik padam"
        )
        async with opened.writing() as (connection, _):
            await record(connection, entry)
        await close(opened, await recorded(opened, register=BOTH), by="made", at=LATER)
        yield opened


async def files_of(store, scope=EVERYTHING, language="id"):
    found = await closed(store, "local", "2026-10")
    told = await gather_proceedings(store, found, scope, BOTH, shipped_references())
    return evidence_files(found, scope, language, told, BOTH)


class TestFiles:
    async def test_all_that_is_asked_for_is_there(self, store):
        files = await files_of(store)
        assert {one for one in files if not one.startswith("laporan/")} == {
            "BACA-SAYA.txt",
            RECORD,
            "gangguan/INC-2026-000123.json",
            "kebijakan.json",
            "metode.csv",
            "register.json",
            "sla.csv",
            "temuan.json",
        }
        assert len([one for one in files if one.startswith("laporan/")]) == len(FORMATS)
        assert "laporan/laporan-ketersediaan-2026-10-excel.csv" in files

    async def test_an_incident_comes_with_its_evidence_and_what_people_said_of_it(self, store):
        told = json.loads((await files_of(store))["gangguan/INC-2026-000123.json"])
        assert (told["incident"], told["cause"]["value"]) == ("INC-2026-000123", "192.0.2.7")
        assert [one["reason"] for one in told["journal"]] == ["listrik padam"]
        (evidence,) = told["evidence"]
        assert (evidence["check"], evidence["which"]) == ("lapor", "first")
        assert told["services"][0]["agency"] == "Dinas Kominfo"

    async def test_the_record_is_the_one_that_the_seal_names(self, store):
        files = await files_of(store)
        sha256 = (await closed(store, "local", "2026-10")).revision.sha256
        assert hashlib.sha256(files[RECORD]).hexdigest() == sha256
        assert sha256 in files["BACA-SAYA.txt"].decode()

    async def test_a_pack_of_one_service_holds_what_is_its(self, store):
        files = await files_of(store, ReportScope(service="jdih"), "en")
        assert not any(one.startswith("gangguan/") for one in files)
        assert [one["id"] for one in json.loads(files["register.json"])["services"]] == ["jdih"]
        assert json.loads(files["temuan.json"]) == []
        assert files["sla.csv"].decode().splitlines()[0].startswith("PERIOD,ID,SERVICE,AGENCY,TARGET (%)")
        assert len(files["sla.csv"].decode().splitlines()) == 2

    async def test_findings_that_are_about_no_service_belong_to_the_pack_of_everything(self, store):
        assert [one["rule"] for one in json.loads((await files_of(store))["temuan.json"])] == ["caa_missing"]


class TestArchive:
    async def test_the_same_files_are_the_same_archive(self, store):
        files = await files_of(store)
        assert pack(files, LATER) == pack(dict(reversed(files.items())), LATER)

    async def test_other_programs_unpack_it_and_find_every_checksum_right(self, store, tmp_path):
        path = tmp_path / "bukti.zip"
        path.write_bytes(pack(await files_of(store), LATER))
        with zipfile.ZipFile(path) as archive:
            assert archive.testzip() is None
            archive.extractall(tmp_path / "bukti")
        ran = await asyncio.to_thread(
            subprocess.run,
            ["sha256sum", "--check", "--strict", SUMS],
            cwd=tmp_path / "bukti",
            capture_output=True,
            check=False,
        )
        assert (ran.returncode, ran.stdout.count(b": OK")) == (0, len(await files_of(store)))

    def test_a_time_before_all_archives_does_no_harm(self):
        with zipfile.ZipFile(io.BytesIO(pack({"a": b"x"}, datetime(1970, 1, 1, tzinfo=UTC)))) as archive:
            assert archive.infolist()[0].date_time == (1980, 1, 1, 0, 0, 0)


class TestVerifying:
    async def test_a_pack_is_verified_and_what_was_altered_in_it_is_named(self, store):
        files = await files_of(store, ReportScope(agency="diskominfo"), "en")
        found = await verify(store, pack(files, LATER), "local")
        assert (found.verdict, found.kind, found.files) == (Verdict.SAME, "zip", ())
        better = files["laporan/availability-report-2026-10-diskominfo.csv"].replace(b"99.731", b"99.999")
        altered = {**files, "laporan/availability-report-2026-10-diskominfo.csv": better}
        found = await verify(store, pack(altered, LATER), "local")
        assert (found.verdict, found.files) == (
            Verdict.DIFFERENT,
            ("laporan/availability-report-2026-10-diskominfo.csv",),
        )

    async def test_a_file_that_its_checksum_does_not_fit_or_that_is_missing_is_named(self, store):
        files = await files_of(store)
        memory = io.BytesIO(pack(files, LATER))
        with zipfile.ZipFile(memory) as archive:
            members = {one: archive.read(one) for one in archive.namelist()}
        members["temuan.json"] = b"[]\n"
        del members["sla.csv"]
        again = io.BytesIO()
        with zipfile.ZipFile(again, "w") as archive:
            for path, data in members.items():
                archive.writestr(path, data)
        found = await verify(store, again.getvalue(), "local")
        assert (found.verdict, found.files) == (Verdict.DIFFERENT, ("sla.csv", "temuan.json"))


class TestTheCommand:
    async def test_a_pack_is_written_and_verified(self, tmp_path, home):
        config = write_config(tmp_path, {"lapor": "http://good.test/"})
        async with await Store.open(home.url) as store:
            await remember(store, change("lapor", START - DAY, UP), checks=("lapor",))
        arguments = ("-c", config, "--lang", "en")
        ran = await kulkul("report", "evidence", "2026-10", *arguments, folder=tmp_path)
        assert (ran.code, "is not closed, so there is nothing to prove yet" in ran.err) == (2, True)
        await kulkul("report", "freeze", "2026-10", *arguments, folder=tmp_path)
        ran = await kulkul("report", "evidence", "2026-10", *arguments, "--output", tmp_path, folder=tmp_path)
        path = tmp_path / "availability-report-2026-10.zip"
        assert (ran.code, ran.err.startswith(f"Written: {path} (")) == (0, True)
        ran = await kulkul("report", "verify", path, *arguments, folder=tmp_path)
        assert (ran.code, "the zip report of 2026-10, revision 1" in ran.out) == (0, True)
        with (tmp_path / "piped.zip").open("wb") as piped:
            ran = await kulkul(
                *("report", "evidence", "2026-10", *arguments, "--output", "-"), folder=tmp_path, stdout=piped
            )
        assert (ran.code, ran.err.startswith("Written: - (")) == (0, True)
        assert (tmp_path / "piped.zip").read_bytes() == path.read_bytes()
        assert not (tmp_path / "-").exists()
