"""Who owns the demo's services: a made-up province, one of its regencies and one village, with offices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Owner:
    """A government of the town."""

    id: str
    name: str
    level: str
    agencies: Mapping[str, tuple[str, str]] = field(hash=False)
    """Id → name and short name."""


PROVINCE = Owner(
    "demoprov",
    "Pemerintah Provinsi Demo",
    "provinsi",
    {
        "diskominfo": ("Dinas Komunikasi, Informatika dan Statistik", "Diskominfos"),
        "dinkes": ("Dinas Kesehatan", "Dinkes"),
        "rsud": ("Rumah Sakit Umum Daerah Demo", "RSUD Demo"),
        "bapenda": ("Badan Pendapatan Daerah", "Bapenda"),
        "bkpsdm": ("Badan Kepegawaian dan Pengembangan SDM", "BKPSDM"),
        "dpmptsp": ("Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu", "DPMPTSP"),
        "biro-hukum": ("Biro Hukum Sekretariat Daerah", "Biro Hukum"),
        "biro-pbj": ("Biro Pengadaan Barang dan Jasa", "Biro PBJ"),
        "dispar": ("Dinas Pariwisata", "Dispar"),
        "bpbd": ("Badan Penanggulangan Bencana Daerah", "BPBD"),
        "bappeda": ("Badan Perencanaan Pembangunan Daerah", "Bappeda"),
        "distan": ("Dinas Pertanian dan Ketahanan Pangan", "Distan"),
        "diskop": ("Dinas Koperasi, Usaha Kecil dan Menengah", "Diskop"),
        "dishub": ("Dinas Perhubungan", "Dishub"),
        "dlh": ("Dinas Lingkungan Hidup", "DLH"),
        "disnaker": ("Dinas Tenaga Kerja", "Disnaker"),
        "perumda-air": ("Perumda Air Minum Demo", "Perumda Air"),
    },
)
REGENCY_OFFICES = Owner(
    "contohkab",
    "Pemerintah Kabupaten Contoh",
    "kabupaten",
    {
        "contohkab-disdukcapil": ("Dinas Kependudukan dan Pencatatan Sipil", "Disdukcapil"),
        "contohkab-disdik": ("Dinas Pendidikan", "Disdik"),
        "contohkab-dinsos": ("Dinas Sosial", "Dinsos"),
        "contohkab-perpustakaan": ("Dinas Perpustakaan dan Kearsipan", "Dispusip"),
    },
)
VILLAGE = Owner(
    "contoh", "Pemerintah Desa Contoh", "desa", {"contoh-pemdes": ("Pemerintah Desa Contoh", "Pemdes Contoh")}
)
OWNERS = (PROVINCE, REGENCY_OFFICES, VILLAGE)
AGENCY_NAMES = {id_: name for owner in OWNERS for id_, (name, _) in owner.agencies.items()}
