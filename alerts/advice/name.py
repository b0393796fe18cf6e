"""Of the names of hosts: DNS."""

from __future__ import annotations

from alerts.advice.sentence import Advice
from monitor.core.reason import Reason, Sentence

_CANNOT_FIND = Sentence(
    "Peramban menyatakan bahwa situs tidak dapat ditemukan.",
    "The browser says that the site cannot be found.",
)

NAME = {
    Reason.DNS_NXDOMAIN: Advice(
        _CANNOT_FIND,
        Sentence(
            "Tanyakan kepada pengelola DNS apakah catatan nama ini (A, AAAA, atau CNAME) terhapus atau "
            "salah ketik, dan kepada registrar apakah domainnya kedaluwarsa atau ditangguhkan.",
            "Ask the DNS administrator whether the record of this name (A, AAAA or CNAME) was deleted or "
            "mistyped, and the registrar whether the domain expired or is suspended.",
        ),
    ),
    Reason.DNS_NO_ADDRESS: Advice(
        _CANNOT_FIND,
        Sentence(
            "Tambahkan catatan alamat (A, dan AAAA bila ada IPv6) untuk nama ini, atau arahkan CNAME-nya ke "
            "nama yang punya alamat.",
            "Add an address record for this name (A, and AAAA where there is IPv6), or point its CNAME at a "
            "name that has one.",
        ),
    ),
    Reason.DNS_TIMEOUT: Advice(
        Sentence(
            "Peramban mencari lama, lalu menyatakan bahwa situs tidak dapat ditemukan.",
            "The browser searches for long, then says that the site cannot be found.",
        ),
        Sentence(
            "Pastikan semua server nama domain ini berjalan dan menjawab di port 53 (UDP dan TCP) dari "
            "internet, tanpa terhalang firewall.",
            "Make sure that all name servers of this domain run and answer on port 53 (UDP and TCP) from "
            "the internet, with no firewall in the way.",
        ),
    ),
    Reason.DNS_SERVFAIL: Advice(
        _CANNOT_FIND,
        Sentence(
            "Periksa zona domain pada server nama: galat saat zona dimuat, tanda tangan DNSSEC yang "
            "kedaluwarsa, atau catatan DS di registrar yang tidak cocok lagi.",
            "Check the domain's zone on the name servers: errors when it is loaded, DNSSEC signatures that "
            "expired, or a DS record at the registrar that no longer fits.",
        ),
    ),
    Reason.DNS_REFUSED: Advice(
        _CANNOT_FIND,
        Sentence(
            "Pastikan server nama yang tercatat di registrar memang melayani zona ini, dan menjawab siapa "
            "pun yang bertanya tentangnya.",
            "Make sure that the name servers on record at the registrar do serve this zone, and answer "
            "whoever asks for it.",
        ),
    ),
    Reason.DNS_INVALID_NAME: Advice(
        Sentence(
            "Alamat ini tidak dapat dibuka dengan peramban mana pun.",
            "No browser can open this address.",
        ),
        Sentence(
            "Perbaiki nama host pada alamat layanan di register, atau pada tujuan pengalihannya: tiap "
            "bagian hanya boleh berisi huruf, angka, dan tanda hubung, paling banyak 63 karakter.",
            "Correct the host name in the service's address in the register, or in the target of its "
            "redirect: each part may hold letters, digits and hyphens only, at most 63 of them.",
        ),
    ),
    Reason.DNS_MISMATCH: Advice(
        Sentence(
            "Pengunjung mungkin dibawa ke server yang salah, atau tidak menemukan layanan.",
            "Visitors may be led to a wrong server, or not find the service.",
        ),
        Sentence(
            "Bandingkan catatan DNS dengan yang tertulis di register; bila tidak ada yang sengaja "
            "mengubahnya, anggap sebagai pembajakan dan amankan akun DNS serta akun registrar.",
            "Compare the DNS records with those in the register; if nobody changed them on purpose, treat "
            "it as a hijack and secure the accounts at the DNS provider and the registrar.",
        ),
    ),
}
