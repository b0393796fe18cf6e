"""What a request asks for, read strictly: a slip must not quietly mean another report. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from monitor.core.access import Asked
from monitor.core.reason import Sentence
from monitor.web.api.errors import ApiError

MOST_LISTED = 500
USUALLY_LISTED = 100
_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,127}")
_NAME = re.compile(r"[a-z_]{1,20}")
_NUMBER = re.compile(r"[0-9]{1,6}")
_UNKNOWN = Sentence(
    "Parameter “{name}” tidak dikenal; yang ada: {known}.",
    "There is no parameter “{name}”; there are: {known}.",
)
_TWICE = Sentence("Tulis parameter {name} sekali saja.", "Write the parameter {name} once.")
_BAD_ID = Sentence(
    "{name}: tulis sebuah id, seperti di register.", "{name}: write an id, as the register has it."
)
_BAD_NUMBER = Sentence(
    "{name}: tulis bilangan dari {least} sampai {most}.", "{name}: write a number from {least} to {most}."
)
_BAD_WORD = Sentence("{name}: tulis {words}.", "{name}: write {words}.")
_LIVE_OR_CLOSED = Sentence(
    "Hilangkan `live` atau `revision`: sebuah revisi berasal dari periode yang sudah ditutup.",
    "Leave out `live` or `revision`: a revision is of a closed period.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the parameters of a report say."""

    asked: Asked
    revision: int | None
    live: bool
    policy: str | None
    language: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Which part of a list is asked for."""

    period: str | None
    limit: int
    offset: int


def read_wishes(query: Iterable[tuple[str, str]], languages: Collection[str]) -> Wishes:
    """Read the parameters of a report.

    Raises:
        ApiError: one is not known, stands twice, or cannot be read.
    """
    known = ("government", "agency", "service", "revision", "live", "policy", "lang")
    given = _once(query, known)
    for name in known[:3]:
        if name in given and not _ID.fullmatch(given[name]):
            raise _bad(_BAD_ID, name=name)
    revision = _number(given, "revision", 1, 999_999) if "revision" in given else None
    live = _word(given, "live", ("true", "false")) == "true"
    if live and revision is not None:
        raise _bad(_LIVE_OR_CLOSED)
    return Wishes(
        asked=Asked(
            government=given.get("government"), agency=given.get("agency"), service=given.get("service")
        ),
        revision=revision,
        live=live,
        policy=given.get("policy"),
        language=_word(given, "lang", languages),
    )


def read_page(query: Iterable[tuple[str, str]]) -> Page:
    """Read the parameters of the list.

    Raises:
        ApiError: one is not known, stands twice, or cannot be read.
    """
    given = _once(query, ("period", "limit", "offset"))
    return Page(
        period=given.get("period"),
        limit=_number(given, "limit", 1, MOST_LISTED) if "limit" in given else USUALLY_LISTED,
        offset=_number(given, "offset", 0, 999_999) if "offset" in given else 0,
    )


def _once(query: Iterable[tuple[str, str]], known: Collection[str]) -> dict[str, str]:
    given: dict[str, str] = {}
    for name, text in query:
        if name not in known:
            # Never what stands behind it, nor what is no name: somebody may have put a token there.
            shown = name if _NAME.fullmatch(name) else "?"
            raise _bad(_UNKNOWN, name=shown, known=", ".join(known))
        if name in given:
            raise _bad(_TWICE, name=name)
        given[name] = text
    return given


def _number(given: dict[str, str], name: str, least: int, most: int) -> int:
    text = given[name]
    if not _NUMBER.fullmatch(text) or not least <= int(text) <= most:
        raise _bad(_BAD_NUMBER, name=name, least=str(least), most=str(most))
    return int(text)


def _word(given: dict[str, str], name: str, words: Collection[str]) -> str | None:
    text = given.get(name)
    if text is not None and text not in words:
        raise _bad(_BAD_WORD, name=name, words=" / ".join(words))
    return text


def _bad(sentence: Sentence, **words: str) -> ApiError:
    filled = Sentence(sentence.id.format(**words), sentence.en.format(**words))
    return ApiError(400, "bad_parameter", filled)
