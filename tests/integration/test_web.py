"""The web application over real sockets."""

from __future__ import annotations

import asyncio
import base64
import gzip
import hashlib
import html
import logging
import re
import socket
import struct
import time
from collections.abc import Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import aiohttp
import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from monitor.core.service import Agency, Check, CheckKind, Government, HttpRequest, HttpTarget, Service
from monitor.core.status import Status
from monitor.metrics.exposition import Exposition
from monitor.web.app import Table, build_app, gather
from monitor.web.health import Health
from monitor.web.page import Row
from monitor.web.server import WebError, WebServer
from monitor.web.texts import Language

NOW = datetime(2026, 10, 3, 1, 2, 3, tzinfo=UTC)
AGENCY = Agency(id="setda", name="Sekretariat Daerah", government_id="badung")
BADUNG = Government(id="badung", name="Pemerintah Kabupaten Badung")


def rows(count: int = 1) -> list[Row]:
    return [
        Row(
            service_id=f"s{at}",
            name=f"Layanan {at}",
            url=f"https://s{at}.badungkab.go.id/",
            agency=AGENCY.name,
            government=BADUNG.name,
            status=Status.UP,
            since_at=NOW,
        )
        for at in range(count)
    ]


def exposition(count: int = 1) -> Exposition:
    made = Exposition("0.1.0")
    for at in range(count):
        target = HttpTarget(request=HttpRequest(url=f"https://s{at}.badungkab.go.id/"))
        check = Check(id=f"s{at}", service_id=f"s{at}", kind=CheckKind.HTTP, target=target)
        service = Service(id=f"s{at}", name="Ñusa ✓", agency_id="setda", urls=(), checks=(check,))
        made.add(service, AGENCY, BADUNG)
    return made


class Site:
    """A running server, and a client that decodes nothing by itself."""

    def __init__(self, client: aiohttp.ClientSession, port: int) -> None:
        self.client = client
        self.url = f"http://127.0.0.1:{port}"
        self.port = port

    async def get(self, path: str, method: str = "GET", **headers: str):
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        async with self.client.request(method, self.url + path, headers=named) as reply:
            return reply.status, reply.headers, await reply.read()


@asynccontextmanager
async def running(
    source: Callable[[], Sequence[Row]] = rows, health: Health | None = None, shown: Exposition | None = None
):
    table = Table(
        rows=source,
        now=lambda: NOW + timedelta(seconds=5),
        zone=ZoneInfo("Asia/Makassar"),
        vantage="local",
        version="0.1.0",
        language=Language.ID,
    )
    server = WebServer(build_app(shown or exposition(), health or Health(), table))
    await server.start("127.0.0.1", 0)
    try:
        async with aiohttp.ClientSession(
            auto_decompress=False, skip_auto_headers=["Accept", "Accept-Encoding"]
        ) as client:
            yield Site(client, server.port)
    finally:
        await server.stop()


