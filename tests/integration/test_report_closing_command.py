"""`kulkul report list`, `freeze`, `revise` and `verify`; and months that close by themselves."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.daemon.closing import Closing
from monitor.registry import load_registry
from monitor.settings import load_settings
from monitor.store import Store
from monitor.store.frozen import frozen_periods
from tests.command import kulkul
from tests.databases import in_a_file
from tests.reporting import DAY, HOUR, LATER, reporting_station


@pytest.fixture
async def config(tmp_path, home):
    return await reporting_station(tmp_path)


@pytest.fixture
def ask(config, tmp_path):
    async def ask(*arguments, lang="en"):
        return await kulkul("report", *arguments, "-c", config, "--lang", lang, folder=tmp_path)

    return ask


@pytest.fixture
async def frozen(ask):
    ran = await ask("freeze", "2026-10", "--by", "made")
    assert (ran.code, ran.out) == (0, "")
    return ran


async def test_a_closed_period_is_listed_and_built_from_what_was_closed(ask, frozen):
    assert "Closed: 2026-10, revision 1, policy baku v1. SHA-256 " in frozen.err
    (one,) = (await ask("list", "--json")).json
    assert (one["period"], one["revision"], one["frozen_by"]) == ("2026-10", 1, "made")
    assert frozen.err.split()[-1] == one["sha256"]
    assert one["sha256"] in (await ask("list")).out
    built = await ask("build", "2026-10", "--format", "json")
    assert "was closed" in built.err
    assert (built.json["revision"]["sha256"], built.json["whole"]["availability_percent"]) == (
        one["sha256"],
        "98.387",
    )


async def test_nothing_closed_is_said_so(ask):
    ran = await ask("list", lang="id")
    assert (ran.code, ran.out, ran.err) == (0, "", "Belum ada periode yang ditutup.\n")
    assert (await ask("list", "--json")).json == []


async def test_what_was_announced_late_is_accepted_as_a_revision(ask, frozen, tmp_path):
    times = ("--from", "2026-10-02 00:00", "--to", "2026-10-02 12:00")
    ran = await ask("revise", "2026-10", "--reason", "surat 12/X", "--service", "jdih", *times)
    assert (ran.code, "revision 2" in ran.err) == (0, True)
    first = (await ask("build", "2026-10", "--format", "json", "--revision", "1")).json
    second = (await ask("build", "2026-10", "--format", "json")).json
    seconds = [
        next(each["seconds"] for each in one["services"] if each["id"] == "jdih") for one in (first, second)
    ]
    assert [(one["down"], one["maintenance"]) for one in seconds] == [(86400, 0), (43200, 43200)]
    (correction,) = second["corrections"]
    assert (correction["reason"], correction["counts_as"]) == ("surat 12/X", "maintenance")
    page = (await ask("build", "2026-10", "--format", "html", lang="id")).out
    assert "surat 12/X" in page
    again = await ask("revise", "2026-10", "--reason", "sekali lagi")
    assert (again.code, again.err) == (
        1,
        "Nothing is otherwise about the period 2026-10: no revision was made.\n",
    )


async def test_a_file_is_verified_and_one_that_was_altered_is_told_with_its_lines(ask, frozen, tmp_path):
    path = tmp_path / "laporan.csv"
    await ask("build", "2026-10", "--format", "csv", "--output", path)
    ran = await ask("verify", path)
    assert (ran.code, ran.out.startswith("It matches: ")) == (0, True)
    path.write_bytes(path.read_bytes().replace(b"96.774", b"99.999"))
    ran = await ask("verify", path)
    assert (ran.code, ran.out) == (1, "")
    assert "does NOT match" in ran.err
    assert ("line 2:" in ran.err, "99.999" in ran.err, "96.774" in ran.err) == (True, True, True)


async def test_a_file_of_an_earlier_revision_matches_and_the_later_one_is_named(ask, frozen, tmp_path):
    path = tmp_path / "laporan.json"
    await ask("build", "2026-10", "--format", "json", "--output", path)
    times = ("--from", "2026-10-02 00:00", "--to", "2026-10-02 12:00")
    await ask("revise", "2026-10", "--reason", "surat 12/X", "--service", "jdih", *times)
    ran = await ask("verify", path)
    assert (ran.code, "revision 1" in ran.out) == (0, True)
    assert ran.err == "The period was revised since: revision 2 holds now (surat 12/X).\n"


async def test_files_that_cannot_be_verified_are_told_apart(ask, home, tmp_path):
    path = tmp_path / "laporan.json"
    await ask("build", "2026-10", "--format", "json", "--output", path)
    ran = await ask("verify", path)
    assert (ran.code, "has no seal" in ran.err) == (3, True)
    await ask("freeze", "2026-10")
    await ask("build", "2026-10", "--format", "json", "--output", path)
    home.execute("UPDATE frozen_period SET sha256 = 'x'")
    ran = await ask("verify", path)
    assert (ran.code, "was altered: its SHA-256 differs." in ran.err) == (1, True)
    ran = await ask("build", "2026-10", lang="id")
    assert (ran.code, "telah diubah" in ran.err) == (1, True)
    home.execute("DELETE FROM frozen_period")
    ran = await ask("verify", path)
    assert (ran.code, "cannot be verified here" in ran.err) == (3, True)


async def test_another_policy_than_the_closed_one_is_counted_anew_and_said_so(ask, frozen, config):
    with config.open("a", encoding="utf-8") as file:
        file.write("accounting: {policies: {longgar: {version: 1, shortest_outage: 2d}}}\n")
    ran = await ask("build", "2026-10", "--policy", "longgar", "--format", "json")
    assert (ran.json["seal"], ran.json["whole"]["availability_percent"]) == (None, "100.000")
    assert "was closed by the policy baku v1; this report is built from the record of now" in ran.err


@in_a_file
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("freeze", "2026-10"), "is closed already. To correct it: kulkul report revise 2026-10"),
        (("freeze", "2026"), "is not over; it can be closed afterwards."),
        (("freeze", "2026-9"), "Write a period such as"),
        (("freeze", "2026-10", "--policy", "x"), "is not among"),
        (("revise", "2026-09", "--reason", "x"), "is not closed. Close it first"),
        (("revise", "2026-10", "--reason", " "), "--reason: write why"),
        (("revise", "2026-10", "--reason", "x", "--service", "jdi"), "did you mean jdih?"),
        (("revise", "2026-10", "--reason", "x", "--service", "jdih"), "name --from and --to too"),
        (("revise", "2026-10", "--reason", "x", "--from", "2026-10-01 00:00"), "name a --service too"),
        (("revise", "2026-10", "--reason", "x", "--incident", "2026-7"), "there is no incident 2026-7"),
        (("revise", "2026-10", "--reason", "x", "--window", "w"), "the window “w” does not take place"),
        (("revise", "2026-10", "--reason", "x", "--window", "w", "--service", "jdih"), "Name only one of"),
        (("build", "2026-10", "--revision", "7"), "has no revision 7"),
    ],
)
async def test_what_cannot_be_done_is_told_in_one_sentence(ask, frozen, arguments, told):
    ran = await ask(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err
    assert len(ran.err.splitlines()) == 1


@in_a_file
@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        ("2026-10-02", "2026-10-03 00:00", "--from: write a date and a local time"),
        ("2026-10-03 00:00", "2026-10-02 00:00", "--to should be later than --from."),
        ("2026-11-03 00:00", "2026-11-04 00:00", "does not lie in the period 2026-10"),
    ],
)
async def test_times_of_a_correction_are_checked(ask, frozen, first, last, told):
    arguments = ("--reason", "x", "--service", "jdih", "--from", first, "--to", last)
    ran = await ask("revise", "2026-10", *arguments)
    assert (ran.code, told in ran.err) == (2, True)


async def test_months_close_by_themselves_once_and_only_when_they_are_due(config):
    settings = load_settings(config)
    registry = load_registry(settings.register, settings)
    async with await Store.open(settings.database.url) as store:

        async def look(at):
            await Closing(store, lambda: at).look(registry, settings)
            return [(one.period, one.frozen_by) for one in await frozen_periods(store, "local")]

        assert await look(LATER - 2 * DAY - HOUR) == [("2026-08", "kulkul"), ("2026-09", "kulkul")]
        all_three = [("2026-08", "kulkul"), ("2026-09", "kulkul"), ("2026-10", "kulkul")]
        assert await look(LATER) == all_three
        assert await look(LATER + timedelta(days=20)) == all_three
