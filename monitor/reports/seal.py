"""By what a document of a closed period is known again: one line that stands in every format. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from monitor.reports.scope import ReportScope

_MARK = "kulkul-report"
_PART = re.compile(r"(government|agency|service)=([a-z0-9._-]+)")
_SEAL = re.compile(
    rf"{_MARK} (?P<period>[0-9A-Z.-]{{4,24}}) r(?P<revision>[0-9]{{1,6}}) (?P<language>id|en)"
    rf"(?P<scope>(?: {_PART.pattern})*) sha256:(?P<sha256>[0-9a-f]{{64}})"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """Which closing of a period a report is of."""

    number: int
    """From 1."""
    sha256: str
    """Of the record that it was closed with, hexadecimal."""
    frozen_at: datetime
    """Aware UTC."""
    frozen_by: str
    reason: str
    """Why it was closed again; empty of the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """What the line says."""

    period_name: str
    revision: int
    scope: ReportScope
    language: str
    sha256: str

    def __str__(self) -> str:
        """Return the line."""
        named = {
            "government": self.scope.government,
            "agency": self.scope.agency,
            "service": self.scope.service,
        }
        parts = [f"{kind}={name}" for kind, name in named.items() if name is not None]
        return " ".join(
            [
                _MARK,
                self.period_name,
                f"r{self.revision}",
                self.language,
                *parts,
                f"sha256:{self.sha256}",
            ]
        )


def find_seals(text: str) -> list[Seal]:
    """Return the seals that a text holds, each once, in the order in which they come."""
    found = {}
    for match in _SEAL.finditer(text):
        found[match[0]] = Seal(
            period_name=match["period"],
            revision=int(match["revision"]),
            scope=ReportScope(**dict(_PART.findall(match["scope"]))),
            language=match["language"],
            sha256=match["sha256"],
        )
    return list(found.values())
