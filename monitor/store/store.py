"""The store: one writer, one transaction per batch, and the reads of everybody else."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from monitor.core.alert import Alert
from monitor.core.incident import Incident
from monitor.core.result import Result
from monitor.core.sight import BlindPeriod
from monitor.core.status import CheckState, Transition
from monitor.store import reading, schema
from monitor.store.alerts import write_alerts
from monitor.store.engine import connect, is_file, locate, shown
from monitor.store.errors import InDoubt, StoreUnavailable, explained
from monitor.store.incidents import StoredEvidence, carry_evidence, write_evidence, write_incidents
from monitor.store.inserting import write_results
from monitor.store.instants import to_us
from monitor.store.keys import Keys, read_keys
from monitor.store.migrate import bring_to_head, make_folder, require_file, require_head
from monitor.store.rows import StoredResult, result_row, state_row, transition_row
from monitor.store.sight import write_periods
from monitor.store.turns import SEAT_PATIENCE_SECONDS, XACT_STATUS, SeatTaken, connect_writer, transaction_of
from monitor.store.unbroken import connected, unbroken
from monitor.store.upsert import upsert

LOOK_BACK = timedelta(hours=1)
"""How far `latest_results` looks unless told; checks that are probed more seldom need more."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What is written together, or not at all."""

    results: Sequence[Result] = ()
    states: Sequence[CheckState] = ()
    """Only those that are `materially_different` from what was written; the last of one check counts."""
    transitions: Sequence[Transition] = ()
    heartbeat: tuple[str, datetime] | None = None
    """Vantage, and the time up to which it was awake."""
    incidents: Sequence[Incident] = ()
    """Each whole, in place of what was stored of it."""
    evidence: Sequence[StoredEvidence] = ()
    """Of incidents that are stored, or in this batch."""
    periods: Sequence[BlindPeriod] = ()
    alerts: Sequence[Alert] = ()


