"""The rules of the delegation inspection."""

from __future__ import annotations

from monitor.core.finding import FindingSeverity, SubjectKind
from monitor.core.reason import Sentence
from monitor.core.rulebook.rule import FindingRule

RULES: tuple[FindingRule, ...] = (
    FindingRule(
        id="domain_not_delegated",
        subject=SubjectKind.DOMAIN,
        severity=FindingSeverity.SEVERE,
        title=Sentence("Nama domain tidak ada di DNS", "Domain does not exist in the DNS"),
        problem=Sentence(
            "Server nama zona induk menjawab bahwa {subject} tidak ada. Semua layanan di bawah nama domain "
            "ini tidak dapat ditemukan oleh siapa pun.",
            "The name servers of the parent zone answer that {subject} does not exist. Nobody can find any "
            "service under this domain.",
        ),
        remedy=Sentence(
            "Pejabat Nama Domain instansi memeriksa status nama domain: apakah masa berlakunya habis, "
            "apakah ditangguhkan, atau apakah server namanya dihapus. Untuk nama go.id hal ini diurus "
            "melalui domain.go.id; untuk nama lain melalui registrar tempat nama itu didaftarkan.",
            "The agency's domain officer (Pejabat Nama Domain) checks the state of the domain: whether it "
            "expired, was suspended, or lost its name servers. For go.id names this is done through "
            "domain.go.id; for others through the registrar that keeps the name.",
        ),
        references=("rfc1034",),
    ),
    FindingRule(
        id="delegation_lame",
        subject=SubjectKind.DOMAIN,
        severity=FindingSeverity.MODERATE,
        title=Sentence("Server nama tidak melayani nama domain", "Name servers do not serve the domain"),
        problem=Sentence(
            "{count} dari {total} server nama yang ditunjuk zona induk untuk {subject} tidak melayaninya: "
            "{servers}. Selama masih ada server nama lain yang melayani, pengunjung yang diarahkan ke sana "
            "menunggu lebih lama; bila tidak ada lagi, semua layanan di bawah nama domain ini tidak dapat "
            "ditemukan. Yang teramati: {details}.",
            "{count} of {total} name servers to which the parent zone sends people for {subject} do not "
            "serve it: {servers}. As long as another one does, visitors who are sent to these wait longer; "
            "without any, no service under this domain can be found. What was seen: {details}.",
        ),
        remedy=Sentence(
            "Pengelola DNS instansi memuat zona {subject} pada server nama tersebut dan membuka UDP dan TCP "
            "port 53, atau mencabut server itu dari daftar server nama: untuk go.id melalui domain.go.id "
            "oleh Pejabat Nama Domain, untuk nama lain melalui registrar.",
            "Whoever runs the agency's DNS loads the zone {subject} on these servers and opens UDP and TCP "
            "port 53, or has them struck off the list of name servers: for go.id through domain.go.id by "
            "the Pejabat Nama Domain, for other names through the registrar.",
        ),
        references=("rfc1912", "rfc9499"),
    ),
    FindingRule(
        id="delegation_mismatch",
        subject=SubjectKind.DOMAIN,
        severity=FindingSeverity.MODERATE,
        title=Sentence(
            "Daftar server nama di zona induk dan di zona sendiri berbeda",
            "Parent and zone name different name servers",
        ),
        problem=Sentence(
            "Zona induk menunjuk server nama {parent}, sedangkan zona {subject} sendiri menyebut {zone}. "
            "Pengunjung dapat diarahkan ke server nama yang sudah tidak dipakai, atau server nama yang baru "
            "tidak pernah dipakai.",
            "The parent zone names {parent} as name servers, while the zone {subject} itself names {zone}. "
            "Visitors may be sent to servers that are no longer in use, or new ones are never used.",
        ),
        remedy=Sentence(
            "Tetapkan daftar server nama yang benar, lalu samakan keduanya: catatan NS di zona oleh "
            "pengelola DNS instansi, dan daftar pada registrar (untuk go.id melalui domain.go.id oleh "
            "Pejabat Nama Domain).",
            "Decide which list of name servers is right, and make both the same: the NS records in the "
            "zone, by whoever runs the agency's DNS, and the list at the registrar (for go.id through "
            "domain.go.id by the Pejabat Nama Domain).",
        ),
        references=("rfc1034", "rfc1912"),
    ),
    FindingRule(
        id="dns_serials_differ",
        subject=SubjectKind.DOMAIN,
        severity=FindingSeverity.MINOR,
        title=Sentence(
            "Isi zona di server nama tidak sama", "Name servers hold different versions of the zone"
        ),
        problem=Sentence(
            "Server nama {subject} sejak {since_at} memberikan nomor seri SOA yang berbeda, lebih lama "
            "daripada yang wajar untuk penyalinan zona: {serials}. Sebagian pengunjung mungkin menerima "
            "data lama.",
            "Since {since_at} the name servers of {subject} have given different SOA serials, for longer "
            "than copying the zone should take: {serials}. Some visitors may receive outdated data.",
        ),
        remedy=Sentence(
            "Pengelola DNS instansi memeriksa penyalinan zona (AXFR/IXFR dan NOTIFY) dari server utama ke "
            "server nama yang nomor serinya tertinggal: izin alamat IP, kunci TSIG, dan TCP port 53.",
            "Whoever runs the agency's DNS checks the zone transfers (AXFR/IXFR and NOTIFY) from the "
            "primary to the servers whose serial lags behind: permitted addresses, TSIG keys, and TCP port "
            "53.",
        ),
        references=("rfc1912", "rfc1982"),
    ),
    FindingRule(
        id="dns_single_server",
        subject=SubjectKind.DOMAIN,
        severity=FindingSeverity.MODERATE,
        title=Sentence("Hanya satu server nama", "Only one name server"),
        problem=Sentence(
            "{subject} bergantung pada satu server nama: {servers}. Bila server itu mati, semua layanan di "
            "bawah nama domain ini tidak dapat ditemukan.",
            "{subject} depends on a single name server: {servers}. When that server is out, no service "
            "under this domain can be found.",
        ),
        remedy=Sentence(
            "Tambahkan paling sedikit satu server nama di tempat dan jaringan lain, lalu daftarkan (untuk "
            "go.id melalui domain.go.id oleh Pejabat Nama Domain).",
            "Add at least one more name server at another site and in another network, and have it "
            "registered (for go.id through domain.go.id by the Pejabat Nama Domain).",
        ),
        references=("rfc1034", "rfc2182"),
    ),
    FindingRule(
        id="dns_single_network",
        subject=SubjectKind.DOMAIN,
        severity=FindingSeverity.MINOR,
        title=Sentence(
            "Semua server nama berada dalam satu jaringan", "All name servers stand in one network"
        ),
        problem=Sentence(
            "Semua server nama {subject} berada dalam jaringan {network}: {servers}. Satu gangguan jaringan "
            "atau listrik di sana membuat semua layanan di bawah nama domain ini tidak dapat ditemukan.",
            "All name servers of {subject} stand in the network {network}: {servers}. A single network or "
            "power outage there makes every service under this domain impossible to find.",
        ),
        remedy=Sentence(
            "Pengelola DNS instansi menempatkan paling sedikit satu server nama di jaringan lain, misalnya "
            "di pusat data instansi lain atau penyedia DNS.",
            "Whoever runs the agency's DNS places at least one name server in another network, for example "
            "in another agency's data centre or at a DNS provider.",
        ),
        references=("rfc2182",),
    ),
    FindingRule(
        id="dnssec_broken",
        subject=SubjectKind.DOMAIN,
        severity=FindingSeverity.SEVERE,
        title=Sentence("Tanda tangan DNSSEC rusak", "DNSSEC signatures are broken"),
        problem=Sentence(
            "Zona induk menyatakan {subject} ditandatangani (catatan DS), tetapi isinya tidak dapat "
            "diverifikasi. Pengunjung yang resolvernya memeriksa DNSSEC tidak dapat menemukan layanan apa "
            "pun di bawah nama domain ini. Yang teramati: {detail}",
            "The parent zone says that {subject} is signed (DS record), but its content cannot be verified. "
            "Visitors whose resolver checks DNSSEC cannot find any service under this domain. What was "
            "seen: {detail}",
        ),
        remedy=Sentence(
            "Pengelola DNS instansi menandatangani ulang zona dan memastikan kuncinya cocok dengan catatan "
            "DS pada registrar. Bila tidak dapat segera, minta catatan DS dihapus (untuk go.id melalui "
            "domain.go.id oleh Pejabat Nama Domain): zona tanpa tanda tangan masih dapat ditemukan, zona "
            "yang rusak tidak.",
            "Whoever runs the agency's DNS signs the zone anew and makes sure that its key fits the DS "
            "record at the registrar. Where that cannot be done at once, have the DS record removed (for "
            "go.id through domain.go.id by the Pejabat Nama Domain): an unsigned zone can still be found, a "
            "broken one cannot.",
        ),
        references=("rfc4035", "rfc9364"),
    ),
    FindingRule(
        id="dnssec_unsigned",
        subject=SubjectKind.DOMAIN,
        severity=FindingSeverity.INFO,
        title=Sentence("Nama domain belum memakai DNSSEC", "Domain does not use DNSSEC"),
        problem=Sentence(
            "Zona induk tidak memiliki catatan DS untuk {subject}. Jawaban DNS yang dipalsukan di "
            "perjalanan tidak dapat dikenali oleh resolver pengunjung.",
            "The parent zone has no DS record for {subject}. Visitors' resolvers cannot recognise DNS "
            "answers that were forged on the way.",
        ),
        remedy=Sentence(
            "Pengelola DNS instansi mengaktifkan DNSSEC dengan penandatanganan otomatis, lalu catatan DS "
            "didaftarkan (untuk go.id melalui domain.go.id oleh Pejabat Nama Domain). Aktifkan hanya bila "
            "pembaruan tanda tangan berjalan otomatis.",
            "Whoever runs the agency's DNS turns on DNSSEC with automatic signing, then the DS record is "
            "registered (for go.id through domain.go.id by the Pejabat Nama Domain). Turn it on only where "
            "signatures are renewed automatically.",
        ),
        references=("rfc9364",),
    ),
    FindingRule(
        id="caa_missing",
        subject=SubjectKind.DOMAIN,
        severity=FindingSeverity.INFO,
        title=Sentence("Catatan CAA belum ada", "No CAA record"),
        problem=Sentence(
            "{subject} tidak menyatakan otoritas mana yang boleh menerbitkan sertifikat untuknya (catatan "
            "CAA). Otoritas sertifikat publik mana pun boleh menerbitkannya.",
            "{subject} does not say which authorities may issue certificates for it (CAA record). Any "
            "public certificate authority may.",
        ),
        remedy=Sentence(
            "Pengelola DNS instansi menambahkan catatan CAA pada zona {subject} yang menyebut otoritas yang "
            "benar-benar dipakai oleh semua layanan di bawahnya.",
            "Whoever runs the agency's DNS adds a CAA record to the zone {subject} that names the "
            "authorities that all services below it really use.",
        ),
        references=("rfc8659",),
    ),
    FindingRule(
        id="cname_dangling",
        subject=SubjectKind.HOST,
        severity=FindingSeverity.SEVERE,
        title=Sentence("Alias menunjuk nama yang tidak ada", "Alias of a name that does not exist"),
        problem=Sentence(
            "{subject} adalah alias (CNAME) dari {target}, nama di luar nama domain instansi yang tidak "
            "ada. Siapa pun yang mendaftarkan atau menyewa nama itu dapat menampilkan halaman apa pun atas "
            "nama {subject}.",
            "{subject} is an alias (CNAME) of {target}, a name outside the agency's domain that does not "
            "exist. Whoever registers or rents that name can show any page in the name of {subject}.",
        ),
        remedy=Sentence(
            "Pengelola DNS instansi segera menghapus catatan CNAME {subject}, atau mengarahkannya ke alamat "
            "layanan yang masih dipakai. Bila layanannya sudah berakhir, keluarkan juga dari register.",
            "Whoever runs the agency's DNS removes the CNAME record of {subject} at once, or points it to "
            "where the service is now. If the service has ended, take it out of the register too.",
        ),
        references=("rfc1034",),
    ),
    FindingRule(
        id="host_without_address",
        subject=SubjectKind.HOST,
        severity=FindingSeverity.MODERATE,
        title=Sentence("Nama tidak memiliki alamat", "Name without address"),
        problem=Sentence(
            "{subject} tercantum dalam register, tetapi DNS tidak memberikan alamat IPv4 maupun IPv6 "
            "untuknya (jawaban {answer}). Layanan ini tidak dapat dibuka.",
            "{subject} is in the register, but the DNS gives neither an IPv4 nor an IPv6 address for it "
            "(answer {answer}). The service cannot be opened.",
        ),
        remedy=Sentence(
            "Pengelola DNS instansi menambahkan catatan A atau AAAA untuk {subject}. Bila nama itu salah "
            "tulis atau layanannya sudah berakhir, perbaiki register.",
            "Whoever runs the agency's DNS adds an A or AAAA record for {subject}. If the name is misspelt "
            "or the service has ended, correct the register.",
        ),
        references=("rfc1034",),
    ),
    FindingRule(
        id="ipv6_missing",
        subject=SubjectKind.DOMAIN,
        severity=FindingSeverity.INFO,
        title=Sentence("Layanan hanya dapat dicapai melalui IPv4", "Services reachable over IPv4 only"),
        problem=Sentence(
            "Host berikut di bawah {subject} tidak memiliki alamat IPv6: {places}. Pengunjung di jaringan "
            "yang hanya memakai IPv6 memerlukan perantara untuk membukanya.",
            "These hosts below {subject} have no IPv6 address: {places}. Visitors on networks that have "
            "only IPv6 need a go-between to open them.",
        ),
        remedy=Sentence(
            "Minta alamat IPv6 dari penyedia jaringan atau pusat data, aktifkan pada server, lalu tambahkan "
            "catatan AAAA.",
            "Ask the network provider or data centre for IPv6 addresses, turn them on at the servers, then "
            "add AAAA records.",
        ),
        references=("rfc3596",),
    ),
)
