"""What a host name says of who stands behind it, by the customs of .id. Pure.

It only ever suggests an owner: the register decides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

from monitor.core.naming.offices import COUNCIL, office_within, vertical_office
from monitor.core.naming.region import Region, government_words, region_of_label, region_words, spelt
from monitor.core.reason import Sentence
from monitor.core.service import Level


class HostClass(StrEnum):
    """What kind of holder a host name speaks of."""

    IP = "ip"
    INTERNAL = "internal"
    """A name that only an own network knows."""
    INVALID = "invalid"
    UNKNOWN_TLD = "unknown-tld"
    PROVINCE = "provinsi"
    REGENCY = "kabupaten"
    CITY = "kota"
    COUNCIL = "dprd"
    """The council of a province, regency or city, under a name of its own."""
    VERTICAL = "instansi-vertikal"
    """Courts, prosecutors and election bodies: offices of the state in a region."""
    CENTRAL = "pusat"
    VILLAGE = "desa"
    MILITARY = "militer"
    UNIVERSITY = "perguruan-tinggi"
    SCHOOL = "sekolah"
    ISLAMIC_BOARDING_SCHOOL = "pesantren"
    APP_STORE = "app-store"
    ID_NON_GOVERNMENT = "id-non-pemerintah"
    FOREIGN = "tld-asing"


REGIONAL = frozenset({HostClass.PROVINCE, HostClass.REGENCY, HostClass.CITY, HostClass.COUNCIL})
"""Classes whose names claim a region."""
UNUSABLE = frozenset({HostClass.INVALID, HostClass.UNKNOWN_TLD})
"""Classes that nobody on the Internet can reach."""


class HostProblem(StrEnum):
    """What speaks against a name as the address of a public service."""

    NOT_A_NAME = "not_a_name"
    NUMBERS_ONLY = "numbers_only"
    """It looks like an IPv4 address and is none."""
    PUBLIC_SUFFIX = "public_suffix"
    """An ending such as `go.id`, with nothing registered below it."""
    UNKNOWN_SUFFIX = "unknown_suffix"
    PRIVATE_ADDRESS = "private_address"
    INTERNAL_NAME = "internal_name"
    UNDERSCORE = "underscore"
    """The DNS takes it, certificate authorities do not."""


@dataclass(frozen=True, slots=True)
class NameParts:
    """A host name split by the Public Suffix List; lower case, IDNA, no final dot. All empty: no name."""

    subdomain: str = ""
    domain: str = ""
    """The label before the suffix; without a suffix, the last one."""
    suffix: str = ""

    @property
    def name(self) -> str:
        """The whole name."""
        return ".".join(filter(None, (self.subdomain, self.domain, self.suffix)))

    @property
    def registrable(self) -> str | None:
        """What somebody registered: `baliprov.go.id`."""
        return f"{self.domain}.{self.suffix}" if self.domain and self.suffix else None


@dataclass(frozen=True, slots=True, kw_only=True)
class HostName:
    """A host name or address as read."""

    name: str
    """In normal form; of what is no name, the text in lower case."""
    kind: HostClass
    level: Level | None = None
    """Of the holder; None: the name does not say."""
    region: Region | None = None
    registrable: str | None = None
    owner: Sentence | None = None
    """Who probably stands behind it, by the name alone; no full sentence."""
    problems: tuple[HostProblem, ...] = ()

    @property
    def is_council(self) -> bool:
        """Whether the name is that of a region's council (DPRD)."""
        return self.kind is HostClass.COUNCIL


_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_LONGEST_NAME = 253
_INTERNAL = re.compile(
    r"[^.]*|.*\.(?:local|localhost|test|invalid|example|internal|home\.arpa|intranet|private|corp|home|lan)"
)
"""RFC 6761, 6762 (with its appendix G) and 8375; `internal` is reserved by ICANN since 2024."""
_APP_STORES = frozenset({"play.google.com", "apps.apple.com"})
_CENTRAL = {"setkab": Sentence("Sekretariat Kabinet", "Cabinet Secretariat")}
"""Central bodies whose names look like a region's."""
_VILLAGES = ("kemendesa.go.id", "desa")
"""The ministry for villages gives them names below `desa.kemendesa.go.id`."""
_COUNCIL = re.compile(r"dprd-?(?=[a-z])")
_SUFFIXES = {
    "mil.id": (HostClass.MILITARY, Level.CENTRAL),
    "ac.id": (HostClass.UNIVERSITY, None),
    "sch.id": (HostClass.SCHOOL, None),
    "ponpes.id": (HostClass.ISLAMIC_BOARDING_SCHOOL, None),
}
_REGIONAL = {
    Level.PROVINCE: HostClass.PROVINCE,
    Level.REGENCY: HostClass.REGENCY,
    Level.CITY: HostClass.CITY,
}


