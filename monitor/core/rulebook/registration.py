"""The rules of the registration inspection."""

from __future__ import annotations

from monitor.core.finding import FindingSeverity, SubjectKind
from monitor.core.reason import Sentence
from monitor.core.rulebook.rule import EXPIRY_STEPS, FindingRule

_WHO = Sentence(
    "Untuk nama domain .go.id, hanya Pejabat Nama Domain instansi yang dapat mengajukannya.",
    "For a .go.id name only the agency's domain name officer (Pejabat Nama Domain) can apply.",
)


def _by_whom(indonesian: str, english: str) -> Sentence:
    return Sentence(f"{indonesian} {_WHO.id}", f"{english} {_WHO.en}")


RULES: tuple[FindingRule, ...] = (
    FindingRule(
        id="domain_expiring",
        subject=SubjectKind.DOMAIN,
        severity=FindingSeverity.MODERATE,
        title=Sentence("Nama domain segera kedaluwarsa", "Domain name about to expire"),
        problem=Sentence(
            "Pendaftaran nama domain {subject} berakhir pada {expires_at} ({expires_in}). Bila tidak "
            "diperpanjang, semua layanan dan surel di bawah nama ini berhenti, dan kelak nama ini dapat "
            "didaftarkan pihak lain.",
            "The registration of {subject} ends on {expires_at} ({expires_in}). Unless it is renewed, "
            "every service and mailbox under this name stops working, and later anybody else can register "
            "the name.",
        ),
        remedy=_by_whom(
            "Perpanjang {subject} lewat {renewal} sebelum tanggal itu, dan pastikan pembayaran atau "
            "dokumen yang diminta sudah lengkap.",
            "Renew {subject} through {renewal} before that date, and make sure that the payment or the "
            "documents asked for are complete.",
        ),
        references=("rfc5731",),
        steps=EXPIRY_STEPS,
    ),
    FindingRule(
        id="domain_expired",
        subject=SubjectKind.DOMAIN,
        severity=FindingSeverity.SEVERE,
        title=Sentence("Nama domain kedaluwarsa", "Domain name expired"),
        problem=Sentence(
            "Pendaftaran nama domain {subject} telah berakhir pada {expires_at} ({expires_in}) dan belum "
            "diperpanjang. Semua layanan di bawah nama ini dapat berhenti sewaktu-waktu; setelah masa "
            "perpanjangan lewat, nama ini masuk masa penebusan lalu dihapus.",
            "The registration of {subject} ended on {expires_at} ({expires_in}) and has not been renewed. "
            "Every service under this name can stop at any moment; once the renewal period is over, the "
            "name enters redemption and is then deleted.",
        ),
        remedy=_by_whom(
            "Perpanjang {subject} lewat {renewal} sekarang juga, selagi masih dapat diperpanjang secara "
            "biasa.",
            "Renew {subject} through {renewal} now, while it can still be renewed in the ordinary way.",
        ),
        references=("rfc5731", "rfc3915"),
        steps=EXPIRY_STEPS,
    ),
    FindingRule(
        id="domain_renew_period",
        subject=SubjectKind.DOMAIN,
        severity=FindingSeverity.MINOR,
        title=Sentence("Perpanjangan nama domain belum pasti", "Renewal of the domain name not certain yet"),
        problem=Sentence(
            "Registri memperpanjang pendaftaran nama domain {subject} secara otomatis (autoRenewPeriod). "
            "Selama masa ini registrar masih dapat membatalkannya, misalnya karena belum dibayar.",
            "The registry has extended the registration of {subject} by itself (autoRenewPeriod). During "
            "this time the registrar can still take that back, for example because it has not been paid.",
        ),
        remedy=_by_whom(
            "Pastikan lewat {renewal} bahwa perpanjangan {subject} sudah selesai. Bila sudah, tidak ada "
            "lagi yang perlu dilakukan: temuan ini selesai sendiri ketika masa itu berakhir.",
            "Make sure through {renewal} that the renewal of {subject} is complete. If it is, nothing else "
            "is to be done: this finding closes by itself when that time is over.",
        ),
        references=("rfc3915",),
    ),
    FindingRule(
        id="domain_redemption",
        subject=SubjectKind.DOMAIN,
        severity=FindingSeverity.SEVERE,
        title=Sentence("Nama domain dalam masa penebusan", "Domain name in its redemption period"),
        problem=Sentence(
            "Registri telah menarik nama domain {subject} karena tidak diperpanjang atau karena diminta "
            "dihapus; statusnya masa penebusan (redemptionPeriod). Semua layanan di bawah nama ini tidak, "
            "atau segera tidak, dapat dibuka; setelah masa ini lewat, nama tersebut dihapus.",
            "The registry has withdrawn {subject}, because it was not renewed or because its deletion was "
            "asked for; it is in its redemption period. No service under this name can be reached, or soon "
            "none will be; after this period the name is deleted.",
        ),
        remedy=_by_whom(
            "Ajukan pemulihan (restore) {subject} lewat {renewal} hari ini juga. Masa penebusan terbatas, "
            "dan biayanya dapat berbeda dari perpanjangan biasa.",
            "Ask for {subject} to be restored through {renewal} today. The redemption period is limited, "
            "and its fee can differ from that of an ordinary renewal.",
        ),
        references=("rfc3915",),
        steps=EXPIRY_STEPS,
    ),
    FindingRule(
        id="domain_pending_delete",
        subject=SubjectKind.DOMAIN,
        severity=FindingSeverity.SEVERE,
        title=Sentence("Nama domain akan dihapus", "Domain name about to be deleted"),
        problem=Sentence(
            "Registri akan menghapus nama domain {subject} (status pendingDelete). Setelah itu siapa pun "
            "yang memenuhi syarat dapat mendaftarkannya, termasuk pihak yang ingin menyamar sebagai "
            "instansi.",
            "The registry is about to delete {subject} (status pendingDelete). After that anybody who is "
            "eligible can register it, including those who would pose as the agency.",
        ),
        remedy=_by_whom(
            "Tanyakan lewat {renewal} hari ini juga apakah penghapusan masih dapat dibatalkan. Bila tidak, "
            "daftarkan kembali {subject} begitu namanya bebas, dan sampaikan alamat pengganti kepada "
            "masyarakat.",
            "Ask through {renewal} today whether the deletion can still be called off. If it cannot, "
            "register {subject} again as soon as the name is free, and tell the public which address "
            "replaces it.",
        ),
        references=("rfc5731", "rfc3915"),
        steps=EXPIRY_STEPS,
    ),
    FindingRule(
        id="domain_hold",
        subject=SubjectKind.DOMAIN,
        severity=FindingSeverity.SEVERE,
        title=Sentence("Nama domain dinonaktifkan", "Domain name suspended"),
        problem=Sentence(
            "Nama domain {subject} berstatus {holds}: registri mengeluarkannya dari DNS, sehingga tidak "
            "satu pun layanan di bawah nama ini dapat dibuka. Penyebabnya dapat berupa perpanjangan atau "
            "dokumen yang belum selesai, dapat pula penangguhan oleh kementerian, misalnya karena "
            "ditemukan halaman judi daring.",
            "{subject} has the status {holds}: the registry has taken it out of the DNS, so that no "
            "service under this name can be reached. The cause can be a renewal or papers left unfinished, "
            "or a suspension by the ministry, for example because pages for online gambling were found.",
        ),
        remedy=_by_whom(
            "Tanyakan penyebabnya lewat {renewal}. Bila karena konten, bersihkan situs yang disusupi, "
            "tutup celahnya, lalu mintalah nama domain diaktifkan kembali; bila karena administrasi, "
            "lengkapi perpanjangan atau dokumennya.",
            "Ask for the cause through {renewal}. If it is the content, clean the sites that were broken "
            "into, close the gap, and then ask for the name to be activated again; if it is the "
            "administration, complete the renewal or the papers.",
        ),
        references=("rfc5731",),
    ),
    FindingRule(
        id="domain_unregistered",
        subject=SubjectKind.DOMAIN,
        severity=FindingSeverity.SEVERE,
        title=Sentence("Nama domain tidak terdaftar", "Domain name not registered"),
        problem=Sentence(
            "Registri menjawab lewat {source} bahwa nama domain {subject} tidak terdaftar. Layanan di "
            "bawah nama ini tidak dapat dibuka, dan pihak lain dapat mendaftarkannya untuk menyamar "
            "sebagai instansi.",
            "The registry says by {source} that {subject} is not registered. No service under this name "
            "can be reached, and somebody else could register it to pose as the agency.",
        ),
        remedy=_by_whom(
            "Periksa dahulu ejaan alamat layanan dalam register Kulkul. Bila ejaannya benar, daftarkan "
            "kembali {subject} lewat {renewal} secepatnya; bila nama itu tidak dipakai lagi, perbarui "
            "alamat layanan dalam register.",
            "First check the spelling of the service's address in Kulkul's register. If it is right, "
            "register {subject} again through {renewal} as soon as possible; if the name is no longer "
            "used, correct the service's address in the register.",
        ),
        references=("rfc5731",),
    ),
)
