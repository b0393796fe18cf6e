"""The rules of the register inspection."""

from __future__ import annotations

from monitor.core.finding import FindingSeverity, SubjectKind
from monitor.core.reason import Sentence
from monitor.core.rulebook.rule import FindingRule

OFF_GOVERNMENT_DOMAIN = FindingRule(
    id="service_off_government_domain",
    subject=SubjectKind.SERVICE,
    # It works, but who holds such a name may let it lapse, and then somebody else speaks for the government.
    severity=FindingSeverity.MODERATE,
    title=Sentence("Layanan pemerintah di luar go.id", "Government service outside go.id"),
    problem=Sentence(
        "Layanan {service} milik {agency} beralamat di {hosts}, di luar nama domain go.id dan desa.id. "
        "Masyarakat tidak dapat membedakannya dari situs tiruan, dan nama domain yang dipegang pihak lain "
        "dapat lepas atau berpindah tangan tanpa sepengetahuan instansi.",
        "The service {service} of {agency} is found at {hosts}, outside go.id and desa.id. The public "
        "cannot tell it from an imitation, and a domain held by somebody else can lapse or change hands "
        "without the agency knowing.",
    ),
    remedy=Sentence(
        "Instansi pengelola memindahkan layanan ke subdomain go.id milik pemerintahnya (desa: desa.id), "
        "atau Pejabat Nama Domain mendaftarkan nama baru melalui domain.go.id; alamat lama dialihkan ke "
        "alamat baru, lalu register diperbarui. Bila layanan ini milik BUMD, beri tag bumd dalam register.",
        "The agency moves the service to a subdomain of its government's go.id name (villages: desa.id), or "
        "the Pejabat Nama Domain (domain name officer) registers a new name through domain.go.id; the old "
        "address redirects to the new one, and the register is updated. If the service is that of a "
        "regional enterprise (BUMD), give it the tag bumd in the register.",
    ),
    references=("permenkomdigi-5-2025",),
)
REGION_MISMATCH = FindingRule(
    id="service_region_mismatch",
    subject=SubjectKind.SERVICE,
    # Messages about it go to the wrong government; among a province and its regencies it may be on purpose.
    severity=FindingSeverity.MODERATE,
    title=Sentence("Wilayah nama host dan instansi berbeda", "Host name and agency are of different regions"),
    problem=Sentence(
        "Menurut register, layanan {service} dikelola {run_by}, tetapi nama host {hosts} menunjuk "
        "{regions_id}. Salah satunya kemungkinan keliru; pemberitahuan dan laporan tentang layanan ini "
        "dapat sampai ke pemerintah yang salah.",
        "By the register, the service {service} is run by {run_by}, but the host name {hosts} points to "
        "{regions_en}. One of them is probably wrong; messages and reports about the service may go to the "
        "wrong government.",
    ),
    remedy=Sentence(
        "Pengelola register memastikan kepada instansi siapa yang menjalankan layanan ini, lalu memperbaiki "
        "instansi atau alamatnya dalam register. Bila pemakaian bersama itu memang disengaja, terima temuan "
        "ini dengan alasannya.",
        "Whoever keeps the register asks the agency who runs the service, and corrects its agency or its "
        "address in the register. If the name is shared on purpose, accept the finding and state why.",
    ),
)
HOST_SHARED = FindingRule(
    id="host_shared",
    subject=SubjectKind.HOST,
    # Nothing is broken: it is good to know who goes out together. Among several agencies it is minor.
    severity=FindingSeverity.INFO,
    title=Sentence("Beberapa layanan pada satu host", "Several services on one host"),
    problem=Sentence(
        "Host {subject} menjalankan {count} layanan: {services}. Instansi yang bertanggung jawab: "
        "{agencies}. Bila host ini terganggu, semuanya ikut terganggu.",
        "The host {subject} carries {count} services: {services}. Agencies in charge: {agencies}. When the "
        "host is out, all of them are.",
    ),
    remedy=Sentence(
        "Pengelola register memastikan bahwa semuanya memang layanan yang berbeda, bukan entri ganda. "
        "Instansi yang memakai host bersama menyepakati siapa yang mengelolanya dan siapa yang dihubungi "
        "saat gangguan.",
        "Whoever keeps the register makes sure that these are different services and no double entries. "
        "Agencies that share a host agree on who runs it and whom to call when it is out.",
    ),
)
RAW_ADDRESS = FindingRule(
    id="service_at_raw_address",
    subject=SubjectKind.SERVICE,
    severity=FindingSeverity.MODERATE,
    title=Sentence("Layanan dialamatkan dengan alamat IP", "Service addressed by an IP address"),
    problem=Sentence(
        "Layanan {service} milik {agency} dibuka dengan alamat IP ({addresses}), bukan nama domain. "
        "Pengunjung tidak dapat mengenali pemiliknya, sertifikat HTTPS yang sah sulit dipasang, dan "
        "alamatnya berubah setiap kali server dipindahkan.",
        "The service {service} of {agency} is opened by an IP address ({addresses}) instead of a domain "
        "name. Visitors cannot tell whose it is, a valid HTTPS certificate is hard to get, and the address "
        "changes whenever the server moves.",
    ),
    remedy=Sentence(
        "Pengelola DNS pemerintah setempat membuat subdomain go.id yang menunjuk ke alamat ini; instansi "
        "memasang sertifikat untuk nama itu, lalu alamat dalam register diganti.",
        "Those who run the government's DNS create a go.id subdomain that points to this address; the "
        "agency installs a certificate for that name, and the address in the register is replaced.",
    ),
)
INTERNAL_ADDRESS = FindingRule(
    id="service_at_internal_address",
    subject=SubjectKind.SERVICE,
    # Nobody outside can use it as registered; most often it is the register that is wrong.
    severity=FindingSeverity.MODERATE,
    title=Sentence(
        "Layanan publik beralamat jaringan internal", "Public service at an address of an internal network"
    ),
    problem=Sentence(
        "Layanan {service} milik {agency} terdaftar sebagai layanan di internet, tetapi alamatnya "
        "({addresses}) hanya berlaku di jaringan internal. Masyarakat tidak dapat membukanya.",
        "The service {service} of {agency} is registered as one on the Internet, but its address "
        "({addresses}) is valid in an internal network only. The public cannot open it.",
    ),
    remedy=Sentence(
        "Bila layanan ini memang untuk pegawai saja, pengelola register menulis network: internal pada "
        "entrinya. Bila untuk masyarakat, instansi menyediakan alamat go.id yang dapat dibuka dari "
        "internet, lalu alamat dalam register diganti.",
        "If the service is meant for staff only, whoever keeps the register writes network: internal in its "
        "entry. If it is for the public, the agency provides a go.id address that opens from the Internet, "
        "and the address in the register is replaced.",
    ),
    references=("rfc1918", "rfc6761"),
)
HOST_UNUSABLE = FindingRule(
    id="service_host_unusable",
    subject=SubjectKind.SERVICE,
    # As registered it reaches nobody, but the service itself may be well.
    severity=FindingSeverity.MODERATE,
    title=Sentence(
        "Nama host dalam register tidak mungkin benar", "Host name in the register cannot be right"
    ),
    problem=Sentence(
        "Alamat layanan {service} milik {agency} memakai nama host {host}. {why_id} Alamat ini tidak dapat "
        "dibuka siapa pun, dan layanannya tidak dapat dipantau.",
        "The address of the service {service} of {agency} uses the host name {host}. {why_en} Nobody can "
        "open this address, and the service cannot be monitored.",
    ),
    remedy=Sentence(
        "{hint_id}Pengelola register menanyakan alamat yang benar kepada instansi dan memperbaikinya dalam "
        "register.",
        "{hint_en}Whoever keeps the register asks the agency for the right address and corrects it in the "
        "register.",
    ),
    references=("rfc1123",),
)
PLAIN_HTTP = FindingRule(
    id="service_over_plain_http",
    subject=SubjectKind.SERVICE,
    # Of the link that is handed out only: whether the site itself encrypts is for others to judge.
    severity=FindingSeverity.INFO,
    title=Sentence("Alamat terdaftar tanpa HTTPS", "Registered address without HTTPS"),
    problem=Sentence(
        "Layanan {service} milik {agency} terdaftar dengan alamat http:// saja: {urls}. Kunjungan pertama "
        "berjalan tanpa enkripsi, sehingga isinya dapat dibaca atau diubah di tengah jalan.",
        "The service {service} of {agency} is registered with an http:// address only: {urls}. The first "
        "visit goes unencrypted, so that it can be read or changed on its way.",
    ),
    remedy=Sentence(
        "Bila situs sudah melayani HTTPS, pengelola register mengganti alamatnya menjadi https://. Bila "
        "belum, instansi memasang sertifikat dan mengalihkan http ke https lebih dahulu.",
        "If the site serves HTTPS already, whoever keeps the register changes the address to https://. If "
        "not, the agency first installs a certificate and redirects http to https.",
    ),
    references=("rfc9110",),
)
HOLDER_MISSING = FindingRule(
    id="service_domain_holder_missing",
    subject=SubjectKind.SERVICE,
    severity=FindingSeverity.INFO,
    title=Sentence("Pemegang nama domain belum dicatat", "Holder of the domain is not recorded"),
    problem=Sentence(
        "Register tidak mencatat siapa pemegang nama domain {domains} yang dipakai layanan {service} milik "
        "{agency}. Data pendaftaran publik tidak menyebut pemegangnya, sehingga tidak jelas siapa yang "
        "harus memperpanjangnya.",
        "The register does not say who holds the domain {domains}, which the service {service} of {agency} "
        "uses. Public registration data do not name the holder, so it is unclear who has to renew it.",
    ),
    remedy=Sentence(
        "Instansi menyampaikan siapa pemegang nama domain tersebut (untuk go.id, lihat Pejabat Nama Domain "
        "pada domain.go.id), dan pengelola register mengisinya pada domain_holder.",
        "The agency says who holds the domain (for go.id, see the Pejabat Nama Domain at domain.go.id), and "
        "whoever keeps the register writes it as domain_holder.",
    ),
    references=("permenkomdigi-5-2025",),
)

RULES: tuple[FindingRule, ...] = (
    OFF_GOVERNMENT_DOMAIN,
    REGION_MISMATCH,
    HOST_SHARED,
    RAW_ADDRESS,
    INTERNAL_ADDRESS,
    HOST_UNUSABLE,
    PLAIN_HTTP,
    HOLDER_MISSING,
)
"""The rules of the register inspection."""
