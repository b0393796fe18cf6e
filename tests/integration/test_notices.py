"""What a service manager is told, over real datagram sockets."""

from __future__ import annotations

import logging
import os
import threading
import time
import uuid
from datetime import timedelta

import pytest

from monitor.daemon.notices import ServiceManager
from tests.notices import PATIENCE_SECONDS, listening


@pytest.fixture
def listener(tmp_path):
    with listening(tmp_path / "notify") as made:
        yield made


@pytest.fixture
def manager(listener):
    return ServiceManager({"NOTIFY_SOCKET": listener.address})


def test_every_notice_is_a_datagram_in_the_words_of_the_protocol(manager, listener):
    manager.status("Layanan dipantau: 2")
    manager.ready()
    manager.alive()
    manager.stopping()
    assert listener.waiting() == [
        "STATUS=Layanan dipantau: 2",
        "READY=1",
        "WATCHDOG=1",
        "STOPPING=1",
    ]


def test_a_reload_says_when_it_began_and_that_it_is_done(manager, listener):
    before = time.monotonic_ns() // 1000
    with manager.reloading():
        (began,) = listener.waiting()
    word, moment = began.splitlines()
    assert word == "RELOADING=1"
    name, _, microseconds = moment.partition("=")
    assert name == "MONOTONIC_USEC"
    assert before <= int(microseconds) <= time.monotonic_ns() // 1000
    assert listener.waiting() == ["READY=1"]


def test_a_reload_that_fails_is_over_too(manager, listener):
    with pytest.raises(RuntimeError), manager.reloading():
        raise RuntimeError
    assert listener.waiting()[-1] == "READY=1"


def test_an_abstract_address_is_understood():
    address = f"@kulkul-{uuid.uuid4()}"
    with listening(address) as listener:
        ServiceManager({"NOTIFY_SOCKET": address}).ready()
        assert listener.waiting() == ["READY=1"]


@pytest.mark.parametrize("address", ["", "vsock:2:1234", "notify"])
def test_without_an_address_that_we_know_nothing_is_said(address, caplog):
    manager = ServiceManager({"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "1000000"})
    manager.ready()
    assert manager.watchdog is None
    assert caplog.records == []


def test_a_manager_that_does_not_listen_is_told_of_once_and_again_after_it_did(tmp_path, caplog):
    path = tmp_path / "notify"
    manager = ServiceManager({"NOTIFY_SOCKET": str(path)})
    with caplog.at_level(logging.WARNING):
        manager.alive()
        manager.alive()
        assert len(caplog.records) == 1
        with listening(path) as listener:
            manager.alive()
            assert listener.waiting() == ["WATCHDOG=1"]
        manager.alive()
    assert len(caplog.records) == 2


def test_a_manager_that_does_not_read_stops_nobody(manager):
    def speak():
        for _ in range(5000):  # the socket's queue is full after some hundred
            manager.alive()

    # In a thread of its own, or a call that waits would hold the test too.
    speaking = threading.Thread(target=speak, daemon=True)
    speaking.start()
    speaking.join(PATIENCE_SECONDS)
    assert not speaking.is_alive()


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"WATCHDOG_USEC": "90000000"}, timedelta(seconds=90)),
        ({"WATCHDOG_USEC": "90000000", "WATCHDOG_PID": str(os.getpid())}, timedelta(seconds=90)),
        ({"WATCHDOG_USEC": "90000000", "WATCHDOG_PID": str(os.getppid())}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({}, None),
    ],
)
def test_the_watchdog_is_ours_only_where_the_manager_watches_this_process(environment, expected):
    assert ServiceManager({"NOTIFY_SOCKET": "/run/notify", **environment}).watchdog == expected
