"""Classes of host names, and what speaks against a name, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from monitor.core.hostname import HostClass, HostProblem
from monitor.core.reason import Sentence

CLASS_WORDS: Mapping[HostClass, Sentence] = {
    HostClass.IP: Sentence("alamat IP", "IP address"),
    HostClass.INTERNAL: Sentence("nama jaringan internal", "name of an internal network"),
    HostClass.INVALID: Sentence("bukan nama host yang sah", "not a valid host name"),
    HostClass.UNKNOWN_TLD: Sentence("akhiran nama tidak dikenal", "unknown ending"),
    HostClass.PROVINCE: Sentence("pemerintah provinsi", "provincial government"),
    HostClass.REGENCY: Sentence("pemerintah kabupaten", "regency government"),
    HostClass.CITY: Sentence("pemerintah kota", "city government"),
    HostClass.COUNCIL: Sentence("DPRD", "regional house of representatives (DPRD)"),
    HostClass.VERTICAL: Sentence("instansi vertikal", "office of the state in a region"),
    HostClass.CENTRAL: Sentence("instansi pusat", "central government"),
    HostClass.VILLAGE: Sentence("pemerintah desa", "village government"),
    HostClass.MILITARY: Sentence("militer", "military"),
    HostClass.UNIVERSITY: Sentence("perguruan tinggi", "university or college"),
    HostClass.SCHOOL: Sentence("sekolah", "school"),
    HostClass.ISLAMIC_BOARDING_SCHOOL: Sentence("pondok pesantren", "Islamic boarding school"),
    HostClass.APP_STORE: Sentence("toko aplikasi", "app store"),
    HostClass.ID_NON_GOVERNMENT: Sentence("nama .id bukan pemerintah", ".id name outside government"),
    HostClass.FOREIGN: Sentence("nama di luar .id", "name outside .id"),
}
"""A few words each, without full stop."""

PROBLEM_SENTENCES: Mapping[HostProblem, Sentence] = {
    HostProblem.NOT_A_NAME: Sentence(
        "Nama host hanya boleh berisi huruf, angka, dan tanda hubung di antara titik.",
        "A host name consists of letters, digits and hyphens between dots.",
    ),
    HostProblem.NUMBERS_ONLY: Sentence(
        "Tulisannya mirip alamat IPv4, tetapi bukan: alamat IPv4 terdiri atas empat angka sampai 255.",
        "It looks like an IPv4 address and is none: those have four numbers up to 255.",
    ),
    HostProblem.PUBLIC_SUFFIX: Sentence(
        "Hanya akhiran yang tertulis; nama instansi di depannya tidak ada.",
        "Only an ending is written; the name before it is missing.",
    ),
    HostProblem.UNKNOWN_SUFFIX: Sentence(
        "Akhiran nama ini tidak ada di internet.", "No name on the Internet has this ending."
    ),
    HostProblem.PRIVATE_ADDRESS: Sentence(
        "Alamat IP ini hanya berlaku di jaringan sendiri; dari internet tidak dapat dicapai.",
        "This IP address is valid in an own network only; it cannot be reached from the Internet.",
    ),
    HostProblem.INTERNAL_NAME: Sentence(
        "Nama ini hanya dikenal di jaringan sendiri; dari internet tidak dapat dicapai.",
        "This name is known in an own network only; it cannot be reached from the Internet.",
    ),
    HostProblem.UNDERSCORE: Sentence(
        "Nama ini mengandung garis bawah; sertifikat untuk nama seperti ini tidak dapat diterbitkan.",
        "The name contains an underscore; no certificate can be issued for such a name.",
    ),
}
