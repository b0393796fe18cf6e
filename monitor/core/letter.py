"""The text that asks an agency to let the monitor in; pure, in Indonesian and English."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.core.reason import SENTENCES, Reason, Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the letter says."""

    service: str
    url: str
    agency: str
    reason: Reason
    since: str
    """When the block began, written for people."""
    seen: str | None
    """The particulars of the latest refusal; one English sentence."""
    user_agent: str
    addresses: Sequence[str]
    contact: str | None
    contact_url: str | None


_LETTER = Sentence(
    """\
Yth. {agency}

Perihal: permintaan izin akses bagi pemantau layanan publik

Pemantau ketersediaan layanan publik kami tidak dapat memeriksa layanan berikut karena situsnya
menolak pemantau:

  Layanan  : {service}
  Alamat   : {url}
  Sejak    : {since}
  Sebab    : {reason}
{seen}
Situs tersebut mungkin tetap dapat dibuka oleh pengunjung. Namun, selama pemantau ditolak, ketersediaan
layanan ini tidak terukur dan gangguannya tidak akan kami ketahui. Kami mohon agar pemantau diizinkan
(allowlist) pada firewall, WAF, atau CDN situs tersebut, dengan ciri berikut:

  User-Agent : {user_agent}
  Alamat IP  : {addresses}
  Keperluan  : satu permintaan GET ke alamat di atas setiap beberapa menit; tidak ada formulir yang diisi dan
               tidak ada data yang diambil selain halaman itu sendiri
  Kontak     : {contact}

Terima kasih atas kerja samanya.
""",
    """\
To {agency}

Subject: request to let the public-service monitor in

Our availability monitor cannot check the following service, because its site refuses the monitor:

  Service  : {service}
  Address  : {url}
  Since    : {since}
  Reason   : {reason}
{seen}
Visitors may still be able to open the site. But while the monitor is refused, the availability of this
service is not measured, and we shall not know of its outages. Please allow the monitor in the site's
firewall, WAF or CDN. It can be recognised by:

  User-Agent : {user_agent}
  IP address : {addresses}
  Purpose    : one GET request to the address above every few minutes; no form is filled in, and
               nothing but the page itself is fetched
  Contact    : {contact}

Thank you for your help.
""",
)
_UNKNOWN = Sentence(
    "(isi `vantage.addresses` dalam kulkul.yml)", "(fill in `vantage.addresses` in kulkul.yml)"
)
_NOBODY = Sentence("(isi `vantage.contact` dalam kulkul.yml)", "(fill in `vantage.contact` in kulkul.yml)")


def letter(request: Request) -> Sentence:
    """Return the letter in both languages, ready to send but for what the settings leave open."""
    reason = SENTENCES[request.reason]
    details = f"  Details  : {request.seen}\n" if request.seen else ""
    return Sentence(
        # The particulars exist in English only, and have no place in a letter to an Indonesian office.
        id=_LETTER.id.format(seen="", **_fields(request, reason.id, _UNKNOWN.id, _NOBODY.id)),
        en=_LETTER.en.format(seen=details, **_fields(request, reason.en, _UNKNOWN.en, _NOBODY.en)),
    )


def _fields(request: Request, reason: str, unknown: str, nobody: str) -> dict[str, str]:
    contact = ", ".join(part for part in (request.contact, request.contact_url) if part)
    return {
        "agency": request.agency,
        "service": request.service,
        "url": request.url,
        "since": request.since,
        "reason": reason,
        "user_agent": request.user_agent,
        "addresses": ", ".join(request.addresses) or unknown,
        "contact": contact or nobody,
    }
