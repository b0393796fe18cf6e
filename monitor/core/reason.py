"""Where a probe can fail, why, and the sentence for each why: the closed list that everything else speaks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What one probe came to."""

    OK = "ok"
    FAILED = "failed"
    BLOCKED = "blocked"
    """The site answers, but not to us: a challenge, a bot refusal, a national block."""
    SELF_FAULT = "self_fault"
    """We could not look: no descriptors, memory, route or resolver. Never the fault of the site."""


class Stage(StrEnum):
    """The six stages of a probe, in order; a `dns` check has only the first."""

    RESOLVE = "resolve"
    CONNECT = "connect"
    HANDSHAKE = "handshake"
    REQUEST = "request"
    RESPONSE = "response"
    CONTENT = "content"


class Reason(StrEnum):
    """Why a probe did not end well. Closed, and stable once released: reports and alert routes name these."""

    DNS_NXDOMAIN = "dns_nxdomain"
    DNS_NO_ADDRESS = "dns_no_address"
    DNS_TIMEOUT = "dns_timeout"
    DNS_SERVFAIL = "dns_servfail"
    DNS_REFUSED = "dns_refused"
    DNS_INVALID_NAME = "dns_invalid_name"
    DNS_MISMATCH = "dns_mismatch"
    TCP_REFUSED = "tcp_refused"
    TCP_TIMEOUT = "tcp_timeout"
    TCP_UNREACHABLE = "tcp_unreachable"
    TCP_RESET = "tcp_reset"
    TCP_CLOSED = "tcp_closed"
    TLS_EXPIRED = "tls_expired"
    TLS_NOT_YET_VALID = "tls_not_yet_valid"
    TLS_HOSTNAME = "tls_hostname"
    TLS_SELF_SIGNED = "tls_self_signed"
    TLS_INCOMPLETE_CHAIN = "tls_incomplete_chain"
    TLS_UNTRUSTED = "tls_untrusted"
    TLS_REVOKED = "tls_revoked"
    TLS_WEAK = "tls_weak"
    TLS_PROTOCOL = "tls_protocol"
    TLS_TIMEOUT = "tls_timeout"
    TLS_REQUIRED = "tls_required"
    TLS_CLIENT_CERTIFICATE = "tls_client_certificate"
    HTTP_TIMEOUT = "http_timeout"
    HTTP_MALFORMED = "http_malformed"
    HTTP_HEADERS_TOO_LARGE = "http_headers_too_large"
    HTTP_STATUS = "http_status"
    HTTP_VERSION = "http_version"
    HTTP_HEADER_MISMATCH = "http_header_mismatch"
    HTTP_FINAL_HOST = "http_final_host"
    HTTP_REDIRECT_LOOP = "http_redirect_loop"
    HTTP_REDIRECT_LIMIT = "http_redirect_limit"
    HTTP_REDIRECT_REFUSED = "http_redirect_refused"
    HTTP_REDIRECT_MALFORMED = "http_redirect_malformed"
    BODY_TIMEOUT = "body_timeout"
    BODY_TOO_LARGE = "body_too_large"
    BODY_TRUNCATED = "body_truncated"
    BODY_ENCODING = "body_encoding"
    BODY_MISMATCH = "body_mismatch"
    BLOCKED_CHALLENGE = "blocked_challenge"
    BLOCKED_FORBIDDEN = "blocked_forbidden"
    BLOCKED_NATIONAL = "blocked_national"
    GUARD_REFUSED = "guard_refused"
    SELF_FAULT = "self_fault"
    VANTAGE_BLIND = "vantage_blind"
    """Never of a probe: of the judgement over failures seen while the vantage itself could not see."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One statement in both languages of this project; a full sentence, no trailing line break."""

    id: str
    en: str

    def of(self, language: str) -> str:
        """Return it in a language: en, or else Indonesian, which most readers here speak."""
        return self.en if language == "en" else self.id


