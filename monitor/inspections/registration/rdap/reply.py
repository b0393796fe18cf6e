"""From an RDAP reply (RFC 9083) to a registration: whatever it holds is read, or named in a remark. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from monitor.core.registration.facts import Registration, RegistrationSource
from monitor.inspections.registration.lookup import LookupFailure
from monitor.inspections.registration.words import instant, plain, server_name, status_code

_MOST_VALUES = 50
"""Statuses or name servers of one domain; EPP allows some dozen."""
_MOST_OBJECTS = 200
"""Events or entities that are looked at."""
_EXPIRATIONS = ("expiration", "registry expiration", "registrar expiration")
"""The registry's own date counts; the registrar's only where there is no other."""


def read_domain(body: bytes, domain: str, at: datetime) -> Registration:
    """Read what a server says of a domain.

    Args:
        body: of a reply with status 200.
        domain: what was asked for; lower case, ASCII.
        at: when it was asked; aware UTC.

    Raises:
        LookupFailure: it is no RDAP, an error, or about something else. The clause follows the server's name.
    """
    reply = json_object(body)
    if reply is None:
        raise LookupFailure("gave something that is no JSON object")
    if "errorCode" in reply:
        raise LookupFailure(f"reported the error {plain(str(reply['errorCode'])[:20]) or 'without a code'}")
    kind = reply.get("objectClassName", "domain")
    if kind != "domain":
        raise LookupFailure("gave an object that is no domain")
    name = reply.get("ldhName")
    if not isinstance(name, str) or name.strip().rstrip(".").lower() != domain:
        raise LookupFailure(f"gave a reply that is not about {domain}")
    reading = _Reading(reply)
    return Registration(
        domain=domain,
        source=RegistrationSource.RDAP,
        looked_at=at,
        handle=reading.handle(),
        registrar=reading.registrar(),
        statuses=reading.every("status", status_code, "statuses"),
        created_at=reading.date("registration"),
        expires_at=reading.date(*_EXPIRATIONS),
        changed_at=reading.date("last changed"),
        name_servers=reading.every("nameservers", _server, "name servers"),
        signed=reading.signed(),
        remarks=tuple(dict.fromkeys(reading.remarks)),
    )


def says_unknown(body: bytes) -> bool:
    """Whether the body of a 404 is RDAP's own: an object that says so by its error code or its conformance.

    A web server's page for a wrong path is none, and no proof that a name is free.
    """
    reply = json_object(body)
    if reply is None:
        return False
    code = reply.get("errorCode")
    return isinstance(reply.get("rdapConformance"), list) if code is None else code in (404, "404")


def json_object(body: bytes) -> dict[str, Any] | None:
    """Return the JSON object that a body is; None: it is none."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


@dataclass
class _Reading:
    """One reply, whose parts may be of any type."""

    reply: dict[str, Any]
    remarks: list[str] = field(default_factory=list)

    def handle(self) -> str | None:
        return plain(self.reply.get("handle"))

    def date(self, *actions: str) -> datetime | None:
        """Return the time of the first of these events that has a legible one; of several the earliest."""
        for action in actions:
            dates = []
            for event in self._objects("events"):
                if _words(event.get("eventAction")) == action:
                    at = instant(event.get("eventDate"))
                    dates.append(at)
                    if at is None:
                        self.remarks.append(f"The date of “{action}” cannot be read.")
            known = sorted({at for at in dates if at is not None})
            if len(known) > 1:
                self.remarks.append(f"There are several dates of “{action}”; the earliest counts.")
            if known:
                return known[0]
        return None

    def every(self, key: str, read: Callable[[Any], str | None], what: str) -> tuple[str, ...]:
        """Return a list's values, sorted; none where one cannot be read: a part of them would mislead."""
        value = self.reply.get(key)
        if value is None:
            return ()
        values = [read(one) for one in value[: _MOST_VALUES + 1]] if isinstance(value, list) else [None]
        legible = {one for one in values if one is not None}
        if None in values or len(values) > _MOST_VALUES:
            self.remarks.append(f"The {what} cannot be read.")
            return ()
        return tuple(sorted(legible))

    def registrar(self) -> str | None:
        """Return the name of the entity with the role registrar, the outermost first; never of the holder."""
        for entity in self._entities():
            roles = entity.get("roles")
            if isinstance(roles, list) and any(_words(role) == "registrar" for role in roles):
                name = _card_name(entity.get("vcardArray"))
                if name is not None:
                    return name
                self.remarks.append("The registrar's name cannot be read.")
        return None

    def signed(self) -> bool | None:
        secure = self.reply.get("secureDNS")
        if secure is None:
            return None
        if isinstance(secure, dict):
            signed, records = secure.get("delegationSigned"), secure.get("dsData")
            if isinstance(signed, bool):
                return signed
            if signed is None and isinstance(records, list) and records:
                return True
        self.remarks.append("Whether the delegation is signed cannot be read.")
        return None

    def _objects(self, key: str) -> Iterator[dict[str, Any]]:
        value = self.reply.get(key, [])
        if not isinstance(value, list):
            self.remarks.append(f"The member “{key}” is no list.")
            return
        yield from (one for one in value[:_MOST_OBJECTS] if isinstance(one, dict))

    def _entities(self) -> Iterator[dict[str, Any]]:
        waiting = list(self._objects("entities"))
        for number, entity in enumerate(waiting):  # grows while it runs: breadth first
            if number >= _MOST_OBJECTS:
                return
            yield entity
            inner = entity.get("entities")
            if isinstance(inner, list):
                waiting += [one for one in inner[:_MOST_OBJECTS] if isinstance(one, dict)]


def _words(value: object) -> str | None:
    return " ".join(value.lower().split()) if isinstance(value, str) else None


def _server(value: Any) -> str | None:
    return server_name(value.get("ldhName") if isinstance(value, dict) else value)


def _card_name(card: Any) -> str | None:
    """Return the name in a jCard (RFC 7095): `fn`, else `org`, which may be a list of parts."""
    properties = card[1] if isinstance(card, list) and len(card) > 1 else None
    if not isinstance(properties, list):
        return None
    for wanted in ("fn", "org"):
        for one in properties:
            if isinstance(one, list) and len(one) > 3 and one[0] == wanted:  # noqa: PLR2004 - name, parameters, type, value
                value = one[3][0] if isinstance(one[3], list) and one[3] else one[3]
                if (name := plain(value)) is not None:
                    return name
    return None
