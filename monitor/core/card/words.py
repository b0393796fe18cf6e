"""The words of a card in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from monitor.core.delegation.facts import Dnssec, Lameness
from monitor.core.reason import Sentence
from monitor.core.registration.facts import Phase

NOTHING = "—"

PHASES: Mapping[Phase, Sentence] = {
    Phase.ACTIVE: Sentence("aktif", "active"),
    Phase.EXPIRING: Sentence("akan berakhir", "expiring"),
    Phase.EXPIRED: Sentence("sudah berakhir", "expired"),
    Phase.RENEW_PERIOD: Sentence("masa perpanjangan", "renewal period"),
    Phase.REDEMPTION: Sentence("masa penebusan", "redemption period"),
    Phase.PENDING_DELETE: Sentence("menunggu penghapusan", "pending deletion"),
    Phase.HOLD: Sentence("ditangguhkan (hold)", "on hold"),
    Phase.UNREGISTERED: Sentence("tidak terdaftar", "not registered"),
    Phase.UNKNOWN: Sentence("tidak diketahui", "not known"),
}
LAMENESS: Mapping[Lameness, Sentence] = {
    Lameness.NONE: Sentence("semua server nama melayani", "all name servers serve it"),
    Lameness.PARTIAL: Sentence("sebagian server nama tidak melayani", "some name servers do not serve it"),
    Lameness.FULL: Sentence("tidak ada server nama yang melayani", "no name server serves it"),
    Lameness.UNKNOWN: Sentence("tidak diketahui", "not known"),
}
DNSSEC: Mapping[Dnssec, Sentence] = {
    Dnssec.UNSIGNED: Sentence("tidak ditandatangani", "not signed"),
    Dnssec.VALID: Sentence("sah", "valid"),
    Dnssec.BROKEN: Sentence("rusak", "broken"),
    Dnssec.UNKNOWN: Sentence("tidak diketahui", "not known"),
}
CHANGES: Mapping[str, Sentence] = {
    "expires_at": Sentence("tanggal berakhir", "expiry date"),
    "registrar": Sentence("registrar", "registrar"),
    "statuses": Sentence("kode status", "status codes"),
    "name_servers": Sentence("server nama", "name servers"),
    "signed": Sentence("DNSSEC di registri", "DNSSEC at the registry"),
    "registered": Sentence("pendaftaran", "registration"),
}
LABELS: Mapping[str, Sentence] = {
    "name": Sentence("Nama", "Name"),
    "class": Sentence("Golongan", "Class"),
    "owner": Sentence("Dugaan pemilik", "Probable owner"),
    "problem": Sentence("Catatan", "Remark"),
    "register": Sentence("Register layanan", "Register of services"),
    "holder": Sentence("Pemegang domain", "Domain holder"),
    "services": Sentence("Layanan", "Services"),
    "registration": Sentence("Pendaftaran", "Registration"),
    "phase": Sentence("Tahap", "Phase"),
    "expires": Sentence("Berakhir", "Expires"),
    "registrar": Sentence("Registrar", "Registrar"),
    "created": Sentence("Terdaftar sejak", "Registered since"),
    "statuses": Sentence("Kode status", "Status codes"),
    "name_servers": Sentence("Server nama", "Name servers"),
    "signed": Sentence("DNSSEC di registri", "DNSSEC at the registry"),
    "seen": Sentence("Keterangan per", "As of"),
    "failure": Sentence("Pengamatan terakhir", "Latest look"),
    "delegation": Sentence("Delegasi dan DNS", "Delegation and DNS"),
    "parent": Sentence("Server nama di induk", "Name servers at the parent"),
    "zone": Sentence("Server nama di zona", "Name servers in the zone"),
    "disagrees": Sentence("Menurut registri", "By the registry"),
    "lameness": Sentence("Pelayanan", "Service"),
    "networks": Sentence("Jaringan server nama", "Networks of the servers"),
    "dnssec": Sentence("DNSSEC", "DNSSEC"),
    "caa": Sentence("CAA", "CAA"),
    "filtered": Sentence("Resolver kami", "Our resolver"),
    "certificates": Sentence("Sertifikat", "Certificates"),
    "findings": Sentence("Temuan terbuka", "Open findings"),
    "history": Sentence("Riwayat", "History"),
}
REMEDY = Sentence("Perbaikan: {remedy}", "Remedy: {remedy}")
NO_HOLDER = Sentence("belum tercatat di register", "not recorded in the register")
NO_HOLDER_FOR = Sentence("belum tercatat untuk {services}", "not recorded for {services}")
NOT_SEEN = Sentence("belum pernah diamati", "not looked at yet")
NO_FINDINGS = Sentence("tidak ada", "none")
NO_HISTORY = Sentence("belum ada perubahan yang tercatat", "no change on record yet")
FAILED = Sentence("gagal {at}: {why}", "failed {at}: {why}")
YES = Sentence("ya", "yes")
NO = Sentence("tidak", "no")
HAS_CAA = Sentence("ada", "present")
HAS_NO_CAA = Sentence("tidak ada", "absent")
FILTERED = Sentence(
    "disaring: nama di bawah domain ini dijawab dengan halaman blokir",
    "filtered: names below the domain are answered with a block page",
)
UNTIL = Sentence("berlaku s.d. {date} ({distance})", "valid until {date} ({distance})")
NO_CERTIFICATE = Sentence("tidak menampilkan sertifikat", "shows no certificate")
FROM_TO = Sentence("{before} → {after}", "{before} → {after}")
ACCEPTED = Sentence("diterima s.d. {date} oleh {by}", "accepted until {date} by {by}")
