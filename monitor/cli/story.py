"""A result as a person wants to read it: stage by stage, then what it comes to; pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta, tzinfo

from rich.text import Text

from monitor.cli.options import Lang
from monitor.core.reason import SENTENCES, Outcome, Reason, Stage
from monitor.core.result import Result, TlsFacts

_STAGES = {
    Lang.ID: {
        Stage.RESOLVE: "nama",
        Stage.CONNECT: "sambungan",
        Stage.HANDSHAKE: "TLS",
        Stage.REQUEST: "permintaan",
        Stage.RESPONSE: "jawaban",
        Stage.CONTENT: "isi",
    },
    Lang.EN: {stage: stage.value for stage in Stage} | {Stage.HANDSHAKE: "TLS"},
}
_OUTCOMES = {
    Lang.ID: {
        Outcome.OK: "BAIK",
        Outcome.FAILED: "GAGAL",
        Outcome.BLOCKED: "DIBLOKIR",
        Outcome.SELF_FAULT: "TIDAK DIKETAHUI",
    },
    Lang.EN: {
        Outcome.OK: "OK",
        Outcome.FAILED: "FAILED",
        Outcome.BLOCKED: "BLOCKED",
        Outcome.SELF_FAULT: "UNKNOWN",
    },
}
_WORDS = {
    Lang.ID: {
        "from": "dari",
        "at": "pada tahap",
        "valid": "sertifikat sampai {day} ({days} hari lagi)",
        "past": "sertifikat kedaluwarsa sejak {day}",
        "unverified": "tidak terverifikasi",
        "bytes": "{body} byte ({wire} lewat jaringan)",
        "notes": "Catatan",
        "lag": "Pemantau tersendat {ms} ms; waktu di atas tidak dapat diandalkan.",
        "total": "seluruhnya",
    },
    Lang.EN: {
        "from": "from",
        "at": "at stage",
        "valid": "certificate until {day} ({days} days left)",
        "past": "certificate expired on {day}",
        "unverified": "not verified",
        "bytes": "{body} bytes ({wire} on the wire)",
        "notes": "Notes",
        "lag": "The monitor stalled for {ms} ms; the times above are not reliable.",
        "total": "in all",
    },
}
_COLOURS = {
    Outcome.OK: "bold green",
    Outcome.FAILED: "bold red",
    Outcome.BLOCKED: "bold magenta",
    Outcome.SELF_FAULT: "bold yellow",
}


def outcome_text(outcome: Outcome, lang: Lang) -> Text:
    """Return the word for an outcome, in its colour."""
    return Text(_OUTCOMES[lang][outcome], style=_COLOURS[outcome])


def remark(reason: Reason | None, message: str | None, lang: Lang) -> str:
    """Return why a result is not good, in one line: the reason in the reader's language, and the particulars.

    The particulars are English; in English they say all that the general sentence does.
    """
    if reason is None or (lang is Lang.EN and message):
        return message or ""
    return f"{lang.of(SENTENCES[reason])} {message or ''}".rstrip()


def tell(result: Result, lang: Lang, zone: tzinfo) -> Iterator[Text]:
    """Return the lines of a probe's story."""
    words = _WORDS[lang]
    at = result.started_at.astimezone(zone)
    head = Text(result.url, style="bold")
    yield head.append(
        f"   {words['from']} {result.vantage}, {at:%Y-%m-%d %H:%M:%S} {at.tzname()}", style="not bold dim"
    )
    yield Text()
    for hop in result.http.redirects if result.http else ():
        yield Text(f"  → {hop.status}  {hop.url}  ({hop.address})", style="dim")
    for stage in Stage:
        spent = result.timings.of(stage)
        failed = stage is result.stage
        if spent is None and not failed:
            continue
        line = Text("  ✗ " if failed else "  ✓ ", style="red" if failed else "green")
        line.append(f"{_STAGES[lang][stage]:<11}", style="default")
        line.append(f"{_span(spent):>10}   {_detail(result, stage, lang)}", style="default")
        yield line
    yield Text(f"    {'':<11}{_span(result.duration):>10}   {words['total']}", style="dim")
    yield Text()
    verdict = outcome_text(result.outcome, lang)
    if result.stage is not None and result.reason is not None:
        verdict.append(
            f"  {words['at']} {_STAGES[lang][result.stage]}: {result.reason.value}", style="not bold"
        )
        yield verdict
        sentence, message = lang.of(SENTENCES[result.reason]), result.message or ""
        if not message.startswith(sentence.rstrip(".")):
            yield Text(sentence)
        yield Text(message, style="dim")
    else:
        yield verdict
    yield from _notes(result, words)


def _notes(result: Result, words: dict[str, str]) -> Iterator[Text]:
    notes = list(result.problems)
    if result.distorted:
        notes.append(words["lag"].format(ms=round(result.lag / timedelta(milliseconds=1))))
    if notes:
        yield Text()
        yield Text(f"{words['notes']}:", style="bold")
        for note in notes:
            yield Text(f"  • {note}")


def _detail(result: Result, stage: Stage, lang: Lang) -> str:
    http, tls, dns = result.http, result.tls, result.dns
    detail = ""
    if stage is Stage.RESOLVE and dns is not None:
        detail = f"{dns.rcode}  {', '.join(dns.answers)}"
    elif stage is Stage.RESOLVE and result.address is not None:
        detail = f"{result.address} (IPv{result.family})"
    elif stage is Stage.CONNECT and result.rtt is not None:
        detail = f"RTT {_span(result.rtt)}"
    elif stage is Stage.HANDSHAKE and tls is not None:
        detail = _tls(tls, result, lang)
    elif stage is Stage.RESPONSE and http is not None:
        detail = f"HTTP/{http.version} {http.status}"
    elif stage is Stage.CONTENT and http is not None:
        detail = _WORDS[lang]["bytes"].format(body=http.body_bytes, wire=http.wire_bytes)
    return detail


def _tls(facts: TlsFacts, result: Result, lang: Lang) -> str:
    parts = [part for part in (facts.version, facts.cipher) if part]
    if not facts.verified:
        parts.append(_WORDS[lang]["unverified"])
    if facts.not_after is not None:
        left = facts.not_after - result.started_at
        key = "valid" if left > timedelta(0) else "past"
        parts.append(_WORDS[lang][key].format(day=f"{facts.not_after:%Y-%m-%d}", days=left.days))
    return ", ".join(parts)


def _span(span: timedelta | None) -> str:
    if span is None:
        return "—"
    milliseconds = span / timedelta(milliseconds=1)
    if milliseconds >= 1000:  # noqa: PLR2004 - a second
        return f"{milliseconds / 1000:.2f} s"
    return f"{milliseconds:.1f} ms"
