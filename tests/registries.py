"""What registries say of a domain, written from RFC 9083 and the two formats of WHOIS under .id."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from monitor.core.registration.facts import Registration, RegistrationSource

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
DAY = timedelta(days=1)
DOMAIN = "demoprov.go.id"
EXPIRES = datetime(2027, 8, 30, 16, 59, 59, tzinfo=UTC)
REGISTRAR = "Registrar Instansi Demo"


def registration(**more):
    """A registration in good order, told by RDAP, unless told otherwise."""
    values = {
        "domain": DOMAIN,
        "source": RegistrationSource.RDAP,
        "looked_at": NOW,
        "registrar": REGISTRAR,
        "statuses": ("clientTransferProhibited",),
        "expires_at": EXPIRES,
        "name_servers": ("ns1.demoprov.go.id", "ns2.demoprov.go.id"),
        "signed": False,
        **more,
    }
    return Registration(**values)


def card(name):
    """A jCard of a registrar."""
    return ["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", name]]]


def domain_object(domain=DOMAIN, **more):
    """A whole reply of RDAP; a member given as None is left out."""
    members = {
        "rdapConformance": ["rdap_level_0"],
        "objectClassName": "domain",
        "handle": "100001_DOMAIN_ID-ID",
        "ldhName": domain,
        "status": ["client transfer prohibited"],
        "events": [
            {"eventAction": "registration", "eventDate": "2003-08-30T17:00:00Z"},
            {"eventAction": "expiration", "eventDate": "2027-08-30T16:59:59Z"},
            {"eventAction": "last changed", "eventDate": "2026-08-01T02:03:04Z"},
        ],
        "nameservers": [
            {"objectClassName": "nameserver", "ldhName": f"NS2.{domain}."},
            {"ldhName": f"ns1.{domain}"},
        ],
        "secureDNS": {"delegationSigned": False},
        "entities": [
            {
                "objectClassName": "entity",
                "roles": ["registrar"],
                "vcardArray": card(REGISTRAR),
                "entities": [{"roles": ["abuse"], "vcardArray": card("Penyalahgunaan")}],
            }
        ],
        **more,
    }
    return {key: value for key, value in members.items() if value is not None}


def rdap(domain=DOMAIN, **more):
    """The same as bytes."""
    return json.dumps(domain_object(domain, **more)).encode()


NOT_FOUND = json.dumps({"rdapConformance": ["rdap_level_0"], "errorCode": 404, "title": "Not Found"}).encode()

TODAYS = """\
Domain Name: DEMOPROV.GO.ID
Registry Domain ID: 100001_DOMAIN_ID-ID
Registrar WHOIS Server:
Updated Date: 2026-08-01T02:03:04Z
Creation Date: 2003-08-30T17:00:00Z
Registry Expiry Date: 2027-08-30T16:59:59Z
Registrar: Registrar Instansi Demo
Domain Status: clientTransferProhibited https://icann.org/epp#clientTransferProhibited
Domain Status: serverHold https://icann.org/epp#serverHold
Name Server: NS2.DEMOPROV.GO.ID
Name Server: ns1.demoprov.go.id
DNSSEC: unsigned
>>> Last update of WHOIS database: 2026-11-22T03:00:00Z <<<

Status: of these terms no use may be made for sending mail.
"""
OLDER = """\
% Layanan WHOIS untuk nama domain .id
# versi 1

Domain ID:DEMO-DO100001
Domain Name:DEMOPROV.GO.ID
Created On:30-Aug-2003 17:00:00 UTC
Last Updated On:2026-08-01 02:03:04
Expiration Date:30-Aug-2027 16:59:59 UTC
Status:CLIENT TRANSFER PROHIBITED
Registrant Organization:Dinas Kominfo
Sponsoring Registrar Organization:Registrar Instansi Demo
Sponsoring Registrar City:Denpasar
Name Server:ns1.demoprov.go.id 192.0.2.1
Name Server:ns2.demoprov.go.id
DNSSEC:signedDelegation
"""
