"""Whether a document is what a closed period says: built again, and compared to the byte."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest

from monitor.reports.canonical import canonical
from monitor.reports.closing import Closed, NotClosedError, closed
from monitor.reports.evidence import RECORD, REPORTS
from monitor.reports.formats import FORMATS
from monitor.reports.naming import name_of
from monitor.reports.pack import SUMS, sums
from monitor.reports.seal import Seal, find_seals
from monitor.store import Store

_MOST_UNPACKED = 256 * 1024 * 1024
"""Bytes of an archive: more is no report of ours."""
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


PACK = "zip"
"""What an evidence pack is told as."""


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
    files: tuple[str, ...] = ()
    """Of an evidence pack: the files that are not what they should be, or are missing."""


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
    members = _members(data)
    kind = PACK if SUMS in members else kind_of(data)
    if kind == PACK:
        files = pack_differences(members, found, seal)
        verdict = Verdict.DIFFERENT if files or found.revision.sha256 != seal.sha256 else Verdict.SAME
        return Verification(verdict=verdict, seal=seal, closed=found, kind=kind, files=files)
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


def pack_differences(members: Mapping[str, bytes], found: Closed, seal: Seal) -> tuple[str, ...]:
    """Return which files of an evidence pack are not what the closed period and its own checksums say."""
    report = found.report(seal.scope)
    should = {
        f"{REPORTS}{name_of(report, kind, seal.language)}": form.write(report, seal.language)
        for kind, form in FORMATS.items()
    }
    should[RECORD] = canonical(found.record)
    files = {path: data for path, data in members.items() if path != SUMS}
    wrong = {path for path, data in should.items() if files.get(path) != data}
    listed = set(members[SUMS].decode("utf-8", "replace").splitlines())
    summed = {line.partition("  ")[2] for line in listed}
    wrong |= {path for path in files if sums({path: files[path]}).decode().strip() not in listed}
    return tuple(sorted(wrong | (summed - files.keys())))


def _texts(data: bytes) -> Iterator[str]:
    """Yield what of a document may hold its seal, as text."""
    yield data.decode("utf-8", "replace")
    for member in _members(data).values():
        yield member.decode("utf-8", "replace")
        if member.startswith(b"PK"):  # a workbook in a pack
            yield from (one.decode("utf-8", "replace") for one in _members(member).values())


def _members(data: bytes) -> dict[str, bytes]:
    """Return what an archive holds; nothing of what is none, is torn, encrypted or no report of ours."""
    if not data.startswith(b"PK"):
        return {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(one.file_size for one in archive.infolist()) > _MOST_UNPACKED:
                return {}
            return {one.filename: archive.read(one) for one in archive.infolist()}
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError, ValueError):
        return {}


def _differences(data: bytes, right: bytes) -> Iterator[tuple[int, str, str]]:
    lines = (one.decode("utf-8", "replace").splitlines() for one in (data, right))
    found = (
        (number, is_ or "", should or "")
        for number, (is_, should) in enumerate(zip_longest(*lines), start=1)
        if is_ != should
    )
    for _, one in zip(range(_SHOWN), found, strict=False):
        yield one
