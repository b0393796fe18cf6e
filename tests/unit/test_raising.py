"""What a change of an incident is called: one name for each, however many there are at one moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

from monitor.core.incident import Tie, Trait
from monitor.core.ledger import Ended, Failed, Ledger, fold
from monitor.core.raising import incident_alert
from monitor.core.reason import Reason, Stage
from tests.cases import SECOND, T0

ADDRESS = Trait(Tie.ADDRESS, "192.0.2.1")
NOW = T0 + SECOND


def failed(service_id, check="http"):
    return Failed(
        service_id=service_id,
        check_id=f"{service_id}/{check}",
        began_at=T0,
        stage=Stage.CONNECT,
        reason=Reason.TCP_TIMEOUT,
        traits=frozenset({ADDRESS}),
    )


def ended(service_id, check="http"):
    return Ended(service_id=service_id, check_id=f"{service_id}/{check}", at=NOW)


def told(*events):
    """Return the keys of what is said of these events, all of which are decided at one moment."""
    ledger = Ledger(vantage="local", zone=UTC)
    before, keys = {}, []
    for event in events:
        ledger, changed = fold(ledger, event, NOW)
        for one in changed:
            alert = incident_alert(before.get(one.number), one, NOW)
            before[one.number] = one
            keys += [alert.key] if alert else []
    return keys


class TestEveryChangeHasItsOwnKey:
    def test_of_services_that_go_and_come_back(self):
        keys = told(*map(failed, "abc"), *map(ended, "abc"))
        assert len(set(keys)) == len(keys) == 6

    def test_of_one_that_comes_back_as_another_goes(self):
        keys = told(failed("a"), failed("b"), ended("a"), failed("c"))
        assert len(set(keys)) == len(keys) == 4

    def test_of_one_that_goes_again(self):
        keys = told(failed("a"), ended("a"), failed("a", "tcp"))
        assert len(set(keys)) == len(keys) == 3


def test_the_same_change_has_the_same_key():
    events = (failed("a"), failed("b"), ended("a"))
    assert told(*events) == told(*events)


def test_what_people_are_not_told_of_raises_nothing():
    ledger = Ledger(vantage="local", zone=UTC)
    _, (one,) = fold(ledger, failed("a"), NOW)
    assert incident_alert(None, one, NOW) is not None
    assert incident_alert(one, replace(one, cause=ADDRESS), NOW) is None
