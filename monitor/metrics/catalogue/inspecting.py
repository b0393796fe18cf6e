"""What inspections see, by domain, host and finding."""

from __future__ import annotations

from monitor.metrics.catalogue.metric import Metric, Type

DOMAIN_EXPIRY = Metric(
    "kulkul_domain_expiry_timestamp_seconds",
    Type.GAUGE,
    "Unix time at which the registration ends, as the registry last said; absent where it never did.",
    ("domain",),
    "seconds",
)
DOMAIN_PHASE = Metric(
    "kulkul_domain_phase",
    Type.GAUGE,
    "1 for the phase of life that the domain is in by what the registry last said, 0 for the others.",
    ("domain", "phase"),
)
DOMAIN_LOOKUP_SUCCESS = Metric(
    "kulkul_domain_lookup_success",
    Type.GAUGE,
    "1 if the registry answered when it was last asked, else 0: then the other values are older.",
    ("domain",),
)
DOMAIN_LOOKUP_TIMESTAMP = Metric(
    "kulkul_domain_last_lookup_timestamp_seconds",
    Type.GAUGE,
    "Unix time at which the registry last answered; absent where it never did.",
    ("domain",),
    "seconds",
)
DOMAIN_LAMENESS = Metric(
    "kulkul_domain_lameness",
    Type.GAUGE,
    "1 for how many of the domain's name servers do not serve it (none, partial, full, unknown), else 0.",
    ("domain", "lameness"),
)
DOMAIN_DNSSEC = Metric(
    "kulkul_domain_dnssec",
    Type.GAUGE,
    "1 for what DNSSEC is worth at the domain (unsigned, valid, broken, unknown), 0 for the others.",
    ("domain", "dnssec"),
)
CERTIFICATE_EXPIRY = Metric(
    "kulkul_certificate_expiry_timestamp_seconds",
    Type.GAUGE,
    "Unix time at which the host's own certificate expires, the earliest of its addresses; also when it has.",
    ("host",),
    "seconds",
)
CERTIFICATE_CHAIN_EXPIRY = Metric(
    "kulkul_certificate_chain_expiry_timestamp_seconds",
    Type.GAUGE,
    "Unix time at which the first of all certificates that the host sends expires; also when it has.",
    ("host",),
    "seconds",
)
CERTIFICATE_LOOK_SUCCESS = Metric(
    "kulkul_certificate_look_success",
    Type.GAUGE,
    "1 if every address of the host showed a certificate when it was last judged, else 0.",
    ("host",),
)
FINDING_OPEN = Metric(
    "kulkul_finding_open",
    Type.GAUGE,
    "Open findings of a rule at a subject; `accepted` tells whether somebody answers for them for now.",
    ("rule", "severity", "domain", "host", "service", "accepted"),
)

PER_DOMAIN = (
    DOMAIN_EXPIRY,
    DOMAIN_PHASE,
    DOMAIN_LOOKUP_SUCCESS,
    DOMAIN_LOOKUP_TIMESTAMP,
    DOMAIN_LAMENESS,
    DOMAIN_DNSSEC,
)
PER_CERTIFICATE = (CERTIFICATE_EXPIRY, CERTIFICATE_CHAIN_EXPIRY, CERTIFICATE_LOOK_SUCCESS)
PER_FINDING = (FINDING_OPEN,)
