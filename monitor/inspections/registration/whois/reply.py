"""From a WHOIS reply to a registration: the two formats of .id, and what is said instead. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from monitor.core.registration.facts import Registration, RegistrationSource
from monitor.inspections.registration.lookup import LookupFailure
from monitor.inspections.registration.words import instant, plain, server_name, status_code

_NAME = frozenset({"domain name", "domain"})
_CREATED = ("creation date", "created on", "created")
_EXPIRES = (
    "registry expiry date",
    "expiration date",
    "expiry date",
    "registrar registration expiration date",
)
"""The registry's own date counts; the registrar's only where there is no other."""
_CHANGED = ("updated date", "last updated on", "last updated")
_REGISTRAR = ("registrar", "sponsoring registrar organization", "sponsoring registrar")
_STATUS = ("domain status", "status")
_SERVERS = ("name server", "nameserver", "nserver")
_HANDLE = ("registry domain id", "domain id")
_SIGNED = {"signeddelegation": True, "signed": True, "yes": True, "unsigned": False, "no": False}
_FREE = frozenset({"free", "available", "not registered", "not found", "no match"})
"""What some registries give as the status of a name that nobody has."""
_MOST_VALUES = 50
_MOST_LINES = 100
"""Read of a reply without a record."""
_LONGEST_LINE = 200
"""A longer line is legal text, not an answer."""

_LINE = re.compile(r"\r\n|\r|\n")
_WORD = re.compile(r"[a-z0-9._-]+")
_NOT_FOUND = re.compile(
    r"(?:no match(?: found)?|no entries found|no data found|no object found|no such domain"
    r"|(?:the queried )?object does not exist"
    r"|(?:the )?(?:domain )?(?:name )?(?:@ )?(?:is |was |has )?"
    r"(?:not found|not registered|not been registered|does not exist|available for registration))"
    r"(?: for)?(?: in (?:the |our )?(?:database|registry))?(?: domain)?(?: @)?"
)
"""A whole line, `@` being the domain: that something else was not found is said of many things."""
_SLOW_DOWN = re.compile(
    r"(?:limit|quota|rate|queries|requests)\b.{0,40}\bexceed"
    r"|exceed.{0,40}\b(?:limit|quota|rate|quer|request)|too many"
    r"|try again (?:later|after)|slow down|black ?list|rate.?limit|limit reached"
)


class SlowDown(LookupFailure):
    """The server was asked too often."""


def text_of(raw: bytes) -> str:
    """Decode a reply, whose encoding WHOIS does not tell: UTF-8 where it is that, else Latin-1."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def read_domain(raw: bytes, domain: str, at: datetime) -> Registration:
    """Read what a server says of a domain.

    Only the record of that domain counts, not what else the reply holds. Its last line is passed over if its
    end is missing: half a date or name would be a false one.

    Args:
        raw: the whole reply.
        domain: what was asked for; lower case, ASCII.
        at: when it was asked; aware UTC.

    Raises:
        LookupFailure: nothing was learned; `SlowDown` if it asks for patience. Its text follows the name of
            the server.
    """
    lines = _LINE.split(text_of(raw))
    record = _record(lines[:-1], domain)
    if record is None:
        return _without_record(lines, domain, at)
    return _Reading(record).registration(domain, at)


def referral(raw: bytes) -> str | None:
    """Return the server that a registry of registries refers to (`whois:` or `refer:`); None: it does not."""
    return _referred(raw, ("refer", "whois"))


def registrar_server(raw: bytes) -> str | None:
    """Return the registrar's own server, which may know more than a thin registry; None: not named."""
    return _referred(raw, ("registrar whois server",))


def _referred(raw: bytes, keys: tuple[str, ...]) -> str | None:
    for line in _LINE.split(text_of(raw)):
        key, value = _pair(line)
        if key in keys and value:
            return server_name(value.lower().removeprefix("whois://").rstrip("/"))
    return None


def _pair(line: str) -> tuple[str, str]:
    key, colon, value = line.partition(":")
    if not colon or line.lstrip()[:1] in ("%", "#", ">"):
        return "", ""
    return " ".join(key.lower().split()), value.strip()


