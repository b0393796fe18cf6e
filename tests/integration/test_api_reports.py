"""The API of reports: figures and files over real sockets, from a real database."""

from __future__ import annotations

import hashlib
import json

import pytest

from monitor.core.period import parse_period
from monitor.reports.formats import FORMATS
from tests.asking import ALL, BADUNG, KOMINFO, serving, write_station
from tests.command import kulkul
from tests.databases import in_a_file
from tests.reporting import OCTOBER, START, WITA

REPORTS = "/api/v1/reports"
OCT = f"{REPORTS}/2026-10"


@pytest.fixture
async def station(tmp_path, home):
    async with serving(write_station(tmp_path)) as found:
        yield found


def ids(body):
    return sorted(one["id"] for one in json.loads(body)["services"])


class TestFigures:
    async def test_what_is_not_closed_is_built_from_what_is_on_record_and_kept_by_nobody(self, station):
        status, headers, body = await station.get(OCT, await station.token())
        assert (status, headers["Content-Type"]) == (200, "application/json")
        assert headers["Cache-Control"] == "private, no-store"
        assert "ETag" not in headers
        value = json.loads(body)
        assert (value["period"]["name"], value["revision"]) == ("2026-10", None)
        assert value["whole"]["availability_percent"] == "99.193"

    async def test_a_running_period_says_so(self, station):
        station.now = START + (OCTOBER.ends_at - START) / 2
        value = json.loads((await station.get(OCT, await station.token()))[2])
        assert value["period"]["running"] is True

    async def test_what_is_closed_is_answered_from_the_closing_unless_the_record_of_now_is_asked_for(
        self, station
    ):
        token, head = await station.token(), await station.close_period()
        closed = json.loads((await station.get(OCT, token))[2])
        assert (closed["revision"]["number"], closed["revision"]["sha256"]) == (1, head.sha256)
        live = json.loads((await station.get(f"{OCT}?live=true", token))[2])
        assert live["revision"] is None
        named = json.loads((await station.get(f"{OCT}?revision=1&live=false", token))[2])
        assert named == closed

    @pytest.mark.usefixtures("home")
    async def test_a_policy_that_is_not_the_closings_counts_the_record_of_now(self, tmp_path):
        more = "accounting: {policies: {longgar: {version: 2, shortest_outage: 2d}}}\n"
        async with serving(write_station(tmp_path, more)) as station:
            token = await station.token()
            await station.close_period()
            loose = json.loads((await station.get(f"{OCT}?policy=longgar", token))[2])
            assert (loose["revision"], loose["whole"]["availability_percent"]) == (None, "100.000")
            usual = json.loads((await station.get(f"{OCT}?policy=baku", token))[2])
            assert usual["revision"]["number"] == 1
            told = await station.error(f"{OCT}?policy=longgar&revision=1", token)
            assert told[:2] == (400, "other_policy")
            assert "baku v1" in told[2]

    async def test_a_part_can_be_asked_for(self, station):
        token = await station.token()
        assert ids((await station.get(f"{OCT}?agency=dukcapil", token))[2]) == ["ktp"]
        assert ids((await station.get(f"{OCT}?government=badung", token))[2]) == ["jdih", "ktp", "lapor"]
        assert ids((await station.get(f"{OCT}?service=puskesmas", token))[2]) == ["puskesmas"]
        assert ids((await station.get(OCT, token))[2]) == ["jdih", "ktp", "lapor", "puskesmas"]


