"""Of sites that refuse us, of addresses that may not be probed, and of our own faults."""

from __future__ import annotations

from alerts.advice.sentence import Advice
from monitor.core.reason import Reason, Sentence

_NOT_MEASURED = Sentence(
    "Pengunjung mungkin tetap dapat membuka situs; selama pemantau ditolak, hal itu tidak terukur.",
    "Visitors may still be able to open the site; while the monitor is refused, that is not measured.",
)
_NOT_KNOWN = Sentence(
    "Tidak diketahui: pemantau tidak dapat melihat.", "Not known: the monitor could not look."
)
_LET_IN = Sentence(
    "Minta pengelola situs mengizinkan pemantau pada firewall, WAF, atau CDN; surat permintaannya disusun "
    "dengan `kulkul letter`.",
    "Ask those who run the site to let the monitor in at the firewall, WAF or CDN; `kulkul letter` writes "
    "the letter that asks for it.",
)

REFUSAL = {
    Reason.BLOCKED_CHALLENGE: Advice(_NOT_MEASURED, _LET_IN),
    Reason.BLOCKED_FORBIDDEN: Advice(_NOT_MEASURED, _LET_IN),
    Reason.BLOCKED_NATIONAL: Advice(
        Sentence(
            "Pengunjung melalui penyedia internet yang menerapkan pemblokiran nasional melihat halaman "
            "blokir.",
            "Visitors whose internet provider applies the national block see a block page.",
        ),
        Sentence(
            "Periksa apakah situs disusupi konten terlarang dan bersihkan, lalu ajukan normalisasi kepada "
            "Komdigi; bila tidak masuk daftar blokir, periksa DNS jaringan pemantau.",
            "Check whether forbidden content was smuggled into the site and clean it, then ask Komdigi to "
            "lift the block; if it is not on the list, check the DNS of the monitor's network.",
        ),
    ),
    Reason.GUARD_REFUSED: Advice(
        Sentence(
            "Pengunjung dari luar tidak dapat membuka situs, karena namanya mengarah ke alamat privat.",
            "Visitors from outside cannot open the site, since its name points to a private address.",
        ),
        Sentence(
            "Arahkan nama ini di DNS ke alamat publik; bila layanan memang hanya untuk kalangan dalam, "
            "daftarkan dengan `network: internal`.",
            "Point this name to a public address in DNS; if the service is meant for insiders only, "
            "register it with `network: internal`.",
        ),
    ),
    Reason.SELF_FAULT: Advice(
        _NOT_KNOWN,
        Sentence(
            "Periksa server pemantau: memori, jumlah berkas terbuka, firewall, resolver DNS, dan log Kulkul.",
            "Check the monitor's own server: memory, open files, firewall, DNS resolver, and Kulkul's log.",
        ),
    ),
    Reason.VANTAGE_BLIND: Advice(
        _NOT_KNOWN,
        Sentence(
            "Periksa sambungan internet dan resolver DNS di tempat pemantau.",
            "Check the internet connection and the DNS resolver at the monitor's place.",
        ),
    ),
}
