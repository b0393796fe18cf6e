"""The town's domains: one for everything that can become of a name, and one that is well.

One more domain is one more entry of DOMAINS, and one more name server one more entry of NAME_SERVERS.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from monitor.core.delegation.facts import Dnssec, Lameness
from monitor.core.reason import Sentence
from monitor.core.registration.facts import Phase
from monitor.core.registration.phase import HOLDS
from monitor.demo.town import DATA_CENTRE

A_DAY = timedelta(days=1)
PARENT_SERVERS = {"ns1.indukdemo.id": "127.0.4.2", "ns2.indukdemo.id": "127.0.5.2"}
"""Serve .id and the suffixes below it."""
NAME_SERVERS = {
    "ns1.demoprov.go.id": DATA_CENTRE,
    "ns2.demoprov.go.id": "127.0.4.3",
    "ns1.contohkab.go.id": "127.0.6.2",
    "ns2.contohkab.go.id": "127.0.6.3",
    "ns1.airdemo.co.id": "127.0.4.4",
}
"""Those of the domains; name → address."""
RDAP_ADDRESS, WHOIS_ADDRESS, RESOLVER_ADDRESS = "127.0.4.80", "127.0.4.43", "127.0.4.53"
"""Each its own: a registry that asks for patience is left alone by its host."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """One registered name, how the registry and the DNS hold it, and what the monitor should make of it."""

    name: str
    registrar: str
    expires_in: timedelta
    """From the start of the demo."""
    name_servers: tuple[str, ...]
    """As registered; of NAME_SERVERS."""
    statuses: tuple[str, ...] = ("ok",)
    """As EPP spells them."""
    lame: frozenset[str] = frozenset()
    """The name servers that refuse it, though the parent names them."""
    signed: bool = False
    caa: bool = False
    """Whether it says which authorities may issue certificates."""
    lookup_broken: bool = False
    """RDAP fails, and WHOIS asks to be left alone."""
    holder: str | None = None
    """Who holds it, as the register says; None: it does not say."""
    phase: Phase = Phase.ACTIVE
    lameness: Lameness = Lameness.NONE
    dnssec: Dnssec = Dnssec.UNSIGNED
    rules: frozenset[str] = field(default=frozenset(), hash=False)
    """Those of the registration and the delegation inspection by which something is found."""
    note: Sentence
    """What is the matter, in half a sentence."""

    @property
    def delegated(self) -> bool:
        """Whether its parent zone has it; a name on hold is taken out."""
        return HOLDS.isdisjoint(self.statuses)


DOMAINS: tuple[Domain, ...] = (
    Domain(
        name="demoprov.go.id",
        registrar="Registrar Peragaan Pemerintah",
        expires_in=300 * A_DAY,
        name_servers=("ns1.demoprov.go.id", "ns2.demoprov.go.id"),
        signed=True,
        caa=True,
        holder="Pejabat Nama Domain Pemerintah Provinsi Demo",
        dnssec=Dnssec.VALID,
        note=Sentence("sehat", "well"),
    ),
    Domain(
        name="contohkab.go.id",
        registrar="Registrar Peragaan Pemerintah",
        expires_in=9 * A_DAY,
        name_servers=("ns1.contohkab.go.id", "ns2.contohkab.go.id"),
        phase=Phase.EXPIRING,
        rules=frozenset({"domain_expiring", "dns_single_network", "dnssec_unsigned", "caa_missing"}),
        note=Sentence("habis masa berlakunya dalam sembilan hari", "expires in nine days"),
    ),
    Domain(
        name="wisatademo.id",
        registrar="Registrar Peragaan",
        expires_in=200 * A_DAY,
        name_servers=("ns1.demoprov.go.id", "ns2.demoprov.go.id"),
        statuses=("serverHold",),
        phase=Phase.HOLD,
        lameness=Lameness.UNKNOWN,
        dnssec=Dnssec.UNKNOWN,
        rules=frozenset({"domain_hold", "domain_not_delegated"}),
        note=Sentence("ditangguhkan registri, sehingga hilang dari DNS", "on hold, so gone from the DNS"),
    ),
    Domain(
        name="contoh.desa.id",
        registrar="Registrar Peragaan",
        expires_in=150 * A_DAY,
        name_servers=("ns1.contohkab.go.id", "ns2.demoprov.go.id"),
        lame=frozenset({"ns1.contohkab.go.id"}),
        caa=True,
        holder="Pemerintah Desa Contoh",
        lameness=Lameness.PARTIAL,
        rules=frozenset({"delegation_lame", "dnssec_unsigned"}),
        note=Sentence("satu server namanya tidak melayaninya", "a name server does not serve it"),
    ),
    Domain(
        name="airdemo.co.id",
        registrar="Registrar Peragaan",
        expires_in=100 * A_DAY,
        name_servers=("ns1.airdemo.co.id",),
        caa=True,
        lookup_broken=True,
        phase=Phase.UNKNOWN,
        rules=frozenset({"dns_single_server", "dnssec_unsigned"}),
        note=Sentence("registrinya tidak dapat ditanyai", "its registry cannot be asked"),
    ),
)


def domain_of_host(host: str) -> Domain:
    """Return the domain of the town that a host name lies under.

    Raises:
        LookupError: it lies under none.
    """
    for one in DOMAINS:
        if host == one.name or host.endswith(f".{one.name}"):
            return one
    raise LookupError(f"{host} lies under no domain of the town")
