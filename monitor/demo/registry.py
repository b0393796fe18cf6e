"""What the town's registry says of a domain, over RDAP (RFC 9083) and over WHOIS (RFC 3912). Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from monitor.demo.domains import Domain

RDAP_PATH = "/rdap/"
RDAP_TYPE = "application/rdap+json"
_REGISTERED_FOR = timedelta(days=2000)
_CHANGED_BEFORE = timedelta(days=40)
_RDAP_WORDS = {"ok": "active"}
"""Of RFC 8056; all others are EPP's words, separated."""

Answer = tuple[HTTPStatus, str, bytes]
"""Status, media type and body."""


def rdap_answer(path: str, domains: Iterable[Domain], opened_at: datetime) -> Answer:
    """Answer `GET path`.

    Nothing is said about other names than those of the town: they might be real ones.

    Args:
        path: of the request, without query.
        domains: the town's.
        opened_at: when the demo began, by which all its dates go; aware UTC.
    """
    name = path.removeprefix(f"{RDAP_PATH}domain/").lower()
    domain = next((one for one in domains if one.name == name), None)
    if domain is None:
        return _refused(HTTPStatus.FORBIDDEN, "Only names of the demo's town are known here.")
    if domain.lookup_broken:
        return HTTPStatus.INTERNAL_SERVER_ERROR, "text/html", b"<h1>Internal Server Error</h1>"
    return HTTPStatus.OK, RDAP_TYPE, _json(_object(domain, opened_at))


def whois_answer(question: str, domains: Iterable[Domain], opened_at: datetime) -> str:
    """Answer one line that was asked over WHOIS; see `rdap_answer`."""
    domain = next((one for one in domains if one.name == question.strip().lower()), None)
    if domain is None:
        return "% Only names of the demo's town are known here.\r\n"
    if domain.lookup_broken:
        return "Query rate limit exceeded. Please try again later.\r\n"
    created_at, changed_at, expires_at = _dates(domain, opened_at)
    pairs = [
        ("Domain Name", domain.name),
        ("Registry Domain ID", _handle(domain)),
        ("Creation Date", created_at),
        ("Updated Date", changed_at),
        ("Registry Expiry Date", expires_at),
        ("Registrar", domain.registrar),
        *(("Domain Status", f"{one} https://icann.org/epp#{one}") for one in domain.statuses),
        *(("Name Server", one) for one in domain.name_servers),
        ("DNSSEC", "signedDelegation" if domain.signed else "unsigned"),
    ]
    return "".join(f"{key}: {value}\r\n" for key, value in pairs) + ">>> Registri peragaan <<<\r\n"


def _object(domain: Domain, opened_at: datetime) -> dict[str, Any]:
    created_at, changed_at, expires_at = _dates(domain, opened_at)
    return {
        "rdapConformance": ["rdap_level_0"],
        "objectClassName": "domain",
        "handle": _handle(domain),
        "ldhName": domain.name,
        "status": [_rdap_words(one) for one in domain.statuses],
        "events": [
            {"eventAction": "registration", "eventDate": created_at},
            {"eventAction": "last changed", "eventDate": changed_at},
            {"eventAction": "expiration", "eventDate": expires_at},
        ],
        "entities": [
            {
                "objectClassName": "entity",
                "roles": ["registrar"],
                "vcardArray": [
                    "vcard",
                    [["version", {}, "text", "4.0"], ["fn", {}, "text", domain.registrar]],
                ],
            }
        ],
        "nameservers": [{"objectClassName": "nameserver", "ldhName": one} for one in domain.name_servers],
        "secureDNS": {"delegationSigned": domain.signed},
    }


def _refused(status: HTTPStatus, title: str) -> Answer:
    error = {"rdapConformance": ["rdap_level_0"], "errorCode": status.value, "title": title}
    return status, RDAP_TYPE, _json(error)


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _dates(domain: Domain, opened_at: datetime) -> tuple[str, str, str]:
    """Return when it was registered, last changed, and ends."""
    moments = (opened_at - _REGISTERED_FOR, opened_at - _CHANGED_BEFORE, opened_at + domain.expires_in)
    created_at, changed_at, expires_at = (f"{one:%Y-%m-%dT%H:%M:%S}Z" for one in moments)
    return created_at, changed_at, expires_at


def _handle(domain: Domain) -> str:
    return f"{domain.name.upper().replace('.', '-')}_DOMAIN_ID-DEMO"


def _rdap_words(status: str) -> str:
    return _RDAP_WORDS.get(status) or re.sub(r"(?=[A-Z])", " ", status).lower()