async def test_metrics_are_text_unless_openmetrics_is_asked_for():
    async with running() as site:
        status, headers, text = await site.get("/metrics", Accept="*/*")
        assert (status, headers["Content-Type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
        assert 'name="Ñusa ✓"' in text.decode()
        assert b"# EOF" not in text
        status, headers, text = await site.get(
            "/metrics", Accept="application/openmetrics-text;version=1.0.0"
        )
        assert headers["Content-Type"] == "application/openmetrics-text; version=1.0.0; charset=utf-8"
        assert text.endswith(b"\n# EOF\n")
        assert "kulkul_service_status" in {f.name for f in text_string_to_metric_families(text.decode())}


async def test_metrics_without_any_wish_are_plain_text():
    async with running() as site:
        status, headers, _ = await site.get("/metrics")
        assert (status, headers["Content-Type"][:10]) == (200, "text/plain")
        assert "Content-Encoding" not in headers


async def test_metrics_are_packed_where_gzip_is_taken_and_complete():
    async with running(shown=exposition(300)) as site:
        _, headers, packed = await site.get("/metrics", Accept_Encoding="gzip, deflate")
        assert headers["Content-Encoding"] == "gzip"
        assert int(headers["Content-Length"]) == len(packed)
        text = gzip.decompress(packed).decode()
        assert text.count("kulkul_service_info{") == 300
        assert text.count("\n# TYPE kulkul_build_info") == 1


@pytest.mark.parametrize("path", ["/", "/metrics", "/-/healthy"])
@pytest.mark.parametrize("coding", ["gzip", "identity"])
async def test_head_says_what_get_says_without_the_body(path, coding):
    async with running() as site:
        status, headers, body = await site.get(path, Accept_Encoding=coding)
        head_status, head_headers, nothing = await site.get(path, "HEAD", Accept_Encoding=coding)
        assert (status, head_status, nothing) == (200, 200, b"")
        assert body
        assert head_headers["Content-Type"] == headers["Content-Type"]
        assert head_headers.get("Content-Encoding") == headers.get("Content-Encoding")
        # The connection is still in step: what follows a HEAD is a whole answer.
        assert (await site.get("/-/healthy"))[2] == b"OK\n"


@asynccontextmanager
async def turns_of_the_loop():
    """A list whose length is the number of turns that the loop has had."""
    turns: list[None] = []

    async def count() -> None:
        while True:
            turns.append(None)
            await asyncio.sleep(0)

    counting = asyncio.create_task(count())
    try:
        yield turns
    finally:
        counting.cancel()


async def test_the_loop_has_its_turn_between_any_two_blocks_of_the_exposition():
    async with turns_of_the_loop() as turns:
        seen = [len(turns) async for _ in exposition().blocks(openmetrics=False)]
    assert len(seen) > 20
    assert len(set(seen)) == len(seen)


async def test_the_loop_has_its_turn_whenever_a_page_has_taken_a_slice_of_time():
    def pieces():
        for _ in range(100):
            until = time.perf_counter() + 0.001
            while time.perf_counter() < until:
                pass
            yield "x"

    async with turns_of_the_loop() as turns:
        gathered = await gather(pieces())
        assert len(turns) >= 100 // 4
    assert b"".join(gathered) == b"x" * 100


async def test_ready_only_after_the_states_are_loaded_and_not_while_draining():
    health = Health()
    async with running(health=health) as site:
        assert (await site.get("/-/healthy"))[::2] == (200, b"OK\n")
        status, _, text = await site.get("/-/ready")
        assert (status, text) == (503, b"Not ready: The states are being loaded from the store.\n")
        health.ready()
        assert (await site.get("/-/ready"))[::2] == (200, b"OK\n")
        health.not_ready("The daemon is shutting down.")
        assert (await site.get("/-/ready"))[::2] == (503, b"Not ready: The daemon is shutting down.\n")


async def test_the_status_page_in_the_default_language_and_in_the_one_asked_for():
    async with running() as site:
        status, headers, text = await site.get("/")
        assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
        assert "<h1>Semua layanan berfungsi.</h1>" in text.decode()
        assert "Disusun 09:02:08 WITA" in text.decode()
        assert "<h1>All services work.</h1>" in (await site.get("/?lang=en"))[2].decode()
        assert "<h1>Semua" in (await site.get("/?lang=xx"))[2].decode()
        packed = (await site.get("/", Accept_Encoding="gzip"))[2]
        assert gzip.decompress(packed) == text


async def test_the_page_runs_no_script_and_loads_nothing_and_its_style_is_allowed():
    async with running() as site:
        for path in ("/", "/nowhere"):
            _, headers, text = await site.get(path, Accept="text/html")
            policy = headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'none';")
            (style,) = re.findall("<style>(.*?)</style>", text.decode(), re.DOTALL)
            assert f"'sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}'" in policy
            assert (headers["X-Content-Type-Options"], headers["Referrer-Policy"]) == (
                "nosniff",
                "no-referrer",
            )
            assert b"<script" not in text
            assert not re.search(rb"(src|url\()", text)


async def test_readers_in_quick_succession_share_one_page():
    asked = 0

    def source() -> Sequence[Row]:
        nonlocal asked
        asked += 1
        return rows(asked)

    async with running(source) as site:
        pages = await asyncio.gather(*(site.get("/") for _ in range(5)))
        assert asked == 1
        assert len({text for _, _, text in pages}) == 1
        await asyncio.sleep(1.1)
        assert '<span class="word">Normal</span> <b>2</b>' in (await site.get("/"))[2].decode()


async def test_errors_are_one_sentence_in_html_or_text_as_the_reader_likes(caplog):
    def broken() -> Sequence[Row]:
        raise LookupError("secret detail")

    async with running(broken) as site:
        assert (await site.get("/nowhere?lang=en"))[::2] == (404, b"There is no such page.\n")
        status, headers, text = await site.get("/", "POST")
        assert (status, headers["Allow"]) == (405, "GET,HEAD")
        assert text.decode() == "Halaman ini hanya dapat dibaca (GET atau HEAD).\n"
        status, headers, text = await site.get("/?lang=en", Accept="text/html")
        assert (status, headers["Content-Type"]) == (500, "text/html; charset=utf-8")
        said = html.unescape(re.search("<h1>(.*)</h1>", text.decode())[1])
        assert (
            said == "This page could not be built because of a fault in the monitor; its log has the details."
        )
        assert b"secret" not in text
        assert b"Traceback" not in text
        # The fault is not kept: the lock is free, and the next reader is answered too.
        assert (await site.get("/"))[0] == 500
    assert "secret detail" in caplog.text


async def talk(port: int, sent: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(sent)
        async with asyncio.timeout(5):
            return await reader.read()
    finally:
        writer.close()


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(40),
        b"GET /" + b"a" * 10_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 10_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 100 + b"\r\n",
    ],
)
async def test_malformed_and_oversized_requests_are_refused_without_noise_in_the_log(sent, caplog):
    caplog.set_level(logging.INFO)
    async with running() as site:
        answer = await talk(site.port, sent)
        assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.0 400"))
        assert b"Traceback" not in answer
        assert (await site.get("/-/healthy"))[0] == 200
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


async def test_a_reader_who_leaves_in_the_middle_leaves_no_trace_in_the_log(caplog):
    loop = asyncio.get_running_loop()
    # The exposition must not fit into the buffers of the two sockets: the server is still writing.
    async with running(shown=exposition(8000)) as site:
        with socket.socket() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.setblocking(False)
            await loop.sock_connect(client, ("127.0.0.1", site.port))
            await loop.sock_sendall(client, b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
            assert await loop.sock_recv(client, 100)
            await asyncio.sleep(0.2)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        assert (await site.get("/metrics"))[0] == 200
    assert caplog.text == ""


async def test_a_taken_port_is_explained(taken):
    host, port = taken
    server = WebServer(aiohttp.web.Application())
    with pytest.raises(WebError) as raised:
        await server.start(host, port)
    assert str(raised.value) == (
        f"cannot listen on 127.0.0.1:{port}: another program has this port; "
        "stop it, or choose another port in the settings."
    )


@pytest.fixture
async def taken():
    """A port that somebody else listens on."""
    server = await asyncio.start_server(lambda _r, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()


@pytest.mark.parametrize(
    ("host", "port", "said"),
    [
        ("192.0.2.1", 0, "cannot listen on 192.0.2.1:0: this machine has no such address"),
        ("nowhere.invalid", 0, "cannot listen on nowhere.invalid:0: "),
        ("127.0.0.1", 99999, "cannot listen on 127.0.0.1:99999: "),
        ("::2", 0, "cannot listen on [::2]:0: "),
    ],
)
async def test_an_address_that_cannot_be_listened_on_is_one_sentence(host, port, said):
    server = WebServer(aiohttp.web.Application())
    with pytest.raises(WebError) as raised:
        await server.start(host, port)
    assert str(raised.value).startswith(said)
    assert "\n" not in str(raised.value)


async def test_a_stopped_server_lets_go_of_its_port():
    server = WebServer(aiohttp.web.Application())
    with pytest.raises(RuntimeError, match="not been started"):
        _ = server.port
    await server.start("127.0.0.1", 0)
    port = server.port
    await server.stop()
    await server.stop()
    again = WebServer(aiohttp.web.Application())
    await again.start("127.0.0.1", port)
    assert again.port == port
    await again.stop()
