"""E-mail, over one SMTP connection for each message."""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from contextlib import suppress
from datetime import UTC, datetime
from ipaddress import ip_address

import aiosmtplib

from alerts.channels.deadline import within
from alerts.channels.mail import Mail, write_mail
from alerts.channels.wording import quoted
from alerts.delivery import Delivery, DeliveryError
from monitor.core.route import EmailChannel, Security

_GOODBYE_SECONDS = 1.0
_LOGIN_WANTED = frozenset({530, 534, 535, 538})
"""RFC 4954: replies about the login, whatever command they answer."""
_HOST_NAME = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


class Email:
    """One mail server."""

    def __init__(self, settings: EmailChannel) -> None:
        self._settings = settings
        self._server = f"mail server {settings.host}:{settings.port}"
        self._trust: ssl.SSLContext | None = None

    async def send(self, delivery: Delivery) -> None:
        """Hand the message to the server; returns once it has taken it.

        Raises:
            DeliveryError: it has not, as far as we know. Permanent: it refuses sender, recipient or content.
        """
        mail = write_mail(delivery, self._settings, datetime.now(UTC))
        client = _Client(
            hostname=self._settings.host,
            port=self._settings.port,
            use_tls=self._settings.security is Security.TLS,
            start_tls=False,  # asked for below, where its absence can be told from other trouble
            local_hostname="localhost",  # else a thread asks DNS for our name, for as long as that takes
            timeout=None,
        )
        clock = asyncio.get_running_loop().time
        ends_at = clock() + self._settings.timeout.total_seconds()
        try:
            async with within(self._settings.timeout, self._server):
                await self._hand_over(client, mail)
            # Taken: whatever goes wrong from here on must not have it sent again.
            with suppress(aiosmtplib.SMTPException, OSError):
                async with asyncio.timeout_at(min(ends_at, clock() + _GOODBYE_SECONDS)):
                    await client.quit()
        finally:
            client.close()

    async def close(self) -> None:
        """No connection outlives its message."""

    async def _hand_over(self, client: _Client, mail: Mail) -> None:
        try:
            await self._enter(client)
            if mail.international and not client.supports_extension("smtputf8"):
                raise DeliveryError(
                    f"{self._server} cannot carry the address {quoted(mail.recipient)} (no SMTPUTF8)",
                    permanent=True,
                )
            options = ("SMTPUTF8", "BODY=8BITMIME") if mail.international else ()
            encoding = "utf-8" if mail.international else "ascii"
            # Not `sendmail`: it says RSET after a refusal, and a server that hangs there would hide it.
            await client.mail(mail.sender, options=options, encoding=encoding)
            await client.rcpt(mail.recipient, encoding=encoding)
            await client.data(mail.content)
        except (aiosmtplib.SMTPException, OSError) as error:
            trouble = self._told(error)
        else:
            return
        # Without its cause: there a server's reply stands as it came, and it may repeat our login.
        raise trouble

    async def _enter(self, client: _Client) -> None:
        settings = self._settings
        if settings.security is not Security.NONE:
            client.tls_context = await self._trusting()
        await client.connect()
        client.local_hostname = _own_name(client.get_transport_info("sockname")[0])
        await _greet(client)
        if settings.security is Security.STARTTLS:
            if not client.supports_extension("starttls"):
                raise DeliveryError(f"{self._server} offers no STARTTLS, and nothing is sent in the clear")
            await client.starttls()
            await _greet(client)
        if settings.username is not None:
            if not client.supported_auth_methods:
                raise DeliveryError(f"{self._server} offers no login that we know on this connection")
            await client.login(settings.username, settings.password or "")

    async def _trusting(self) -> ssl.SSLContext:
        if self._trust is None:
            ca_file = self._settings.ca_file
            try:
                self._trust = await asyncio.to_thread(ssl.create_default_context, cafile=ca_file)
            except OSError as error:
                raise DeliveryError(f"cannot read certificates from {ca_file}: {error.strerror}") from error
        return self._trust

    def _told(self, error: aiosmtplib.SMTPException | OSError) -> DeliveryError:
        match error:
            case aiosmtplib.SMTPResponseException(code=code) if code in _LOGIN_WANTED or isinstance(
                error, aiosmtplib.SMTPAuthenticationError
            ):
                # A password may be mended; until then nothing must be lost. The reply is left out: servers
                # append what they were told.
                return DeliveryError(
                    f"{self._server} does not let us log in ({code}): "
                    f"check user name and password of channel {self._settings.id}"
                )
            case (
                aiosmtplib.SMTPSenderRefused()
                | aiosmtplib.SMTPRecipientRefused()
                | aiosmtplib.SMTPDataError()
            ):
                text = f"{self._server} refuses {_REFUSED[type(error)]}: {self._reply(error)}"
                return DeliveryError(text, permanent=error.code in range(500, 600))
        return DeliveryError(self._trouble(error))

    def _trouble(self, error: aiosmtplib.SMTPException | OSError) -> str:
        match error:
            case aiosmtplib.SMTPResponseException(code=code) if code < 0:
                return f"{self._server} does not speak SMTP"
            case aiosmtplib.SMTPResponseException():
                return f"{self._server} does not serve us: {self._reply(error)}"
            case aiosmtplib.SMTPServerDisconnected():
                return f"{self._server} broke off the connection"
        cause = error.__cause__ if isinstance(error, aiosmtplib.SMTPException) else error
        match cause:
            case ssl.SSLError():
                why = getattr(cause, "verify_message", "") or cause.reason or "unknown"
                return f"the TLS connection to {self._server} failed: {quoted(why)}"
            case OSError():
                return f"the connection to {self._server} failed: {quoted(cause.strerror or str(cause))}"
        return f"{self._server} could not be used: {quoted(str(error))}"

    def _reply(self, error: aiosmtplib.SMTPResponseException) -> str:
        password = self._settings.password
        plain = f"\0{self._settings.username}\0{password}"  # as AUTH PLAIN encodes it
        return f"{error.code} {quoted(error.message, *((plain, password) if password else ()))}"


_REFUSED = {
    aiosmtplib.SMTPSenderRefused: "the sender",
    aiosmtplib.SMTPRecipientRefused: "the recipient",
    aiosmtplib.SMTPDataError: "the message",
}


class _Client(aiosmtplib.SMTP):
    """Cuts the connection instead of closing it: TLS would wait half a minute for a server that hangs."""

    def close(self) -> None:
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()
        super().close()


async def _greet(client: _Client) -> None:
    """Say EHLO, or HELO to a server that knows nothing newer."""
    try:
        await client.ehlo()
    except aiosmtplib.SMTPHeloError:
        await client.helo()


def _own_name(address: str) -> str:
    """Return what we call ourselves in EHLO: our full name, or our address where we have none (RFC 5321)."""
    name = socket.gethostname()
    if _HOST_NAME.fullmatch(name):
        return name
    return f"[{'IPv6:' if ip_address(address.partition('%')[0]).version == 6 else ''}{address}]"  # noqa: PLR2004
