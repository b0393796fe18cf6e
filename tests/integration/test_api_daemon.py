"""The API as the daemon serves it: a real process, a token and files made by command."""

from __future__ import annotations

import asyncio
import json
import urllib.error
from datetime import datetime

import pytest

from monitor.demo.port import held_port
from tests.asking import write_station
from tests.command import ROOT, kulkul
from tests.processes import KULKUL, Scrape, get, running, wait_until
from tests.reporting import WITA


@pytest.fixture
def port():
    with held_port("127.0.0.1", 0) as free:
        yield free


async def test_a_daemon_answers_who_holds_a_token_until_it_is_revoked(tmp_path, port):
    config = write_station(tmp_path)
    config.write_text(config.read_text().replace("port: 8686", f"port: {port}"))
    page = f"http://127.0.0.1:{port}/"
    env = {"PYTHONPATH": str(ROOT)}
    with running((*KULKUL, "run", "-c", str(config)), tmp_path / "daemon", env) as daemon:
        await asyncio.to_thread(wait_until, "it is ready", lambda: get(f"{page}-/ready"))
        made = await kulkul(
            "token", "create", "kominfo", "--agency", "kominfo", "-c", config, folder=tmp_path
        )
        token = made.out.strip()

        def ask(path):
            return get(f"{page}api/v1/reports/{path}", Authorization=f"Bearer {token}")

        month = f"{datetime.now(WITA):%Y-%m}"
        figures = json.loads(await asyncio.to_thread(ask, month))
        assert (figures["scope"]["agency"], figures["period"]["running"]) == ("kominfo", True)
        assert [one["id"] for one in figures["services"]] == ["jdih", "lapor"]
        await kulkul("report", "freeze", "2025-01", "-c", config, "--by", "sari", folder=tmp_path)
        arguments = ("report", "build", "2025-01", "-c", config, "--agency", "kominfo", "--format", "csv")
        written = await kulkul(*arguments, folder=tmp_path)
        asked = await asyncio.to_thread(ask, "2025-01/file.csv")
        assert asked == written.out
        await kulkul("token", "revoke", "kominfo", "-c", config, folder=tmp_path)
        with pytest.raises(urllib.error.HTTPError, match="401"):
            await asyncio.to_thread(ask, month)
        scrape = await asyncio.to_thread(Scrape, page)
        name = "kulkul_report_requests_total"
        assert scrape.value(name, format="json", code="200") == 1
        assert scrape.value(name, format="csv", code="200") == 1
        assert scrape.value(name, format="json", code="401") == 1
        assert await asyncio.to_thread(daemon.end) == 0
        assert token not in daemon.stderr
        assert "refused revoked_token (kominfo) of 127.0.0.1" in daemon.stderr
        assert "Traceback" not in daemon.stderr
