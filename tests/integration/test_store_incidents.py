"""Incidents in the store: whatever there is to say of one is read back exactly."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError

from monitor.core.incident import Incident, Member, Spell, Tie, Trait, Turn
from monitor.core.reason import Reason, Stage
from monitor.store import Store
from monitor.store.incidents import (
    Which,
    evidence_of,
    incidents,
    last_number,
    open_incidents,
)
from monitor.store.incidents import incident as find
from tests.outages import ADDRESS, MINUTE, NUMBER, T0, failure, incident, kept, member, write

clean_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)
moments = st.datetimes(datetime(1990, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds
stages, reasons = st.none() | st.sampled_from(Stage), st.none() | st.sampled_from(Reason)
traits = st.builds(Trait, st.sampled_from(Tie), clean_text)
numbers = st.integers(2_020_000_001, 2_199_999_999)


@st.composite
def members(draw, service_id):
    check_ids = st.sampled_from([service_id, f"{service_id}/2", f"{service_id}/3"])
    spells = draw(
        st.lists(
            st.builds(
                Spell,
                check_id=check_ids,
                began_at=moments,
                confirmed_at=moments,
                ended_at=st.none() | moments,
                stage=stages,
                reason=reasons,
            ),
            min_size=1,
            max_size=4,
            unique_by=lambda one: (one.check_id, one.began_at),
        )
    )
    turn = st.builds(
        Turn, at=moments, check_id=check_ids, stage=stages, reason=reasons, message=st.none() | clean_text
    )
    return Member(
        service_id=service_id,
        spells=tuple(sorted(spells, key=lambda one: (one.began_at, one.check_id))),
        traits=draw(st.frozensets(traits, max_size=3)),
        slack=draw(st.timedeltas(timedelta(0), timedelta(days=1))),
        history=tuple(draw(st.lists(turn, max_size=3))),
        moved_to=draw(st.none() | numbers),
        withdrawn=draw(st.booleans()),
    )


@st.composite
def any_incidents(draw):
    ids = draw(st.sets(st.from_regex(r"[a-z0-9][a-z0-9-]{0,9}", fullmatch=True), min_size=1, max_size=4))
    found = [draw(members(id_)) for id_ in sorted(ids)]
    return Incident(
        number=NUMBER,
        vantage=draw(st.sampled_from(["local", "denpasar"])),
        members=tuple(sorted(found, key=lambda one: (one.began_at, one.service_id))),
        cause=draw(st.none() | traits),
        flapping=draw(st.booleans()),
        closed_at=draw(st.none() | moments),
        merged_into=draw(st.none() | numbers),
        split_from=draw(st.none() | numbers),
    )


@pytest.fixture
def opened(database):
    """A loop, a store opened in it, and numbers never used before."""
    with asyncio.Runner() as runner:
        store = runner.run(Store.open(database.url))
        yield runner, store, itertools.count(NUMBER)
        runner.run(store.close())


@pytest.fixture
async def store(database):
    async with await Store.open(database.url) as store:
        yield store


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=any_incidents(), then=any_incidents())
def test_any_incident_is_read_as_it_was_last_written(opened, first, then):
    runner, store, fresh = opened
    number = next(fresh)
    for one in (first, then, then):
        runner.run(write(store, [replace(one, number=number)]))
        assert runner.run(find(store, number)) == replace(one, number=number)
    assert runner.run(last_number(store)) == number


async def test_an_empty_store_has_no_incidents(store):
    assert await last_number(store) == 0
    assert await incidents(store) == []
    assert await open_incidents(store, "local") == []
    assert await find(store, NUMBER) is None
    assert await evidence_of(store, NUMBER) == []


async def test_incidents_of_a_vantage_are_those_open_and_those_lately_closed(store):
    over = member("satu", ended_at=T0 + MINUTE)
    still = incident(number=NUMBER)
    lately = incident(over, number=NUMBER + 1, closed_at=T0 + 10 * MINUTE)
    long_ago = incident(over, number=NUMBER + 2, closed_at=T0 + 5 * MINUTE)
    elsewhere = incident(number=NUMBER + 3, vantage="denpasar")
    await write(store, [still, lately, long_ago, elsewhere])
    assert await open_incidents(store, "local") == [still]
    assert await open_incidents(store, "local", T0 + 10 * MINUTE) == [lately, still]
    assert await open_incidents(store, "denpasar") == [elsewhere]
    assert await open_incidents(store, "nowhere", T0) == []


async def test_incidents_are_listed_by_service_time_state_and_vantage_newest_first(store):
    old = incident(member("satu", ended_at=T0 + MINUTE), number=NUMBER, closed_at=T0 + MINUTE)
    left = member("satu", T0 + 5 * MINUTE, moved_to=NUMBER)
    middle = incident(left, member("dua", T0 + 6 * MINUTE), number=NUMBER + 1)
    new = incident(member("tiga", T0 + 9 * MINUTE), number=NUMBER + 2, vantage="denpasar")
    await write(store, [middle, new, old])
    assert await incidents(store) == [new, middle, old]
    assert await incidents(store, limit=2) == [new, middle]
    assert await incidents(store, service_id="satu") == [old]
    assert await incidents(store, service_id="dua") == [middle]
    assert await incidents(store, open_only=True) == [new, middle]
    assert await incidents(store, vantage="local") == [middle, old]
    assert await incidents(store, since=T0 + MINUTE) == [new, middle, old]
    assert await incidents(store, since=T0 + 2 * MINUTE) == [new, middle]
    assert await incidents(store, vantage="denpasar", service_id="dua") == []


async def test_what_is_no_longer_in_an_incident_is_no_longer_stored(store):
    await write(store, [incident(member("satu"), member("dua"), cause=ADDRESS)])
    alone = incident(member("satu", T0 + MINUTE))
    await write(store, [alone])
    assert await find(store, NUMBER) == alone
    assert await incidents(store, service_id="dua") == []


async def test_of_two_forms_in_one_batch_the_last_counts(store):
    closed = incident(member("satu", ended_at=T0 + MINUTE), closed_at=T0 + MINUTE)
    await write(store, [incident(), closed])
    assert await incidents(store) == [closed]


async def test_however_many_incidents_there_are_they_take_as_many_queries(store):
    await write(store, [incident(number=NUMBER + more) for more in range(20)])
    asked = []
    event.listen(store._engine.sync_engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    assert len(await incidents(store)) == 20
    assert len([one for one in asked if one.startswith("SELECT")]) == 3


async def test_the_first_evidence_stays_and_the_last_is_replaced(store):
    first, second = failure("satu"), failure("satu", T0 + MINUTE)
    await write(store, [incident()], [kept(first), kept(first, Which.LAST)])
    await write(store, [incident()], [kept(second), kept(second, Which.LAST)])
    assert await evidence_of(store, NUMBER) == [kept(first), kept(second, Which.LAST)]


async def test_evidence_outlives_the_rewriting_of_its_incident(store):
    await write(store, [incident()], [kept(failure("satu"))])
    await write(store, [incident(member("satu", ended_at=T0 + MINUTE), closed_at=T0 + MINUTE)])
    assert await evidence_of(store, NUMBER) == [kept(failure("satu"))]


async def test_evidence_is_read_in_the_order_in_which_it_was_seen(store):
    items = [kept(failure("dua", T0 + MINUTE)), kept(failure("satu")), kept(failure("dua"), Which.LAST)]
    await write(store, [incident(member("satu"), member("dua"))], items)
    assert await evidence_of(store, NUMBER) == [items[2], items[1], items[0]]


async def test_a_site_that_sends_anything_at_all_is_kept_as_evidence(store):
    hostile = failure("satu", excerpt="\x00\x1b]0;\ud800\udc00\x9b\u202e" * 900, message="\x00\ud800")
    await write(store, [incident()], [kept(hostile)])
    assert await evidence_of(store, NUMBER) == [kept(hostile)]


async def test_what_no_database_takes_is_stored_written_out(store):
    odd = Trait(Tie.CNAME, "a\0\ud800")
    turn = Turn(at=T0, check_id="satu", stage=None, reason=None, message="\0\ud83d\ude00")
    await write(store, [incident(member("satu", traits=frozenset({odd}), history=(turn,)), cause=odd)])
    found = await find(store, NUMBER)
    assert found.cause == Trait(Tie.CNAME, r"a\x00\ud800")
    assert found.members[0].traits == {found.cause}
    assert found.members[0].history[0].message == r"\x00\ud83d\ude00"


async def test_a_transaction_that_fails_leaves_no_part_of_an_incident(store, database):
    with pytest.raises(IntegrityError):
        await write(store, [incident()], [kept(failure("satu"), number=NUMBER + 1)])
    tables = ("incident", "incident_member", "incident_spell", "check_key")
    assert [database.rows(f"SELECT count(*) FROM {one}") for one in tables] == [[(0,)]] * 4
    await write(store, [incident()])
    assert await find(store, NUMBER) == incident()
