"""One message as a mail: headers, text, HTML and files, in 7 bits wherever the addresses allow it; pure."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address, HeaderRegistry, MessageIDHeader
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import quote

from yarl import URL

from alerts.channels.wording import quoted, sendable
from alerts.delivery import Delivery, DeliveryError
from monitor.core.incident import incident_number
from monitor.core.route import EmailChannel

_LOCAL_PART = re.compile(r'[^\s@<>()\[\],;:\\"]{1,64}')
_DOMAIN = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")
_LONGEST_KEY = 64
"""In a Message-ID; longer ones are written as their digest."""

_HEADERS = HeaderRegistry()
for _name in ("in-reply-to", "references"):
    # As ordinary text they would be broken and encoded where they are longer than a line, and mean nothing.
    _HEADERS.map_to_type(_name, MessageIDHeader)  # type: ignore[arg-type]  # headers are built from such parts
_POLICY = SMTP.clone(header_factory=_HEADERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """What a mail server is given."""

    sender: str
    recipient: str
    content: bytes
    """Headers and body, lines ending in CR LF."""
    international: bool
    """An address is not ASCII before its @: the server must speak SMTPUTF8 (RFC 6531)."""


def write_mail(delivery: Delivery, settings: EmailChannel, at: datetime | None = None) -> Mail:
    """Return the mail of a delivery; the same Message-ID in every attempt.

    Args:
        delivery: one attempt.
        settings: the sender.
        at: when it is sent, aware; None: when it was written. What was held over quiet hours must not lie
            among the mails of the evening before.
    Raises:
        DeliveryError: an address cannot be used; permanent.
    """
    sender = _mailbox(settings.sender, f"the sender of channel {settings.id}")
    recipient = _mailbox(delivery.address, "the recipient")
    international = not f"{sender.username}{recipient.username}".isascii()
    mail = EmailMessage(policy=_POLICY.clone(utf8=international))
    mail["From"] = sender
    mail["To"] = recipient
    if settings.reply_to is not None:
        mail["Reply-To"] = _mailbox(settings.reply_to, f"reply_to of channel {settings.id}")
    mail["Subject"] = " ".join(sendable(delivery.message.subject).split())
    mail["Date"] = format_datetime(at or delivery.facts.written_at)
    first = _first_id(delivery, sender.domain)
    if delivery.place == 0:
        mail["Message-ID"] = first
    else:
        mail["Message-ID"] = _message_id(delivery.key, sender.domain)
        mail["In-Reply-To"] = first
        mail["References"] = first
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    if incident_number(delivery.facts.subject) is not None:
        mail["X-Kulkul-Incident"] = delivery.facts.subject
    mail["X-Kulkul-Occasion"] = delivery.facts.occasion.value
    mail["X-Kulkul-Severity"] = delivery.facts.severity.value
    # Quoted-printable even where the server takes 8 bits: one that passes the mail on may not.
    mail.set_content(sendable(delivery.message.text), cte="quoted-printable")
    mail.add_alternative(sendable(delivery.message.html), subtype="html", cte="quoted-printable")
    for one in delivery.attachments:
        kind, _, subkind = one.content_type.partition("/")
        params = {"charset": "utf-8"} if kind == "text" else {}
        mail.add_attachment(
            one.data, maintype=kind, subtype=subkind, filename=sendable(one.name), params=params
        )
    mail["Content-Language"] = delivery.language  # of the whole; set earlier, it would have gone to the text
    return Mail(
        sender=sender.addr_spec,
        recipient=recipient.addr_spec,
        content=mail.as_bytes(),
        international=international,
    )


def _first_id(delivery: Delivery, domain: str) -> str:
    """Return the Message-ID of the conversation's first mail to this address.

    It follows from what every later one knows as well, so that nothing need be remembered. The address is
    part of it, because the same thread goes to several.
    """
    address = hashlib.sha256(sendable(delivery.address).encode()).hexdigest()[:12]
    return _message_id(f"{delivery.thread}/{address}", domain)


def _message_id(key: str, domain: str) -> str:
    # Percent signs may stand in a Message-ID; dots not everywhere, colons and spaces not at all.
    name = quote(key, safe="/", errors="replace").replace(".", "%2E")
    if len(name) > _LONGEST_KEY:
        name = hashlib.sha256(sendable(key).encode()).hexdigest()[:40]
    return f"<{name}@{domain}>"


def _mailbox(text: str, what: str) -> Address:
    """Read `Name <address>` or an address; the domain as ASCII, as DNS and every mail server know it."""
    name, bracket, spec = text.rpartition("<") if text.endswith(">") else ("", "", text)
    spec = spec.removesuffix(">") if bracket else spec
    local, at, domain = spec.strip().rpartition("@")
    domain = _ascii_domain(domain)
    if not (text.isprintable() and at and _LOCAL_PART.fullmatch(local) and _DOMAIN.fullmatch(domain)):
        raise DeliveryError(f"{what} is no usable e-mail address: {quoted(text)}", permanent=True)
    return Address(display_name=name.strip().strip('"'), username=local, domain=domain)


def _ascii_domain(domain: str) -> str:
    """Return the domain by IDNA 2008: Python's own codec does not know the Balinese and Javanese scripts."""
    try:
        return URL.build(scheme="http", host=domain).raw_host or ""
    except ValueError:
        return ""
