"""Probes: each tries a check once and says what it saw. A new kind is one module and one line in PROBES."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from monitor.core.result import Result
from monitor.core.service import Check, CheckKind
from monitor.probes import dns, http, tcp
from monitor.probes.stages import Attempt, ProbeFailure, self_fault
from monitor.probes.vantage import Vantage

Probe = Callable[[Attempt, Vantage, Any], Awaitable[None]]

PROBES: dict[CheckKind, Probe] = {
    CheckKind.HTTP: http.probe,
    CheckKind.TCP: tcp.probe,
    CheckKind.DNS: dns.probe,
}

_log = logging.getLogger(__name__)


async def run(
    check: Check, vantage: Vantage, avoid: str | None = None, *, pinned: str | None = None
) -> Result:
    """Try a check once.

    Args:
        check: what to try.
        vantage: where from.
        avoid: an address to leave aside if the name has another one.
        pinned: the address of the check's own host to connect to, whatever others its name has.
    Returns: what was seen. Never raises for a bad site; a fault in this program is a `self_fault`.
    """
    attempt = Attempt(check, vantage.name, avoid, pinned)
    failure: ProbeFailure | None = None
    try:
        await PROBES[check.kind](attempt, vantage, check.target)
    except ProbeFailure as caught:
        failure = caught
    except MemoryError:
        failure = self_fault(attempt.at, "This machine has no memory left.")
    except Exception as error:  # noqa: BLE001 - a fault of ours must not pass for the site's, nor end the daemon
        _log.exception("the probe of %s failed in our own code", check.id)
        failure = self_fault(attempt.at, f"The probe itself failed ({type(error).__name__}); see the log.")
    return attempt.result(failure, vantage.lag.since(attempt.started))
