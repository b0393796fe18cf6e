"""Facts as JSON, for the outbox; pure. What is written by one version is read by the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from alerts.facts import Facts, Occasion, ServiceFacts
from monitor.core.incident import Tie
from monitor.core.reason import Reason, Stage
from monitor.core.route import Severity

_FACTS = {"occasion": Occasion, "severity": Severity, "cause": Tie}
_SERVICE = {"stage": Stage, "reason": Reason, "severity": Severity}
_TIMES = frozenset({"written_at", "began_at", "confirmed_at", "ended_at"})


def pack(facts: Facts) -> dict[str, Any]:
    """Return plain values that JSON can hold."""
    plain = {field.name: _plain(getattr(facts, field.name)) for field in fields(facts)}
    plain["services"] = [
        {field.name: _plain(getattr(one, field.name)) for field in fields(one)} for one in facts.services
    ]
    return plain


def unpack(plain: Mapping[str, Any]) -> Facts:
    """Read what `pack` wrote; keys that this version does not know are left aside."""
    values = _read(plain, _FACTS, {field.name for field in fields(Facts)})
    services = {field.name for field in fields(ServiceFacts)}
    values["services"] = tuple(
        ServiceFacts(**_read(one, _SERVICE, services)) for one in plain.get("services", ())
    )
    values["acknowledged_by"] = tuple(plain.get("acknowledged_by", ()))
    return Facts(**values)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    return value


def _read(plain: Mapping[str, Any], words: Mapping[str, Any], known: set[str]) -> dict[str, Any]:
    values = {}
    for name, value in plain.items():
        if name not in known:
            continue
        if value is not None and name in words:
            values[name] = words[name](value)
        elif value is not None and name in _TIMES:
            values[name] = datetime.fromisoformat(value)
        else:
            values[name] = value
    return values
