"""Regions as host names call them: those of Bali with their codes, and some that stand without an ending."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from monitor.core.reason import Sentence
from monitor.core.service import Government, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A province, regency, city or village."""

    name: str
    """As people write it; of a region that is not in the table, as the host name writes it."""
    code: str | None = None
    """Kode wilayah, such as `51.03`; None: the host name alone does not tell."""


BALI_CODE = "51"
_BALI = (
    (Level.PROVINCE, "51", "Bali"),
    (Level.REGENCY, "51.01", "Jembrana"),
    (Level.REGENCY, "51.02", "Tabanan"),
    (Level.REGENCY, "51.03", "Badung"),
    (Level.REGENCY, "51.04", "Gianyar"),
    (Level.REGENCY, "51.05", "Klungkung"),
    (Level.REGENCY, "51.06", "Bangli"),
    (Level.REGENCY, "51.07", "Karangasem"),
    (Level.REGENCY, "51.08", "Buleleng"),
    (Level.CITY, "51.71", "Denpasar"),
)
"""All of Bali, by the kode wilayah as of 2026-11: a region that is not among them is not in Bali."""
_ELSEWHERE = (
    (Level.PROVINCE, "jakarta", "DKI Jakarta"),
    (Level.CITY, "balikpapan", "Balikpapan"),
    (Level.CITY, "bandung", "Bandung"),
    (Level.CITY, "batam", "Batam"),
    (Level.CITY, "depok", "Depok"),
    (Level.CITY, "kotamobagu", "Kotamobagu"),
    (Level.CITY, "medan", "Medan"),
    (Level.CITY, "padang", "Padang"),
    (Level.CITY, "palembang", "Palembang"),
    (Level.CITY, "pekanbaru", "Pekanbaru"),
    (Level.CITY, "pontianak", "Pontianak"),
    (Level.CITY, "salatiga", "Salatiga"),
    (Level.CITY, "surabaya", "Surabaya"),
    (Level.CITY, "surakarta", "Surakarta"),
    (Level.REGENCY, "kotabaru", "Kotabaru"),
    (Level.REGENCY, "lamongan", "Lamongan"),
)
"""Whose names under go.id carry no `prov`, `kab` or `kota`, or would mislead; as of 2026-11."""

_LISTED: Mapping[str, tuple[Level, Region]] = {
    **{label: (level, Region(name=name)) for level, label, name in _ELSEWHERE},
    **{name.lower(): (level, Region(name=name, code=code)) for level, code, name in _BALI},
}
_ENDINGS = {"prov": Level.PROVINCE, "kab": Level.REGENCY, "kota": Level.CITY}
_BEGINNING = re.compile(r"kota-?(?=[a-z])")
_GOVERNMENTS = {
    Level.PROVINCE: Sentence("Pemerintah Provinsi {name}", "Government of {name} Province"),
    Level.REGENCY: Sentence("Pemerintah Kabupaten {name}", "Government of {name} Regency"),
    Level.CITY: Sentence("Pemerintah Kota {name}", "Government of {name} City"),
    Level.VILLAGE: Sentence("Pemerintah Desa {name}", "Government of {name} Village"),
}
_REGIONS = {
    Level.PROVINCE: Sentence("Provinsi {name}", "{name} Province"),
    Level.REGENCY: Sentence("Kabupaten {name}", "{name} Regency"),
    Level.CITY: Sentence("Kota {name}", "{name} City"),
    Level.VILLAGE: Sentence("Desa {name}", "{name} Village"),
}
_TITLE = re.compile(
    r"(?:(?P<short>pemprov|pemkab|pemkot|pemdes)"
    r"|pemerintah(?: daerah)?(?: (?P<level>provinsi|kabupaten|kota|desa))?) (?P<name>.+)",
    re.IGNORECASE,
)
_TITLES = {
    "pemprov": Level.PROVINCE,
    "pemkab": Level.REGENCY,
    "pemkot": Level.CITY,
    "pemdes": Level.VILLAGE,
    "provinsi": Level.PROVINCE,
    "kabupaten": Level.REGENCY,
    "kota": Level.CITY,
    "desa": Level.VILLAGE,
}


def region_of_label(label: str) -> tuple[Level, Region] | None:
    """Read the label before `go.id`, such as `badungkab`; None: it names no region.

    Args:
        label: lower case.
    """
    for ending, level in _ENDINGS.items():
        rest = label.removesuffix(ending).rstrip("-")
        if label.endswith(ending) and any(map(str.isalpha, rest)):
            return level, _named(rest, level)
    if label in _LISTED:
        return _LISTED[label]
    rest = _BEGINNING.sub("", label, count=1)
    return (Level.CITY, _named(rest, Level.CITY)) if _BEGINNING.match(label) else None


def _named(label: str, level: Level) -> Region:
    listed = _LISTED.get(label)
    if listed is not None and listed[0] is level:
        return listed[1]
    return Region(name=spelt(label))


def spelt(label: str) -> str:
    """Return a label as a name: `sumber-agung` as `Sumber Agung`."""
    return " ".join(part.capitalize() for part in label.split("-") if part)


def region_words(level: Level, name: str) -> Sentence:
    """Return `Kabupaten Badung`, `Badung Regency`; no full sentence. Of the other levels, the name."""
    words = _REGIONS.get(level, Sentence("{name}", "{name}"))
    return Sentence(words.id.format(name=name), words.en.format(name=name))


def government_words(level: Level, name: str) -> Sentence | None:
    """Return `Pemerintah Kabupaten Badung`; None where the level is that of no region."""
    words = _GOVERNMENTS.get(level)
    return words and Sentence(words.id.format(name=name), words.en.format(name=name))


def region_of_government(government: Government) -> tuple[Level, Region]:
    """Return what the register says of a government's region, its name helping out where a key is missing.

    Returns: level OTHER and a region without code where it does not say.
    """
    title = _TITLE.fullmatch(" ".join(government.name.split()))
    word = ((title and (title["short"] or title["level"])) or "").lower()
    level = government.level if government.level is not Level.OTHER else _TITLES.get(word, Level.OTHER)
    name = title["name"] if title else government.name
    code = government.region_code
    listed = _LISTED.get(name.lower())
    if code is None and listed is not None and listed[0] is level:
        code = listed[1].code
    return level, Region(name=name, code=code)


def same_name(one: str, other: str) -> bool:
    """Whether two names are spelt alike but for capitals, spaces and hyphens."""
    return _letters(one) == _letters(other) != ""


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, name.lower()))
