"""A real Prometheus is fed by the real demo, and answers every question of every dashboard."""

from __future__ import annotations

import asyncio
import re
import signal
import urllib.error
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler

import pytest

from monitor.core.status import Status
from monitor.demo.town import TOWN
from monitor.store import Batch, Store
from tests.acceptance.conftest import serving
from tests.grafana import ROOT, Prometheus, Viewer, dashboards, marks, panels, variables
from tests.processes import KULKUL, PATIENCE_SECONDS, get, running, wait_until
from tests.reporting import change, remember
from tests.rollups import result

pytestmark = pytest.mark.real

BEFORE = timedelta(days=70)
"""How long the demo ran before: the whole month before this one."""
SECRET = {"KABAR": "rahasia-untuk-uji-coba-saja"}


class Receiver(BaseHTTPRequestHandler):
    """Takes messages."""

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def watched(tmp_path, prometheus):
    """Run the demo with a webhook; yields it, and a Prometheus that evaluates all rules each second."""
    rules = tmp_path / "rules"
    rules.mkdir()
    for path in (ROOT / "alerts" / "rules").glob("*.yml"):
        # As soon as there is something to say, not after minutes of it.
        hurried = re.sub(
            r"^( +)(interval: .*|for: .*)$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE
        )
        (rules / path.name).write_text(hurried, encoding="utf-8")
    folder = tmp_path / "station"
    folder.mkdir()
    asyncio.run(ran_before(folder))
    with ExitStack() as stack:
        hook = stack.enter_context(serving(Receiver))
        arguments = (*KULKUL, "demo", "--no-table", "--port", "0", "--folder", str(folder))
        demo = stack.enter_context(running(arguments, tmp_path / "demo", SECRET))
        printed = wait_until(
            "the page is printed", lambda: re.search(r"^http://(\S+)/$", demo.stdout, re.MULTILINE)
        )
        # Taken over while it runs, as an operator's would be.
        (folder / "routes.yml").write_text(
            f"channels:\n  kait: {{kind: webhook, url: '{hook}', secret: '${{env:KABAR}}'}}\n"
            "routes:\n  - {id: petugas, to: kait}\n",
            encoding="utf-8",
        )
        server = Prometheus(prometheus({"kulkul": printed[1]}, rules=rules / "*.yml"))
        with pytest.raises(urllib.error.HTTPError, match="401"):
            get(f"http://{printed[1]}/api/v1/reports")  # counted, though it is refused
        yield demo, server
        assert demo.end() == 0


async def ran_before(folder):
    """Leave the record of a demo that ran for some time, and was stopped a while ago."""
    now = datetime.now(UTC)
    services = [site.id for site in TOWN]
    async with await Store.open(folder / "kulkul.sqlite", clock=lambda: now) as store:
        await remember(
            store,
            *(change(one, now - BEFORE, Status.UP, vantage="demo") for one in services),
            seen_until=now - timedelta(minutes=5),
            since=now - BEFORE,
            checks=services,
            vantage="demo",
        )
        earlier = [result(one, now - timedelta(minutes=10), vantage="demo") for one in services]
        await store.write(Batch(earlier))


def test_every_question_of_every_dashboard_is_answered(watched):
    demo, server = watched
    viewers = {uid: Viewer(server, dashboard) for uid, dashboard in dashboards().items()}
    wait_until("every service can be chosen", lambda: all_choose(viewers))
    assert viewers["kulkul-layanan"].options == viewers["kulkul-ikhtisar"].options

    asked = {
        f"{uid}: {panel['title']}/{target['refId']}": (viewer, target)
        for uid, viewer in viewers.items()
        for panel in panels(viewer.dashboard)
        for target in panel["targets"]
    }
    wait_for_answers(asked)
    demo.send(signal.SIGUSR1)  # the way out is cut
    wait_for_answers(
        {
            f"{uid}: {mark['name']}": (viewer, mark)
            for uid, viewer in viewers.items()
            for mark in marks(viewer.dashboard)
        }
    )
    for uid, viewer in viewers.items():
        columns_are_there(uid, viewer)
    one_choice_leads_to_the_next(viewers["kulkul-ikhtisar"])


def all_choose(viewers):
    """Fill in the choices; whether there is something to choose everywhere, and every service."""
    for viewer in viewers.values():
        viewer.choose()
    names = {name for name, _ in viewers["kulkul-ikhtisar"].options["service"]}
    return names == {site.name for site in TOWN} and all(
        options for viewer in viewers.values() for options in viewer.options.values()
    )


def wait_for_answers(asked):
    """Ask until each was answered once."""
    left = dict(asked)

    def ask_again():
        for place, (viewer, target) in [*left.items()]:
            if viewer.answers(target):
                del left[place]
        return not left

    try:
        wait_until("all is answered", ask_again, 2 * PATIENCE_SECONDS)
    except AssertionError:
        pytest.fail(f"Prometheus has no answer for {sorted(left)}")


def columns_are_there(uid, viewer):
    """Hold the columns of each table to what comes back: none that stays empty, none that nobody named."""
    for panel in (one for one in panels(viewer.dashboard) if one["type"] == "table"):
        found, several = {"Time"}, len(panel["targets"]) > 1
        for target in panel["targets"]:
            found |= {f"Value #{target['refId']}"} if several else {"Value"}
            found |= {label for series in viewer.answers(target) for label in series["metric"]}
        (organize,) = [one["options"] for one in panel["transformations"] if one["id"] == "organize"]
        named = organize["renameByName"].keys() | organize["excludeByName"].keys()
        # Prometheus has no empty labels: without an outage of several there is no common cause.
        assert found | {"cause"} == named | {"cause"}, f"{uid}: {panel['title']}"


def one_choice_leads_to_the_next(viewer):
    """Choose one government: only its agencies and their services are left."""
    choosable = variables(viewer.dashboard)
    viewer.options["government"] = [("Pemerintah Desa Contoh", "contoh")]
    viewer.options["agency"] = viewer._options(choosable["agency"])
    viewer.options["service"] = viewer._options(choosable["service"])
    assert viewer.options["agency"] == [("Pemerintah Desa Contoh", "contoh-pemdes")]
    assert viewer.options["service"] == [("Surat Keterangan Desa", "surat-desa")]
