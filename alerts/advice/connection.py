"""Of connections, and of certificates and TLS."""

from __future__ import annotations

from alerts.advice.sentence import HANGS, Advice
from monitor.core.reason import Reason, Sentence

_WARNING = Sentence(
    "Peramban menampilkan peringatan keamanan sehalaman penuh, dan aplikasi di ponsel menolak tersambung.",
    "The browser shows a full-page security warning, and apps on phones refuse to connect.",
)
_BREAKS_OFF = Sentence(
    "Peramban menyatakan bahwa sambungan terputus, kadang-kadang atau setiap kali.",
    "The browser says that the connection was interrupted, now and then or every time.",
)

CONNECTION = {
    Reason.TCP_REFUSED: Advice(
        Sentence(
            "Peramban segera menyatakan bahwa situs menolak tersambung.",
            "The browser says at once that the site refused to connect.",
        ),
        Sentence(
            "Jalankan kembali server web (atau layanan di port itu), cari sebab berhentinya di log, dan "
            "pastikan firewall tidak menolak port tersebut.",
            "Start the web server (or whatever serves that port) again, find in its log why it stopped, and "
            "make sure that no firewall rejects the port.",
        ),
    ),
    Reason.TCP_TIMEOUT: Advice(
        HANGS,
        Sentence(
            "Periksa apakah server menyala dan terhubung ke jaringan, lalu apakah firewall atau penyedia "
            "hosting membuang sambungan ke port itu.",
            "Check whether the server is on and connected to the network, then whether a firewall or the "
            "hoster drops connections to that port.",
        ),
    ),
    Reason.TCP_UNREACHABLE: Advice(
        Sentence(
            "Peramban menyatakan bahwa situs tidak dapat dijangkau.",
            "The browser says that the site cannot be reached.",
        ),
        Sentence(
            "Tanyakan kepada penyedia jaringan atau hosting apakah rute ke server terputus, dan pastikan "
            "server menyala serta alamatnya di DNS masih benar.",
            "Ask the network provider or hoster whether the route to the server is down, and make sure that "
            "the server is on and its address in DNS still right.",
        ),
    ),
    Reason.TCP_RESET: Advice(
        _BREAKS_OFF,
        Sentence(
            "Lihat log server web dan proxy pada waktu gangguan: proses yang jatuh atau kelebihan beban, "
            "serta firewall atau IPS yang memutus sambungan.",
            "Look into the logs of web server and proxy at the time of the outage: a process that crashes "
            "or is overloaded, or a firewall or IPS that cuts connections.",
        ),
    ),
    Reason.TCP_CLOSED: Advice(
        _BREAKS_OFF,
        Sentence(
            "Lihat log server web dan aplikasi: proses yang jatuh saat melayani, batas jumlah sambungan "
            "yang tercapai, atau proxy yang kehilangan server di belakangnya.",
            "Look into the logs of web server and application: a process that crashes while serving, a "
            "limit of connections that was reached, or a proxy that lost the server behind it.",
        ),
    ),
    Reason.TLS_EXPIRED: Advice(
        _WARNING,
        Sentence(
            "Perbarui sertifikat, pasang bersama sertifikat perantaranya, muat ulang server web, lalu cari "
            "sebab pembaruan otomatisnya gagal.",
            "Renew the certificate, install it with its intermediate certificates, reload the web server, "
            "then find out why it was not renewed automatically.",
        ),
    ),
    Reason.TLS_NOT_YET_VALID: Advice(
        _WARNING,
        Sentence(
            "Pasang sertifikat lain yang sudah berlaku atau minta penerbit menerbitkan ulang, dan periksa "
            "jam komputer yang membuat sertifikat ini.",
            "Install another certificate that is valid already or have the issuer issue it anew, and check "
            "the clock of the computer that made this one.",
        ),
    ),
    Reason.TLS_HOSTNAME: Advice(
        _WARNING,
        Sentence(
            "Pasang sertifikat yang memuat nama host ini (dengan dan tanpa www), atau perbaiki setelan "
            "virtual host supaya server mengirim sertifikat yang tepat untuk nama ini.",
            "Install a certificate that lists this host name (with and without www), or mend the virtual "
            "host's settings so that the server sends the right certificate for this name.",
        ),
    ),
    Reason.TLS_SELF_SIGNED: Advice(
        _WARNING,
        Sentence(
            "Ganti dengan sertifikat dari penerbit yang dipercaya peramban, misalnya Let's Encrypt yang "
            "gratis dan diperbarui otomatis.",
            "Replace it with a certificate of an issuer that browsers trust, for example Let's Encrypt, "
            "which is free and renews automatically.",
        ),
    ),
    Reason.TLS_INCOMPLETE_CHAIN: Advice(
        Sentence(
            "Pengunjung di ponsel dan aplikasi melihat peringatan keamanan, walaupun sebagian peramban "
            "komputer tetap membuka situs.",
            "Visitors on phones and in apps see a security warning, although some browsers on computers "
            "still open the site.",
        ),
        Sentence(
            "Pasang sertifikat perantara dari penerbit, yaitu berkas rantai lengkap (misalnya "
            "fullchain.pem, bukan cert.pem), lalu muat ulang server web.",
            "Install the issuer's intermediate certificate, that is the file with the full chain (for "
            "example fullchain.pem, not cert.pem), then reload the web server.",
        ),
    ),
    Reason.TLS_UNTRUSTED: Advice(
        _WARNING,
        Sentence(
            "Pasang sertifikat dari penerbit yang dipercaya peramban; bila layanan memang hanya untuk "
            "kalangan dalam, daftarkan sertifikat penerbitnya di register (`ca_file`).",
            "Install a certificate of an issuer that browsers trust; if the service is meant for insiders "
            "only, name its issuer's certificate in the register (`ca_file`).",
        ),
    ),
    Reason.TLS_REVOKED: Advice(
        _WARNING,
        Sentence(
            "Tanyakan kepada penerbit mengapa sertifikat dicabut, lalu pasang sertifikat baru dengan kunci "
            "baru: kunci yang lama mungkin bocor.",
            "Ask the issuer why the certificate was revoked, then install a new one with a new key: the old "
            "key may have leaked.",
        ),
    ),
    Reason.TLS_WEAK: Advice(
        _WARNING,
        Sentence(
            "Terbitkan ulang sertifikat dengan kunci RSA 2048 bit ke atas atau ECDSA P-256, dan tanda "
            "tangan SHA-256.",
            "Have the certificate issued anew with an RSA key of 2048 bits or more or ECDSA P-256, and a "
            "SHA-256 signature.",
        ),
    ),
    Reason.TLS_PROTOCOL: Advice(
        Sentence(
            "Peramban menyatakan bahwa sambungan aman tidak dapat dibuat.",
            "The browser says that no secure connection can be made.",
        ),
        Sentence(
            "Aktifkan TLS 1.2 dan 1.3 pada server, pastikan port itu memang berbicara HTTPS, dan pastikan "
            "ada virtual host dengan sertifikat untuk nama ini.",
            "Enable TLS 1.2 and 1.3 on the server, make sure that the port does speak HTTPS, and that there "
            "is a virtual host with a certificate for this name.",
        ),
    ),
    Reason.TLS_TIMEOUT: Advice(
        HANGS,
        Sentence(
            "Periksa beban server web atau proxy, dan apakah firewall yang memeriksa lalu lintas TLS "
            "menghambatnya.",
            "Check the load of the web server or proxy, and whether a firewall that inspects TLS traffic "
            "holds it up.",
        ),
    ),
    Reason.TLS_REQUIRED: Advice(
        Sentence(
            "Halaman terbuka dengan tanda “tidak aman”, dan isian pengunjung dapat disadap.",
            "The page opens marked “not secure”, and what visitors type can be read by others.",
        ),
        Sentence(
            "Alihkan semua permintaan http:// ke https://, dan hapus pengalihan yang kembali ke http://.",
            "Redirect all requests for http:// to https://, and remove redirects that lead back to http://.",
        ),
    ),
    Reason.TLS_CLIENT_CERTIFICATE: Advice(
        Sentence(
            "Peramban meminta sertifikat yang tidak dimiliki pengunjung, lalu gagal tersambung.",
            "The browser asks for a certificate that visitors do not have, then fails to connect.",
        ),
        Sentence(
            "Bila layanan ini untuk umum, matikan kewajiban sertifikat klien pada server; bila tidak, "
            "daftarkan sertifikat klien yang berlaku bagi pemantau di register.",
            "If this service is for the public, turn off the demand for client certificates on the server; "
            "if not, name a valid client certificate for the monitor in the register.",
        ),
    ),
}
