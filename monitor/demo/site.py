"""What a site of the demo's town is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from monitor.core.reason import Reason, Stage
from monitor.core.service import CheckKind
from monitor.core.status import Status
from monitor.demo.behaviours import Behaviour
from monitor.demo.certificates import Quality
from monitor.demo.turns import Turns


@dataclass(frozen=True, slots=True)
class Sight:
    """What the monitor should make of a site."""

    status: Status
    stage: Stage | None = None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """One service of the town, and the server behind it."""

    id: str
    host: str
    name: str
    agency: str
    address: str
    behaviour: Behaviour | None
    """None: nothing listens; or, for `dns`, the town's name server answers."""
    certificate: Quality | None = None
    """None: plain text."""
    kind: CheckKind = CheckKind.HTTP
    turns: Turns | None = field(default=None, kw_only=True)
    """When its host is on and off; None: always on."""
    sees: tuple[Sight, ...] = field(kw_only=True)
    """The first soon after the start; a flapping site goes on to the others and back."""
    maintenance: str | None = field(default=None, kw_only=True)
    """What is done in the maintenance that is announced for it; None: there is none."""
    note: str = field(kw_only=True)
    """What is the matter, in one Indonesian sentence."""
    service: Mapping[str, object] = field(default_factory=dict, kw_only=True, hash=False)
    """Further keys of the service in the register."""
    check: Mapping[str, object] = field(default_factory=dict, kw_only=True, hash=False)
    """Further keys of its `tcp` or `dns` check."""