class TestRoles:
    @pytest.mark.parametrize(
        ("role", "own"),
        [
            (ALL, ["jdih", "ktp", "lapor", "puskesmas"]),
            (BADUNG, ["jdih", "ktp", "lapor"]),
            (KOMINFO, ["jdih", "lapor"]),
        ],
        ids=["all", "government", "agency"],
    )
    @pytest.mark.parametrize("closed", [False, True], ids=["live", "closed"])
    async def test_without_a_wish_a_token_reads_all_of_its_own(self, station, role, own, closed):
        if closed:
            await station.close_period()
        token = await station.token(role)
        assert ids((await station.get(OCT, token))[2]) == own
        csv = (await station.get(f"{OCT}/file.csv", token))[2].decode()
        assert ("Puskesmas" in csv) == ("puskesmas" in own)

    @pytest.mark.parametrize(
        ("role", "asked"),
        [
            (KOMINFO, "agency=dukcapil"),
            (KOMINFO, "service=ktp"),
            (KOMINFO, "government=badung"),
            (KOMINFO, "government=gianyar"),
            (KOMINFO, "agency=kominfo&service=ktp"),
            (BADUNG, "government=gianyar"),
            (BADUNG, "agency=dinkes"),
            (BADUNG, "service=puskesmas"),
        ],
    )
    @pytest.mark.parametrize("path", [OCT, f"{OCT}/file.xlsx"])
    async def test_what_is_anothers_is_not_given(self, station, role, asked, path):
        token = await station.token(role)
        status, _, body = await station.get(f"{path}?{asked}", token)
        assert status in {403, 404}
        assert b"KTP" not in body
        assert b"Puskesmas" not in body
        assert (status == 403) == (asked != "agency=kominfo&service=ktp")

    async def test_a_part_of_its_own_is_given(self, station):
        for role, asked, found in [
            (KOMINFO, "agency=kominfo", ["jdih", "lapor"]),
            (KOMINFO, "service=jdih", ["jdih"]),
            (KOMINFO, "government=badung&agency=kominfo", ["jdih", "lapor"]),
            (BADUNG, "agency=dukcapil", ["ktp"]),
            (BADUNG, "service=ktp", ["ktp"]),
            (BADUNG, "government=badung", ["jdih", "ktp", "lapor"]),
        ]:
            status, _, body = await station.get(f"{OCT}?{asked}", await station.token(role))
            assert (status, ids(body)) == (200, found)

    async def test_a_service_that_changed_hands_is_read_by_whose_it_was(self, station):
        """The closing says whose it was; today's register cannot open it to somebody else."""
        await station.close_period()
        path = station.config.parent / "services" / "demo.yml"
        text = path.read_text()
        path.write_text(text.replace("name: KTP, agency: dukcapil", "name: KTP, agency: kominfo"))
        station.registry = type(station)(station.config, station.store).registry
        token = await station.token(KOMINFO)
        assert (await station.error(f"{OCT}?service=ktp", token))[:2] == (404, "no_service")
        assert ids((await station.get(OCT, token))[2]) == ["jdih", "lapor"]


class TestFiles:
    @pytest.mark.parametrize("form", FORMATS)
    @pytest.mark.parametrize(
        ("asked", "options"),
        [("", ()), ("?lang=en&agency=kominfo", ("--lang", "en", "--agency", "kominfo"))],
        ids=["all", "agency"],
    )
    async def test_a_closed_periods_file_is_what_the_command_writes(
        self, station, tmp_path, form, asked, options
    ):
        token = await station.token()
        await station.close_period()
        path = tmp_path / f"laporan.{form}"
        arguments = ("report", "build", "2026-10", "-c", station.config, "--format", form)
        ran = await kulkul(*arguments, "--output", path, *options, folder=tmp_path)
        assert ran.code == 0, ran.err
        status, headers, body = await station.get(f"{OCT}/file.{form}{asked}", token)
        assert (status, headers["Content-Type"]) == (200, FORMATS[form].media_type)
        assert body == path.read_bytes()

    def test_every_format_says_what_it_is(self):
        kinds = {one.suffix: one.media_type for one in FORMATS.values()}
        assert "application/octet-stream" not in kinds.values()
        assert len(set(kinds.values())) == len(kinds)

    async def test_a_files_name_says_of_what_it_is(self, station):
        token = await station.token()
        await station.close_period()
        for path, name in [
            (f"{OCT}/file.csv", "laporan-ketersediaan-2026-10.csv"),
            (f"{OCT}/file.xlsx?lang=en&service=ktp", "availability-report-2026-10-ktp.xlsx"),
            (f"{OCT}/file.csv?live=true&agency=kominfo", "laporan-ketersediaan-2026-10-kominfo.csv"),
            (
                f"{REPORTS}/2026-10-05..2026-10-09/file.csv",
                "laporan-ketersediaan-2026-10-05..2026-10-09.csv",
            ),
        ]:
            _, headers, _ = await station.get(path, token)
            assert headers["Content-Disposition"] == f'attachment; filename="{name}"'
        assert "Content-Disposition" not in (await station.get(OCT, token))[1]

    async def test_a_language_that_is_asked_for_is_spoken(self, station):
        token = await station.token()
        assert "LAYANAN" in (await station.get(f"{OCT}/file.csv", token))[2].decode()
        assert "SERVICE" in (await station.get(f"{OCT}/file.csv?lang=en", token))[2].decode()


