"""The section `inspections`: the slow looks at certificates, domains and their delegation."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, Field

from monitor.settings.fields import (
    Duration,
    Host,
    HostName,
    Model,
    NameServer,
    OneOrMore,
    Port,
    Url,
    at_least,
)
from monitor.settings.settings import InspectionSettings

Interval = Annotated[Duration, AfterValidator(at_least(timedelta(seconds=1), "1s"))]
Pause = Annotated[Duration, AfterValidator(at_least(timedelta(milliseconds=10), "10ms"))]


class InspectionsModel(Model):
    """Slow looks for what will break next month; what is left out keeps its default."""

    enabled: bool = True
    """false: certificates, domains and the register are not inspected; probing goes on."""
    every: Interval | None = None
    """How often each domain and each host is looked at; a day unless something is being tried out."""
    again: Interval | None = None
    """How soon one that could not be looked at is tried again."""
    timeout: Annotated[Duration, AfterValidator(at_least(timedelta(milliseconds=100), "100ms"))] | None = None
    """After this a registry or name server counts as silent."""
    registry_pause: Pause | None = None
    """Least time between two questions to one registry; registries shut out who asks faster."""
    rdap: dict[HostName, Url] = Field(default={})
    """RDAP service of a top-level domain, asked instead of the one that IANA's list names."""
    rdap_bootstrap: Url | None = "https://data.iana.org/rdap/dns.json"
    """IANA's list of RDAP services, fetched once a week; null: only those that ship and those above."""
    whois: dict[HostName, Host] = Field(default={})
    """WHOIS server of a top-level domain, asked where RDAP cannot answer."""
    whois_port: Annotated[Port, Field()] = 43
    dns_servers: Annotated[tuple[NameServer, ...], OneOrMore()] = ()
    """Resolvers asked about delegation; none: those of probing."""
    dns_port: Annotated[Port, Field()] = 53
    """Port at which the name servers of domains are asked."""


def inspection_settings(model: InspectionsModel) -> InspectionSettings:
    """Complete the section with its defaults."""
    usual = InspectionSettings()
    return InspectionSettings(
        enabled=model.enabled,
        every=model.every or usual.every,
        again=model.again or usual.again,
        timeout=model.timeout or usual.timeout,
        registry_pause=model.registry_pause or usual.registry_pause,
        rdap=dict(model.rdap),
        rdap_bootstrap=model.rdap_bootstrap,
        whois={**usual.whois, **model.whois},
        whois_port=model.whois_port,
        dns_servers=model.dns_servers,
        dns_port=model.dns_port,
    )
