"""Who may come in: bearer tokens, and patience with those who try."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import hdrs, web

from monitor.core.access import Token, TokenState, fingerprint, well_formed
from monitor.core.reason import Sentence
from monitor.store import StoreError
from monitor.store.tokens import use_is_news
from monitor.web.api.errors import ApiError
from monitor.web.api.source import ReportSource

_LOG = logging.getLogger(__name__)

WINDOW = timedelta(minutes=1)
MOST_FAILURES = 10
"""Of one address within the window: many slips of the finger, and nothing to somebody who guesses."""
MOST_ADDRESSES = 1000
_NO_TOKEN = Sentence(
    "Sertakan token pada kepala permintaan: Authorization: Bearer kulkul_…",
    "Send a token in the header of the request: Authorization: Bearer kulkul_…",
)
_NO_SUCH = Sentence(
    "Token ini tidak dikenal; mintalah yang baru kepada pengelola pemantau.",
    "This token is not known; ask the operators of the monitor for a new one.",
)
_MISSPELT = Sentence(
    "Token ini salah tulis: ada huruf yang hilang atau tertukar.",
    "This token is misspelt: a letter is missing or wrong.",
)
_STATES = {
    TokenState.EXPIRED: Sentence("Token ini sudah kedaluwarsa.", "This token has expired."),
    TokenState.REVOKED: Sentence("Token ini sudah dicabut.", "This token was revoked."),
}
_TOO_MANY = Sentence(
    "Terlalu banyak percobaan dengan token yang salah; tunggulah sebentar.",
    "Too many tries with wrong tokens; wait a moment.",
)


@dataclass(slots=True)
class _Tries:
    began_at: datetime
    count: int = 0


class Failures:
    """Counts failed tries by address, in bounded memory."""

    def __init__(self) -> None:
        self._tries: OrderedDict[str, _Tries] = OrderedDict()

    def __len__(self) -> int:
        """How many addresses are remembered."""
        return len(self._tries)

    def note(self, address: str, at: datetime) -> tuple[int, timedelta]:
        """Count one more; returns the number within the window, and how long the window goes on."""
        network = _network(address)
        tries = self._tries.get(network)
        if tries is None or not timedelta() <= at - tries.began_at < WINDOW:
            tries = self._tries[network] = _Tries(at)
            self._tries.move_to_end(network)
            if len(self._tries) > MOST_ADDRESSES:
                self._tries.popitem(last=False)
        tries.count += 1
        return tries.count, tries.began_at + WINDOW - at


class Door:
    """Lets in who holds a token that is valid.

    A valid one always passes, also from an address from which others try: behind a proxy all have one.
    """

    def __init__(self, source: Callable[[], ReportSource]) -> None:
        self._source = source
        self._failures = Failures()
        self._noting: dict[int, asyncio.Task[None]] = {}
        """By the number of the token."""

    async def admit(self, request: web.Request) -> Token:
        """Return the token of a request.

        Raises:
            ApiError: there is none that opens anything.
            StoreError: nobody can tell just now.
        """
        scheme, _, given = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
        text = given.strip()
        if scheme.lower() != "bearer" or not text:
            raise _refused("missing_token", _NO_TOKEN)
        if not well_formed(text):
            raise self._failed(request, "misspelt_token", _MISSPELT)
        source = self._source()
        token = await source.token(fingerprint(text))
        if token is None:
            raise self._failed(request, "unknown_token", _NO_SUCH)
        state = token.state(source.now())
        if state is not TokenState.LIVE:
            raise self._failed(request, f"{state.value}_token", _STATES[state], token.name)
        if use_is_news(token, source.now()) and token.number not in self._noting:
            task = asyncio.create_task(self._note(source, token))
            self._noting[token.number] = task
            task.add_done_callback(lambda _: self._noting.pop(token.number))
        return token

    async def _note(self, source: ReportSource, token: Token) -> None:
        """Remember the use beside the answer, which does not wait for a writer."""
        try:
            await source.used(token)
        except StoreError as error:
            _LOG.warning("the use of token %s could not be noted: %s", token.name, error)

    def _failed(self, request: web.Request, code: str, sentence: Sentence, name: str = "") -> ApiError:
        address = request.remote or "?"
        count, left = self._failures.note(address, self._source().now())
        if count == 1:
            what = f"{code} ({name})" if name else code
            _LOG.warning("refused %s of %s; further tries of a minute are not told", what, address)
        if count > MOST_FAILURES:
            wait: dict[str, str] = {hdrs.RETRY_AFTER: str(math.ceil(left.total_seconds()))}
            return ApiError(429, "too_many_failures", _TOO_MANY, wait)
        return _refused(code, sentence)


def _refused(code: str, sentence: Sentence) -> ApiError:
    scheme = 'Bearer realm="kulkul"'
    if code != "missing_token":
        scheme += ', error="invalid_token"'
    return ApiError(401, code, sentence, {hdrs.WWW_AUTHENTICATE: scheme})


def _network(address: str) -> str:
    """Return by what an address is counted: of IPv6 everybody has 2⁶⁴."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if found.version == 4:  # noqa: PLR2004 - of the protocol
        return str(found)
    return str(ipaddress.ip_network((int(found), 64), strict=False))
