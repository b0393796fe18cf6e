"""The rules of the certificate inspection that are about how a host speaks TLS and http."""

from __future__ import annotations

from monitor.core.finding import FindingSeverity, SubjectKind
from monitor.core.https import hosts as ids
from monitor.core.reason import Sentence
from monitor.core.rulebook.rule import FindingRule

RULES: tuple[FindingRule, ...] = (
    FindingRule(
        id=ids.MISMATCH,
        subject=SubjectKind.HOST,
        severity=FindingSeverity.SEVERE,
        title=Sentence("Sertifikat bukan untuk nama ini", "Certificate is for another name"),
        problem=Sentence(
            "{subject} menampilkan sertifikat untuk {names}, yang tidak mencakup {server_name}. Peramban "
            "memperingatkan pengunjung bahwa situs ini mungkin palsu.",
            "{subject} shows a certificate for {names}, which does not cover {server_name}. Browsers warn "
            "visitors that the site may be an impostor.",
        ),
        remedy=Sentence(
            "Pengelola server memasang sertifikat yang memuat {server_name} (subjectAltName) pada alamat "
            "{addresses}, atau memperbaiki virtual host yang salah menjawab untuk nama itu.",
            "Whoever runs the server installs a certificate that contains {server_name} (subjectAltName) at "
            "the addresses {addresses}, or mends the virtual host that wrongly answers for that name.",
        ),
        references=("rfc9525",),
    ),
    FindingRule(
        id=ids.INCOMPLETE,
        subject=SubjectKind.HOST,
        severity=FindingSeverity.MODERATE,
        title=Sentence("Rantai sertifikat tidak lengkap", "Certificate chain is incomplete"),
        problem=Sentence(
            "{subject} tidak mengirim sertifikat perantara {missing}. Sebagian peramban melengkapinya "
            "sendiri, tetapi aplikasi ponsel dan sistem lain yang memakai layanan ini menolak sambungan.",
            "{subject} does not send the intermediate certificate {missing}. Some browsers find it by "
            "themselves, but mobile applications and other systems that use the service refuse the "
            "connection.",
        ),
        remedy=Sentence(
            "Pengelola server menambahkan sertifikat {missing} sesudah sertifikat situs dalam berkas rantai "
            "(sumber: {source}) pada alamat {addresses}, lalu memuat ulang server web.",
            "Whoever runs the server adds the certificate {missing} after the site's own in the chain file "
            "(source: {source}) at the addresses {addresses}, and reloads the web server.",
        ),
        references=("rfc8446", "rfc5280"),
    ),
    FindingRule(
        id=ids.SELF_SIGNED,
        subject=SubjectKind.HOST,
        severity=FindingSeverity.SEVERE,
        title=Sentence("Sertifikat ditandatangani sendiri", "Certificate is self-signed"),
        problem=Sentence(
            "Sertifikat {certificate} pada {subject} ditandatangani oleh dirinya sendiri. Tidak ada yang "
            "menjamin bahwa situs ini asli, sehingga peramban menolaknya.",
            "The certificate {certificate} at {subject} is signed by itself. Nobody vouches for the site, "
            "so that browsers refuse it.",
        ),
        remedy=Sentence(
            "Pengelola server memasang sertifikat dari penerbit yang dipercaya peramban, misalnya yang "
            "diperbarui otomatis (ACME), pada alamat {addresses}.",
            "Whoever runs the server installs a certificate of an authority that browsers trust, for "
            "example one that is renewed automatically (ACME), at the addresses {addresses}.",
        ),
        references=("rfc5280",),
    ),
    FindingRule(
        id=ids.UNTRUSTED,
        subject=SubjectKind.HOST,
        severity=FindingSeverity.SEVERE,
        title=Sentence("Penerbit sertifikat tidak dipercaya", "Certificate's authority is not trusted"),
        problem=Sentence(
            "Sertifikat pada {subject} bersandar pada {authority} dan ditolak peramban (OpenSSL: {detail}).",
            "The certificate at {subject} rests on {authority}, and browsers refuse it (OpenSSL: {detail}).",
        ),
        remedy=Sentence(
            "Pengelola server memasang sertifikat dari penerbit yang dipercaya peramban pada alamat "
            "{addresses}, beserta rantainya. Untuk layanan internal dengan otoritas sendiri, pengelola "
            "register mencatat berkas otoritas itu.",
            "Whoever runs the server installs a certificate of an authority that browsers trust at the "
            "addresses {addresses}, with its chain. For an internal service with an authority of its own, "
            "whoever keeps the register enters that authority's file.",
        ),
        references=("rfc5280", "cabf-br"),
    ),
    FindingRule(
        id=ids.OUTDATED,
        subject=SubjectKind.HOST,
        severity=FindingSeverity.SEVERE,
        title=Sentence("Hanya mendukung TLS lama ({version})", "Speaks outdated TLS only ({version})"),
        problem=Sentence(
            "{subject} tidak mendukung TLS 1.2 atau yang lebih baru pada alamat {addresses}. Peramban masa "
            "kini menolak sambungan itu.",
            "{subject} does not speak TLS 1.2 or newer at the addresses {addresses}. Present browsers "
            "refuse the connection.",
        ),
        remedy=Sentence(
            "Pengelola server memutakhirkan server web atau sistem operasinya, mengaktifkan TLS 1.2 dan "
            "1.3, dan mematikan TLS 1.0 dan 1.1.",
            "Whoever runs the server brings its web server or operating system up to date, turns on TLS 1.2 "
            "and 1.3, and turns off TLS 1.0 and 1.1.",
        ),
        references=("rfc8996", "rfc9325"),
    ),
    FindingRule(
        id=ids.DIFFER,
        subject=SubjectKind.HOST,
        severity=FindingSeverity.MINOR,
        title=Sentence("Sertifikat berbeda antaralamat", "Certificates differ between addresses"),
        problem=Sentence(
            "Alamat-alamat {subject} menampilkan sertifikat yang berbeda: {certificates}. Biasanya "
            "pembaruan sertifikat tidak sampai ke semua server, dan sebagian pengunjung kelak mendapat yang "
            "kedaluwarsa.",
            "The addresses of {subject} show different certificates: {certificates}. Usually a renewal did "
            "not reach every server, and some visitors will get the one that expires.",
        ),
        remedy=Sentence(
            "Pengelola server memasang sertifikat yang sama, yang paling baru, di semua alamat, dan "
            "menghapus dari DNS alamat yang tidak dipakai lagi.",
            "Whoever runs the servers installs the same, newest certificate at all addresses, and takes "
            "addresses that are no longer used out of the DNS.",
        ),
    ),
    FindingRule(
        id=ids.NOT_REDIRECTED,
        subject=SubjectKind.HOST,
        severity=FindingSeverity.MODERATE,
        title=Sentence("Alamat http tidak dialihkan ke https", "http is not redirected to https"),
        problem=Sentence(
            "{url} menampilkan halaman tanpa enkripsi (status {status}), padahal https tersedia. Apa yang "
            "diketik pengunjung di sana, termasuk kata sandi, dapat dibaca dan diubah di perjalanan.",
            "{url} serves a page without encryption (status {status}), although https is there. What "
            "visitors type, passwords included, can be read and changed on the way.",
        ),
        remedy=Sentence(
            "Pengelola server mengalihkan setiap permintaan http secara tetap (status 301 atau 308) ke "
            "{https_url}.",
            "Whoever runs the server redirects every http request permanently (status 301 or 308) to "
            "{https_url}.",
        ),
        references=("rfc6797", "rfc9325"),
    ),
    FindingRule(
        id=ids.HTTP_ONLY,
        subject=SubjectKind.HOST,
        severity=FindingSeverity.MODERATE,
        title=Sentence("Layanan tanpa https", "Service without https"),
        problem=Sentence(
            "{url} dilayani tanpa enkripsi (status {status}), dan tidak ada server https pada alamat "
            "{addresses}. Apa yang diketik pengunjung dapat dibaca dan diubah di perjalanan; peramban "
            "menandai situs ini tidak aman.",
            "{url} is served without encryption (status {status}), and nothing serves https at the "
            "addresses {addresses}. What visitors type can be read and changed on the way; browsers mark "
            "the site as not secure.",
        ),
        remedy=Sentence(
            "Pengelola server memasang sertifikat (yang diperbarui otomatis tersedia tanpa biaya), membuka "
            "https, lalu mengalihkan http ke {https_url}.",
            "Whoever runs the server installs a certificate (those renewed automatically are free), opens "
            "https, and then redirects http to {https_url}.",
        ),
        references=("rfc9325",),
    ),
    FindingRule(
        id=ids.DOWNGRADE,
        subject=SubjectKind.HOST,
        severity=FindingSeverity.MODERATE,
        title=Sentence("Pengalihan dari https turun ke http", "Redirect from https down to http"),
        problem=Sentence(
            "{from_url} mengalihkan pengunjung ke {to_url}, yang tidak terenkripsi. Siapa pun di perjalanan "
            "dapat membelokkan mereka ke halaman palsu.",
            "{from_url} redirects visitors to {to_url}, which is not encrypted. Anybody on the way can lead "
            "them to a forged page.",
        ),
        remedy=Sentence(
            "Pengelola situs mengubah tujuan pengalihan pada {from_url} menjadi alamat https.",
            "Whoever runs the site changes the redirect at {from_url} to an https address.",
        ),
        references=("rfc9325",),
    ),
    FindingRule(
        id=ids.HSTS_MISSING,
        subject=SubjectKind.HOST,
        severity=FindingSeverity.INFO,
        title=Sentence("Tanpa HSTS", "Without HSTS"),
        problem=Sentence(
            "{subject} tidak meminta peramban untuk selalu memakai https: header Strict-Transport-Security "
            "tidak ada atau tidak sah pada alamat {addresses}. Kunjungan berikutnya dapat dibelokkan lewat "
            "http.",
            "{subject} does not ask browsers to always use https: the header Strict-Transport-Security is "
            "missing or not valid at the addresses {addresses}. A later visit can be diverted over http.",
        ),
        remedy=Sentence(
            "Setelah seluruh situs berjalan lewat https, pengelola server mengirim "
            "“Strict-Transport-Security: max-age=31536000” pada setiap jawaban.",
            "Once all of the site works over https, whoever runs the server sends "
            "“Strict-Transport-Security: max-age=31536000” with every reply.",
        ),
        references=("rfc6797", "rfc9325"),
    ),
    FindingRule(
        id=ids.HSTS_SHORT,
        subject=SubjectKind.HOST,
        severity=FindingSeverity.INFO,
        title=Sentence("Masa HSTS terlalu pendek", "HSTS is too short-lived"),
        problem=Sentence(
            "{subject} meminta peramban memakai https hanya selama {max_age_seconds} detik. Di bawah "
            "{wanted_seconds} detik (setengah tahun), pengunjung yang jarang datang tidak terlindungi.",
            "{subject} asks browsers to use https for only {max_age_seconds} seconds. Below "
            "{wanted_seconds} seconds (half a year), visitors who seldom come are not protected.",
        ),
        remedy=Sentence(
            "Pengelola server menaikkan max-age pada header Strict-Transport-Security menjadi 31536000 "
            "(satu tahun).",
            "Whoever runs the server raises max-age in the header Strict-Transport-Security to 31536000 (a "
            "year).",
        ),
        references=("rfc6797",),
    ),
)
