"""Whether a host name agrees with what the register says of the service behind it. Pure."""

from __future__ import annotations

import re
from enum import StrEnum

from monitor.core.hostname import REGIONAL, HostName
from monitor.core.naming.region import BALI_CODE, region_of_government, same_name
from monitor.core.service import Agency, Government, Level, Service

ENTERPRISE_TAG = "bumd"
"""A service that carries it is that of a regional enterprise, which may use any domain."""
_ENTERPRISE = re.compile(
    r"\b(?:bumd|bumdes(?:a|ma)?|bumn|perumda|perusda|perseroda|pdam|badan usaha milik"
    r"|perusahaan (?:umum )?daerah|bank bpd|bank pembangunan daerah"
    r"|bank perk?reditan rakyat|bank perekonomian rakyat)\b|^(?:pt|bpr)\b",
    re.IGNORECASE,
)
_STATE = re.compile(r"(?:pemerintah|pemprov|pemkab|pemkot|pemdes|kementerian|badan|lembaga)\b", re.IGNORECASE)
_SMALLEST_REGENCY_CODE = len("51.03")


class Belonging(StrEnum):
    """How the region that a host name claims stands to the government that the register names."""

    NO_CLAIM = "no_claim"
    """The name claims no region: nothing can contradict."""
    OWN = "own"
    RELATED = "related"
    """One lies within the other: a province and one of its regencies."""
    OTHER = "other"
    UNKNOWN = "unknown"
    """They cannot be compared."""


def is_enterprise(service: Service, agency: Agency) -> bool:
    """Whether it is run by a regional enterprise (BUMD, BUMDes), as far as the register's names show."""
    names = (service.name, agency.name, agency.short_name or "")
    tagged = any(tag.casefold() == ENTERPRISE_TAG for tag in service.tags)
    return tagged or any(_ENTERPRISE.search(one) for one in names)


def is_state(government: Government) -> bool:
    """Whether it is a government; one whose level is not written must be called so."""
    return government.level is not Level.OTHER or _STATE.match(government.name) is not None


def belonging(host: HostName, government: Government) -> Belonging:
    """Hold the region that a host name claims against that of a government.

    Codes decide where both are known. A region that is not in the table of Bali is no other name for one that
    is. Else names are compared, and since many are abbreviated (`jabarprov`), two that differ say nothing.
    """
    if host.kind not in REGIONAL or host.region is None or government.level is Level.CENTRAL:
        return Belonging.NO_CLAIM
    level, region = region_of_government(government)
    claimed = host.region.code
    if claimed is not None and region.code is not None:
        return _by_code(claimed, region.code, level)
    alike = same_name(host.region.name, region.name)
    if alike and level in (host.level, Level.OTHER):
        return Belonging.OWN
    if alike and host.level is not None and level in (Level.PROVINCE, Level.REGENCY, Level.CITY):
        return Belonging.OTHER
    in_bali = region.code is not None and region.code.split(".")[0] == BALI_CODE
    return Belonging.OTHER if in_bali and host.level is not None else Belonging.UNKNOWN


def _by_code(claimed: str, code: str, level: Level) -> Belonging:
    if claimed == code:
        return Belonging.OWN
    if code.startswith(f"{claimed}."):
        # Villages and subdistricts live under the names of their regency or province.
        below = level is Level.VILLAGE or len(code) > _SMALLEST_REGENCY_CODE
        return Belonging.OWN if below else Belonging.RELATED
    return Belonging.RELATED if claimed.startswith(f"{code}.") else Belonging.OTHER
