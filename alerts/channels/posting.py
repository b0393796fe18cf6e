"""POST over HTTP, as the channels that speak it share it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version

import aiohttp
from yarl import URL

from alerts.channels.wording import quoted
from alerts.delivery import DeliveryError
from monitor.core.retry_after import waiting_time

USER_AGENT = f"Kulkul/{version('kulkul')}"
_MOST_BYTES = 65_536
"""Of a reply: what is needed of it is far shorter."""
_TEMPORARY = frozenset({408, 425, 429})
_MOVED = frozenset({301, 308})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    body: bytes
    """The first 64 KiB."""
    retry_after: timedelta | None = None

    @property
    def good(self) -> bool:
        """Whether the other side took it."""
        return 200 <= self.status < 300  # noqa: PLR2004 - the class of success, RFC 9110


class Posting:
    """POSTs over one connection each: nothing is kept open, no cookie kept, no redirect followed.

    A connection that was kept could have been closed by the other side meanwhile, and a POST must not be
    repeated blindly.

    Args:
        whom: how errors call the other side.
    """

    def __init__(self, whom: str) -> None:
        self.whom = whom
        self._session: aiohttp.ClientSession | None = None

    async def post(self, url: URL, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send JSON, and return the answer whatever its status; how long that may take says the caller.

        Raises:
            DeliveryError: there was no answer. It has no cause attached: aiohttp's errors hold the URL, and
                so perhaps a secret.
        """
        sent = {"Content-Type": "application/json", "User-Agent": USER_AGENT, **headers}
        try:
            async with self._opened().post(url, data=body, headers=sent, allow_redirects=False) as reply:
                return Answer(
                    status=reply.status,
                    body=await reply.content.read(_MOST_BYTES),
                    retry_after=waiting_time(reply.headers.get("Retry-After"), datetime.now(UTC)),
                )
        except (aiohttp.ClientError, OSError) as error:
            trouble = self._told(error)
        raise trouble

    async def close(self) -> None:
        """Let go of what is open; a later POST opens it anew."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def refusal(self, answer: Answer, said: str = "") -> DeliveryError:
        """Return the error for an answer that is not good: permanent where trying again cannot help.

        Args:
            answer: with a status that is not good.
            said: what the body says, fit to be printed.
        """
        if answer.status in _MOVED:
            return DeliveryError(
                f"{self.whom} has moved (it answered {answer.status}): set its new address", permanent=True
            )
        text = f"{self.whom} answered {answer.status}"
        return DeliveryError(
            f"{text}: {said}" if said else text,
            permanent=answer.status in range(400, 500) and answer.status not in _TEMPORARY,
            retry_after=answer.retry_after,
        )

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(force_close=True),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None),  # the caller's is exact; this would round up
            )
        return self._session

    def _told(self, error: aiohttp.ClientError | OSError) -> DeliveryError:
        if isinstance(error, aiohttp.InvalidURL):
            return DeliveryError(f"the address of {self.whom} is no usable URL", permanent=True)
        match error:
            case aiohttp.ClientConnectorCertificateError(certificate_error=cause):
                why = quoted(getattr(cause, "verify_message", "") or str(cause))
                text = f"the certificate of {self.whom} is not accepted: {why}"
            case aiohttp.ClientSSLError():
                text = f"{self.whom} speaks no acceptable TLS"
            case aiohttp.ClientConnectorDNSError():
                text = f"the name of {self.whom} cannot be found"
            case aiohttp.ClientConnectorError(os_error=cause):
                text = f"cannot connect to {self.whom}: {quoted(cause.strerror or str(cause))}"
            case aiohttp.ClientResponseError():
                text = f"{self.whom} does not answer with valid HTTP"
            case _:
                text = f"{self.whom} broke off the connection"
        return DeliveryError(text)


def place_of(url: URL) -> str:
    """Return host and port: all of an address that may be shown, since its path can be a secret."""
    return f"{url.host}:{url.port}"
