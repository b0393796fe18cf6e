"""The demo's live table, drawn of a real daemon."""

from __future__ import annotations

import asyncio

from monitor.daemon.daemon import Daemon
from monitor.demo.port import held_port
from monitor.demo.screen import LiveTable
from monitor.registry import load_registry
from monitor.settings import load_settings
from tests.command import write_config
from tests.servers import refused_port


async def test_the_last_picture_is_drawn_when_the_pages_are_served_no_more(tmp_path, capsys):
    with refused_port() as refused, held_port("127.0.0.1", 0) as port:
        config = write_config(tmp_path, {"satu": f"http://good.test:{refused}/"}, port=port)
        settings = load_settings(config)
        daemon, ready = Daemon(settings, load_registry(settings.register, settings)), asyncio.Event()
        running = asyncio.create_task(daemon.run(ready=ready))
        await asyncio.wait({running, asyncio.create_task(ready.wait())}, return_when=asyncio.FIRST_COMPLETED)
        with LiveTable(daemon, keys=False) as screen:
            daemon.stop()
            assert await running
            capsys.readouterr()
            screen.show()
    assert f"http://127.0.0.1:{port}/" in capsys.readouterr().out
