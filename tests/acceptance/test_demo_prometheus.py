"""A real Prometheus scrapes a running demo, and is asked back what it knows."""

import re
import urllib.request
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler

import pytest

from monitor.demo.town import TOWN
from tests.acceptance.conftest import serving
from tests.processes import KULKUL, instant_query, running, wait_until

pytestmark = pytest.mark.real

LONTAR = 'Perpustakaan Lontar “ᬩᬮᬶ” — \\ "Nusa" é'
OWN_SERVICE = f"""
services:
  - id: lontar
    name: '{LONTAR}'
    agency: dinkes
    url: http://127.0.0.9:9/
"""
AVAILABILITY = """
    sum by (service) (increase(kulkul_service_status_seconds_total{status=~"UP|DEGRADED"}[1m]))
    / sum by (service) (increase(kulkul_service_status_seconds_total{status!="UNKNOWN"}[1m]))
"""
JOBS = ("openmetrics", "text")


def text_only(target):
    """A proxy that asks for the text format, whatever Prometheus (2.42: OpenMetrics first) would like."""

    class Proxy(BaseHTTPRequestHandler):
        def do_GET(self):
            asked = urllib.request.Request(f"http://{target}{self.path}", headers={"Accept": "text/plain"})
            with urllib.request.urlopen(asked, timeout=10) as reply:
                body, kind = reply.read(), reply.headers["Content-Type"]
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    return serving(Proxy)


def by_service(answer):
    return {labels["service"]: value for labels, value in answer}


def test_prometheus_reads_the_demo_in_both_formats_and_computes_availability(tmp_path, prometheus):
    folder = tmp_path / "station"
    (folder / "services").mkdir(parents=True)
    (folder / "services" / "lontar.yml").write_text(OWN_SERVICE, encoding="utf-8")
    arguments = (*KULKUL, "demo", "--no-table", "--port", "0", "--folder", str(folder))
    with ExitStack() as stack:
        demo = stack.enter_context(running(arguments, tmp_path / "demo"))
        printed = wait_until(
            "the page is printed", lambda: re.search(r"^http://(\S+)/$", demo.stdout, re.MULTILINE)
        )
        target = printed[1]
        proxy = stack.enter_context(text_only(target)).removeprefix("http://").rstrip("/")
        server = prometheus({"openmetrics": target, "text": proxy})

        for job in JOBS:
            look_into(job, server)
        assert demo.end() == 0


def look_into(job, server):
    """Ask for everything that one of the jobs scraped."""

    def ask(query):
        # Every selector of the query is narrowed to the job.
        narrowed = re.sub(r"(kulkul_\w+)(?:\{([^}]*)\})?", rf'\1{{job="{job}",\2}}', query)
        return instant_query(server, narrowed.replace(",}", "}"))

    expected = {"portal": 1, "ppid": 1, "katalog": 0, "e-samsat": 0}

    def availability():
        found = by_service(ask(AVAILABILITY))
        return {service: found.get(service) for service in expected} == expected

    wait_until("the target is up", lambda: instant_query(server, f'up{{job="{job}"}} == 1'))
    wait_until("availability is 1 for the healthy sites and 0 for the dead ones", availability)

    everyone = {site.id for site in TOWN} | {"lontar"}
    assert by_service(ask("sum by (service) (kulkul_service_status)")) == dict.fromkeys(everyone, 1)
    assert by_service(ask("count by (service) (kulkul_service_status)")) == dict.fromkeys(everyone, 5)

    steady = {site.id: site.sees[0].reason is None for site in TOWN if len(site.sees) == 1}
    wait_until("every site was probed", lambda: by_service(ask("kulkul_probe_success")).keys() == everyone)
    success = by_service(ask("kulkul_probe_success"))
    assert {service: success[service] for service in steady} == steady

    (lontar,) = [labels for labels, _ in ask('kulkul_service_info{service="lontar"}')]
    assert lontar["name"] == LONTAR
    assert lontar["government_name"] == "Pemerintah Provinsi Demo"
    expiry = by_service(ask("kulkul_probe_ssl_earliest_cert_expiry - time()"))
    assert expiry["e-samsat"] < 0 < expiry["portal"]
    # What Prometheus was told of types, from both formats.
    assert ask('rate(kulkul_probes_total{outcome="ok"}[1m]) > 0')
