"""`kulkul window`: announcing, listing and ending maintenance by hand."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor.core.window import Scope, Window
from monitor.store import Store
from monitor.store.audit import entries
from monitor.store.windows import announced, reconcile
from tests.command import kulkul, write_config
from tests.databases import in_a_file

WITA = ZoneInfo("Asia/Makassar")
HOUR = timedelta(hours=1)
WORDS = ("window", "add", "uji", "--title", "Uji coba")


def local(hours):
    """Return the time so many hours from now, as people write it."""
    return f"{datetime.now(WITA) + hours * HOUR:%Y-%m-%d %H:%M}"


@pytest.fixture
async def config(tmp_path, home):
    settings = write_config(tmp_path, {"satu": "http://good.test/", "dua": "http://other.test/"})
    async with await Store.open(home.url):
        return settings


@pytest.fixture
def run(tmp_path, config):
    async def with_config(*arguments, **options):
        return await kulkul(*arguments, "-c", config, folder=tmp_path, **options)

    return with_config


@pytest.fixture
def add(run):
    async def with_times(*arguments, starts=1, id_="uji"):
        return await run(
            "window",
            "add",
            id_,
            "--title",
            "Uji coba",
            "--starts",
            starts if isinstance(starts, str) else local(starts),
            "--duration",
            "2h",
            *arguments,
        )

    return with_times


async def stored(home):
    async with await Store.open(home.url) as store:
        return await announced(store), await entries(store)


async def test_a_window_is_announced_with_who_when_and_why(home, run):
    before = datetime.now(UTC)
    ran = await run(
        *WORDS,
        *(
            "--service",
            "satu",
            "--service",
            "dua",
            "--starts",
            "2126-11-28 22:00",
            "--ends",
            "2126-11-29 04:00",
        ),
        *("--by", "I Wayan  Sudira", "--reason", "Pindah pusat data"),
    )
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == "Diumumkan: uji, 2126-11-28 22:00 - 2126-11-29 04:00; 2 layanan.\n"
    [announcement], [entry] = await stored(home)
    assert announcement.window == Window(
        id="uji",
        title="Uji coba",
        scope=Scope(services=frozenset({"satu", "dua"})),
        starts_at=datetime(2126, 11, 28, 22, tzinfo=WITA),
        duration=6 * HOUR,
    )
    assert before <= announcement.announced_at <= datetime.now(UTC)
    assert (entry.who, entry.action, entry.subject) == ("I Wayan Sudira", "window.announce", "window:uji")
    assert (entry.reason, entry.at) == ("Pindah pusat data", announcement.announced_at)


async def test_the_login_name_stands_for_who_did_not_say(home, add, run):
    assert (await add("--agency", "kominfo")).code == 0
    assert (await run("window", "end", "uji")).code == 0
    _, (announcing, ending) = await stored(home)
    assert announcing.who == ending.who == getpass.getuser()


async def test_a_window_that_began_already_says_that_it_does_not_count_as_planned(add, run):
    ran = await add("--government", "demo", starts=-1)
    assert ran.code == 0
    assert "tidak dihitung sebagai pemeliharaan terencana" in ran.err
    assert "berlangsung" in (await run("window", "list")).out
    late = await add("--government", "demo", "--lang", "en", starts=-5, id_="lewat")
    assert late.code == 0
    assert "over already: it is on record, but does not count as planned" in late.err


async def test_the_list_shows_what_runs_and_what_comes_and_the_past_only_if_asked(add, run):
    starts = local(-1)
    await add("--service", "satu", starts=-9, id_="lewat")
    await add("--service", "satu", starts=30, id_="nanti")
    await add("--service", "satu", "--repeat", "FREQ=DAILY", starts=starts, id_="harian")
    listed = await run("window", "list")
    assert (listed.code, listed.err) == (0, "")
    head, *rows = listed.out.splitlines()
    assert head.split()[:4] == ["Keadaan", "Jendela", "Judul", "Waktu"]
    assert [row.split("  ")[0] for row in rows] == ["berlangsung", "akan datang"]
    assert ["harian" in rows[0], "tidak" in rows[0], "nanti" in rows[1], "ya" in rows[1]] == [True] * 4
    assert f"{starts} - " in rows[0]
    past = (await run("window", "list", "--all", "--lang", "en")).out.splitlines()
    assert [row.split()[:2] for row in past[1:]] == [
        ["running", "harian"],
        ["coming", "nanti"],
        ["over", "lewat"],
    ]


async def test_the_list_for_programs(add, run):
    await add("--agency", "kominfo", "--by", "Made", "--repeat", "freq=weekly", starts=48)
    [one] = (await run("window", "list", "--json")).json
    assert (one["id"], one["title"], one["state"], one["source"]) == ("uji", "Uji coba", "coming", "command")
    assert (one["agencies"], one["services"], one["repeat"]) == (["kominfo"], [], "FREQ=WEEKLY")
    assert (one["duration_seconds"], one["announced_by"], one["withdrawn_at"]) == (7200, "Made", None)
    assert one["occurrence"]["planned"] is True
    starts_at = datetime.fromisoformat(one["occurrence"]["starts_at"])
    assert starts_at == datetime.fromisoformat(one["starts"])
    assert datetime.fromisoformat(one["occurrence"]["ends_at"]) == starts_at + 2 * HOUR


async def test_an_empty_list_says_so(run):
    ran = await run("window", "list", "--lang", "en")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err.startswith("No maintenance window is running or coming")


async def test_ending_a_window_stops_it_now(home, add, run):
    await add("--service", "satu", starts=-1)
    ran = await run("window", "end", "uji", "--by", "Made", "--reason", "Selesai")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err.startswith("Diakhiri: uji, mulai ")
    [announcement], [_, entry] = await stored(home)
    assert (entry.who, entry.action, entry.reason) == ("Made", "window.withdraw", "Selesai")
    assert announcement.withdrawn_at == entry.at
    assert (await run("window", "list")).out == ""
    [ended] = (await run("window", "list", "--all", "--json")).json
    assert ended["state"] == "withdrawn"
    assert ended["occurrence"]["ends_at"] == ended["withdrawn_at"]
    again = await run("window", "end", "uji")
    assert (again.code, again.err) == (2, "Tidak ada jendela uji yang diumumkan.\n")


async def test_a_misspelt_window_gets_a_hint_and_one_that_is_over_needs_no_end(home, add, run):
    await add("--service", "satu", starts=-9)
    wrong = await run("window", "end", "uhi", "--lang", "en")
    assert (wrong.code, wrong.err) == (2, "There is no announced window uhi; did you mean uji?\n")
    over = await run("window", "end", "uji", "--lang", "en")
    assert (over.code, over.err) == (2, "Window uji is over already; there is nothing to end.\n")
    assert len((await stored(home))[1]) == 1


async def test_a_window_cannot_be_announced_twice(home, add):
    assert (await add("--service", "satu")).code == 0
    again = await add("--service", "dua")
    assert again.code == 2
    assert "Jendela uji sudah diumumkan" in again.err
    assert len((await stored(home))[0]) == 1


async def test_a_window_of_the_file_is_changed_in_the_file(tmp_path, home, add, run):
    (tmp_path / "windows.yml").write_text(
        "windows: [{id: uji, title: T, services: satu, starts: '2126-11-28 22:00', duration: 2h}]\n",
        encoding="utf-8",
    )
    listed = await run("window", "list", "--lang", "en")
    assert "Not yet read by the daemon, and so not announced: uji" in listed.err
    for ran in (await add("--service", "satu"), await run("window", "end", "uji")):
        assert ran.code == 2
        assert f"Jendela uji tertulis di {tmp_path / 'windows.yml'}" in ran.err
    window = Window(
        id="uji",
        title="T",
        scope=Scope(services=frozenset({"satu"})),
        starts_at=datetime(2126, 11, 28, 22, tzinfo=WITA),
        duration=2 * HOUR,
    )
    async with await Store.open(home.url) as store:
        await reconcile(store, [window], datetime.now(UTC), "windows.yml")
    listed = await run("window", "list")
    assert listed.err == ""
    assert "berkas" in listed.out
    (tmp_path / "windows.yml").unlink()
    gone = await run("window", "end", "uji", "--lang", "en")
    assert gone.code == 2
    assert "was removed from" in gone.err
    assert (await stored(home))[0][0].withdrawn_at is None


@in_a_file
@pytest.mark.parametrize(
    ("scope", "said"),
    [
        (("--service", "stau"), "There is no service with the id stau; did you mean satu?\n"),
        (
            ("--agency", "Dinas Kominfo"),
            "There is no agency with the id Dinas Kominfo; did you mean kominfo?\n",
        ),
        (("--government", "dmeo"), "There is no government with the id dmeo; did you mean demo?\n"),
        (("--tag", "pajak"), "No service carries the tag pajak.\n"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
async def test_unknown_names_are_told_with_what_was_probably_meant(home, add, scope, said):
    ran = await add(*scope, "--lang", "en")
    assert (ran.code, ran.out, ran.err) == (2, "", said)
    assert await stored(home) == ([], [])


@in_a_file
async def test_all_unknown_names_are_told_at_once(add):
    ran = await add("--service", "satux", "--service", "xyz", "--agency", "kominfo")
    assert ran.code == 2
    assert ran.err.splitlines() == [
        "Tidak ada layanan dengan id satux; maksud Anda satu?",
        "Tidak ada layanan dengan id xyz.",
    ]


FUTURE = ("--starts", "2126-11-28 22:00")
GOOD = ("--service", "satu", *FUTURE, "--duration", "2h")


@in_a_file
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("uji", "--title", "T", *FUTURE, "--duration", "2h"), "--service, --agency"),
        (("uji", "--title", "T", "--service", "satu", *FUTURE), "--ends, --duration"),
        (("uji", "--title", "T", *GOOD, "--ends", "2126-11-28 23:00"), "--ends, --duration"),
        (("Uji Coba", "--title", "T", *GOOD), "small letters"),
        (("u" * 81, "--title", "T", *GOOD), "too long"),
        (("uji", "--title", " ", *GOOD), "--title"),
        (("uji", "--title", "\x1b[31m", *GOOD), "cannot be printed"),
        (("uji", "--title", "T", *GOOD, "--by", " "), "--by"),
        (("uji", "--title", "T", *GOOD, "--reason", "\x07"), "--reason"),
        (("uji", "--title", "T", *GOOD, "--starts", "besok"), "write a day and a time"),
        (("uji", "--title", "T", *GOOD, "--duration", "lama"), "--duration"),
        (("uji", "--title", "T", "--service", "satu", *FUTURE, "--ends", "2126-11-28 21:00"), "after starts"),
        (("uji", "--title", "T", *GOOD, "--repeat", "FREQ=MINUTELY"), "too often"),
        (("uji", "--title", "T", *GOOD, "--repeat", "FREQ=WEEKLY;BYDAY=SU"), "2126-12-01 22:00"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_wrong_options_are_explained_and_nothing_is_announced(home, run, arguments, said):
    ran = await run("window", "add", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert await stored(home) == ([], [])


async def test_without_a_database_it_is_said_how_to_make_one(tmp_path):
    config = write_config(tmp_path, {"satu": "http://good.test/"})
    for words in (("list",), ("end", "uji"), ("add", "uji", "--title", "T", *GOOD)):
        ran = await kulkul("window", *words, "-c", config, folder=tmp_path)
        assert (ran.code, ran.out) == (2, "")
        assert "kulkul db upgrade" in ran.err


async def test_a_database_that_another_program_holds_is_waited_for_and_then_told(home, add):
    async with home.locked():
        ran = await add("--service", "satu")
    assert (ran.code, ran.out) == (2, "")
    assert f"{home.name} is locked by another program" in ran.err
    assert await stored(home) == ([], [])