class TestTags:
    async def test_who_has_a_closed_document_is_told_so_without_it(self, station):
        token = await station.token()
        await station.close_period()
        status, headers, body = await station.get(f"{OCT}/file.html", token)
        tag = headers["ETag"]
        assert (status, headers["Cache-Control"]) == (200, "private, no-cache")
        assert tag.startswith('"')
        assert body
        for sent in (tag, f'"other", {tag}', f"W/{tag}"):
            status, headers, body = await station.get(f"{OCT}/file.html", token, If_None_Match=sent)
            assert (status, headers["ETag"], body) == (304, tag, b"")
        assert (await station.get(f"{OCT}/file.html", token, If_None_Match='"other"'))[0] == 200

    async def test_each_document_has_a_tag_of_its_own(self, station):
        token = await station.token()
        await station.close_period()
        paths = [OCT, f"{OCT}?lang=en", f"{OCT}?agency=kominfo", f"{OCT}?service=ktp", f"{OCT}/file.csv"]
        tags = [(await station.get(path, token))[1]["ETag"] for path in paths]
        assert len(set(tags)) == len(tags)
        assert (await station.get(f"{OCT}?government=badung", await station.token(BADUNG)))[1]["ETag"] == (
            await station.get(OCT, await station.token(BADUNG))
        )[1]["ETag"]

    async def test_a_revision_is_another_document_and_the_one_before_stays(self, station):
        token = await station.token()
        await station.close_period()
        _, headers, before = await station.get(OCT, token)
        ran = await kulkul(
            *("report", "revise", "2026-10", "-c", station.config, "--reason", "dibantah"),
            *("--service", "jdih", "--from", "2026-10-02 00:00", "--to", "2026-10-03 00:00"),
            folder=station.config.parent,
        )
        assert ran.code == 0, ran.err
        status, now, after = await station.get(OCT, token, If_None_Match=headers["ETag"])
        assert (status, json.loads(after)["revision"]["number"]) == (200, 2)
        assert now["ETag"] != headers["ETag"]
        assert (await station.get(f"{OCT}?revision=1", token))[2] == before

    async def test_head_says_what_get_says(self, station):
        token = await station.token()
        await station.close_period()
        for path in (REPORTS, OCT, f"{OCT}/file.xlsx"):
            status, headers, body = await station.get(path, token)
            again, same, nothing = await station.get(path, token, "HEAD")
            assert (again, nothing) == (status, b"")
            names = ("Content-Type", "Content-Length", "ETag", "Content-Disposition")
            assert [same.get(one) for one in names] == [headers.get(one) for one in names]
            assert int(same["Content-Length"]) == len(body)

    async def test_no_cache_between_may_keep_what_a_token_opened(self, station):
        token = await station.token()
        await station.close_period()
        for path in (REPORTS, OCT, f"{OCT}?live=true"):
            _, headers, _ = await station.get(path, token)
            assert headers["Cache-Control"].startswith("private")
            assert headers["Vary"] == "Authorization"


class TestTheList:
    async def test_closings_are_listed_the_latest_first_and_lead_to_their_files(self, station):
        token = await station.token()
        empty = json.loads((await station.get(REPORTS, token))[2])
        assert empty == {"total": 0, "periods": [], "next": None}
        for name in ("2026-09", "2026-10"):
            await station.close_period(parse_period(name, WITA))
        value = json.loads((await station.get(REPORTS, token))[2])
        assert [one["period"] for one in value["periods"]] == ["2026-10", "2026-09"]
        one = value["periods"][0]
        assert (one["policy"], one["frozen_by"], one["reason"]) == ("baku v1", "sari", None)
        assert set(one["files"]) == set(FORMATS)
        for link in (one["figures"], *one["files"].values()):
            status, headers, _ = await station.get(link, token)
            assert (status, "ETag" in headers) == (200, True)
        figures = json.loads((await station.get(one["figures"], token))[2])
        assert figures["revision"]["sha256"] == one["sha256"]

    async def test_a_period_and_a_part_of_the_list_can_be_asked_for(self, station):
        token = await station.token()
        for name in ("2026-08", "2026-09", "2026-Q3"):
            await station.close_period(parse_period(name, WITA))
        value = json.loads((await station.get(f"{REPORTS}?period=2026-q3", token))[2])
        assert [one["period"] for one in value["periods"]] == ["2026-Q3"]
        seen, path = [], f"{REPORTS}?limit=2"
        while path:
            value = json.loads((await station.get(path, token))[2])
            assert value["total"] == 3
            seen.append([one["period"] for one in value["periods"]])
            path = value["next"]
        assert [len(one) for one in seen] == [2, 1]
        assert len({name for part in seen for name in part}) == 3


