"""The API of reports over real sockets: a register of three agencies, its record, tokens, and a client."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

import aiohttp

from monitor.core.access import SECRET_BYTES, Role, RoleKind, fingerprint, token_text
from monitor.metrics.exposition import Exposition
from monitor.registry import load_registry
from monitor.reports.closing import close
from monitor.reports.desk import Desk
from monitor.reports.gather import gather
from monitor.reports.workshop import Workshop
from monitor.settings import load_settings
from monitor.store import Store
from monitor.store.tokens import create_token
from monitor.web.api import ReportApi
from monitor.web.app import Table, build_app
from monitor.web.health import Health
from monitor.web.server import WebServer
from monitor.web.texts import Language
from tests.command import write_config
from tests.reporting import DAY, DOWN, LATER, OCTOBER, START, UP, USUAL, WITA, change, remember

REGISTER = """\
government: {id: badung, name: Pemkab Badung}
agencies:
  - {id: kominfo, name: Dinas Kominfo}
  - {id: dukcapil, name: Disdukcapil}
services:
  - {id: lapor, name: Lapor, agency: kominfo, url: 'http://good.test/'}
  - {id: jdih, name: JDIH, agency: kominfo, url: 'http://good.test/jdih'}
  - {id: ktp, name: KTP, agency: dukcapil, url: 'http://other.test/'}
"""
NEIGHBOUR = """\
government: {id: gianyar, name: Pemkab Gianyar}
agencies:
  - {id: dinkes, name: Dinas Kesehatan}
services:
  - {id: puskesmas, name: Puskesmas, agency: dinkes, url: 'http://other.test/p'}
"""
SERVICES = ("lapor", "jdih", "ktp", "puskesmas")
ALL = Role(RoleKind.ALL)
BADUNG = Role(RoleKind.GOVERNMENT, "badung")
KOMINFO = Role(RoleKind.AGENCY, "kominfo")


def write_station(folder, more=""):
    """Write settings and a register; returns the settings file."""
    config = write_config(folder, {}, more=more)
    (folder / "services" / "demo.yml").write_text(REGISTER, encoding="utf-8")
    (folder / "services" / "gianyar.yml").write_text(NEIGHBOUR, encoding="utf-8")
    return config


class Station:
    """A database with a record, a server on it, and a client."""

    def __init__(self, config, store, now=LATER):
        self.config = config
        self.store = store
        self.settings = load_settings(config)
        self.registry = load_registry(self.settings.register, self.settings)
        self.now = now
        self.made = 0
        self.counted = []
        self.client: aiohttp.ClientSession
        self.port: int

    async def token(self, role=ALL, name=None, expires_at=None):
        """Make a token; returns what it reads."""
        self.made += 1
        text = token_text(self.made.to_bytes(SECRET_BYTES))
        name = name or f"token-{self.made}"
        assert await create_token(
            self.store, name, fingerprint(text), role, by="sari", at=self.now, expires_at=expires_at
        )
        return text

    async def close_period(self, period=OCTOBER, by="sari"):
        """Close a period by the usual policy."""
        record = await gather(
            self.store,
            self.registry,
            period,
            USUAL,
            vantage="local",
            now=self.now,
            office=self.settings.reports.office,
        )
        return await close(self.store, record, by=by, at=self.now)

    async def get(self, path, token=None, method="GET", **headers):
        """Ask; returns status, headers and body."""
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        if token is not None:
            named["Authorization"] = f"Bearer {token}"
        url = f"http://127.0.0.1:{self.port}{path}"
        async with self.client.request(method, url, headers=named) as reply:
            return reply.status, reply.headers, await reply.read()

    async def error(self, path, token=None, **headers):
        """Ask for what is refused; returns status, code and the English sentence."""
        status, _, body = await self.get(path, token, **headers)
        value = json.loads(body)
        assert set(value) == {"error"}
        assert value["error"]["message"]["id"]
        return status, value["error"]["code"], value["error"]["message"]["en"]


def threads(**options):
    """Make a workshop with a thread for a bench: for tests of what it builds, not of where."""
    return Workshop(lambda: ThreadPoolExecutor(1), **options)


@asynccontextmanager
async def serving(config, *, workshop=None, now=LATER, patience=""):
    """Serve a database that has the record of October; `patience` is how long it waits for locks."""
    settings = load_settings(config)
    url = settings.database.url + patience
    async with await Store.open(url) as store:
        station = Station(config, store, now)
        checks = [one.id for one in station.registry.checks()]
        await remember(
            store,
            *(change(one, START - DAY, UP) for one in checks),
            change("jdih", START + DAY, DOWN),
            change("jdih", START + 2 * DAY, UP),
            checks=checks,
        )
        workshop = workshop or threads()
        desk = Desk(store, url, lambda: (station.settings, station.registry), lambda: station.now, workshop)
        table = Table(
            rows=tuple,
            now=lambda: station.now,
            zone=WITA,
            vantage="local",
            version="0.1.0",
            language=Language.ID,
        )
        api = ReportApi(lambda: desk, Language.ID, lambda *seen: station.counted.append(seen))
        server = WebServer(build_app(Exposition("0.1.0"), Health(), table, reports=api))
        await server.start("127.0.0.1", 0)
        station.port = server.port
        try:
            async with aiohttp.ClientSession() as station.client:
                yield station
        finally:
            await server.stop()
            workshop.close()
