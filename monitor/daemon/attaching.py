"""The files of closed periods, as messages carry them."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Mapping
from datetime import timedelta

from alerts.delivery import Attachment, DeliveryError, ReportMatter
from monitor.core.reason import Sentence
from monitor.reports.closing import Closed, DamagedError, NotClosedError, closed
from monitor.reports.formats import FORMATS, Format
from monitor.reports.scope import ReportScope
from monitor.store import Store

KEPT_FOR = timedelta(minutes=10)
"""A record of a thousand services takes some tens of megabytes."""
KEPT_FILES = 12
"""Recipients of one scope follow each other."""
_NAME = Sentence("laporan-ketersediaan-{period}", "availability-report-{period}")
_REVISION = Sentence("revisi-{number}", "revision-{number}")
_CONTENT_TYPES = {
    "csv": "text/csv",
    "html": "text/html",
    "json": "application/json",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""By suffix. Not `mimetypes`: what that knows depends on the system, and a retry must send the same bytes."""
_ANY_TYPE = "application/octet-stream"

_log = logging.getLogger(__name__)


class ReportFiles:
    """Writes files of closed periods, one after the other and off the loop.

    Args:
        store: open.
        formats: what can be written, by name.
        kept_for: how long what was written is kept after the last message that asked.
    """

    def __init__(
        self, store: Store, formats: Mapping[str, Format] = FORMATS, kept_for: timedelta = KEPT_FOR
    ) -> None:
        self._store = store
        self._kept_for = kept_for
        self._formats = formats
        self._one_at_a_time = asyncio.Lock()
        self._closing: tuple[tuple[str, str, int], Closed] | None = None
        self._files: OrderedDict[tuple[ReportMatter, str], bytes] = OrderedDict()
        self._forgetting: asyncio.TimerHandle | None = None

    async def __call__(self, matter: ReportMatter) -> tuple[Attachment, ...]:
        """Return the files of a matter, in the order of its formats; formats that there are not are left out.

        Raises:
            DeliveryError: they cannot be; permanent where what was closed is damaged.
            StoreUnavailable: it cannot be read now.
        """
        async with self._one_at_a_time:
            if self._forgetting is not None:
                self._forgetting.cancel()
            try:
                return tuple(
                    [await self._attachment(matter, one) for one in matter.formats if one in self._formats]
                )
            finally:
                loop = asyncio.get_running_loop()
                self._forgetting = loop.call_later(self._kept_for.total_seconds(), self._forget)

    async def _attachment(self, matter: ReportMatter, name: str) -> Attachment:
        suffix = self._formats[name].suffix
        return Attachment(
            name=file_name(matter, name, suffix),
            content_type=_CONTENT_TYPES.get(suffix, _ANY_TYPE),
            data=await self._file(matter, name),
        )

    async def _file(self, matter: ReportMatter, name: str) -> bytes:
        found = self._files.get((matter, name))
        if found is None:
            period = await self._closed(matter)
            try:
                found = await asyncio.to_thread(self._written, period, matter, name)
            except Exception as error:
                _log.exception("a report could not be written as %s", name)
                raise DeliveryError(
                    f"the report of {matter.period} could not be written as {name} ({type(error).__name__})"
                ) from error
            self._files[matter, name] = found
            while len(self._files) > KEPT_FILES:
                self._files.popitem(last=False)
        return found

    def _written(self, period: Closed, matter: ReportMatter, name: str) -> bytes:
        report = period.report(ReportScope(government=matter.government, agency=matter.agency))
        return self._formats[name].write(report, matter.language)

    async def _closed(self, matter: ReportMatter) -> Closed:
        wanted = (matter.vantage, matter.period, matter.revision)
        if self._closing is None or self._closing[0] != wanted:
            try:
                found = await closed(self._store, *wanted)
            except (NotClosedError, DamagedError) as error:
                told = str(error) or f"{matter.period} was never closed as revision {matter.revision}"
                raise DeliveryError(told, permanent=True) from error
            if found.revision.sha256 != matter.sha256:
                raise DeliveryError(
                    f"revision {matter.revision} of {matter.period} is not the one that was closed: "
                    "its SHA-256 differs",
                    permanent=True,
                )
            self._closing = (wanted, found)
        return self._closing[1]

    def _forget(self) -> None:
        self._closing = None
        self._files.clear()


def file_name(matter: ReportMatter, kind: str, suffix: str) -> str:
    """Return such as `laporan-ketersediaan-2026-10-dinas-kominfo.pdf`: ids and periods fit into names."""
    parts = [_NAME.of(matter.language).format(period=matter.period)]
    if matter.revision > 1:
        parts.append(_REVISION.of(matter.language).format(number=matter.revision))
    parts += [one for one in (matter.government, matter.agency) if one]
    return f"{'-'.join(parts)}{kind.removeprefix(suffix)}.{suffix}"
