"""What a daemon that stands by serves."""

from contextlib import asynccontextmanager

import aiohttp
import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_text

from monitor.metrics.catalogue import CATALOGUE
from monitor.web.server import WebServer
from monitor.web.standby import standby_app
from monitor.web.texts import Language
from tests.integration.test_health import check

HTML = {"Accept": "text/html"}


@asynccontextmanager
async def standing_by():
    server = WebServer(standby_app("0.1.0", Language.ID))
    await server.start("127.0.0.1", 0)
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{server.port}") as client:
            client.port = server.port
            yield client
    finally:
        await server.stop()


async def get(client, path, method="GET", headers=None):
    async with client.request(method, path, headers=headers) as reply:
        return reply.status, reply.headers, await reply.text()


async def test_it_lives_and_is_not_ready():
    async with standing_by() as client:
        assert (await get(client, "/-/healthy"))[::2] == (200, "OK\n")
        status, _, said = await get(client, "/-/ready")
    assert (status, said) == (
        503,
        "Not ready: Standing by: another daemon of this vantage is at work.\n",
    )


async def test_the_health_check_of_its_container_does_not_have_it_restarted():
    async with standing_by() as client:
        code, said, _ = await check(f"127.0.0.1:{client.port}")
    assert code == 0
    assert said.endswith("Standing by: another daemon of this vantage is at work.")


@pytest.mark.parametrize(
    ("path", "method", "headers", "words", "kind"),
    [
        ("/", "GET", HTML, "siaga sebagai cadangan", "text/html; charset=utf-8"),
        ("/?lang=en", "GET", HTML, "standing by", "text/html; charset=utf-8"),
        ("/", "GET", {}, "siaga sebagai cadangan", "text/plain; charset=utf-8"),
        ("/domains/badungkab.go.id", "GET", HTML, "siaga", "text/html; charset=utf-8"),
        ("/api/v1/reports", "GET", {}, "siaga", "text/plain; charset=utf-8"),
        ("/", "POST", {}, "siaga", "text/plain; charset=utf-8"),
    ],
)
async def test_whatever_else_is_asked_it_says_that_it_stands_by(path, method, headers, words, kind):
    async with standing_by() as client:
        status, answered, said = await get(client, path, method, headers)
    assert (status, answered["Content-Type"]) == (503, kind)
    assert words in said
    assert answered["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("accept", "parse"),
    [("*/*", parse_text), ("application/openmetrics-text;version=1.0.0", parse_openmetrics)],
)
async def test_its_metrics_say_that_it_stands_by_and_nothing_of_services(accept, parse):
    async with standing_by() as client:
        status, _, text = await get(client, "/metrics", headers={"Accept": accept})
    families = {family.name: family for family in parse(text)}
    ours = {name for name in families if name.startswith("kulkul_")}
    assert (status, ours - {"kulkul_build_info"}) == (200, {"kulkul_standby"} | ours & {"kulkul_build"})
    assert [sample.value for sample in families["kulkul_standby"].samples] == [1]
    assert "process_start_time_seconds" in families
    [standby] = [one for one in CATALOGUE if one.name == "kulkul_standby"]
    assert families["kulkul_standby"].documentation == standby.help
