"""`kulkul incident ack`, `note` and `contest`: what people say stands beside the record, never in it."""

from __future__ import annotations

import asyncio
import getpass
from datetime import UTC, datetime

import pytest

from monitor.store import Store
from monitor.store.audit import AuditEntry, entries
from monitor.store.incidents import incident as find
from tests.command import kulkul, write_config
from tests.databases import in_a_file
from tests.outages import MINUTE, NUMBER, T0, incident, member, write

ENDED = incident(member("satu", ended_at=T0 + 10 * MINUTE), closed_at=T0 + 10 * MINUTE)
MERGED = incident(
    member("dua", moved_to=NUMBER), number=NUMBER + 1, closed_at=T0 + MINUTE, merged_into=NUMBER
)


@pytest.fixture
async def incident_command(tmp_path, home):
    """Run `kulkul incident …`."""
    config = write_config(tmp_path, {"satu": "http://good.test/"})
    async with await Store.open(home.url) as store:
        await write(store, [ENDED, MERGED])

    async def run(*arguments, **options):
        return await kulkul("incident", *arguments, "-c", config, folder=tmp_path, **options)

    return run


async def _log(home):
    async with await Store.open(home.url) as store:
        return await entries(store)


async def test_an_acknowledgement_is_one_entry_that_everybody_sees(home, incident_command):
    before = datetime.now(UTC)
    ran = await incident_command("ack", "2026-123", "--by", "Wayan Böö", "--note", " sedang dicek ")
    assert (ran.code, ran.out, ran.err) == (0, "", "INC-2026-000123 ditangani Wayan Böö.\n")
    [entry] = await _log(home)
    assert before <= entry.at <= datetime.now(UTC)
    assert entry == AuditEntry(
        at=entry.at,
        who="Wayan Böö",
        action="incident.ack",
        subject="INC-2026-000123",
        reason="sedang dicek",
    )
    assert "selesai, ditangani Wayan Böö" in (await incident_command("list")).out
    shown = await incident_command("show", "2026-123")
    assert shown.out.startswith("INC-2026-000123   selesai, ditangani Wayan Böö\n")
    assert "WITA  Wayan Böö  menangani: “sedang dicek”" in shown.out
    acknowledged = (await incident_command("show", "2026-123", "--json")).json["acknowledged"]
    assert acknowledged == {"since": entry.at.isoformat().replace("+00:00", "Z"), "by": ["Wayan Böö"]}


async def test_a_second_acknowledgement_by_the_same_person_changes_nothing(home, incident_command):
    await incident_command("ack", "2026-123", "--by", "Wayan")
    again = await incident_command("ack", "inc-2026-000123", "--by", "Wayan", "--lang", "en")
    assert (again.code, again.out) == (0, "")
    assert again.err.startswith("INC-2026-000123 was acknowledged by Wayan at ")
    assert again.err.endswith(" WITA already; nothing was changed.\n")
    assert (await incident_command("ack", "2026-123", "--by", "Made")).code == 0
    assert [entry.who for entry in await _log(home)] == ["Wayan", "Made"]
    assert "ditangani Wayan, Made" in (await incident_command("list")).out


async def test_the_same_person_at_two_desks_acknowledges_once(home, incident_command):
    both = await asyncio.gather(*[incident_command("ack", "2026-123", "--by", "Wayan") for _ in range(2)])
    assert [one.code for one in both] == [0, 0]
    assert sum("tidak ada yang diubah" in one.err for one in both) == 1
    assert len(await _log(home)) == 1


async def test_what_was_merged_is_acknowledged_where_it_went(home, incident_command):
    ran = await incident_command("ack", "2026-124")
    assert (ran.code, ran.out) == (2, "")
    assert "digabung ke INC-2026-000123" in ran.err
    assert await _log(home) == []


async def test_the_login_name_stands_where_no_other_was_told(home, incident_command):
    assert (await incident_command("note", "2026-123", "Penyedia dihubungi.")).code == 0
    [entry] = await _log(home)
    assert (entry.who, entry.action, entry.reason) == (
        getpass.getuser(),
        "incident.note",
        "Penyedia dihubungi.",
    )


async def test_notes_are_told_in_order_and_cannot_command_the_terminal(incident_command):
    for text in ("pertama", "kedua\x1b[2J"):
        assert (await incident_command("note", "2026-123", text, "--by", "Made")).code == 0
    told = [
        line for line in (await incident_command("show", "2026-123")).out.splitlines() if "mencatat" in line
    ]
    assert [line.partition("Made  ")[2] for line in told] == [
        "mencatat: “pertama”",
        r"mencatat: “kedua\x1b[2J”",
    ]
    journal = (await incident_command("show", "2026-123", "--json")).json["journal"]
    assert [(one["who"], one["action"], one["reason"], one["detail"]) for one in journal] == [
        ("Made", "incident.note", "pertama", {}),
        ("Made", "incident.note", "kedua\x1b[2J", {}),
    ]


