"""The town: a site for every kind of fault, and some that are well.

One more site is one more entry of TOWN; one more way to misbehave is one function in `behaviours`.
"""

from __future__ import annotations

from monitor.core.reason import Reason, Stage
from monitor.core.service import CheckKind
from monitor.core.status import Status
from monitor.demo import behaviours as does
from monitor.demo.certificates import Quality
from monitor.demo.site import Sight, Site
from monitor.demo.turns import Turns

DATA_CENTRE, HOSTING, HOSPITAL, CLOUD = (f"127.0.0.{last}" for last in range(2, 6))
"""Where sites are hosted; several on one address, as in real life."""
OWN = [f"127.0.0.{last}" for last in range(11, 20)]
"""A server for each site that fails by its own fault: what fails together at one address has one cause."""
SHARED_HOST, SHARED_TURNS = "127.0.3.1", Turns(well_seconds=45, out_seconds=45)
"""A host that dies with all its sites, and comes back: each time for long enough to be confirmed."""
WELL = Sight(Status.UP)


def _down(stage: Stage, reason: Reason) -> Sight:
    return Sight(Status.DOWN, stage, reason)


def _sharing(id_: str, host: str, name: str, agency: str) -> Site:
    """Return a site on the shared host; well, but for its host."""
    return Site(
        id_, host, name, agency, SHARED_HOST, does.healthy,
        turns=SHARED_TURNS, sees=(WELL, _down(Stage.CONNECT, Reason.TCP_REFUSED)),
        note="Di hosting bersama: 45 detik baik, 45 detik mati bersama empat layanan lain.",
    )  # fmt: skip