SENTENCES: dict[Reason, Sentence] = {
    Reason.DNS_NXDOMAIN: Sentence("Nama domain tidak ditemukan di DNS.", "The name does not exist in DNS."),
    Reason.DNS_NO_ADDRESS: Sentence(
        "Nama ada di DNS, tetapi tidak punya alamat yang dapat dipakai.",
        "The name exists in DNS but has no usable address.",
    ),
    Reason.DNS_TIMEOUT: Sentence(
        "Server nama (DNS) tidak menjawab tepat waktu.", "The name servers did not answer in time."
    ),
    Reason.DNS_SERVFAIL: Sentence(
        "Server nama (DNS) menjawab dengan galat.", "The name servers answered with a failure."
    ),
    Reason.DNS_REFUSED: Sentence(
        "Server nama (DNS) menolak pertanyaan.", "The name server refused the question."
    ),
    Reason.DNS_INVALID_NAME: Sentence(
        "Nama host tidak sah sebagai nama DNS.", "The host name is not a valid DNS name."
    ),
    Reason.DNS_MISMATCH: Sentence(
        "Jawaban DNS tidak sesuai dengan yang diharapkan.", "The DNS answer is not the expected one."
    ),
    Reason.TCP_REFUSED: Sentence(
        "Server menolak sambungan; layanan di port itu tidak berjalan.",
        "The server refused the connection; nothing listens on that port.",
    ),
    Reason.TCP_TIMEOUT: Sentence(
        "Server tidak menjawab permintaan sambungan.", "The server did not answer the connection attempt."
    ),
    Reason.TCP_UNREACHABLE: Sentence(
        "Jaringan melaporkan bahwa server tidak terjangkau.",
        "The network reports that the server cannot be reached.",
    ),
    Reason.TCP_RESET: Sentence("Server memutus sambungan secara paksa.", "The server reset the connection."),
    Reason.TCP_CLOSED: Sentence(
        "Server menutup sambungan sebelum menjawab.", "The server closed the connection before it answered."
    ),
    Reason.TLS_EXPIRED: Sentence("Sertifikat sudah kedaluwarsa.", "The certificate has expired."),
    Reason.TLS_NOT_YET_VALID: Sentence(
        "Sertifikat belum mulai berlaku.", "The certificate is not valid yet."
    ),
    Reason.TLS_HOSTNAME: Sentence(
        "Sertifikat tidak diterbitkan untuk nama host ini.", "The certificate is not for this host name."
    ),
    Reason.TLS_SELF_SIGNED: Sentence(
        "Sertifikat ditandatangani sendiri; peramban pengunjung menolaknya.",
        "The certificate is self-signed; visitors' browsers refuse it.",
    ),
    Reason.TLS_INCOMPLETE_CHAIN: Sentence(
        "Rantai sertifikat tidak lengkap; server tidak mengirim sertifikat perantara.",
        "The certificate chain is incomplete; the server does not send the intermediate certificate.",
    ),
    Reason.TLS_UNTRUSTED: Sentence(
        "Sertifikat berasal dari penerbit yang tidak dipercaya.",
        "The certificate comes from an issuer that is not trusted.",
    ),
    Reason.TLS_REVOKED: Sentence("Sertifikat telah dicabut.", "The certificate has been revoked."),
    Reason.TLS_WEAK: Sentence(
        "Kunci atau tanda tangan sertifikat terlalu lemah.",
        "The certificate's key or signature is too weak.",
    ),
    Reason.TLS_PROTOCOL: Sentence(
        "Jabat tangan TLS gagal; server tidak berbicara TLS yang dapat diterima.",
        "The TLS handshake failed; the server speaks no acceptable TLS.",
    ),
    Reason.TLS_TIMEOUT: Sentence(
        "Jabat tangan TLS tidak selesai tepat waktu.", "The TLS handshake did not finish in time."
    ),
    Reason.TLS_REQUIRED: Sentence(
        "Halaman akhir tidak memakai HTTPS, padahal diwajibkan.",
        "The final page is not served over HTTPS, which is required.",
    ),
    Reason.TLS_CLIENT_CERTIFICATE: Sentence(
        "Server meminta sertifikat klien atau menolak milik kami.",
        "The server wants a client certificate, or refused ours.",
    ),
    Reason.HTTP_TIMEOUT: Sentence(
        "Server menerima sambungan tetapi tidak mengirim jawaban tepat waktu.",
        "The server accepted the connection but sent no reply in time.",
    ),
    Reason.HTTP_MALFORMED: Sentence(
        "Jawaban server bukan HTTP yang sah.", "The server's reply is not valid HTTP."
    ),
    Reason.HTTP_HEADERS_TOO_LARGE: Sentence(
        "Header jawaban terlalu besar.", "The headers of the reply are too large."
    ),
    Reason.HTTP_STATUS: Sentence(
        "Server menjawab dengan kode status yang tidak diharapkan.",
        "The server answered with an unexpected status code.",
    ),
    Reason.HTTP_VERSION: Sentence(
        "Server memakai versi HTTP yang tidak diharapkan.", "The server used an unexpected HTTP version."
    ),
    Reason.HTTP_HEADER_MISMATCH: Sentence(
        "Header jawaban tidak sesuai dengan yang diharapkan.", "A header of the reply is not as expected."
    ),
    Reason.HTTP_FINAL_HOST: Sentence(
        "Pengalihan berakhir di host yang tidak diharapkan.", "The redirects end on an unexpected host."
    ),
    Reason.HTTP_REDIRECT_LOOP: Sentence("Pengalihan berputar tanpa akhir.", "The redirects go in a circle."),
    Reason.HTTP_REDIRECT_LIMIT: Sentence("Terlalu banyak pengalihan.", "There are too many redirects."),
    Reason.HTTP_REDIRECT_REFUSED: Sentence(
        "Pengalihan menuju alamat yang tidak boleh diikuti.",
        "A redirect leads to a place that may not be followed.",
    ),
    Reason.HTTP_REDIRECT_MALFORMED: Sentence(
        "Pengalihan menunjuk ke alamat yang tidak sah.", "A redirect points to an invalid address."
    ),
    Reason.BODY_TIMEOUT: Sentence(
        "Isi halaman tidak selesai dikirim tepat waktu.", "The page did not arrive completely in time."
    ),
    Reason.BODY_TOO_LARGE: Sentence(
        "Isi halaman lebih besar dari batas yang ditetapkan.", "The page is larger than the limit set for it."
    ),
    Reason.BODY_TRUNCATED: Sentence(
        "Isi halaman terpotong sebelum selesai.", "The page broke off before its end."
    ),
    Reason.BODY_ENCODING: Sentence(
        "Isi halaman tidak dapat diurai (kompresi rusak atau tidak dikenal).",
        "The page cannot be decoded (broken or unknown compression).",
    ),
    Reason.BODY_MISMATCH: Sentence(
        "Isi halaman tidak sesuai dengan yang diharapkan.", "The page's content is not as expected."
    ),
    Reason.BLOCKED_CHALLENGE: Sentence(
        "Situs menampilkan halaman verifikasi (bukan robot) kepada pemantau.",
        "The site shows the monitor a challenge page.",
    ),
    Reason.BLOCKED_FORBIDDEN: Sentence(
        "Situs menolak pemantau sebagai robot.", "The site refuses the monitor as a bot."
    ),
    Reason.BLOCKED_NATIONAL: Sentence(
        "Alamat ini terkena pemblokiran nasional di jaringan pemantau.",
        "This address is under the national block on the monitor's network.",
    ),
    Reason.GUARD_REFUSED: Sentence(
        "Alamat tujuan tidak boleh diperiksa (alamat privat atau khusus).",
        "The target address may not be probed (private or special address).",
    ),
    Reason.SELF_FAULT: Sentence(
        "Pemantau sendiri bermasalah; keadaan situs tidak diketahui.",
        "The monitor itself had a fault; the state of the site is unknown.",
    ),
    Reason.VANTAGE_BLIND: Sentence(
        "Sambungan pemantau sendiri terputus; keadaan situs tidak diketahui.",
        "The monitor's own connection was down; the state of the site is unknown.",
    ),
}
