"""What a probe saw, as the evidence of an incident tells it to people; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from monitor.cli.reader import Reader, plain
from monitor.cli.story import tell
from monitor.core.evidence import result_of
from monitor.core.reason import Sentence
from monitor.core.result import Certificate

if TYPE_CHECKING:
    from monitor.store.incidents import StoredEvidence

SHOWN_LINES = 40
"""Of the headers, and of the excerpt: a page on a terminal. All of it is in `--json`."""
SHOWN_CHARACTERS = 300

_FIRST = Sentence("Bukti pertama", "First evidence")
_LAST = Sentence("Bukti terakhir", "Last evidence")
_ALIASES = Sentence("Alias", "Aliases")
_CHAIN = Sentence("Rantai sertifikat", "Certificate chain")
_CERTIFICATE = Sentence(
    "{subject}; penerbit {issuer}; berlaku {since:%Y-%m-%d} s.d. {until:%Y-%m-%d}",
    "{subject}; issued by {issuer}; valid {since:%Y-%m-%d} to {until:%Y-%m-%d}",
)
_RETRY = Sentence("Situs meminta jeda {seconds:.0f} detik.", "The site asked us to wait {seconds:.0f} s.")
_HEADERS = Sentence("Header jawaban", "Response headers")
_EXCERPT = Sentence("Kutipan isi", "Excerpt of the body")
_MORE = Sentence("… dan {more} baris lagi; semuanya ada di --json", "… and {more} more lines; --json has all")
_OTHERS = Sentence(
    "Bukti {count} pemeriksaan lain: tambahkan --service ID atau --json.",
    "Evidence of {count} more checks: add --service ID or --json.",
)


def evidence_lines(evidence: Sequence[StoredEvidence], reader: Reader) -> Iterator[Text]:
    """Return the lines of the earliest and the latest failure among the evidence, and what else there is."""
    if not evidence:
        return
    first = min(evidence, key=lambda one: one.at)
    last = max(evidence, key=lambda one: one.at)
    yield from _bundle(reader.of(_FIRST), first, reader)
    if (first.check_id, first.at) != (last.check_id, last.at):
        yield from _bundle(reader.of(_LAST), last, reader)
    others = {one.check_id for one in evidence} - {first.check_id, last.check_id}
    if others:
        yield Text()
        yield Text(reader.of(_OTHERS).format(count=len(others)), style="dim")


def _bundle(title: str, one: StoredEvidence, reader: Reader) -> Iterator[Text]:
    result = result_of(one.content)
    yield Text()
    yield Text(f"{title}: {one.check_id}", style="bold")
    for line in tell(result, reader.lang, reader.zone):
        yield _indented(line)
    if result.aliases:
        yield _line(f"{reader.of(_ALIASES)}: {' → '.join(result.aliases)}")
    if result.retry_after is not None:
        yield _line(reader.of(_RETRY).format(seconds=result.retry_after.total_seconds()))
    if result.tls is not None and result.tls.chain:
        yield from _listing(
            reader.of(_CHAIN), (_certificate(each, reader) for each in result.tls.chain), reader
        )
    if result.http is not None:
        headers = (f"{name}: {value}" for name, value in result.http.headers)
        yield from _listing(reader.of(_HEADERS), headers, reader)
    if result.excerpt:
        yield from _listing(reader.of(_EXCERPT), result.excerpt.splitlines(), reader)


def _certificate(one: Certificate, reader: Reader) -> str:
    return reader.of(_CERTIFICATE).format(
        subject=one.subject, issuer=one.issuer, since=one.not_before, until=one.not_after
    )


def _listing(title: str, lines: Iterable[str], reader: Reader) -> Iterator[Text]:
    """Return quoted lines below a title; the bar in front shows that the words are not ours."""
    found = list(lines)
    yield _line(f"{title}:")
    for line in found[:SHOWN_LINES]:
        yield _line(f"│ {line.expandtabs(4)[:SHOWN_CHARACTERS]}")
    if len(found) > SHOWN_LINES:
        yield _line(reader.of(_MORE).format(more=len(found) - SHOWN_LINES))


def _line(text: str) -> Text:
    return Text(f"  {plain(text)}")


def _indented(line: Text) -> Text:
    """Return a line of ours with what it quotes made safe; it loses its colours where there was need."""
    safe = line if line.plain.isprintable() else Text(plain(line.plain), style=line.style)
    return Text("  ").append_text(safe)
