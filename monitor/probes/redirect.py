"""Where a redirect leads, and whether it may be followed; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import NoReturn

from yarl import URL

from monitor.core.reason import Reason, Stage
from monitor.core.service import HttpRequest
from monitor.probes.stages import ProbeFailure, shown

REDIRECTS = frozenset({301, 302, 303, 307, 308})
MAX_REDIRECTS = 10
LOCATION_LIMIT = 8192
_TO_GET = {301: ("POST",), 302: ("POST",), 303: ("POST", "PUT", "PATCH", "DELETE")}
_DESCRIBE_BODY = frozenset({"content-type", "content-length", "content-encoding", "content-language"})
_AUTHORITY = re.compile(r"(?:https?:|//)(?://)?(?P<host>[^/?#]*)", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
_CARRY_SECRETS = frozenset({"authorization", "cookie", "proxy-authorization"})


@dataclass(frozen=True, slots=True)
class Step:
    """One request on the way: where to, and what of the check's request still goes along."""

    url: URL
    request: HttpRequest
    trusted: bool = True
    """Still on the host that credentials, SNI and Host overrides were meant for."""


def follow(step: Step, status: int, location: str | None) -> Step:
    """Return the next request after a redirect.

    RFC 9110, 15.4: 303 (and, as all browsers do, 301 and 302 after POST) go on with GET; 307 and 308 keep
    method and body. Credentials and secret headers stay with the host they were given for.

    Args:
        step: the request that was answered.
        status: one of REDIRECTS.
        location: the Location header, decoded as latin-1.
    Raises:
        ProbeFailure: it points nowhere, or to something that is not the web.
    """
    url = _target(step.url, status, location)
    request = step.request
    if request.method in _TO_GET.get(status, ()):
        headers = _without(_DESCRIBE_BODY, request.headers)
        request = replace(request, method="GET", body=None, headers=headers)
    same = (url.host, url.port, url.scheme) == (step.url.host, step.url.port, step.url.scheme)
    upgraded = url.host == step.url.host and step.url.scheme == "http" and url.scheme == "https"
    if same or upgraded:
        return Step(url, request, trusted=step.trusted)
    headers = _without(_CARRY_SECRETS, request.headers)
    request = replace(
        request, credentials=None, host=None, headers=headers, tls=replace(request.tls, server_name=None)
    )
    return Step(url, request, trusted=False)


def _target(base: URL, status: int, location: str | None) -> URL:
    if not location:
        raise ProbeFailure(
            Stage.RESPONSE,
            Reason.HTTP_REDIRECT_MALFORMED,
            f"{base} answered {status} without saying where to go (no Location).",
        )
    if len(location) > LOCATION_LIMIT:
        raise ProbeFailure(
            Stage.RESPONSE,
            Reason.HTTP_REDIRECT_MALFORMED,
            f"{base} redirects to an address of {len(location)} characters.",
        )
    where = shown(location, 120)
    try:
        # Servers send UTF-8 in Location though the field is latin-1; browsers read it so.
        text = location.encode("latin-1").decode("utf-8", "replace")
        text = _CONTROLS.sub(_refuse, text).replace(" ", "%20")
        if (authority := _AUTHORITY.match(text)) is not None and not authority["host"]:
            raise _malformed(base, where, "which names no host")
        url = base.join(URL(text)).with_fragment(None)
        host, port = url.host, url.port
    except (ValueError, UnicodeError) as error:
        raise _malformed(base, where, f"which is no address ({error})") from error
    if url.scheme not in {"http", "https"}:
        raise ProbeFailure(
            Stage.RESPONSE,
            Reason.HTTP_REDIRECT_REFUSED,
            f"{base} redirects to “{where}”, which is neither http nor https.",
        )
    if not host or not port:
        raise _malformed(base, where, "which names no host")
    return url.with_user(None)  # what a redirect says of users and passwords is not ours to send


def _without(names: frozenset[str], headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in headers if name.lower() not in names)


def _malformed(base: URL, where: str, what: str) -> ProbeFailure:
    return ProbeFailure(
        Stage.RESPONSE, Reason.HTTP_REDIRECT_MALFORMED, f"{base} redirects to “{where}”, {what}."
    )


def _refuse(found: re.Match[str]) -> NoReturn:
    raise ValueError(f"control character {found.group()!r}")
