"""The demo as a process: how it is started, and what it promises."""

from __future__ import annotations

import re

from monitor.demo.site import Site
from monitor.demo.town import TOWN
from tests.processes import KULKUL, Process, Scrape, wait_until

PAGE = re.compile(r"^http://127\.0\.0\.1:\d+/$", re.MULTILINE)
DEMO = (*KULKUL, "demo", "--port", "0")


def page_of(demo: Process) -> str:
    """Return the address that a demo prints."""

    def printed():
        demo.alive()
        return PAGE.search(demo.stdout)

    return wait_until("the demo prints its page", printed)[0]


def promises(site: Site) -> list[tuple[str, tuple[str, str] | None]]:
    """What is promised of a site, as status and (stage, reason)."""
    return [(sight.status, (sight.stage, sight.reason) if sight.reason else None) for sight in site.sees]


def promised(page: str) -> bool:
    """Whether every site that does not change by itself is now as it should be."""
    scrape = Scrape(page)
    statuses, failures = scrape.statuses(), scrape.failures()
    steady = [one for one in TOWN if len(one.sees) == 1]
    return all((statuses.get(one.id), failures.get(one.id)) in promises(one) for one in steady)
