"""All inspections: one module (or room) and one line each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from monitor.inspections.certificate import CertificateInspection
from monitor.inspections.delegation import DelegationInspection
from monitor.inspections.inspection import Inspection
from monitor.inspections.register import RegisterInspection
from monitor.inspections.registration import RegistrationInspection
from monitor.inspections.sightings import Sightings
from monitor.probes.guard import networks
from monitor.probes.vantage import Vantage
from monitor.settings import Settings


@dataclass(frozen=True, slots=True)
class Equipment:
    """What inspections work with."""

    settings: Settings
    vantage: Vantage
    sightings: Sightings
    """What probes saw lately."""


INSPECTIONS: Mapping[str, Callable[[Equipment], Inspection]] = {
    "register": lambda _: RegisterInspection(),
    "registration": lambda given: RegistrationInspection(
        given.settings.inspections,
        given.settings.vantage.user_agent,
        networks(given.settings.probing.allow_networks),
        resolve=given.settings.probing.resolve,
        nameservers=given.settings.probing.nameservers,
    ),
    "delegation": lambda given: DelegationInspection(
        given.settings.inspections,
        given.settings.probing.nameservers,
        given.settings.probing.resolve,
        networks(given.settings.probing.allow_networks),
        given.vantage.blocks,
    ),
    "certificate": lambda given: CertificateInspection(
        given.vantage, given.sightings, given.settings.inspections
    ),
}
