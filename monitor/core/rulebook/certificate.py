"""The rules of the certificate inspection: those about certificates here, those about hosts in `https`."""

from __future__ import annotations

from monitor.core.finding import FindingSeverity, SubjectKind
from monitor.core.https import certificates as ids
from monitor.core.reason import Sentence
from monitor.core.rulebook import https
from monitor.core.rulebook.rule import EXPIRY_STEPS, FindingRule

_RENEW = Sentence(
    "Pengelola server memperbarui sertifikat untuk {names} pada penerbitnya ({issuer}), memasangnya di "
    "semua server yang menampilkannya ({places}), lalu memuat ulang server web. Bila "
    "sertifikat diperbarui otomatis (ACME), periksa catatan klien ACME: pembaruan yang semestinya sudah "
    "berjalan ternyata gagal.",
    "Whoever runs the server renews the certificate for {names} at its issuer ({issuer}), installs it on "
    "every server that shows it ({places}), and reloads the web server. If it is "
    "renewed automatically (ACME), look into the log of the ACME client: a renewal that should have "
    "happened has failed.",
)

RULES: tuple[FindingRule, ...] = (
    FindingRule(
        id=ids.EXPIRING,
        subject=SubjectKind.DOMAIN,
        severity=FindingSeverity.MODERATE,
        title=Sentence("Sertifikat akan kedaluwarsa {expires_in}", "Certificate expires {expires_in}"),
        problem=Sentence(
            "Sertifikat untuk {names}, diterbitkan oleh {issuer}, berlaku sampai {expires_at} "
            "({expires_in}). Setelah itu peramban menolak {places}, dan pengunjung tidak dapat memakai "
            "layanan.",
            "The certificate for {names}, issued by {issuer}, is valid until {expires_at} ({expires_in}). "
            "After that browsers refuse {places}, and visitors cannot use the service.",
        ),
        remedy=_RENEW,
        references=("rfc5280",),
        steps=EXPIRY_STEPS,
    ),
    FindingRule(
        id=ids.EXPIRED,
        subject=SubjectKind.DOMAIN,
        severity=FindingSeverity.SEVERE,
        title=Sentence("Sertifikat kedaluwarsa sejak {expires_at}", "Certificate expired on {expires_at}"),
        problem=Sentence(
            "Sertifikat untuk {names}, diterbitkan oleh {issuer}, berakhir pada {expires_at} "
            "({expires_in}). Peramban menolak {places}, sehingga pengunjung tidak dapat memakai layanan.",
            "The certificate for {names}, issued by {issuer}, ended on {expires_at} ({expires_in}). "
            "Browsers refuse {places}, so that visitors cannot use the service.",
        ),
        remedy=_RENEW,
        references=("rfc5280",),
        steps=EXPIRY_STEPS,
    ),
    FindingRule(
        id=ids.CHAIN_EXPIRING,
        subject=SubjectKind.DOMAIN,
        severity=FindingSeverity.MODERATE,
        title=Sentence(
            "Sertifikat perantara berlaku hanya sampai {expires_at}",
            "Intermediate certificate is valid until {expires_at} only",
        ),
        problem=Sentence(
            "Sertifikat perantara {certificate} yang dikirim oleh {places} berlaku sampai {expires_at} "
            "({expires_in}). Sesudahnya peramban menolak situs itu, walaupun sertifikat situsnya sendiri "
            "masih berlaku.",
            "The intermediate certificate {certificate} that {places} sends is valid until {expires_at} "
            "({expires_in}). From then on browsers refuse the site, although its own certificate is still "
            "valid.",
        ),
        remedy=Sentence(
            "Pengelola server mengambil rantai sertifikat yang berlaku dari penerbit sertifikat situsnya, "
            "menggantikan {certificate} dengan sertifikat perantara yang baru pada {places}, lalu "
            "memuat ulang server web.",
            "Whoever runs the server fetches the current chain from the issuer of the site's certificate, "
            "replaces {certificate} by the new intermediate certificate at {places}, and "
            "reloads the web server.",
        ),
        references=("rfc5280",),
        steps=EXPIRY_STEPS,
    ),
    FindingRule(
        id=ids.NOT_YET_VALID,
        subject=SubjectKind.DOMAIN,
        severity=FindingSeverity.SEVERE,
        title=Sentence("Sertifikat belum berlaku", "Certificate is not valid yet"),
        problem=Sentence(
            "Sertifikat untuk {names} baru berlaku mulai {starts_at} ({starts_in}). Sampai saat itu "
            "peramban menolak {places}.",
            "The certificate for {names} is valid only from {starts_at} ({starts_in}). Until then browsers "
            "refuse {places}.",
        ),
        remedy=Sentence(
            "Pengelola server memasang kembali sertifikat sebelumnya selama masih berlaku, atau meminta "
            "sertifikat dengan masa berlaku yang benar kepada {issuer}.",
            "Whoever runs the server puts the previous certificate back while it is valid, or asks {issuer} "
            "for one with the right dates.",
        ),
        references=("rfc5280",),
    ),
    FindingRule(
        id=ids.WEAK_KEY,
        subject=SubjectKind.DOMAIN,
        severity=FindingSeverity.SEVERE,
        title=Sentence(
            "Kunci sertifikat terlalu pendek ({key})", "The certificate's key is too short ({key})"
        ),
        problem=Sentence(
            "Sertifikat {certificate} pada {places} memakai kunci {key}. Kunci RSA di bawah 2048 bit dapat "
            "dipecahkan, dan peramban menolaknya.",
            "The certificate {certificate} at {places} has a {key} key. RSA keys below 2048 bits can be "
            "broken, and browsers refuse them.",
        ),
        remedy=Sentence(
            "Pengelola server membuat pasangan kunci baru (RSA 2048 bit atau lebih, atau ECDSA P-256), "
            "meminta sertifikat baru dengan kunci itu, dan memasangnya pada {places}.",
            "Whoever runs the server makes a new key pair (RSA of 2048 bits or more, or ECDSA P-256), "
            "requests a new certificate with it, and installs it at {places}.",
        ),
        references=("cabf-br", "rfc9325"),
    ),
    FindingRule(
        id=ids.WEAK_SIGNATURE,
        subject=SubjectKind.DOMAIN,
        severity=FindingSeverity.SEVERE,
        title=Sentence("Sertifikat ditandatangani dengan {hash}", "Certificate signed with {hash}"),
        problem=Sentence(
            "Sertifikat {certificate} pada {places} ditandatangani dengan {hash}. Tanda tangan itu dapat "
            "dipalsukan, dan peramban menolaknya.",
            "The certificate {certificate} at {places} is signed with {hash}. Such signatures can be "
            "forged, and browsers refuse them.",
        ),
        remedy=Sentence(
            "Pengelola server meminta sertifikat baru bertanda tangan SHA-256 atau lebih kuat dari penerbit "
            "yang dipercaya peramban, dan memasangnya pada {places}.",
            "Whoever runs the server requests a new certificate, signed with SHA-256 or stronger, from an "
            "authority that browsers trust, and installs it at {places}.",
        ),
        references=("cabf-br", "rfc9325"),
    ),
    FindingRule(
        id=ids.LONG_VALIDITY,
        subject=SubjectKind.DOMAIN,
        severity=FindingSeverity.MINOR,
        title=Sentence(
            "Masa berlaku sertifikat terlalu panjang ({lifetime_days} hari)",
            "Certificate is valid for too long ({lifetime_days} days)",
        ),
        problem=Sentence(
            "Sertifikat untuk {names} berlaku {lifetime_days} hari, padahal sertifikat yang terbit pada "
            "{starts_at} paling lama boleh berlaku {most_days} hari. Sebagian peramban menolaknya di "
            "{places}.",
            "The certificate for {names} is valid for {lifetime_days} days; one issued on {starts_at} may "
            "be valid for {most_days} days at most. Some browsers refuse it at {places}.",
        ),
        remedy=Sentence(
            "Pengelola server meminta sertifikat baru dengan masa berlaku paling lama {most_days} hari, "
            "sebaiknya yang diperbarui otomatis (ACME).",
            "Whoever runs the server requests a new certificate that is valid for {most_days} days at most, "
            "best one that is renewed automatically (ACME).",
        ),
        references=("cabf-br",),
    ),
    *https.RULES,
)