class TestWhatIsRefused:
    @in_a_file
    @pytest.mark.parametrize(
        ("path", "status", "code", "said"),
        [
            (f"{REPORTS}/2026-13", 400, "bad_period", "from 01 to 12"),
            (f"{REPORTS}/oktober", 400, "bad_period", "2026-W41"),
            (f"{REPORTS}/..%2f..%2fetc", 400, "bad_period", "2026-W41"),
            (f"{REPORTS}?period=x", 400, "bad_period", "2026-W41"),
            (f"{REPORTS}/2027-01", 404, "not_begun", "2027-01"),
            (f"{OCT}?revision=1", 404, "not_closed", "/api/v1/reports"),
            (f"{OCT}?revision=0", 400, "bad_parameter", "from 1"),
            (f"{OCT}?revision=-1", 400, "bad_parameter", "from 1"),
            (f"{OCT}?revision=9999999999", 400, "bad_parameter", "from 1"),
            (f"{OCT}?revision=1&live=true", 400, "bad_parameter", "revision"),
            (f"{OCT}?live=ya", 400, "bad_parameter", "true / false"),
            (f"{OCT}?lang=jv", 400, "bad_parameter", "id / en"),
            (f"{OCT}?policy=kontrak", 400, "unknown_policy", "baku"),
            (f"{OCT}?agnecy=kominfo", 400, "bad_parameter", "agency"),
            (f"{OCT}?agency=kominfo&agency=dukcapil", 400, "bad_parameter", "once"),
            (f"{OCT}?agency=%22%0d%0aX:y", 400, "bad_parameter", "id"),
            (f"{OCT}?agency=komifo", 404, "no_service", "No service"),
            (f"{REPORTS}?limit=0", 400, "bad_parameter", "1 to 500"),
            (f"{OCT}/file.docx", 404, "unknown_format", "xlsx"),
            (f"{OCT}/nothing", 404, "not_found", ""),
            ("/api/v2", 404, "not_found", ""),
        ],
    )
    async def test_it_is_told_why_in_json_and_both_languages(self, station, path, status, code, said):
        found = await station.error(path, await station.token())
        assert found[:2] == (status, code)
        assert said in found[2]

    async def test_only_reading_is_possible(self, station):
        status, headers, body = await station.get(OCT, await station.token(), "POST")
        assert (status, headers["Allow"]) == (405, "GET,HEAD")
        assert json.loads(body)["error"]["code"] == "wrong_method"

    async def test_a_closing_that_was_altered_is_not_shown(self, station, home):
        token = await station.token()
        await station.close_period()
        home.execute(f"UPDATE frozen_period SET sha256 = '{hashlib.sha256(b'').hexdigest()}'")
        status, code, said = await station.error(OCT, token)
        assert (status, code) == (500, "damaged_closing")
        assert "was altered" in said

    async def test_reading_goes_on_while_another_program_writes(self, station, home):
        token = await station.token()
        await station.close_period()
        async with home.locked():
            assert (await station.get(OCT, token))[0] == 200

    async def test_a_database_that_cannot_be_read_is_told_to_come_back_later(self, tmp_path, home, caplog):
        async with serving(write_station(tmp_path), patience="?timeout=0.2") as station:
            token = await station.token()
            await station.store.close()
            with home.shut():
                status, headers, body = await station.get(OCT, token)
            assert (status, headers["Retry-After"]) == (503, "10")
            assert json.loads(body)["error"]["code"] == "unavailable"
            assert home.name.encode() not in body
            assert "is locked" in caplog.text
            assert (await station.get(OCT, token))[0] == 200


async def test_answers_are_counted_by_format_and_status(station):
    token = await station.token()
    for path in (REPORTS, OCT, f"{OCT}/file.csv", f"{OCT}/file.secret", f"{REPORTS}/x"):
        await station.get(path, token)
    await station.get(OCT)
    assert station.counted == [
        ("json", 200),
        ("json", 200),
        ("csv", 200),
        ("unknown", 404),
        ("json", 400),
        ("json", 401),
    ]


async def test_the_schema_and_the_description_are_for_everybody(station):
    for path in ("/api/v1/schema/report-1.json", "/api/v1/openapi.json"):
        status, _, body = await station.get(path)
        assert status == 200
        assert json.loads(body)
