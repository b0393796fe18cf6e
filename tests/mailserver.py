"""A real mail server for the tests (aiosmtpd): open, with STARTTLS, with implicit TLS, with logins, choosy.

async with mail_server() as server:
    ...  # server.host, server.port, server.mails
"""

from __future__ import annotations

import asyncio
import ssl
import warnings
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.certificates import Identity


@dataclass(frozen=True)
class Received:
    """One mail as the server took it."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    options: tuple[str, ...]
    encrypted: bool
    login: str | None
    greeted_as: str

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=default)


@dataclass
class MailServer:
    """A server that is running; `refuses` may be changed meanwhile."""

    host: str = "127.0.0.1"
    port: int = 0
    users: Mapping[str, str] = field(default_factory=dict)
    refuses: dict[str, str] = field(default_factory=dict)
    """MAIL, RCPT or DATA → the reply to it, instead of taking the mail."""
    refuses_recipients: dict[str, str] = field(default_factory=dict)
    """Address → the reply to it as a recipient."""
    mails: list[Received] = field(default_factory=list)
    connections: int = 0

    async def handle_MAIL(  # noqa: N802 - aiosmtpd looks for hooks by these names
        self, _: SMTP, __: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if "MAIL" in self.refuses:
            return self.refuses["MAIL"]
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - the same
        self, _: SMTP, __: Session, envelope: Envelope, address: str, ___: list[str]
    ) -> str:
        if "RCPT" in self.refuses:
            return self.refuses["RCPT"]
        if address in self.refuses_recipients:
            return self.refuses_recipients[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, protocol: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - the same
        if "DATA" in self.refuses:
            return self.refuses["DATA"]
        assert isinstance(envelope.original_content, bytes)
        assert envelope.mail_from is not None
        self.mails.append(
            Received(
                sender=envelope.mail_from,
                recipients=tuple(envelope.rcpt_tos),
                raw=envelope.original_content,
                options=tuple(envelope.mail_options),
                encrypted=protocol.transport.get_extra_info("sslcontext") is not None,
                login=session.auth_data,
                greeted_as=session.host_name,
            )
        )
        return "250 OK"

    def authenticate(self, _: SMTP, __: Session, ___: Envelope, ____: str, given: Any) -> AuthResult:
        assert isinstance(given, LoginPassword)
        login, password = given.login.decode(), given.password.decode()
        if self.users.get(login) == password:
            return AuthResult(success=True, auth_data=login)
        return AuthResult(success=False, handled=False)


@asynccontextmanager
async def mail_server(
    *,
    tls: Identity | None = None,
    starttls: Identity | None = None,
    users: Mapping[str, str] | None = None,
    smtputf8: bool = False,
    port: int = 0,
) -> AsyncIterator[MailServer]:
    """Run a mail server until the block ends.

    Args:
        tls: speaks TLS from the first byte.
        starttls: offers STARTTLS, and takes no mail without it.
        users: who may send, with their passwords; None: anybody.
    """
    server = MailServer(users=users or {})
    transports: set[asyncio.BaseTransport] = set()

    class Protocol(SMTP):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            server.connections += 1
            transports.add(transport)
            super().connection_made(transport)

    def protocol() -> SMTP:
        with warnings.catch_warnings():
            # Of logins in the clear: here also behind implicit TLS, which it does not see.
            warnings.filterwarnings("ignore", "Requiring AUTH while not requiring TLS")
            return Protocol(
                server,
                hostname="mail.test",
                enable_SMTPUTF8=smtputf8,
                tls_context=_context(starttls) if starttls else None,
                require_starttls=starttls is not None,
                auth_required=users is not None,
                auth_require_tls=starttls is not None,
                authenticator=server.authenticate,
                loop=asyncio.get_running_loop(),
            )

    listening = await asyncio.get_running_loop().create_server(
        protocol, server.host, port, ssl=_context(tls) if tls else None
    )
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
        for one in transports:
            one.abort()
        await listening.wait_closed()
        await asyncio.sleep(0)


def _context(identity: Identity) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    identity.load_into(context)
    return context