async def test_contesting_adds_to_the_record_and_leaves_it_as_it_is(home, incident_command):
    ran = await incident_command("contest", "2026-123", "--reason", "Listrik kantor padam", "--by", "Made")
    assert (ran.code, ran.out) == (0, "")
    assert "tidak diubah" in ran.err
    async with await Store.open(home.url) as store:
        assert await find(store, NUMBER) == ENDED
        [entry] = await entries(store)
    assert (entry.action, entry.reason, entry.detail) == ("incident.contest", "Listrik kantor padam", {})
    shown = (await incident_command("show", "2026-123")).out
    assert "Made  menyanggah seluruh gangguan: “Listrik kantor padam”" in shown


@pytest.mark.parametrize(
    ("options", "span"),
    [
        (
            ("--from", "2026-11-22 03:12", "--to", "2026-11-22 03:15"),
            {"from": "2026-11-21T19:12:00Z", "to": "2026-11-21T19:15:00Z"},
        ),
        (
            ("--from", "2026-11-21T19:12:00Z"),
            {"from": "2026-11-21T19:12:00Z", "to": "2026-11-21T19:20:05Z"},
        ),
        (("--to", "2026-11-22 03:15"), {"from": "2026-11-21T19:10:05Z", "to": "2026-11-21T19:15:00Z"}),
    ],
    ids=["both", "from", "to"],
)
async def test_a_part_can_be_contested_by_the_local_clock(home, incident_command, options, span):
    assert (await incident_command("contest", "2026-123", "--reason", "Keliru", *options)).code == 0
    [entry] = await _log(home)
    assert entry.detail == span
    shown = (await incident_command("show", "2026-123", "--lang", "en")).out
    assert "contests 2026-11-22 03:1" in shown
    assert "WITA: “Keliru”" in shown


@in_a_file
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("ack", "2026-999"), "Tidak ada gangguan bernomor INC-2026-000999"),
        (("note", "2026-999", "x"), "Tidak ada gangguan bernomor INC-2026-000999"),
        (("contest", "2026-999", "--reason", "x"), "Tidak ada gangguan bernomor INC-2026-000999"),
        (("ack", "123"), "“123” bukan nomor gangguan"),
        (("ack", "2026-123", "--by", "  "), "--by"),
        (("note", "2026-123"), "TEXT"),
        (("note", "2026-123", "  "), "kosong"),
        (("contest", "2026-123"), "--reason"),
        (("contest", "2026-123", "--reason", ""), "kosong"),
        (("contest", "2026-123", "--reason", "x", "--from", "kemarin"), "--from: tulis tanggal dan jam"),
        (
            (
                "contest",
                "2026-123",
                "--reason",
                "x",
                "--from",
                "2026-11-22 04:00",
                "--to",
                "2026-11-22 03:15",
            ),
            "--from harus lebih awal daripada --to",
        ),
        (
            ("contest", "2026-123", "--reason", "x", "--from", "2026-11-22 03:20:05"),
            "berlangsung 2026-11-22 03:10:05 WITA s.d. 2026-11-22 03:20:05 WITA",
        ),
        (("contest", "2026-123", "--reason", "x", "--to", "2026-11-22 03:10:05"), "mencakup sebagian"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
async def test_what_cannot_be_recorded_is_refused_and_leaves_no_entry(
    home, incident_command, arguments, said
):
    ran = await incident_command(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert await _log(home) == []


async def test_a_register_with_mistakes_keeps_nobody_from_acknowledging(tmp_path, home, incident_command):
    (tmp_path / "services" / "demo.yml").write_text("layanan: [", encoding="utf-8")
    assert (await incident_command("ack", "2026-123")).code == 0
    assert len(await _log(home)) == 1


async def test_a_daemon_that_is_just_writing_is_waited_for(home, incident_command):
    async with home.locked():
        task = asyncio.create_task(incident_command("ack", "2026-123", "--by", "Wayan"))
        await asyncio.sleep(1.5)
        assert not task.done()
    assert (await task).code == 0
    assert len(await _log(home)) == 1


@in_a_file
async def test_without_a_database_it_is_said_in_one_sentence(home, incident_command):
    for file in home.path.parent.iterdir():
        file.unlink()
    ran = await incident_command("ack", "2026-123")
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (2, "", 1)
    assert "kulkul.sqlite" in ran.err
