"""Where a redirect leads, and whether it may be followed; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import NoReturn

from yarl import URL

from monitor.core.reason import Reason, Stage
from monitor.core.service import HttpRequest
from monitor.probes.stages import ProbeFailure

REDIRECTS = frozenset({301, 302, 303, 307, 308})
MAX_REDIRECTS = 10
LOCATION_LIMIT = 8192
_TO_GET = {301: ("POST",), 302: ("POST",), 303: ("POST", "PUT", "PATCH", "DELETE")}
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
        request = replace(request, method="GET", body=None)
    same = (url.host, url.port, url.scheme) == (step.url.host, step.url.port, step.url.scheme)
    upgraded = url.host == step.url.host and step.url.scheme == "http" and url.scheme == "https"
    if same or upgraded:
        return Step(url, request, trusted=step.trusted)
    headers = tuple((name, value) for name, value in request.headers if name.lower() not in _CARRY_SECRETS)
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
    shown = location[:120].encode("unicode_escape").decode()
    try:
        # Servers send UTF-8 in Location though the field is latin-1; browsers read it so.
        text = location.encode("latin-1").decode("utf-8", "replace")
        url = base.join(URL(_CONTROLS.sub(_refuse, text))).with_fragment(None)
        host, port = url.host, url.port
    except (ValueError, UnicodeError) as error:
        raise ProbeFailure(
            Stage.RESPONSE,
            Reason.HTTP_REDIRECT_MALFORMED,
            f"{base} redirects to “{shown}”, which is no address ({error}).",
        ) from error
    if url.scheme not in {"http", "https"}:
        raise ProbeFailure(
            Stage.RESPONSE,
            Reason.HTTP_REDIRECT_REFUSED,
            f"{base} redirects to “{shown}”, which is neither http nor https.",
        )
    if not host or not port:
        raise ProbeFailure(
            Stage.RESPONSE,
            Reason.HTTP_REDIRECT_MALFORMED,
            f"{base} redirects to “{shown}”, which names no host.",
        )
    return url


def _refuse(found: re.Match[str]) -> NoReturn:
    raise ValueError(f"control character {found.group()!r}")
