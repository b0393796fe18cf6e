"""What the tests share: certificates, a vantage that trusts them, and the probe under watch."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

pytest.register_assert_rewrite("tests.probing")

from monitor.core.result import Result  # noqa: E402 - the rewrite must be asked for first
from monitor.core.service import Check  # noqa: E402
from monitor.demo.port import held_port  # noqa: E402
from monitor.inspections.certificate import CertificateInspection  # noqa: E402
from monitor.inspections.certificate.endpoint import Ports  # noqa: E402
from monitor.inspections.sightings import Sightings  # noqa: E402
from monitor.probes.vantage import Vantage  # noqa: E402
from monitor.registry.blocks import shipped_blocks  # noqa: E402
from monitor.settings.settings import InspectionSettings  # noqa: E402
from monitor.store import upgrade  # noqa: E402
from tests.certificates import Certificates  # noqa: E402
from tests.databases import KINDS, Databases, Postgresql, Server, Sqlite, home_file, postgresql_programs  # noqa: E402
from tests.probing import LOOPBACK, NAMES, NO_RESOLVER, watched  # noqa: E402

# No time limit per example: how long one takes says how busy the machine is, not whether the code is right.
hypothesis.settings.register_profile("kulkul", deadline=None)
hypothesis.settings.load_profile("kulkul")

EARLY = 0.8
"""Which part of each worker's share has its tests of real components: the rest fills the gaps at the end."""

Probing = Callable[..., Awaitable[Result]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Spread the tests of real components, which mostly wait, over all workers and most of the time.

    Each worker begins with a share of what follows on each other; left in their folder, they would all be one
    worker's, which would still wait for them when the others and the cores have long been idle.
    """
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if workers > 1:
        waiting = [one for one in items if one.get_closest_marker("real")]
        working = [one for one in items if not one.get_closest_marker("real")]
        items[:] = [one for number in range(workers) for one in _share(waiting, working, number, workers)]


def _share(waiting: list[pytest.Item], working: list[pytest.Item], number: int, of: int) -> list[pytest.Item]:
    some, begin, end = waiting[number::of], number * len(working) // of, (number + 1) * len(working) // of
    others = working[begin:end]
    step = EARLY * len(others) / max(1, len(some))
    places = [(place * step, one) for place, one in enumerate(some)]
    return [one for _, one in sorted([*places, *enumerate(others)], key=lambda pair: pair[0])]


@pytest.fixture(scope="session")
def certificates() -> Certificates:
    """A root that the vantage trusts, and whatever is issued below it."""
    return Certificates()


@pytest.fixture(scope="session")
def ca_file(certificates: Certificates, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The root as a PEM file."""
    return certificates.write_root(tmp_path_factory.mktemp("trust") / "root.pem")


@pytest.fixture
async def make_vantage(ca_file: str) -> AsyncIterator[Callable[..., Vantage]]:
    """Make vantages that trust the tests' root, know the tests' names and may probe loopback."""
    made: list[Vantage] = []

    def make(**options: Any) -> Vantage:
        ours = {
            "user_agent": "Kulkul/test (+https://demoprov.go.id/kulkul)",
            "resolve": NAMES,
            "allow_networks": LOOPBACK,
            "ca_file": ca_file,
            "nameservers": NO_RESOLVER,
            "blocks": shipped_blocks(),
        }
        made.append(Vantage(**{**ours, **options}))
        return made[-1]

    yield make
    for one in made:
        await one.close()


@pytest.fixture
def probe(make_vantage: Callable[..., Vantage]) -> Probing:
    """Probe once, from a vantage of its own, under watch (see `tests.probing.watched`).

    `await probe(check, avoid=None, **options of the vantage)`
    """

    async def run(check: Check, *, avoid: str | None = None, **options: Any) -> Result:
        return await watched(check, make_vantage(**options), avoid=avoid)

    return run


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """A PostgreSQL server of this run (of each worker), and databases on it."""
    programs = postgresql_programs()
    with held_port("127.0.0.1", 0) as port:
        server = Server(programs, tmp_path_factory.mktemp("postgresql"), port)
        server.start()
        try:
            with server.connected("postgres") as connection:
                connection.execute("CREATE DATABASE pola")
            asyncio.run(upgrade(server.url("pola")))
            yield Databases(server)
        finally:
            server.stop()


@pytest.fixture
def ours(postgresql: Databases) -> Iterator[Postgresql]:
    """A database with the newest schema, for tests of what only a server does."""
    one = postgresql.migrated()
    yield one
    postgresql.drop(one)


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Sqlite | Postgresql]:
    """A database of each kind, for tests of what must be the same on both."""
    if request.param == "sqlite":
        yield Sqlite(tmp_path / "kulkul.db")
        return
    databases = request.getfixturevalue("postgresql")
    one = databases.migrated()
    yield one
    databases.drop(one)


@pytest.fixture(params=KINDS)
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Sqlite | Postgresql]:
    """The database that settings written to `tmp_path` name (`tests.command.write_config`), of each kind.

    The one on a server is migrated; the file is not there yet.
    """
    if request.param == "sqlite":
        yield Sqlite(tmp_path / "data" / "kulkul.sqlite")
        return
    databases = request.getfixturevalue("postgresql")
    one = databases.migrated()
    home_file(tmp_path).write_text(one.url, encoding="utf-8")
    yield one
    databases.drop(one)


@pytest.fixture
def inspection(make_vantage):
    """Makes a certificate inspection that follows some checks."""

    def make(*checks, ports=None, sightings=None, **vantage):
        ports = ports or Ports()
        made = CertificateInspection(
            make_vantage(**vantage),
            sightings or Sightings(https_port=ports.https),
            InspectionSettings(),
            ports=ports,
        )
        made.follow_checks(checks)
        return made

    return make
