"""What stands is repeated to channels that forget what they are not told again."""

from __future__ import annotations

import pytest

from alerts.delivery import DeliveryError
from alerts.standing import Standing
from monitor.core.route import AlertmanagerChannel, Recipient
from tests.recording import clock, database, following, path
from tests.telling import Postbox, fall, occasions, planned, planner, rise, route, routing, sender, write

__all__ = ["clock", "database", "following", "path"]

FIRST, SECOND = (AlertmanagerChannel(id=each, url="http://127.0.0.1/") for each in ("am1", "am2"))
CHANNELS = {"am1": FIRST, "am2": SECOND}
ROUTES = routing(route(to=(Recipient(channel="am1"), Recipient(channel="am2"))), channels=CHANNELS)


@pytest.fixture
def boxes():
    return [Postbox(), Postbox()]


async def standing(recorder, clock, boxes):
    planning = planner(recorder.store, clock, routes=ROUTES)
    sending = await sender(recorder.store, clock, *boxes, channels=CHANNELS)
    return planning, Standing(planning, sending, write)


async def test_an_open_outage_is_repeated_from_when_it_was_told_to_when_it_is_over(following, clock, boxes):
    async with following("lapor") as recorder:
        planning, repeating = await standing(recorder, clock, boxes)
        await fall(recorder, clock, 0)
        await repeating.repeat()
        assert boxes[0].delivered == []
        await planned(planning, clock, 60)
        for _ in range(3):
            await repeating.repeat()
        assert [len(one.delivered) for one in boxes] == [3, 3]
        assert {one.key for one in boxes[0].delivered} == {"operators/INC-2026-000001"}
        await rise(recorder, clock, 120)
        await planned(planning, clock, 140)
        await repeating.repeat()
        assert [len(one.delivered) for one in boxes] == [3, 3]
        assert await occasions(recorder.store) == ["outage", "outage", "recovery", "recovery"]


@pytest.mark.parametrize("trouble", [DeliveryError("Nobody listens there."), ZeroDivisionError()])
async def test_an_alertmanager_that_is_away_does_not_keep_the_other_from_hearing(
    following, clock, boxes, trouble
):
    async def away(_):
        raise trouble

    boxes[0].trouble = away
    async with following("lapor") as recorder:
        planning, repeating = await standing(recorder, clock, boxes)
        await fall(recorder, clock, 0)
        await planned(planning, clock, 60)
        with pytest.raises(DeliveryError):
            await repeating.repeat()
        assert len(boxes[1].delivered) == 1
