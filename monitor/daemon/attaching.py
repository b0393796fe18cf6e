"""The files of closed periods, as messages carry them."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from concurrent.futures import BrokenExecutor
from pathlib import Path

from alerts.delivery import Attachment, DeliveryError, ReportMatter
from monitor.core.asking import Refusal, RefusedError
from monitor.reports.formats import FORMATS
from monitor.reports.naming import file_name
from monitor.reports.scope import ReportScope
from monitor.reports.workshop import Workshop
from monitor.reports.writing import Shape, tag_of, write_closed
from monitor.store import Store, StoreError
from monitor.store.frozen import FrozenPeriod, frozen_periods

_log = logging.getLogger(__name__)


class ReportFiles:
    """Has files of closed periods written where reports are built, and none of them twice in a row.

    Args:
        store: open.
        workshop: where they are written.
        write: writes a document of a closing; can be pickled where the workshop is another process.
    """

    def __init__(
        self, store: Store, workshop: Workshop, write: Callable[[FrozenPeriod, Shape], bytes]
    ) -> None:
        self._store = store
        self._workshop = workshop
        self._write = write

    @classmethod
    def of_database(cls, store: Store, url: str | Path, workshop: Workshop) -> ReportFiles:
        """Return what writes from the database at a URL, over a connection of its own."""
        return cls(store, workshop, functools.partial(write_closed, url))

    async def __call__(self, matter: ReportMatter) -> tuple[Attachment, ...]:
        """Return the files of a matter, in the order of its formats; formats that there are not are left out.

        Raises:
            DeliveryError: they cannot be; permanent where what was closed is damaged.
            StoreUnavailable: it cannot be read now.
        """
        head = await self._head(matter)
        return tuple([await self._attachment(matter, head, one) for one in matter.formats if one in FORMATS])

    async def _head(self, matter: ReportMatter) -> FrozenPeriod:
        for one in await frozen_periods(self._store, matter.vantage, matter.period):
            if one.revision == matter.revision:
                if one.sha256 == matter.sha256:
                    return one
                raise DeliveryError(
                    f"Revision {matter.revision} of {matter.period} is not the one that was closed: its "
                    "SHA-256 differs.",
                    permanent=True,
                )
        raise DeliveryError(
            f"{matter.period} was never closed as revision {matter.revision}.", permanent=True
        )

    async def _attachment(self, matter: ReportMatter, head: FrozenPeriod, kind: str) -> Attachment:
        shape = Shape(ReportScope(government=matter.government, agency=matter.agency), kind, matter.language)
        name = file_name(head.period, kind, matter.language, scope=shape.scope, revision=head.revision)
        return Attachment(
            name=name,
            content_type=FORMATS[kind].media_type.partition(";")[0],
            data=await self._written(head, shape),
        )

    async def _written(self, head: FrozenPeriod, shape: Shape) -> bytes:
        try:
            return await self._workshop.build_once(
                tag_of(head, shape), functools.partial(self._write, head, shape)
            )
        except RefusedError as error:
            busy = error.refusal is Refusal.BUSY
            raise DeliveryError(error.sentence.en, permanent=not busy) from error
        except (StoreError, BrokenExecutor) as error:
            raise DeliveryError(f"The report could not be written just now: {error}") from error
        except Exception as error:
            _log.exception("a report could not be written as %s", shape.form)
            raise DeliveryError(
                f"The report of {head.period} could not be written as {shape.form} ({type(error).__name__})."
            ) from error