TOWN: tuple[Site, ...] = (
    Site(
        "portal", "www.demoprov.go.id", "Portal Provinsi Demo", "diskominfo", DATA_CENTRE, does.healthy,
        Quality.GOOD,
        sees=(WELL,), note="Sehat, dengan HTTPS.",
    ),
    Site(
        "ppid", "ppid.demoprov.go.id", "Layanan Informasi Publik (PPID)", "diskominfo", DATA_CENTRE,
        does.healthy,
        sees=(WELL,), note="Sehat, tetapi masih HTTP tanpa enkripsi.",
    ),
    Site(
        "pengaduan", "lapor.demoprov.go.id", "Pengaduan Masyarakat", "diskominfo", DATA_CENTRE, does.healthy,
        Quality.EXPIRING,
        sees=(WELL,), note="Masih sehat, tetapi sertifikatnya habis dalam enam hari.",
    ),
    Site(
        "surel", "mail.demoprov.go.id", "Surel Dinas", "diskominfo", DATA_CENTRE, does.greets,
        kind=CheckKind.TCP,
        sees=(WELL,), note="Server surel; menyapa dengan 220.",
        check={"expect": "^220 "},
    ),
    Site(
        "server-nama", "ns1.demoprov.go.id", "Server Nama Domain", "diskominfo", DATA_CENTRE, None,
        kind=CheckKind.DNS,
        sees=(WELL,), note="Server DNS; harus tahu alamat portal.",
        check={"name": "www.demoprov.go.id", "answers": [DATA_CENTRE]},
    ),
    Site(
        "rsud-antrean", "rsud.demoprov.go.id", "Pendaftaran Pasien Daring", "rsud", HOSPITAL, does.slow,
        sees=(Sight(Status.DEGRADED),), note="Berfungsi, tetapi lambat: jawaban datang setelah 1,5 detik.",
        service={"slow": "1s"},
    ),
    Site(
        "simpus", "simpus.demoprov.go.id", "Sistem Informasi Puskesmas", "dinkes", HOSTING, does.broken,
        sees=(_down(Stage.RESPONSE, Reason.HTTP_STATUS),), note="Menjawab dengan status 500.",
    ),
    Site(
        "e-samsat", "samsat.demoprov.go.id", "e-Samsat", "bapenda", DATA_CENTRE, does.healthy,
        Quality.EXPIRED,
        sees=(_down(Stage.HANDSHAKE, Reason.TLS_EXPIRED),),
        note="Sertifikatnya kedaluwarsa tiga hari yang lalu.",
    ),
    Site(
        "simpeg", "simpeg.demoprov.go.id", "Sistem Informasi Kepegawaian", "bkpsdm", OWN[0], does.healthy,
        Quality.SELF_SIGNED,
        sees=(_down(Stage.HANDSHAKE, Reason.TLS_SELF_SIGNED),),
        note="Sertifikatnya ditandatangani sendiri.",
        service={"category": "administrasi"},
    ),
    Site(
        "perizinan", "izin.demoprov.go.id", "Perizinan Daring", "dpmptsp", OWN[1], does.healthy,
        Quality.INCOMPLETE_CHAIN,
        sees=(_down(Stage.HANDSHAKE, Reason.TLS_INCOMPLETE_CHAIN),),
        note="Sertifikat perantaranya lupa dipasang.",
    ),
    Site(
        "jdih", "jdih.demoprov.go.id", "Jaringan Dokumentasi dan Informasi Hukum", "biro-hukum", HOSTING,
        does.redirects,
        sees=(WELL,), note="Tiga pengalihan, lalu halaman yang benar.",
    ),
    Site(
        "pengadaan", "pengadaan.demoprov.go.id", "Pengadaan Barang dan Jasa", "biro-pbj", OWN[2],
        does.circles,
        sees=(_down(Stage.RESPONSE, Reason.HTTP_REDIRECT_LOOP),),
        note="Pengalihan berputar antara beranda dan halaman masuk.",
    ),
    Site(
        "kalender-acara", "wisata.demoprov.go.id", "Kalender Acara Wisata", "dispar", CLOUD, does.challenges,
        sees=(Sight(Status.BLOCKED, Stage.RESPONSE, Reason.BLOCKED_CHALLENGE),),
        note="Menampilkan halaman verifikasi robot kepada pemantau.",
    ),
    Site(
        "info-bencana", "siaga.demoprov.go.id", "Informasi Kebencanaan", "bpbd", OWN[3], does.flaps,
        sees=(WELL, _down(Stage.RESPONSE, Reason.HTTP_STATUS)),
        note="Naik turun: 40 detik baik, 40 detik menjawab 503.",
    ),
    Site(
        "satu-data", "data.demoprov.go.id", "Satu Data Demo", "bappeda", OWN[4], does.hollow,
        sees=(_down(Stage.CONTENT, Reason.BODY_MISMATCH),),
        note="Menjawab 200, tetapi basis data di belakangnya mati.",
        maintenance="Pemindahan basis data ke server baru",
        service={"expect": {"body_not_matches": ["(?i)error establishing a database connection"]}},
    ),
    Site(
        "akta-daring", "akta.contohkab.go.id", "Akta Kelahiran Daring", "contohkab-disdukcapil",
        OWN[5], does.healthy, Quality.WRONG_HOST,
        sees=(_down(Stage.HANDSHAKE, Reason.TLS_HOSTNAME),),
        note="Sertifikatnya untuk nama host yang lama.",
    ),
    Site(
        "ppdb", "ppdb.contohkab.go.id", "Penerimaan Peserta Didik Baru", "contohkab-disdik", OWN[6],
        does.drips,
        sees=(_down(Stage.CONTENT, Reason.BODY_TIMEOUT),),
        note="Kewalahan: mengirim satu byte setiap detik.",
    ),
    Site(
        "bansos", "bansos.contohkab.go.id", "Data Penerima Bantuan Sosial", "contohkab-dinsos",
        OWN[7], does.silent,
        sees=(_down(Stage.RESPONSE, Reason.HTTP_TIMEOUT),),
        note="Menerima sambungan, lalu diam.",
    ),
    Site(
        "katalog", "pustaka.contohkab.go.id", "Katalog Perpustakaan", "contohkab-perpustakaan",
        OWN[8], None,
        sees=(_down(Stage.CONNECT, Reason.TCP_REFUSED),), note="Servernya mati; sambungan ditolak.",
    ),
    Site(
        "tiket-wisata", "tiket.wisatademo.id", "Tiket Objek Wisata", "dispar", CLOUD, does.healthy,
        sees=(_down(Stage.RESOLVE, Reason.DNS_NXDOMAIN),),
        note="Servernya baik, tetapi nama domainnya ditangguhkan sehingga tidak ada lagi di DNS.",
    ),
    Site(
        "surat-desa", "www.contoh.desa.id", "Surat Keterangan Desa", "contoh-pemdes", HOSTING, does.healthy,
        Quality.GOOD,
        sees=(WELL,), note="Sehat; satu dari dua server nama domainnya tidak melayaninya.",
    ),
    Site(
        "tagihan-air", "tagihan.airdemo.co.id", "Tagihan Air Minum", "perumda-air", DATA_CENTRE,
        does.healthy, Quality.GOOD,
        sees=(WELL,), note="Sehat; registri nama domainnya tidak dapat ditanyai.",
    ),
    _sharing("harga-pangan", "pangan.demoprov.go.id", "Harga Pangan Harian", "distan"),
    _sharing("umkm", "umkm.demoprov.go.id", "Direktori UMKM", "diskop"),
    _sharing("uji-kir", "kir.demoprov.go.id", "Pendaftaran Uji Kir", "dishub"),
    _sharing("bank-sampah", "sampah.demoprov.go.id", "Bank Sampah", "dlh"),
    _sharing("lowongan", "kerja.demoprov.go.id", "Lowongan Kerja", "disnaker"),
)  # fmt: skip
