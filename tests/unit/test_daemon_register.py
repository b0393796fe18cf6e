"""What the daemon watches and takes over: settings, register, windows and routes, all or nothing."""

from __future__ import annotations

import pytest

from monitor.core.route import Routing
from monitor.daemon.register import fingerprint, reread
from monitor.settings import ConfigurationError, load_settings
from tests.command import write_config

ROUTES = """\
channels: {grup: {kind: alertmanager, url: "http://127.0.0.1:9093"}}
routes: [{id: petugas, to: grup}]
"""


@pytest.fixture
def config(tmp_path):
    return write_config(tmp_path, {"satu": "http://good.test/"})


async def test_routes_are_taken_over_with_the_register(config, tmp_path):
    assert (await reread(config))[3] == Routing()
    (tmp_path / "routes.yml").write_text(ROUTES)
    settings, registry, windows, routing = await reread(config)
    assert (settings.routes, list(registry.services), windows) == (tmp_path / "routes.yml", ["satu"], [])
    assert [one.id for one in routing.routes] == ["petugas"]


async def test_routes_that_are_not_sound_are_refused(config, tmp_path):
    (tmp_path / "routes.yml").write_text(ROUTES.replace("to: grup", "to: gurp"))
    with pytest.raises(ConfigurationError, match="did you mean grup"):
        await reread(config)


async def test_a_file_of_routes_that_comes_changes_or_goes_is_noticed(config, tmp_path):
    settings = load_settings(config)
    routes = tmp_path / "routes.yml"
    seen = [fingerprint(settings)]
    for text in (ROUTES, ROUTES + "contact: UPTD\n"):
        routes.write_text(text)
        seen.append(fingerprint(settings))
    assert len(set(seen)) == 3
    routes.unlink()
    assert fingerprint(settings) == seen[0]