class Store:
    """The database, opened. Create with `Store.open`; close with `close`, or use `async with`."""

    def __init__(
        self,
        engine: AsyncEngine,
        where: str,
        clock: Callable[[], datetime],
        seat: str | None = None,
        writer: AsyncConnection | None = None,
    ) -> None:
        self._engine = engine
        self._where = where
        self._clock = clock
        self._seat = seat
        self._turn = asyncio.Lock()
        self._writer = writer
        self.unseated = asyncio.Event()
        """Set when another daemon was found to write in this one's place; nothing is written from then on."""
        self._keys: Keys | None = None

    @classmethod
    async def open(
        cls,
        url_or_path: str | Path,
        *,
        migrate: bool = True,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        seat: str | None = None,
    ) -> Self:
        """Open a database; with `migrate`, create it or bring it to the newest schema first.

        Args:
            url_or_path: as `locate` reads it.
            migrate: whether to change the schema.
            clock: tells when a result is recorded, as an aware time.
            seat: the vantage of a daemon, which on a server must be the only one of that vantage.
        Raises:
            SeatTaken: another daemon of that vantage is at work; nothing was changed.
            StoreError: it is missing, not writable, locked, damaged, not ours, or newer than this program.
        """
        url = locate(url_or_path)
        where = shown(url)
        if is_file(url):
            seat = None  # a second writer of a file is noticed by the keys that collide
        if migrate:
            make_folder(url)
        else:
            require_file(url)
        with explained(where):
            engine, writer = connect(url), None
            try:
                if seat is not None:
                    writer = await connect_writer(engine, where, seat)
                await (bring_to_head if migrate else require_head)(engine, where)
            except BaseException:
                if writer is not None:
                    await writer.close()
                await engine.dispose()
                raise
        return cls(engine, where, clock, seat, writer)

    @property
    def keeps_days(self) -> bool:
        """Whether results are kept by the day; see `monitor.store.partitions`."""
        return self._engine.dialect.name == "postgresql"

    async def close(self) -> None:
        """Finish the write under way, and close the file."""
        async with self._turn:
            await self._forget(everything=True)
            await self._engine.dispose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def write(self, batch: Batch) -> None:
        """Write a batch in one transaction. Writes queue; cancelling the caller does not stop a write.

        Raises:
            StoreUnavailable: locked, full, not writable or damaged. Nothing of the batch was written.
            InDoubt: the connection to a server broke while it was committed; ask `was_written`.
        """
        await unbroken(self._write(batch))

    async def was_written(self, transaction: str) -> bool:
        """Whether a transaction that was in doubt is written.

        Raises:
            StoreUnavailable: the server cannot be asked, or does not know yet.
        """
        async with self.reading() as connection:
            status = await connection.scalar(XACT_STATUS, {"transaction": transaction})
        if status == "in progress":
            raise StoreUnavailable(f"{self._where} has not ended a transaction of ours yet.", retryable=True)
        return bool(status == "committed")

    async def register(self, checks: Iterable[tuple[str, str]], now: datetime) -> None:
        """Make known which checks exist, as (check id, service id).

        Raises:
            StoreUnavailable: as `write`.
        """
        await unbroken(self._register(dict(checks), to_us(now)))

    async def load_states(self, vantage: str) -> dict[str, CheckState]:
        """Return every check's state as last saved, by check id."""
        async with self.reading() as connection:
            return await reading.states(connection, vantage)

    async def load_transitions(self, vantage: str, since: datetime | None = None) -> list[Transition]:
        """Return the changes of status that began at `since` or later, in the order in which they began."""
        async with self.reading() as connection:
            return await reading.transitions(connection, vantage, since)

    async def seen_until(self, vantage: str) -> datetime | None:
        """Return up to when a vantage is known to have been awake; None if it never was.

        It can lie in the future, if the clock was set back since.
        """
        async with self.reading() as connection:
            return await reading.seen_until(connection, vantage)

    async def latest_results(self, vantage: str, within: timedelta = LOOK_BACK) -> dict[str, StoredResult]:
        """Return the newest result of every check, by check id, looking `within` the newest of all."""
        async with self.reading() as connection:
            return await reading.latest_results(connection, vantage, within)

    async def results(
        self, check_id: str, vantage: str, since: datetime, until: datetime
    ) -> list[StoredResult]:
        """Return a check's results that started from `since` on and before `until`, in that order."""
        async with self.reading() as connection:
            return await reading.results(connection, check_id, vantage, since, until)

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Open a connection to read over: what is read over it is of one moment.

        Raises:
            StoreUnavailable: locked or damaged.
        """
        with explained(self._where):
            connection = await connected(self._engine)
            try:
                yield connection
            finally:
                await unbroken(connection.close())

    @contextlib.asynccontextmanager
    async def writing(self) -> AsyncIterator[tuple[AsyncConnection, Keys]]:
        """Open a transaction of the one writer, over the numbers that stand for texts in the tables.

        After a failure nothing in memory is trusted.

        Raises:
            StoreUnavailable: as `write`.
            InDoubt: as `write`.
        """
        async with self._turn:
            committing: str | None = None
            try:
                with explained(self._where):
                    if self._writer is None:
                        self._writer = await self._connect_writer()
                    async with self._writer.begin():
                        if self._keys is None:
                            self._keys = await read_keys(self._writer)
                        yield self._writer, self._keys
                        committing = transaction_of(self._writer)
            except BaseException as error:
                await self._forget()
                if committing is not None and isinstance(error, StoreUnavailable):
                    raise InDoubt(str(error), committing) from error
                raise

    async def _connect_writer(self) -> AsyncConnection:
        try:
            return await connect_writer(self._engine, self._where, self._seat, SEAT_PATIENCE_SECONDS)
        except SeatTaken:
            self.unseated.set()
            raise

    async def _forget(self, *, everything: bool = False) -> None:
        self._keys = None
        writer = self._writer
        if writer is None or (self._seat is not None and not everything and not writer.invalidated):
            return  # a transaction failed, and the connection with the seat lives
        self._writer = None
        await writer.close()

    async def _write(self, batch: Batch) -> None:
        async with self.writing() as (connection, keys):
            now = to_us(self._clock())
            results, details = _result_rows(batch.results, keys, now)
            states = {
                (state.check_id, state.vantage): state_row(
                    state, keys.checks.of(state.check_id), keys.vantages.of(state.vantage)
                )
                for state in batch.states
            }
            transitions = [
                transition_row(one, keys.checks.of(one.check_id), keys.vantages.of(one.vantage))
                for one in batch.transitions
            ]
            beats = []
            if batch.heartbeat is not None:
                name, seen_at = batch.heartbeat
                beats.append({"vantage_no": keys.vantages.of(name), "seen_at": to_us(seen_at)})
            await keys.insert_fresh(connection, now)
            if results:
                await write_results(connection, keys, results)
            if details:
                await connection.execute(insert(schema.detail), details)
            if states:
                await connection.execute(_UPSERT_STATE, list(states.values()))
            if transitions:
                await connection.execute(insert(schema.transition), transitions)
            await write_incidents(connection, keys, batch.incidents)
            await write_evidence(connection, keys, batch.evidence)
            await carry_evidence(connection, keys, batch.incidents)
            await write_periods(connection, keys, batch.periods)
            await write_alerts(connection, batch.alerts)
            if beats:
                await connection.execute(_UPSERT_HEARTBEAT, beats)

    async def _register(self, checks: dict[str, str], now: int) -> None:
        async with self.writing() as (connection, keys):
            for check_id, service_id in checks.items():
                known = check_id in keys.services
                if known and keys.services[check_id] == service_id:
                    continue
                keys.services[check_id] = service_id
                number = keys.checks.of(check_id)
                if known:
                    await connection.execute(
                        update(schema.check_key)
                        .where(schema.check_key.c.check_no == number)
                        .values(service_id=service_id)
                    )
            await keys.insert_fresh(connection, now)


def _result_rows(
    results: Sequence[Result], keys: Keys, now: int
) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Build the rows of a batch: results, and the details that they are the first to have.

    Ids are the time of recording, made unique and increasing also where the clock stands still or goes back.
    """
    rows, details = [], []
    for row_id, result in enumerate(results, max(now, keys.last_id + 1)):
        check_no = keys.checks.of(result.check_id)
        vantage_no = keys.vantages.of(result.vantage)
        address_no = None if result.address is None else keys.addresses.of(result.address)
        detail_id = None
        if not result.ok:
            detail_id, text = keys.evidence.place(check_no, vantage_no, row_id, result)
            if text is not None:
                details.append({"id": row_id, "text": text})
        rows.append(result_row(result, row_id, check_no, vantage_no, address_no, detail_id))
        keys.last_id = row_id
    return rows, details


_UPSERT_STATE = upsert(schema.check_state)
_UPSERT_HEARTBEAT = upsert(schema.heartbeat)
