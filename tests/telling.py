"""People who are told: offices with contacts, routes to them, and a channel that keeps what it was given."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest

from alerts.delivery import DeliveryError, Message
from alerts.planner import Planner
from alerts.sender import Sender
from monitor.core.reason import Outcome, Reason, Stage
from monitor.core.route import EmailChannel, Recipient, Route, Routing, Topic, WebhookChannel
from monitor.core.service import Agency, Contact, Government, Registry
from monitor.store import Store
from monitor.store.outbox import Notification, notifications, plan
from tests.recording import SECOND, T0, bad, good
from tests.recording import registry as register_of

BALI = ZoneInfo("Asia/Makassar")
HOLD = 30 * SECOND
AGENCIES = ("dinkes", "disdik", "diskominfo")
MAIL = EmailChannel(id="mail", host="127.0.0.1", sender="kulkul@demo.go.id")
HOOK = WebhookChannel(id="hook", url="http://127.0.0.1/", secret="s")
CHANNELS = {"mail": MAIL, "hook": HOOK}
OPERATORS = (Recipient(channel="mail", address="uptd@demo.go.id"),)
CONTACTS = (Recipient(channel="mail"),)
EVERYTHING = frozenset(Topic)
LEASE = 90 * SECOND
"""Of the sender: the mail channel's 30 s, and a margin of 60 s."""
HOUR = timedelta(hours=1)


@pytest.fixture
async def store(database, clock):
    """An outbox on a database of each kind, whose writers do not wait long."""
    async with await Store.open(database.impatient(), clock=clock) as opened:
        yield opened


def register(*service_ids, **changes):
    """Make a register of services, each in turn of another of three agencies that have a contact each.

    Args:
        service_ids: of services with one check each, of the same id.
        changes: of every service, such as its criticality.
    """
    plain = register_of(*service_ids)
    return Registry(
        governments={"badung": Government(id="badung", name="Pemkab Badung")},
        agencies={
            each: Agency(
                id=each,
                name=f"Dinas {each}",
                government_id="badung",
                contacts=(Contact(name="Ni Made", email=f"{each}@demo.go.id"),),
            )
            for each in AGENCIES
        },
        services={
            one.id: replace(one, agency_id=AGENCIES[number % 3], **changes)
            for number, one in enumerate(plain.services.values())
        },
        version="0",
    )


def route(id_="operators", to=OPERATORS, **more):
    """Make a route with no reminders, unless told."""
    return Route(id=id_, to=to, **{"hold": HOLD, "reminders": None, **more})


def routing(*routes, channels=CHANNELS):
    return Routing(channels=channels, routes=routes or (route(),))


def planner(store, clock, *, registry=None, routes=None, maintained=frozenset()):
    """Make a planner that follows a register and its routes, as the daemon does."""
    made = Planner(store, "local", BALI, lambda _: maintained, clock)
    made.follow(registry or register("lapor"), routes or routing())
    return made


class Postbox:
    """A channel. It refuses, hangs or breaks off where `trouble` says so: called with each delivery."""

    def __init__(self, trouble=None):
        self.trouble = trouble
        self.tried = []
        self.delivered = []
        self.closed = 0

    async def send(self, delivery):
        self.tried.append(delivery)
        if self.trouble is not None:
            await self.trouble(delivery)
        self.delivered.append(delivery)

    async def close(self):
        self.closed += 1

    @property
    def keys(self):
        return [one.key for one in self.delivered]


async def sender(store, clock, *postboxes, channels=CHANNELS, count=lambda *_: None):
    """Make a sender whose channels, in the order of their ids, are the postboxes."""
    boxes = dict(zip(sorted(channels), postboxes, strict=False))
    made = Sender(store, write, lambda channel: boxes[channel.id], count, clock, lambda: 0.5)
    await made.follow(Routing(channels=channels))
    return made


def write(facts, language):
    """Write a message as short as can be."""
    text = f"[{facts.occasion.value}] {facts.subject} ({language})"
    return Message(subject=text, text=text, html=text, brief=text)


async def see(recorder, clock, second, seen, check_id="lapor", **facts):
    """Let the recorder see one result, and store what follows from it."""
    clock.now = T0 + second * SECOND
    recorder.put(replace(seen(check_id, clock.now), **facts))
    await recorder._writer._flush()


async def fall(recorder, clock, second, *check_ids, **facts):
    """Let services fail until they are DOWN, 20 s after `second`."""
    for number in range(3):
        for check_id in check_ids or ("lapor",):
            await see(recorder, clock, second + 10 * number, bad, check_id, **facts)


async def rise(recorder, clock, second, *check_ids):
    """Let services be well until they are UP, 10 s after `second`."""
    for number in range(2):
        for check_id in check_ids or ("lapor",):
            await see(recorder, clock, second + 10 * number, good, check_id)


BLOCKED = {
    "outcome": Outcome.BLOCKED,
    "stage": Stage.CONTENT,
    "reason": Reason.BLOCKED_CHALLENGE,
    "message": "A challenge page.",
}


async def planned(planning, clock, second=None):
    """Plan once, at a second if one is given."""
    if second is not None:
        clock.now = T0 + second * SECOND
    await planning.tick()


async def said(store, **wanted):
    """Return (occasion, address) of every message, in the order in which they were planned."""
    found = await notifications(store, limit=10_000, **wanted)
    return [(one.occasion, one.address) for one in reversed(found)]


async def occasions(store):
    return [occasion for occasion, _ in await said(store)]


def notification(number=0, **changes):
    """Make a message of a conversation of its own, due at T0."""
    values = {
        "key": f"key-{number}",
        "route_id": "operators",
        "subject": f"INC-2026-{number:06}",
        "place": 0,
        "occasion": "outage",
        "channel": "mail",
        "address": "uptd@demo.go.id",
        "language": "id",
        "facts": FACTS,
        "created_at": T0,
        "due_at": T0,
    }
    return Notification(**{**values, **changes})


FACTS = {
    "occasion": "outage",
    "subject": "INC-2026-000001",
    "severity": "warning",
    "written_at": T0.astimezone(UTC).isoformat(),
    "began_at": T0.isoformat(),
}


async def put(store, *messages):
    """Write messages into the outbox."""
    assert await plan(store, (0, 0), [], messages)


DAY = timedelta(days=1)


async def refused(_):
    raise DeliveryError("The server refused it for now.")


async def states(store):
    return sorted(one.state for one in await notifications(store))
