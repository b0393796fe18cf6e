"""`kulkul incident list` and `show`: what was out, since when, why, and how we know."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.incident import Tie, Trait
from monitor.core.reason import Reason, Stage
from monitor.core.result import Certificate, HttpFacts, TlsFacts
from monitor.store import Store
from monitor.store.incidents import Which
from tests.command import kulkul, write_config
from tests.databases import in_a_file
from tests.outages import ADDRESS, MINUTE, NUMBER, T0, failure, incident, kept, member, write

NAME = "Perizinan Tabanan — ᬩᬮᬶ"
HOSTILE = "<h1>503</h1>\r\n\x1b]0;diretas\x07\x1b[2J\u202e\u2028\x9b31m\tJangan panik\n"
CLOSED = incident(
    member("dua", T0 - timedelta(days=3), T0 - timedelta(days=3) + 65 * MINUTE),
    number=NUMBER - 1,
    closed_at=T0 - timedelta(days=3) + 65 * MINUTE,
)
SHARED = incident(
    member("dua", T0 + MINUTE, T0 + 4 * MINUTE),
    *[member(f"pergi-{one}", T0 + 2 * MINUTE) for one in range(38)],
    member("satu"),
    cause=ADDRESS,
    flapping=True,
)


@pytest.fixture
def config(tmp_path, home):
    settings = write_config(tmp_path, {"satu": "http://good.test/", "dua": "http://other.test/"})
    register = tmp_path / "services" / "demo.yml"
    written = register.read_text(encoding="utf-8").replace("name: satu", f"name: '{NAME}'")
    register.write_text(written, encoding="utf-8")
    return settings


@pytest.fixture
def incident_command(tmp_path, config):
    """Run `kulkul incident …`."""

    async def run(*arguments, **options):
        return await kulkul("incident", *arguments, "-c", config, folder=tmp_path, **options)

    return run


async def _store(home, incidents=(), items=()):
    async with await Store.open(home.url) as store:
        await write(store, incidents, items)


def _rows(ran):
    """Return the cells of a table without its head."""
    return [re.split(r"  +", line) for line in ran.out.splitlines()[1:]]


async def test_the_list_tells_state_cause_and_reason_newest_first(home, incident_command):
    await _store(home, [CLOSED, SHARED])
    ran = await incident_command("list")
    assert (ran.code, ran.err) == (0, "")
    assert re.split(r"  +", ran.out.splitlines()[0]) == [
        "Nomor",
        "Keadaan",
        "Mulai (WITA)",
        "Lama",
        "Layanan",
        "Sebab bersama",
        "Keterangan",
    ]
    shared, closed = _rows(ran)
    assert shared[:3] == ["INC-2026-000123", "naik-turun", "2026-11-22 03:10:05"]
    assert shared[4:] == [
        f"{NAME}, +39 lagi",
        "alamat 192.0.2.7",
        "Server menolak sambungan; layanan di port itu tidak berjalan.",
    ]
    assert closed[:6] == ["INC-2026-000122", "selesai", "2026-11-19 03:10:05", "1 jam 5 menit", "dua", "—"]


async def test_the_list_speaks_english_too(home, incident_command):
    await _store(home, [CLOSED, SHARED])
    shared, closed = _rows(await incident_command("list", "--lang", "en"))
    assert (shared[1], shared[4], shared[5]) == ("flapping", f"{NAME}, +39 more", "address 192.0.2.7")
    assert closed[1:4] == ["closed", "2026-11-19 03:10:05", "1 h 5 min"]


async def test_the_list_can_be_narrowed(home, incident_command):
    today = incident(member("satu", datetime.now(UTC) - MINUTE), number=NUMBER + 1)
    old_date = T0 - timedelta(days=400)
    old = incident(member("lama", old_date, old_date + MINUTE), number=NUMBER - 2, closed_at=old_date)
    await _store(home, [old, CLOSED, today])

    async def numbers(*options):
        ran = await incident_command("list", "--json", *options)
        assert (ran.code, ran.err) == (0, "")
        return [one["incident"][-3:] for one in ran.json]

    assert await numbers() == ["124", "122", "121"]
    assert await numbers("--open") == ["124"]
    assert await numbers("--service", "dua") == ["122"]
    assert await numbers("--service", "lama") == ["121"]
    assert await numbers("--since", "0") == ["124"]
    # 65 minutes from 03:10 WITA on the 19th: over at 04:15, on a day that began at 16:00 UTC the day before.
    assert await numbers("--since", "2026-11-19") == ["124", "122"]
    assert await numbers("--since", "2026-11-20") == ["124"]


async def test_a_service_that_left_the_register_is_shown_by_its_id(home, incident_command):
    await _store(home, [incident(member("pergi", withdrawn=True))])
    [row] = _rows(await incident_command("list", "--service", "pergi"))
    assert row[4] == "pergi"
    shown = await incident_command("show", "2026-123")
    assert "dikeluarkan dari register saat terganggu" in shown.out


async def test_names_keep_every_script(home, incident_command):
    await _store(home, [incident()])
    assert NAME in (await incident_command("list")).out
    assert NAME in (await incident_command("list", "--json")).out
    assert f"✖ {NAME} [satu] — Dinas Kominfo" in (await incident_command("show", "2026-123")).out


async def test_nothing_to_list_is_said_and_is_no_error(home, incident_command):
    await _store(home)
    ran = await incident_command("list", "--open")
    assert (ran.code, ran.out, ran.err) == (0, "", "Tidak ada gangguan yang cocok.\n")
    assert (await incident_command("list", "--json")).json == []


@pytest.mark.parametrize("number", ["INC-2026-000123", "inc-2026-123", "2026-123"])
async def test_show_takes_a_number_in_any_form(home, incident_command, number):
    await _store(home, [incident()])
    ran = await incident_command("show", number)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("INC-2026-000123   terbuka\n")


async def test_show_tells_when_it_began_was_sure_ended_and_was_closed(home, incident_command):
    await _store(home, [CLOSED])
    ran = await incident_command("show", "2026-122")
    for line in (
        "Keterangan      Server menolak sambungan; layanan di port itu tidak berjalan.",
        "Sebab bersama   —",
        "Mulai           2026-11-19 03:10:05 WITA",
        "Dipastikan      2026-11-19 03:10:25 WITA (20 detik setelah mulai)",
        "Pulih           2026-11-19 04:15:05 WITA (lamanya 1 jam 5 menit)",
        "Ditutup         2026-11-19 04:15:05 WITA",
        "Layanan: 1, masih terganggu: 0",
        "  ✔ dua — Dinas Kominfo",
        (
            "      2026-11-19 03:10:05 WITA → 2026-11-19 04:15:05 WITA (1 jam 5 menit)"
            "  dua  connect: tcp_refused"
        ),
        "Riwayat sebab:",
        "  2026-11-19 03:10:05 WITA  dua  connect: tcp_refused  192.0.2.7 refused the connection.",
    ):
        assert line in ran.out.splitlines()


async def test_show_follows_what_was_merged_split_and_moved(home, incident_command):
    moved = incident(
        member("dua", moved_to=NUMBER), number=NUMBER + 1, closed_at=T0 + MINUTE, merged_into=NUMBER
    )
    await _store(home, [incident(split_from=NUMBER - 1), moved])
    merged = (await incident_command("show", "2026-124")).out
    assert merged.startswith("INC-2026-000124   digabung ke INC-2026-000123\n")
    assert "→ dua — Dinas Kominfo — pindah ke INC-2026-000123" in merged
    assert "Dipisah dari    INC-2026-000122" in (await incident_command("show", "2026-123")).out


def _refused_over_tls(at):
    certificate = Certificate(
        subject="CN=satu.test",
        issuer="CN=Otoritas",
        serial="01",
        not_before=T0,
        not_after=T0 + timedelta(days=90),
        fingerprint_sha256="ab" * 32,
    )
    reply = HttpFacts(
        status=503,
        version="1.1",
        headers=(("server", "nginx\x9b2J"), ("set-cookie", "sesi=rahasia; path=/")),
        wire_bytes=10,
        body_bytes=10,
        redirects=(),
        final_url="https://satu.test/",
    )
    return failure(
        "satu",
        at,
        stage=Stage.RESPONSE,
        reason=Reason.HTTP_STATUS,
        message="satu.test answered 503, expected 200-299.",
        aliases=("cdn.test", "tepi.test"),
        tls=TlsFacts("TLSv1.3", "TLS_AES_128_GCM_SHA256", True, None, (certificate,)),
        http=reply,
        excerpt=HOSTILE * 30,
    )


async def test_show_tells_what_the_first_and_the_last_failed_probe_saw(home, incident_command):
    first, last = failure("satu"), _refused_over_tls(T0 + 9 * MINUTE)
    await _store(home, [incident()], [kept(first), kept(last, Which.LAST)])
    ran = await incident_command("show", "2026-123")
    before, _, after = ran.out.partition("Bukti terakhir: satu\n")
    assert "Bukti pertama: satu\n" in before
    assert "GAGAL  pada tahap sambungan: tcp_refused" in before
    for told in (
        "2026-11-22 03:19:05 WITA",
        "HTTP/1.1 503",
        "GAGAL  pada tahap jawaban: http_status",
        "Alias: cdn.test → tepi.test",
        "│ CN=satu.test; penerbit CN=Otoritas; berlaku 2026-11-21 s.d. 2027-02-19",
        "│ set-cookie: sesi=…",
        "│ <h1>503</h1>",
        "baris lagi; semuanya ada di --json",
    ):
        assert told in after
    assert "rahasia" not in ran.out


async def test_nothing_that_a_site_sent_can_command_the_terminal(home, incident_command):
    result = _refused_over_tls(T0)
    await _store(home, [incident()], [kept(result)])
    ran = await incident_command("show", "2026-123")
    assert r"│ \x1b]0;diretas\x07\x1b[2J\u202e" in ran.out
    assert r"nginx\x9b2J" in ran.out
    strange = {one for one in ran.out if unicodedata.category(one) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    assert strange == {"\n"}


async def test_of_many_services_the_evidence_of_one_can_be_asked_for(home, incident_command):
    items = [kept(failure(name, T0 + more * MINUTE)) for more, name in enumerate(["satu", "dua", "tiga"])]
    await _store(home, [incident(*[member(one) for one in ("dua", "satu", "tiga")])], items)
    every = await incident_command("show", "2026-123")
    assert re.findall(r"Bukti \w+: (\w+)", every.out) == ["satu", "tiga"]
    assert "Bukti 1 pemeriksaan lain" in every.out
    one = await incident_command("show", "2026-123", "--service", "dua")
    assert re.findall(r"Bukti \w+: (\w+)", one.out) == ["dua"]
    assert "pemeriksaan lain" not in one.out
    other = await incident_command("show", "2026-123", "--service", "empat")
    assert (other.code, other.out) == (2, "")
    assert "“empat” tidak termasuk dalam INC-2026-000123" in other.err


async def test_json_has_every_part_of_an_incident(home, incident_command):
    fingerprint = Trait(Tie.CERTIFICATE, "ab" * 32)
    await _store(home, [incident(cause=fingerprint, split_from=NUMBER - 1)], [kept(failure("satu"))])
    ran = await incident_command("show", "2026-123", "--json")
    assert (ran.code, ran.err) == (0, "")
    shown, [listed] = ran.json, (await incident_command("list", "--json")).json
    evidence, journal = shown.pop("evidence"), shown.pop("journal")
    for one in (shown, listed):
        assert one.pop("duration_seconds") > 0
    assert listed == shown
    assert shown == {
        "incident": "INC-2026-000123",
        "vantage": "local",
        "state": "open",
        "flapping": False,
        "began_at": "2026-11-21T19:10:05Z",
        "confirmed_at": "2026-11-21T19:10:25Z",
        "ended_at": None,
        "closed_at": None,
        "cause": {"tie": "certificate", "value": "ab" * 32},
        "reason": "tcp_refused",
        "acknowledged": None,
        "merged_into": None,
        "split_from": "INC-2026-000122",
        "services": [
            {
                "service": "satu",
                "name": NAME,
                "agency": "Dinas Kominfo",
                "out": True,
                "withdrawn": False,
                "moved_to": None,
                "spells": [
                    {
                        "check": "satu",
                        "began_at": "2026-11-21T19:10:05Z",
                        "confirmed_at": "2026-11-21T19:10:25Z",
                        "ended_at": None,
                        "stage": "connect",
                        "reason": "tcp_refused",
                    }
                ],
                "history": [
                    {
                        "at": "2026-11-21T19:10:05Z",
                        "check": "satu",
                        "stage": "connect",
                        "reason": "tcp_refused",
                        "message": "192.0.2.7 refused the connection.",
                    }
                ],
            }
        ],
    }
    assert journal == []
    [seen] = evidence
    assert (seen["check"], seen["which"], seen["at"]) == ("satu", "first", "2026-11-21T19:10:05Z")
    assert seen["seen"] == kept(failure("satu")).content


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("show", "2026-999"), "Tidak ada gangguan bernomor INC-2026-000999"),
        (("show", "gangguan kemarin"), "“gangguan kemarin” bukan nomor gangguan"),
        (("show", "2026-1\x1b[31m"), r"“2026-1\x1b[31m” bukan nomor gangguan"),
        (("list", "--service", "stu"), "--service: tidak ada layanan dengan id stu; maksud Anda satu?"),
        (("list", "--service", "{0}"), "tidak ada layanan dengan id {0}"),
        (("list", "--since", "kemarin"), "--since: tulis jumlah hari (7) atau tanggal"),
        (("list", "--since", "2026-02-30"), "--since: tulis jumlah hari (7) atau tanggal"),
        (("show",), "NUMBER"),
    ],
    ids=lambda value: " ".join(value).replace("\x1b", "ESC") if isinstance(value, tuple) else None,
)
async def test_what_cannot_be_meant_is_refused_with_what_to_write(home, incident_command, arguments, said):
    await _store(home, [incident()])
    ran = await incident_command(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


async def test_the_refusals_are_in_english_where_that_is_asked_for(home, incident_command):
    await _store(home, [incident()])
    ran = await incident_command("show", "2026-999", "--lang", "en")
    assert ran.err == "There is no incident INC-2026-000999; see: kulkul incident list\n"


@in_a_file
async def test_without_a_database_it_is_said_in_one_sentence(tmp_path, incident_command):
    ran = await incident_command("list")
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (2, "", 1)
    assert "kulkul.sqlite" in ran.err
    assert not (tmp_path / "data").exists()


async def test_a_register_with_mistakes_keeps_nobody_from_reading(tmp_path, home, incident_command):
    await _store(home, [incident()])
    (tmp_path / "services" / "demo.yml").write_text("layanan: [", encoding="utf-8")
    ran = await incident_command("show", "2026-123")
    assert ran.code == 0
    assert "Register tidak dapat dibaca" in ran.err
    assert "  ✖ satu\n" in ran.out


async def test_json_carries_no_character_that_a_terminal_would_obey(home, incident_command):
    hostile = kept(failure("satu", excerpt=f"{HOSTILE}\x7f\x85\U000e0001"))
    await _store(home, [incident()], [hostile])
    ran = await incident_command("show", "INC-2026-000123", "--json")
    assert ran.code == 0
    assert all(one.isprintable() or one == "\n" for one in ran.out)
    [evidence] = ran.json["evidence"]
    assert evidence["seen"]["excerpt"] == f"{HOSTILE}\x7f\x85\U000e0001"
