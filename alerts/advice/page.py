"""Of replies and pages: HTTP."""

from __future__ import annotations

from alerts.advice.sentence import HANGS, Advice
from monitor.core.reason import Reason, Sentence

_TOO_MANY = Sentence(
    "Peramban menyatakan bahwa situs terlalu sering mengalihkan.",
    "The browser says that the site redirected too many times.",
)
_NOTHING_MUCH = Sentence(
    "Halaman biasanya tetap terbuka, tetapi tidak seperti yang ditetapkan bagi layanan ini.",
    "The page usually still opens, but not in the way that was set for this service.",
)

PAGE = {
    Reason.HTTP_TIMEOUT: Advice(
        HANGS,
        Sentence(
            "Periksa beban aplikasi dan basis data (kueri yang lama, proses atau sambungan yang habis), "
            "jalankan ulang yang macet, lalu cari sebabnya di log.",
            "Check the load of application and database (slow queries, no free workers or connections), "
            "restart what hangs, then find the cause in the logs.",
        ),
    ),
    Reason.HTTP_MALFORMED: Advice(
        Sentence(
            "Peramban menampilkan galat atau teks mentah.",
            "The browser shows an error or raw text.",
        ),
        Sentence(
            "Pastikan port itu dilayani server web dan sesuai alamatnya (http atau https), lalu cari galat "
            "pada log aplikasi dan proxy.",
            "Make sure that a web server serves the port in the way its address says (http or https), then "
            "look for errors in the logs of application and proxy.",
        ),
    ),
    Reason.HTTP_HEADERS_TOO_LARGE: Advice(
        Sentence(
            "Sebagian peramban dan jaringan gagal menampilkan halaman.",
            "Some browsers and networks fail to show the page.",
        ),
        Sentence(
            "Cari header yang membengkak, biasanya Set-Cookie, lalu kurangi di aplikasi atau proxy.",
            "Find the headers that have grown, usually Set-Cookie, and cut them down in the application or "
            "proxy.",
        ),
    ),
    Reason.HTTP_STATUS: Advice(
        Sentence(
            "Pengunjung melihat halaman galat sebagai ganti layanan.",
            "Visitors see an error page instead of the service.",
        ),
        Sentence(
            "Untuk kode 5xx, periksa log aplikasi, server web, dan basis data serta perubahan terakhir; "
            "untuk kode 4xx, periksa apakah halaman dipindah atau hak aksesnya berubah.",
            "For a code of 5xx, check the logs of application, web server and database and the latest "
            "change; for 4xx, check whether the page was moved or its access rights changed.",
        ),
    ),
    Reason.HTTP_VERSION: Advice(
        _NOTHING_MUCH,
        Sentence(
            "Periksa setelan versi HTTP pada server web atau proxy; bila perubahan itu disengaja, sesuaikan "
            "harapan di register.",
            "Check the setting of the HTTP version in the web server or proxy; if the change was meant, "
            "adjust the expectation in the register.",
        ),
    ),
    Reason.HTTP_HEADER_MISMATCH: Advice(
        _NOTHING_MUCH,
        Sentence(
            "Periksa header pada setelan server web, aplikasi, atau CDN; bila perubahan itu disengaja, "
            "sesuaikan harapan di register.",
            "Check the header in the settings of web server, application or CDN; if the change was meant, "
            "adjust the expectation in the register.",
        ),
    ),
    Reason.HTTP_FINAL_HOST: Advice(
        Sentence(
            "Pengunjung berakhir di situs lain, bukan di layanan yang dicari.",
            "Visitors end on another site than the service they asked for.",
        ),
        Sentence(
            "Periksa aturan pengalihan dan berkas situs, karena pengalihan asing adalah tanda situs "
            "diretas; bila perpindahan itu disengaja, tulis host barunya di register.",
            "Check the redirect rules and the files of the site, since a strange redirect is a sign of a "
            "break-in; if the move was meant, write the new host into the register.",
        ),
    ),
    Reason.HTTP_REDIRECT_LOOP: Advice(
        _TOO_MANY,
        Sentence(
            "Periksa aturan pengalihan antara http dan https serta dengan dan tanpa www, juga mode TLS pada "
            "CDN atau proxy yang meneruskan permintaan sebagai http.",
            "Check the redirect rules between http and https and with and without www, and the TLS mode of "
            "a CDN or proxy that passes requests on as http.",
        ),
    ),
    Reason.HTTP_REDIRECT_LIMIT: Advice(
        _TOO_MANY,
        Sentence(
            "Persingkat pengalihan supaya alamat layanan langsung menuju halaman akhirnya, atau tulis "
            "alamat akhir itu di register.",
            "Shorten the redirects so that the service's address leads straight to its final page, or write "
            "that final address into the register.",
        ),
    ),
    Reason.HTTP_REDIRECT_REFUSED: Advice(
        Sentence(
            "Pengunjung dibawa ke alamat yang tidak dapat dibuka dari luar kantor.",
            "Visitors are led to an address that cannot be opened from outside the office.",
        ),
        Sentence(
            "Perbaiki tujuan pengalihan menjadi alamat http:// atau https:// yang publik, bukan alamat "
            "privat.",
            "Change the redirect's target to a public http:// or https:// address, not a private one.",
        ),
    ),
    Reason.HTTP_REDIRECT_MALFORMED: Advice(
        Sentence(
            "Peramban menampilkan galat atau halaman kosong.",
            "The browser shows an error or an empty page.",
        ),
        Sentence(
            "Perbaiki header Location yang dikirim aplikasi atau server web: isinya harus alamat yang "
            "lengkap dan sah.",
            "Correct the Location header that the application or web server sends: it must be a complete, "
            "valid address.",
        ),
    ),
    Reason.BODY_TIMEOUT: Advice(
        Sentence(
            "Halaman hanya tampil sebagian atau dimuat sangat lama.",
            "The page appears only in part or takes very long to load.",
        ),
        Sentence(
            "Periksa bandwidth dan beban server, serta bagian aplikasi yang lambat menghasilkan isi halaman.",
            "Check bandwidth and load of the server, and the part of the application that is slow to "
            "produce the page.",
        ),
    ),
    Reason.BODY_TOO_LARGE: Advice(
        Sentence(
            "Halaman terbuka lambat dan menghabiskan banyak kuota data.",
            "The page opens slowly and uses up much of a data plan.",
        ),
        Sentence(
            "Kurangi ukuran halaman; bila ukuran itu memang wajar, naikkan batasnya di register.",
            "Make the page smaller; if its size is in order, raise the limit in the register.",
        ),
    ),
    Reason.BODY_TRUNCATED: Advice(
        Sentence("Halaman tampil terpotong atau rusak.", "The page appears cut off or broken."),
        Sentence(
            "Cari di log aplikasi dan proxy proses yang jatuh di tengah jawaban, dan pastikan disk serta "
            "tempat penyangga proxy tidak penuh.",
            "Look in the logs of application and proxy for a process that crashes in the middle of a reply, "
            "and make sure that neither disk nor proxy buffers are full.",
        ),
    ),
    Reason.BODY_ENCODING: Advice(
        Sentence(
            "Peramban menampilkan galat atau huruf yang kacau.",
            "The browser shows an error or garbled letters.",
        ),
        Sentence(
            "Periksa setelan kompresi pada server web, aplikasi, dan CDN: isi yang dimampatkan dua kali, "
            "atau header Content-Encoding yang tidak sesuai isinya.",
            "Check the settings of compression in web server, application and CDN: content that is "
            "compressed twice, or a Content-Encoding header that does not fit it.",
        ),
    ),
    Reason.BODY_MISMATCH: Advice(
        Sentence(
            "Halaman terbuka, tetapi isinya bukan yang seharusnya: mungkin pesan galat, kosong, atau diubah "
            "orang.",
            "The page opens, but not with the content it should have: it may be an error message, empty, or "
            "altered by somebody.",
        ),
        Sentence(
            "Buka halaman itu dan bandingkan isinya; periksa galat basis data dan tanda peretasan, dan bila "
            "isinya sengaja diubah, sesuaikan harapan di register.",
            "Open the page and compare its content; check for database errors and signs of a break-in, and "
            "if it was changed on purpose, adjust the expectation in the register.",
        ),
    ),
}
