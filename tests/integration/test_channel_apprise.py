"""Apprise, with its own `json://` service against a receiver; and without the library."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
import traceback
from datetime import timedelta

import pytest

from alerts.channels import open_channel
from alerts.delivery import DeliveryError
from alerts.facts import Occasion
from monitor.core.route import AppriseChannel, Severity
from tests.deliveries import delivery, outage, recovery
from tests.receivers import Reply, receiver
from tests.servers import refused_port

pytestmark = pytest.mark.filterwarnings(
    "ignore:'imghdr' is deprecated:DeprecationWarning"
)  # of Apprise, for PGP
PATH = "/jalan/kunci-rahasia"


@pytest.fixture
async def office():
    async with receiver() as one:
        yield one


def channel_to(url, **changes):
    given = {"id": "obrolan", "url": url, "timeout": timedelta(seconds=20), **changes}
    return open_channel(AppriseChannel(**given))


async def refusal(channel, caplog):
    caplog.set_level(logging.DEBUG)
    with pytest.raises(DeliveryError) as caught:
        await channel.send(delivery())
    await channel.close()
    assert "rahasia" not in "".join(traceback.format_exception(caught.value))
    assert "rahasia" not in caplog.text
    return caught.value


async def test_the_subject_and_the_short_text_arrive(office, caplog):
    caplog.set_level(logging.DEBUG)
    channel = channel_to(office.url.replace("http", "json") + PATH)
    await channel.send(delivery())
    await channel.send(delivery(outage(Occasion.TEST, severity=Severity.INFO)))
    await channel.send(delivery(outage(severity=Severity.WARNING)))
    await channel.send(delivery(recovery()))
    await channel.close()
    assert {post.path for post in office.posts} == {PATH}
    first = office.posts[0].json
    assert first["title"] == delivery().message.subject
    assert first["message"] == delivery().message.brief
    assert [post.json["type"] for post in office.posts] == ["failure", "info", "warning", "success"]
    assert "rahasia" not in caplog.text


async def test_a_service_that_refuses_or_is_away_is_temporary(office, caplog):
    office.answers.append(Reply(500))
    error = await refusal(channel_to(office.url.replace("http", "json") + PATH), caplog)
    assert not error.permanent
    assert str(error) == "the Apprise service of channel obrolan did not take the message"
    with refused_port() as port:
        error = await refusal(channel_to(f"json://127.0.0.1:{port}{PATH}"), caplog)
    assert not error.permanent


async def test_a_service_that_hangs_costs_no_more_than_the_timeout(office, caplog):
    office.usual = Reply(after_seconds=2)
    loop = asyncio.get_running_loop()
    began = loop.time()
    address = office.url.replace("http", "json") + PATH
    error = await refusal(channel_to(address, timeout=timedelta(seconds=1)), caplog)
    assert loop.time() - began < 1.9
    assert not error.permanent


async def test_a_url_that_apprise_does_not_know_is_permanent_and_not_shown(caplog):
    error = await refusal(channel_to("tidakada://kunci-rahasia@x/"), caplog)
    assert error.permanent
    assert str(error) == "Apprise does not know the kind of URL of channel obrolan"


def test_without_the_library_the_error_says_how_to_get_it_and_other_channels_work():
    # None in sys.modules is how Python marks what cannot be imported; in a process of its own.
    program = """
import asyncio, sys
sys.modules["apprise"] = None
from alerts.channels import CHANNELS, open_channel
from alerts.delivery import DeliveryError
from monitor.core.route import AppriseChannel
from tests.deliveries import delivery
try:
    asyncio.run(open_channel(AppriseChannel(id="a", url="json://127.0.0.1:1/")).send(delivery()))
except DeliveryError as error:
    print(error.permanent, error, len(CHANNELS))
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout == "True this channel needs the Apprise library: pip install kulkul[apprise] 5\n"


def test_apprise_is_not_read_before_it_is_wanted():
    program = "import sys, alerts.channels; print('apprise' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"
