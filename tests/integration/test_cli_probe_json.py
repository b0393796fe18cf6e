"""The shape of `kulkul probe --json`: programs read it, so no part may go missing or change type."""

from __future__ import annotations

from datetime import datetime

import pytest

from monitor.core.reason import Stage
from tests.command import kulkul
from tests.servers import ServerTls, answers, redirect, refused_port, reply, serve, site

HERE = ("--allow-private", "--resolve", "good.test=127.0.0.1", "--json")
TOP = [
    "url",
    "vantage",
    "started_at",
    "duration_seconds",
    "outcome",
    "stage",
    "reason",
    "message",
    "address",
    "family",
    "timings",
    "http",
    "tls",
    "problems",
]
TIMINGS = [f"{stage.value}_seconds" for stage in Stage]
HTTP = ["status", "version", "headers", "wire_bytes", "body_bytes", "redirects", "final_url"]
TLS = ["version", "cipher", "verified", "verify_error", "not_after", "earliest_not_after", "chain"]
CERTIFICATE = ["subject", "issuer", "serial", "not_before", "not_after", "fingerprint_sha256", "names"]


def _is_utc(text):
    assert text.endswith("Z")
    assert datetime.fromisoformat(text).utcoffset().total_seconds() == 0
    return True


async def test_a_good_answer_over_tls_has_every_part(tmp_path, certificates, ca_file):
    pages = {
        "/": redirect("/baru"),
        "/baru": reply("<h1>Selamat · datang</h1>".encode(), headers=[("X-A", "é")]),
    }
    tls = ServerTls(identity=certificates.through_intermediate("good.test"))
    async with serve(site(pages), tls=tls) as server:
        ran = await kulkul("probe", server.url(), *HERE, "--ca-file", ca_file, folder=tmp_path)
    found = ran.json
    assert ran.code == 0
    assert list(found) == TOP
    assert found["url"] == server.url()
    assert found["vantage"] == "local"
    assert _is_utc(found["started_at"])
    assert (found["outcome"], found["stage"], found["reason"], found["message"]) == ("ok", None, None, None)
    assert (found["address"], found["family"]) == ("127.0.0.1", 4)
    assert list(found["timings"]) == TIMINGS
    assert all(isinstance(spent, float) for spent in found["timings"].values())
    assert sum(found["timings"].values()) == pytest.approx(found["duration_seconds"], abs=1e-4)
    assert found["problems"] == []

    http = found["http"]
    assert list(http) == HTTP
    assert (http["status"], http["version"]) == (200, "1.1")
    assert ["x-a", "é"] in http["headers"]
    assert http["wire_bytes"] == http["body_bytes"] == len("<h1>Selamat · datang</h1>".encode())
    assert http["redirects"] == [{"url": server.url(), "status": 302, "address": "127.0.0.1"}]
    assert http["final_url"] == server.url("/baru")

    seen = found["tls"]
    assert list(seen) == TLS
    assert (seen["verified"], seen["verify_error"]) == (True, None)
    assert seen["version"].startswith("TLSv1.")
    assert isinstance(seen["cipher"], str)
    assert [list(one) for one in seen["chain"]] == [CERTIFICATE] * 2
    leaf = seen["chain"][0]
    assert leaf["names"] == ["good.test"]
    assert leaf["issuer"] == seen["chain"][1]["subject"]
    assert len(leaf["fingerprint_sha256"]) == 64
    assert int(leaf["serial"], 16) > 0
    assert _is_utc(leaf["not_before"])
    assert seen["not_after"] == leaf["not_after"]
    assert seen["earliest_not_after"] == min(one["not_after"] for one in seen["chain"])


async def test_a_certificate_that_is_refused_is_still_described(tmp_path, certificates, ca_file):
    tls = ServerTls(identity=certificates.expired("other.test"))
    async with serve(answers(reply()), tls=tls) as server:
        ran = await kulkul("probe", server.url(), *HERE, "--ca-file", ca_file, folder=tmp_path)
    found = ran.json
    assert ran.code == 1
    assert list(found) == TOP
    assert (found["outcome"], found["stage"], found["http"]) == ("failed", "handshake", None)
    assert found["reason"] in ("tls_expired", "tls_hostname")
    assert found["tls"]["verified"] is False
    assert found["tls"]["verify_error"]
    assert list(found["tls"]["chain"][0]) == CERTIFICATE
    assert found["problems"]
    assert found["timings"]["request_seconds"] is None


async def test_what_was_not_reached_is_null_and_not_missing(tmp_path):
    with refused_port() as port:
        ran = await kulkul("probe", f"http://good.test:{port}/", *HERE, folder=tmp_path)
    found = ran.json
    assert list(found) == TOP
    assert (found["http"], found["tls"]) == (None, None)
    assert list(found["timings"]) == TIMINGS
    reached = [name for name, spent in found["timings"].items() if spent is not None]
    assert reached == ["resolve_seconds", "connect_seconds"]


async def test_json_is_ascii_where_the_reader_may_not_take_utf8(tmp_path):
    async with serve(answers(reply(headers=[("X-A", "é")]))) as server:
        ran = await kulkul("probe", server.url(), *HERE, folder=tmp_path, env={"PYTHONIOENCODING": "latin-1"})
    assert ran.out.isascii()
    assert ["x-a", "é"] in ran.json["http"]["headers"]
