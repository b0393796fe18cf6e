"""One HTTP/1 reply, parsed as it arrives, with bounds on everything a server could make endless."""

from __future__ import annotations

import httptools

from monitor.core.reason import Reason, Stage
from monitor.probes.decode import Body, DecodeError
from monitor.probes.stages import ProbeFailure, shown

HEADER_LIMIT_BYTES = 256 * 1024
"""Browsers take this much (Chromium's limit); aiohttp's 8 kB refuses sites that visitors can use."""
INTERIM_LIMIT = 16
_NO_BODY = frozenset({204, 304})


class Reply:
    """Feeds on bytes; shows status, headers, and the decoded body."""

    def __init__(self, method: str, limit: int, where: str) -> None:
        self._parser = httptools.HttpResponseParser(self)
        # Browsers forgive line ends without CR, and a length beside chunks (RFC 9112, 6.3: chunks win), so
        # they take no site down. The dangers of leniency are those of proxies, which we are not.
        self._parser.set_dangerous_leniencies(lenient_chunked_length=True, lenient_optional_cr_before_lf=True)
        self._method = method
        self._limit = limit
        self._where = where
        self._interim = 0
        self._seen_bytes = 0
        self.status = 0
        self.version = ""
        self.headers: list[tuple[str, str]] = []
        self.body: Body | None = None
        self.headers_done = False
        self.done = False
        self._failure: ProbeFailure | None = None

    def feed(self, data: bytes) -> None:
        """Take in bytes from the peer.

        Raises:
            ProbeFailure: they are not HTTP, too much, or do not decode.
        """
        if not self.headers_done:
            if self._seen_bytes == 0 and data[:1] in (b"R", b"I"):
                self._malformed(data, "Expected HTTP/")  # llhttp takes RTSP and ICE for HTTP
            self._seen_bytes += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self.done = True  # 101: whatever follows is not HTTP
        except httptools.HttpParserCallbackError:
            if self._failure is None:
                raise
        except httptools.HttpParserError as error:
            if not self.done:  # bytes after the end are not ours to judge
                self._malformed(data, error)
        if self._failure is not None:
            raise self._failure
        if not self.headers_done and self._seen_bytes > HEADER_LIMIT_BYTES:
            raise ProbeFailure(
                Stage.RESPONSE,
                Reason.HTTP_HEADERS_TOO_LARGE,
                f"{self._where} sent more than {HEADER_LIMIT_BYTES // 1024} kB of headers.",
            )

    def end(self, *, abrupt: bool) -> str | None:
        """Take in the end of the stream; returns a problem worth noting, if any.

        Raises:
            ProbeFailure: something was still to come.
        """
        if self.done:
            return None
        if not self.headers_done:
            if self._seen_bytes == 0:
                raise ProbeFailure(
                    Stage.RESPONSE, Reason.TCP_CLOSED, f"{self._where} closed the connection without a reply."
                )
            raise ProbeFailure(
                Stage.RESPONSE,
                Reason.HTTP_MALFORMED,
                f"{self._where} closed the connection in the middle of the headers.",
            )
        got = self.body.wire_bytes if self.body else 0
        if (length := self.header("content-length")) is not None:
            raise ProbeFailure(
                Stage.CONTENT, Reason.BODY_TRUNCATED, f"The body broke off after {got} of {length} bytes."
            )
        if "chunked" in (self.header("transfer-encoding") or "").lower():
            raise ProbeFailure(
                Stage.CONTENT,
                Reason.BODY_TRUNCATED,
                f"The body broke off after {got} bytes, before its last chunk.",
            )
        self.done = True
        return "The connection ended without TLS close_notify: the body may be cut short." if abrupt else None

    def check_whole(self) -> None:
        """Hold a body that came to its end against the end marks of its codings.

        Raises:
            ProbeFailure: the framing says that this was all, but a coding says that it was not.
        """
        if self.done and self.body is not None and not self.body.overflowed and self.body.broken_off:
            raise ProbeFailure(
                Stage.CONTENT,
                Reason.BODY_TRUNCATED,
                f"{self._where} sent a compressed body without its end ({self.body.wire_bytes} bytes).",
            )

    def header(self, name: str) -> str | None:
        """Return the first value of a header; `name` lower case."""
        return next((value for key, value in self.headers if key == name), None)

    # What httptools calls while it parses.

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header."""
        self.headers.append((name.decode("latin-1").lower(), value.decode("latin-1").strip()))

    def on_headers_complete(self) -> None:
        """Tell an interim reply from the final one."""
        self.status = self._parser.get_status_code()
        self.version = self._parser.get_http_version()
        if 100 <= self.status < 200 and self.status != 101:  # noqa: PLR2004 - RFC 9110, 15.2
            self._interim += 1
            if self._interim > INTERIM_LIMIT:
                self._fail(Stage.RESPONSE, Reason.HTTP_MALFORMED, "sent one interim reply after the other")
            return
        self.headers_done = True
        if self._method == "HEAD" or self.status in _NO_BODY:
            self.done = True
            return
        try:
            self.body = Body(self.header("content-encoding"), self._limit)
        except DecodeError as error:
            self._fail(Stage.CONTENT, Reason.BODY_ENCODING, f"sent a body with {error}")

    def on_body(self, data: bytes) -> None:
        """Decode a piece of the body."""
        if self.body is None or self._failure is not None:
            return
        try:
            self.body.feed(data)
        except DecodeError as error:
            self._fail(Stage.CONTENT, Reason.BODY_ENCODING, f"sent a body that does not decode: {error}")

    def on_message_complete(self) -> None:
        """Start over after an interim reply; otherwise this was all."""
        if self.headers_done:
            self.done = True
        else:
            self.headers.clear()

    def _fail(self, stage: Stage, reason: Reason, what: str) -> None:
        self._failure = self._failure or ProbeFailure(stage, reason, f"{self._where} {what}.")

    def _malformed(self, data: bytes, error: object) -> None:
        if self.headers_done:
            self._fail(Stage.CONTENT, Reason.BODY_TRUNCATED, f"sent a broken body framing ({error})")
        elif self._seen_bytes == len(data) and data[:1] in (b"\x15", b"\x16"):
            self._fail(Stage.RESPONSE, Reason.HTTP_MALFORMED, "answers in TLS on a plain http port")
        else:
            start = shown(data.decode("latin-1"), 32)
            self._fail(
                Stage.RESPONSE, Reason.HTTP_MALFORMED, f"sent no valid HTTP ({error}; it began “{start}”)"
            )