def classify(host: str, parts: NameParts) -> HostName:
    """Read a host name. Takes any text, whatever its capitals and final dot.

    Args:
        host: a name or an address, IPv6 with or without brackets; no port.
        parts: of the same host, by the Public Suffix List.
    """
    text = host.strip().lower().removesuffix(".")
    address = address_of(text)
    if address is not None:
        private = () if address.is_global else (HostProblem.PRIVATE_ADDRESS,)
        return HostName(name=str(address), kind=HostClass.IP, problems=private)
    name = (text if text.isascii() else parts.name) or text
    underscore = (HostProblem.UNDERSCORE,) if "_" in name else ()
    unregistered = _unregistered(name, parts)
    if unregistered is not None:
        kind, problem = unregistered
        return HostName(name=name, kind=kind, problems=(problem, *underscore))
    kind, level, region, owner = _holder(name, parts)
    return HostName(
        name=name,
        kind=kind,
        level=level,
        region=region,
        registrable=parts.registrable,
        owner=owner,
        problems=underscore,
    )


def address_of(text: str) -> IPv4Address | IPv6Address | None:
    """Return the address that a host is, with or without brackets; None: it is none."""
    bare = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    try:
        return ip_address(bare)
    except ValueError:
        return None


def host_json(host: HostName) -> dict[str, Any]:
    """Return what a host name says as JSON can hold it, for cards."""
    return {
        "name": host.name,
        "class": host.kind.value,
        "level": host.level and host.level.value,
        "region_code": host.region and host.region.code,
        "region_name": host.region and host.region.name,
        "registrable": host.registrable,
        "owner": host.owner and {"id": host.owner.id, "en": host.owner.en},
        "council": host.is_council,
        "problems": [one.value for one in host.problems],
    }


def _well_formed(name: str) -> bool:
    return name.isascii() and len(name) <= _LONGEST_NAME and all(map(_LABEL.fullmatch, name.split(".")))


def _unregistered(name: str, parts: NameParts) -> tuple[HostClass, HostProblem] | None:
    """Say why nobody can have registered any part of a name; None: somebody may have."""
    if not _well_formed(name):
        return HostClass.INVALID, HostProblem.NOT_A_NAME
    if name.rpartition(".")[2].isdigit():
        return HostClass.INVALID, HostProblem.NUMBERS_ONLY
    if _INTERNAL.fullmatch(name):
        return HostClass.INTERNAL, HostProblem.INTERNAL_NAME
    if not parts.suffix:
        return HostClass.UNKNOWN_TLD, HostProblem.UNKNOWN_SUFFIX
    return None if parts.domain else (HostClass.INVALID, HostProblem.PUBLIC_SUFFIX)


_Holder = tuple[HostClass, Level | None, Region | None, Sentence | None]


def _holder(name: str, parts: NameParts) -> _Holder:
    if parts.suffix == "go.id":
        return _government(parts)
    if parts.suffix == "desa.id":
        return _village(parts.domain)
    if parts.suffix in _SUFFIXES:
        kind, level = _SUFFIXES[parts.suffix]
        return kind, level, None, None
    if name in _APP_STORES:
        return HostClass.APP_STORE, None, None, None
    if parts.suffix == "id" or parts.suffix.endswith(".id"):
        return HostClass.ID_NON_GOVERNMENT, None, None, None
    return HostClass.FOREIGN, None, None, None


def _government(parts: NameParts) -> _Holder:
    """Read a name below go.id by the label before it; the order of the questions matters."""
    label = parts.domain
    left = parts.subdomain.split(".")
    if label in _CENTRAL:
        return HostClass.CENTRAL, Level.CENTRAL, None, _CENTRAL[label]
    if _COUNCIL.match(label):
        return _council(_COUNCIL.sub("", label, count=1))
    office = vertical_office(label)
    if office is not None:
        return HostClass.VERTICAL, Level.CENTRAL, Region(name=office[1]), office[0]
    found = region_of_label(label)
    if found is not None:
        level, region = found
        guess = office_within(left[-1], region_words(level, region.name))
        return _REGIONAL[level], level, region, guess or government_words(level, region.name)
    if parts.registrable == _VILLAGES[0] and left[-1] == _VILLAGES[1] and len(left) > 1:
        return _village(left[-2])
    return HostClass.CENTRAL, Level.CENTRAL, None, None


def _council(label: str) -> _Holder:
    found = region_of_label(label)
    if found is None:
        return HostClass.COUNCIL, None, Region(name=spelt(label)), None
    level, region = found
    words = region_words(level, region.name)
    owner = Sentence(COUNCIL.id.format(region=words.id), COUNCIL.en.format(region=words.en))
    return HostClass.COUNCIL, level, region, owner


def _village(label: str) -> _Holder:
    name = spelt(re.sub(r"^desa-?(?=[a-z]{3})", "", label))
    return HostClass.VILLAGE, Level.VILLAGE, Region(name=name), government_words(Level.VILLAGE, name)
