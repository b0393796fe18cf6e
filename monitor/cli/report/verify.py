"""The command `verify`."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.exits import Exit
from monitor.cli.options import DEFAULT_CONFIG, ConfigOption, Lang, LangOption
from monitor.cli.output import show, talk
from monitor.cli.reader import plain
from monitor.cli.report.asking import refuse
from monitor.core.reason import Sentence

if TYPE_CHECKING:
    from monitor.reports.verifying import Verification
    from monitor.settings import Settings

_SAME = Sentence(
    "Cocok: {file} sama, sampai ke byte terakhir, dengan laporan {kind} periode {period} revisi {revision}, "
    "yang ditutup {at} oleh {by}. SHA-256 catatannya {sha256}.",
    "It matches: {file} is, to the byte, the {kind} report of {period}, revision {revision}, closed {at} by "
    "{by}. SHA-256 of its record: {sha256}.",
)
_DIFFERENT = Sentence(
    "TIDAK cocok: {file} menyebut dirinya laporan periode {period} revisi {revision}, tetapi isinya lain. "
    "Berkas ini diubah, atau disusun oleh versi program yang lain.",
    "It does NOT match: {file} says that it is the report of {period}, revision {revision}, but it holds "
    "something else. It was altered, or built by another version of the program.",
)
_LINE = Sentence("  baris {number}:", "  line {number}:")
_IS = Sentence("    tertulis   {text}", "    it says    {text}")
_SHOULD = Sentence("    seharusnya {text}", "    should say {text}")
_UNSEALED = Sentence(
    "{file} tidak bersegel: ia bukan laporan dari periode yang sudah ditutup.",
    "{file} has no seal: it is no report of a closed period.",
)
_SEVERAL = Sentence(
    "TIDAK cocok: {file} memuat lebih dari satu segel.", "It does NOT match: {file} holds more than one seal."
)
_UNKNOWN = Sentence(
    "Basis data ini tidak punya periode {period} revisi {revision}: {file} tidak dapat diperiksa di sini.",
    "This database has no revision {revision} of {period}: {file} cannot be verified here.",
)
_REPLACED = Sentence(
    "Periode itu sudah direvisi: yang berlaku revisi {latest} ({reason}).",
    "The period was revised since: revision {latest} holds now ({reason}).",
)
_UNREADABLE = Sentence("{file}: {why}.", "{file}: {why}.")
_WIDEST = 160


def verify_file(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="Berkas laporan. A report's file."),
    ],
    *,
    lang: LangOption = Lang.ID,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Periksa apakah berkas laporan sama dengan yang tercatat. Verify a report against the closed period.

    Laporan disusun ulang dari catatan periode yang ditutup, lalu dibandingkan byte demi byte. Kode keluar 0:
    cocok; 1: tidak cocok; 3: tidak dapat diperiksa.

    The report is built again from the closed period's record and compared to the byte. Exit code 0: it
    matches; 1: it does not; 3: it cannot be verified.
    """
    from monitor.reports.verifying import Verdict
    from monitor.settings import load_settings

    settings = load_settings(config)
    try:
        data = file.read_bytes()
    except OSError as error:
        refuse(_UNREADABLE, lang, file=str(file), why=error.strerror or str(error))
    found, latest = asyncio.run(_verify(settings, data, lang))
    words = _words(file, found, settings)
    match found.verdict:
        case Verdict.SAME:
            show(plain(lang.of(_SAME).format(**words)))
        case Verdict.DIFFERENT:
            talk().print(plain(lang.of(_DIFFERENT).format(**words)))
            _show_differences(found, lang)
            raise typer.Exit(Exit.BAD_ANSWER)
        case Verdict.SEVERAL:
            refuse(_SEVERAL, lang, code=Exit.BAD_ANSWER, **words)
        case Verdict.UNSEALED:
            refuse(_UNSEALED, lang, code=Exit.UNKNOWN, **words)
        case Verdict.UNKNOWN:
            refuse(_UNKNOWN, lang, code=Exit.UNKNOWN, **words)
    if latest is not None:
        number, reason = latest
        talk().print(plain(lang.of(_REPLACED).format(latest=number, reason=reason)))


async def _verify(settings: Settings, data: bytes, lang: Lang) -> tuple[Verification, tuple[int, str] | None]:
    """Return what became of the file, and which later revision there is."""
    from monitor.reports.closing import DamagedError
    from monitor.reports.verifying import verify
    from monitor.store import Store
    from monitor.store.frozen import frozen_periods

    async with await Store.open(settings.database.url, migrate=False) as store:
        try:
            found = await verify(store, data, settings.vantage.name)
        except DamagedError as error:
            refuse(error.sentence, lang, code=Exit.BAD_ANSWER)
        if found.seal is None:
            return found, None
        every = await frozen_periods(store, settings.vantage.name, found.seal.period_name)
    last = every[-1] if every else None
    newer = last is not None and last.revision > found.seal.revision
    return found, (last.revision, last.reason) if last is not None and newer else None


def _words(file: Path, found: Verification, settings: Settings) -> dict[str, str]:
    seal, closed = found.seal, found.closed
    revision = closed.revision if closed else None
    return {
        "file": str(file),
        "kind": found.kind or "",
        "period": seal.period_name if seal else "",
        "revision": str(seal.revision) if seal else "",
        "at": f"{revision.frozen_at.astimezone(settings.time_zone):%Y-%m-%d %H:%M %Z}" if revision else "",
        "by": revision.frozen_by if revision else "",
        "sha256": revision.sha256 if revision else "",
    }


def _show_differences(found: Verification, lang: Lang) -> None:
    for path in found.files:
        talk().print(plain(f"  {path}"))
    for number, is_, should in found.differences:
        talk().print(lang.of(_LINE).format(number=number))
        for sentence, text in ((_IS, is_), (_SHOULD, should)):
            talk().print(plain(lang.of(sentence).format(text=text.strip()[:_WIDEST])))
