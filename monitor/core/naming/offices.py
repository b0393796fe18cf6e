"""Offices that host names announce by a prefix: the state's own in the regions, and those of the regions."""

from __future__ import annotations

from monitor.core.naming.region import spelt
from monitor.core.reason import Sentence

_VERTICAL = {
    "pn": Sentence("Pengadilan Negeri {name}", "{name} District Court"),
    "pa": Sentence("Pengadilan Agama {name}", "{name} Religious Court"),
    "pt": Sentence("Pengadilan Tinggi {name}", "{name} High Court"),
    "pta": Sentence("Pengadilan Tinggi Agama {name}", "{name} High Religious Court"),
    "ptun": Sentence("Pengadilan Tata Usaha Negara {name}", "{name} State Administrative Court"),
    "dilmil": Sentence("Pengadilan Militer {name}", "{name} Military Court"),
    "kejari": Sentence("Kejaksaan Negeri {name}", "{name} District Prosecutor's Office"),
    "kejati": Sentence("Kejaksaan Tinggi {name}", "{name} High Prosecutor's Office"),
    "kpu": Sentence("Komisi Pemilihan Umum {name}", "{name} General Elections Commission"),
    "bawaslu": Sentence("Badan Pengawas Pemilihan Umum {name}", "{name} Election Supervisory Agency"),
}
"""By what stands before the first hyphen under go.id."""
_WITHIN = {
    "desa": Sentence("Pemerintah Desa {name}, {region}", "Government of {name} Village, {region}"),
    "kelurahan": Sentence("Kelurahan {name}, {region}", "{name} Urban Village, {region}"),
    "kecamatan": Sentence("Kecamatan {name}, {region}", "{name} Subdistrict, {region}"),
    "puskesmas": Sentence("Puskesmas {name}, {region}", "{name} Community Health Centre, {region}"),
    "rsud": Sentence("Rumah Sakit Umum Daerah {name}, {region}", "{name} Regional Hospital, {region}"),
    "dprd": Sentence("DPRD {region}", "Regional House of Representatives (DPRD) of {region}"),
}
"""By the beginning of the label to the left of a region's own."""
_ALONE = ("rsud", "dprd")
"""Of which a region may have just one, so that nothing need follow."""
COUNCIL = _WITHIN["dprd"]


def vertical_office(label: str) -> tuple[Sentence, str] | None:
    """Read a label such as `pn-denpasar`; return the office in words and the name of its seat.

    None: it is no court, prosecutor's office or election body.
    """
    prefix, _, seat = label.partition("-")
    words = _VERTICAL.get(prefix)
    if words is None or not seat.strip("-"):
        return None
    name = spelt(seat)
    return Sentence(words.id.format(name=name), words.en.format(name=name)), name


def office_within(label: str, region: Sentence) -> Sentence | None:
    """Guess who is behind a label to the left of a region's name, such as `desaungasan`; None: no idea.

    Args:
        label: the one next to the region's own; lower case.
        region: in words, such as `Kabupaten Badung`.
    """
    for prefix, words in _WITHIN.items():
        if not label.startswith(prefix):
            continue
        name = spelt(label.removeprefix(prefix))
        if name or prefix in _ALONE:
            return Sentence(_filled(words.id, name, region.id), _filled(words.en, name, region.en))
    return None


def _filled(words: str, name: str, region: str) -> str:
    return " ".join(words.format(name=name, region=region).replace(" ,", ",").split())