def _record(lines: list[str], domain: str) -> list[tuple[str, str]] | None:
    """Return the pairs from the domain's name to the end of its record, or of the reply."""
    record: list[tuple[str, str]] | None = None
    before: list[tuple[str, str]] = []
    for line in lines:
        if line.lstrip().startswith(">>>") and record is not None:
            break
        key, value = _pair(line)
        if key in _NAME:
            if record is not None:
                break
            if value.lower().rstrip(".") == domain:
                record = before[-1:] if before and before[-1][0] in _HANDLE else []
        if record is not None and key and value:
            record.append((key, value))
        elif key:
            before.append((key, value))
    return record


def _without_record(lines: list[str], domain: str, at: datetime) -> Registration:
    """Judge a reply without the domain's record by its first line that says something; comments come last."""
    said = [words for line in lines if (words := line.strip()) and len(words) <= _LONGEST_LINE]
    for line in sorted(said, key=lambda words: words[0] in "%#>")[:_MOST_LINES]:
        words = " ".join(_WORD.findall(line.lower()))
        if _SLOW_DOWN.search(words):
            raise SlowDown("asked to slow down")
        named = ["@" if word.strip(".-") == domain else word.strip(".-") for word in words.split()]
        if _NOT_FOUND.fullmatch(" ".join(filter(None, named))):
            return Registration(
                domain=domain, source=RegistrationSource.WHOIS, looked_at=at, registered=False
            )
    if not any(line.strip() for line in lines):
        raise LookupFailure("gave an empty reply")
    if any(_pair(line)[0] in _NAME for line in lines):
        raise LookupFailure(f"gave a reply that is not about {domain}")
    raise LookupFailure("gave a reply that cannot be understood")


class _Reading:
    """The pairs of one record."""

    def __init__(self, record: list[tuple[str, str]]) -> None:
        self.record = record
        self.remarks: list[str] = []

    def registration(self, domain: str, at: datetime) -> Registration:
        if any(" ".join(one.lower().split()) in _FREE for one in self._values(*_STATUS)):
            return Registration(
                domain=domain, source=RegistrationSource.WHOIS, looked_at=at, registered=False
            )
        if not any(self._values(*keys) for keys in (_REGISTRAR, _STATUS, _CREATED, _EXPIRES, _SERVERS)):
            raise LookupFailure(f"says nothing about {domain} but its name")
        return Registration(
            domain=domain,
            source=RegistrationSource.WHOIS,
            looked_at=at,
            handle=self._first(*_HANDLE),
            registrar=self._first(*_REGISTRAR),
            statuses=self._every(_STATUS, status_code, "statuses"),
            created_at=self._date(*_CREATED),
            expires_at=self._date(*_EXPIRES),
            changed_at=self._date(*_CHANGED),
            name_servers=self._every(_SERVERS, server_name, "name servers"),
            signed=_SIGNED.get((self._first("dnssec") or "").lower()),
            remarks=tuple(dict.fromkeys(self.remarks)),
        )

    def _values(self, *keys: str) -> list[str]:
        """Return all values of the first of these keys that the record has."""
        for wanted in keys:
            if values := [value for key, value in self.record if key == wanted]:
                return values
        return []

    def _first(self, *keys: str) -> str | None:
        return next((plain(one) for one in self._values(*keys)), None)

    def _date(self, *keys: str) -> datetime | None:
        for key in keys:
            for value in self._values(key):
                if (at := instant(value)) is not None:
                    return at
                self.remarks.append(f"The date of “{key}” cannot be read.")
        return None

    def _every(
        self, keys: tuple[str, ...], read: Callable[[object], str | None], what: str
    ) -> tuple[str, ...]:
        """Return all values, sorted; none where one cannot be read: a part of them would mislead."""
        parts = [part for one in self._values(*keys) for part in re.split("[,;]", one)]
        values = [read(part) for part in parts if part.strip()]
        legible = {one for one in values if one is not None}
        if None in values or len(values) > _MOST_VALUES:
            self.remarks.append(f"The {what} cannot be read.")
            return ()
        return tuple(sorted(legible))
