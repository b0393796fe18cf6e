"""`kulkul uplink`: whether this machine can see, and when it could not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.sight import BlindCause, BlindPeriod
from monitor.store import Store
from monitor.store.sight import write_periods
from tests.command import kulkul, write_config
from tests.servers import close_when_asked, refused_port, serve

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
NAMES = "{dns: canary.test}"
"""Dead: the resolver of these settings is a port at which nothing listens."""


@pytest.fixture
async def two_networks():
    """Two listening ports in two networks, as canaries."""
    async with (
        serve(close_when_asked) as one,
        serve(close_when_asked, host="127.0.1.1") as two,
    ):
        yield f"{_tcp(one.host, one.port)}, {_tcp(two.host, two.port)}"


@pytest.fixture
def dead_networks():
    """Two ports that refuse, in two networks."""
    with refused_port() as one, refused_port("127.0.1.1") as two:
        yield f"{_tcp('127.0.0.1', one)}, {_tcp('127.0.1.1', two)}"


def _tcp(host, port):
    return f"{{tcp: '{host}:{port}'}}"


def settings(folder, canaries):
    return write_config(
        folder,
        {"satu": "http://good.test/"},
        uplink=f"{{interval: 2s, timeout: 2s, canaries: [{canaries}]}}",
    )


async def remember(home, *periods):
    async with await Store.open(home.url) as store, store.writing() as (connection, keys):
        await write_periods(connection, keys, periods)


async def test_a_machine_that_sees_says_so_with_the_time_of_each_canary(tmp_path, home, two_networks):
    config = settings(tmp_path, two_networks)
    indonesian = await kulkul("uplink", "-c", config, folder=tmp_path)
    english = await kulkul("uplink", "-c", config, "--lang", "en", folder=tmp_path)
    assert (indonesian.code, indonesian.err) == (english.code, english.err) == (0, "")
    head, first, second, *_ = indonesian.out.splitlines()
    assert head.split() == ["Keadaan", "Titik", "acuan", "Membuktikan", "Waktu", "Keterangan"]
    for line, address in ((first, "127.0.0.1"), (second, "127.0.1.1")):
        assert line.startswith(f"✔ menjawab  tcp:{address}:")
        assert line.endswith(" ms")
    assert "dapat melihat ke luar" in indonesian.out
    assert "Tidak ada masa buta" in indonesian.out
    assert "✔ alive" in english.out
    assert "This machine can see out" in english.out


async def test_one_living_canary_of_the_network_is_enough(tmp_path, two_networks, dead_networks):
    ran = await kulkul(
        "uplink", "-c", settings(tmp_path, f"{two_networks}, {dead_networks}"), folder=tmp_path
    )
    assert ran.code == 0
    assert ran.out.count("✔ menjawab") == ran.out.count("✖ tidak menjawab") == 2


async def test_a_machine_without_any_way_out_is_blind(tmp_path, dead_networks):
    config = settings(tmp_path, f"{dead_networks}, {NAMES}")
    indonesian = await kulkul("uplink", "-c", config, folder=tmp_path)
    english = await kulkul("uplink", "-c", config, "--lang", "en", folder=tmp_path)
    assert (indonesian.code, english.code) == (1, 1)
    assert indonesian.out.count("✖ tidak menjawab") == 3
    assert "Mesin ini buta: tidak satu pun titik acuan jaringan menjawab." in indonesian.out
    assert english.out.count("The server refused the connection") == 2
    assert "This machine is blind: no canary of the network answers." in english.out


async def test_a_machine_whose_resolver_is_dead_is_blind_to_names(tmp_path, two_networks):
    config = settings(tmp_path, f"{two_networks}, {NAMES}")
    ran = await kulkul("uplink", "-c", config, folder=tmp_path)
    assert ran.code == 1
    assert "server namanya sendiri (DNS) tidak menjawab" in ran.out


async def test_json_has_every_canary_and_every_period(tmp_path, home, two_networks):
    now = datetime.now(UTC)
    dark = BlindPeriod(
        vantage="local", began_at=now - MINUTE, cause=BlindCause.CANARIES, dead=("tcp:192.0.2.7:443",)
    )
    await remember(home, dark)
    ran = await kulkul("uplink", "-c", settings(tmp_path, two_networks), "--json", folder=tmp_path)
    assert ran.code == 0
    answer = ran.json
    first, second = answer.pop("canaries")
    assert answer == {
        "vantage": "local",
        "sees": True,
        "cause": None,
        "blind_periods": [
            {
                "began_at": dark.began_at.isoformat().replace("+00:00", "Z"),
                "ended_at": None,
                "cause": "canaries",
                "dead": ["tcp:192.0.2.7:443"],
                "failing_networks": 0,
                "seen_networks": 0,
            }
        ],
    }
    assert first["canary"].startswith("tcp:127.0.0.1:")
    assert (first["proves"], first["alive"], first["message"]) == ("network", True, None)
    assert 0 < first["duration_seconds"] < 2
    assert first["started_at"].endswith("Z")
    assert list(second) == list(first)


async def test_blindness_is_told_in_json_with_its_cause(tmp_path, dead_networks):
    ran = await kulkul("uplink", "-c", settings(tmp_path, dead_networks), "--json", folder=tmp_path)
    assert (ran.code, ran.json["sees"], ran.json["cause"]) == (1, False, "canaries")
    assert all("refused" in one["message"] for one in ran.json["canaries"])


async def test_periods_are_listed_newest_first_in_local_time_with_their_length(tmp_path, home, two_networks):
    began = (datetime.now(UTC) - 5 * DAY).replace(hour=23, minute=30, second=0, microsecond=0)
    dark = BlindPeriod(
        vantage="local",
        began_at=began,
        ended_at=began + timedelta(hours=25, minutes=1, seconds=9),
        cause=BlindCause.CANARIES,
        dead=("tcp:192.0.2.7:443", "tcp:198.51.100.7:443"),
    )
    many = BlindPeriod(
        vantage="local",
        began_at=began + 2 * DAY,
        cause=BlindCause.NETWORKS,
        failing_networks=9,
        seen_networks=12,
    )
    old = BlindPeriod(
        vantage="local", began_at=began - 40 * DAY, ended_at=began - 39 * DAY, cause=BlindCause.RESOLVER
    )
    await remember(home, dark, many, old)
    config = settings(tmp_path, two_networks)
    ran = await kulkul("uplink", "-c", config, folder=tmp_path)
    head, newest, older = ran.out.partition("30 hari terakhir:\n")[2].splitlines()
    assert head.startswith("Mulai (WITA)")
    wita = (began + timedelta(hours=8)).date()
    assert newest.startswith(f"{wita + 2 * DAY} 07:30:00  masih berlangsung")
    assert newest.endswith("banyak jaringan gagal bersamaan  9 dari 12 jaringan gagal")
    assert older.split()[:5] == [str(wita), "07:30:00", str(wita + DAY), "08:31:09", "25:01:09"]
    assert older.endswith("titik acuan tidak menjawab       tcp:192.0.2.7:443, tcp:198.51.100.7:443")
    longer = await kulkul("uplink", "-c", config, "--since", "90", "--lang", "en", folder=tmp_path)
    assert "own name servers did not answer" in longer.out.splitlines()[-1]


async def test_without_canaries_it_is_not_known_and_periods_are_still_shown(tmp_path, home):
    await remember(
        home,
        BlindPeriod(vantage="local", began_at=datetime.now(UTC) - DAY, cause=BlindCause.NETWORKS),
    )
    config = write_config(tmp_path, {"satu": "http://good.test/"})
    indonesian = await kulkul("uplink", "-c", config, folder=tmp_path)
    as_json = await kulkul("uplink", "-c", config, "--json", folder=tmp_path)
    assert (indonesian.code, as_json.code) == (3, 3)
    assert "uplink.canaries" in indonesian.err
    assert "banyak jaringan gagal bersamaan" in indonesian.out
    assert (as_json.json["sees"], as_json.json["canaries"]) == (None, [])


async def test_looking_creates_no_database(tmp_path, two_networks):
    assert (await kulkul("uplink", "-c", settings(tmp_path, two_networks), folder=tmp_path)).code == 0
    assert not (tmp_path / "data").exists()


async def test_wrong_settings_are_refused_with_their_place(tmp_path):
    config = settings(tmp_path, "{tcp: 'satu.test:443'}")
    ran = await kulkul("uplink", "-c", config, folder=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert "uplink.canaries.0.tcp: should be an address and a port" in ran.err
