"""Whether a document is what a closed period says: built again, and compared to the byte."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest

from monitor.reports.closing import Closed, NotClosedError, closed
from monitor.reports.formats import FORMATS
from monitor.reports.seal import Seal, find_seals
from monitor.store import Store

_MOST_UNPACKED = 256 * 1024 * 1024
"""Bytes of a workbook: more is no report of ours."""
_SHOWN = 5
"""Lines that differ are told up to this many."""


class Verdict(StrEnum):
    """What came out."""

    SAME = "same"
    DIFFERENT = "different"
    """It is not what the closed period says."""
    UNSEALED = "unsealed"
    """It has no seal: its period was not closed when it was built."""
    SEVERAL = "several"
    """It has more than one seal."""
    UNKNOWN = "unknown"
    """This database has no such closing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What became of a document."""

    verdict: Verdict
    seal: Seal | None = None
    closed: Closed | None = None
    kind: str | None = None
    """As which format it was built again."""
    differences: tuple[tuple[int, str, str], ...] = ()
    """Of texts: number of the line, as it is, as it should be; the first few."""


async def verify(store: Store, data: bytes, vantage: str) -> Verification:
    """Build a document again from the closed period that its seal names, and compare.

    Raises:
        DamagedError: the closing itself is not what it was.
        StoreUnavailable: locked or damaged.
    """
    seals = find_seals("\n".join(_texts(data)))
    if len(seals) != 1:
        return Verification(verdict=Verdict.SEVERAL if seals else Verdict.UNSEALED)
    seal = seals[0]
    try:
        found = await closed(store, vantage, seal.period_name, seal.revision)
    except NotClosedError:
        return Verification(verdict=Verdict.UNKNOWN, seal=seal)
    kind = kind_of(data)
    if found.revision.sha256 != seal.sha256:
        return Verification(verdict=Verdict.DIFFERENT, seal=seal, closed=found, kind=kind)
    form = FORMATS[kind]
    right = form.write(found.report(seal.scope), seal.language)
    same = right == data
    return Verification(
        verdict=Verdict.SAME if same else Verdict.DIFFERENT,
        seal=seal,
        closed=found,
        kind=kind,
        differences=() if same or not form.readable else tuple(_differences(data, right)),
    )


def kind_of(data: bytes) -> str:
    """Return as which of FORMATS some bytes begin; what begins like none of them is taken for a CSV."""
    beginning = data[:100].lstrip()
    for kind, form in FORMATS.items():
        if form.begins and beginning.startswith(form.begins):
            return kind
    return "csv"


def _texts(data: bytes) -> Iterator[str]:
    """Yield what of a document may hold its seal, as text."""
    yield data.decode("utf-8", "replace")
    if not data.startswith(b"PK"):
        return
    left = _MOST_UNPACKED
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.infolist():
                left -= member.file_size
                if left < 0:
                    return
                yield archive.read(member).decode("utf-8", "replace")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError):
        return  # torn, or encrypted: then it has no seal that could be read


def _differences(data: bytes, right: bytes) -> Iterator[tuple[int, str, str]]:
    lines = (one.decode("utf-8", "replace").splitlines() for one in (data, right))
    found = (
        (number, is_ or "", should or "")
        for number, (is_, should) in enumerate(zip_longest(*lines), start=1)
        if is_ != should
    )
    for _, one in zip(range(_SHOWN), found, strict=False):
        yield one
