"""The `http` probe: six stages per hop, hop by hop to the page that a visitor would see."""

from __future__ import annotations

import base64
import ssl
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from aiohttp import CookieJar
from yarl import URL

from monitor.core.reason import Reason, Stage
from monitor.core.result import Hop, HttpFacts
from monitor.core.service import HttpTarget
from monitor.probes.blocked import check_reply
from monitor.probes.decode import ACCEPTED
from monitor.probes.dial import Connection, Peer, connected
from monitor.probes.expect import judge, text_of
from monitor.probes.guard import Reach
from monitor.probes.redirect import MAX_REDIRECTS, REDIRECTS, Step, follow
from monitor.probes.reply import Reply
from monitor.probes.stages import EXCERPT_BYTES, Attempt, ProbeFailure
from monitor.probes.tls import broken
from monitor.probes.vantage import Vantage

_HTTP_ALPN = ("http/1.1",)
_ASKS_TO_WAIT = frozenset({429, 503})
_LONGEST_WAIT = timedelta(days=1)
BLOCK_BYTES = 65_536
"""Refusals are short pages: marks further down than this belong to something else."""


@dataclass(slots=True)
class _Journey:
    """What is carried from hop to hop."""

    seen: set[tuple[str, str, str]]
    """Method, URL and cookies of every request so far: the same again would be answered the same."""
    hops: list[Hop] = field(default_factory=list)
    cookies: CookieJar | None = None
    came_from: Reach | None = None


async def probe(attempt: Attempt, vantage: Vantage, target: HttpTarget) -> None:
    """Try the target once; leaves the facts on the attempt.

    Raises:
        ProbeFailure: it is not as expected, and where and why.
    """
    limit = target.expect.max_body_bytes
    limit = vantage.read_limit_bytes if limit is None else limit
    step = Step(URL(target.request.url), target.request)
    journey = _Journey(seen={(step.request.method, str(step.url), "")})
    while True:
        reply, connection = await _exchange(attempt, vantage, step, journey, limit)
        if reply.status not in REDIRECTS or not target.request.follow_redirects:
            break
        step = _next(attempt, step, reply, connection, journey)
    body = bytes(reply.body.data) if reply.body else b""
    facts = attempt.http = _facts(reply, step, journey)
    text = text_of(body[:BLOCK_BYTES], facts.header("content-type"))
    attempt.excerpt = text_of(body[:EXCERPT_BYTES], facts.header("content-type"))
    if reply.status in _ASKS_TO_WAIT:
        attempt.retry_after = retry_after(facts.header("retry-after"), datetime.now(UTC))
    check_reply(vantage.blocks, target.request.url, facts, text)
    overflowed = reply.body is not None and reply.body.overflowed
    if overflowed and target.expect.max_body_bytes is None:
        attempt.note(f"The body is longer than {limit} bytes; it was judged by its beginning.")
    judge(target.expect, facts, body, overflowed=overflowed)


async def _exchange(
    attempt: Attempt, vantage: Vantage, step: Step, journey: _Journey, limit: int
) -> tuple[Reply, Connection]:
    """Send one request and read its reply, a redirect's only up to its headers."""
    secure = step.url.scheme == "https"
    request = step.request
    peer = Peer(
        host=step.url.raw_host or "",
        port=step.url.port or 0,
        family=request.family,
        tls=request.tls if secure else None,
        protocols=_HTTP_ALPN,
        redirected_from=journey.came_from,
    )
    attempt.tls = None  # the facts of an earlier hop are kept with the hop
    async with connected(attempt, vantage, peer) as connection:
        head = _request_bytes(step, vantage.user_agent, _cookie_header(journey, step.url))
        reply = Reply(request.method, limit, peer.where)
        stream = connection.stream
        try:
            async with attempt.stage(Stage.REQUEST, peer.where):
                await stream.send(head)
            async with attempt.stage(Stage.RESPONSE, peer.where):
                while not reply.headers_done:
                    await _feed(attempt, reply, connection)
            if not (reply.status in REDIRECTS and request.follow_redirects):
                async with attempt.stage(Stage.CONTENT, peer.where):
                    while not reply.done and not (reply.body and reply.body.overflowed):
                        await _feed(attempt, reply, connection)
                    reply.check_whole()
        except ssl.SSLError as error:
            # After the handshake: TLS 1.3 servers refuse a client certificate only here.
            raise broken(attempt.at, peer.where, error) from error
        except ProbeFailure:
            if reply.headers_done:
                attempt.http = _facts(reply, step, journey)
                attempt.excerpt = _excerpt(reply)
            raise
    return reply, connection


async def _feed(attempt: Attempt, reply: Reply, connection: Connection) -> None:
    data = await connection.stream.receive()
    if data:
        reply.feed(data)
        return
    abrupt = getattr(connection.stream, "ended_abruptly", False)
    if (problem := reply.end(abrupt=abrupt)) is not None:
        attempt.note(problem)


def _next(attempt: Attempt, step: Step, reply: Reply, connection: Connection, journey: _Journey) -> Step:
    """Follow one redirect, or say why not."""
    journey.hops.append(Hop(str(step.url), reply.status, connection.address, connection.tls))
    journey.came_from = connection.reach
    attempt.http = _facts(reply, step, journey)
    _keep_cookies(journey, reply, step.url)
    following = follow(step, reply.status, reply.header("location"))
    if step.url.scheme == "https" and following.url.scheme == "http":
        attempt.note(f"{step.url} redirects from https down to http ({following.url}).")
    cookies = _cookie_header(journey, following.url)
    place = (following.request.method, str(following.url), cookies)
    if place in journey.seen:
        raise ProbeFailure(
            Stage.RESPONSE, Reason.HTTP_REDIRECT_LOOP, f"The redirects come back to {following.url}."
        )
    journey.seen.add(place)
    if len(journey.hops) > MAX_REDIRECTS:
        raise ProbeFailure(
            Stage.RESPONSE,
            Reason.HTTP_REDIRECT_LIMIT,
            f"More than {MAX_REDIRECTS} redirects, the last to {following.url}.",
        )
    return following


def _request_bytes(step: Step, user_agent: str, cookies: str) -> bytes:
    request, url = step.request, step.url
    headers = {
        "Host": request.host or url.host_port_subcomponent or "",
        "User-Agent": user_agent,
        "Accept": "text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.8",
        "Accept-Encoding": ACCEPTED,
        "Connection": "close",
    }
    if request.body is not None:
        headers["Content-Length"] = str(len(request.body))
    if (credentials := request.credentials) is not None:
        if credentials.token is not None:
            headers["Authorization"] = f"Bearer {credentials.token}"
        else:
            pair = f"{credentials.username or ''}:{credentials.password or ''}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    if cookies:
        headers["Cookie"] = cookies
    own = {name.lower() for name, _ in request.headers}
    pairs = [pair for pair in headers.items() if pair[0].lower() not in own]
    pairs += request.headers  # the register's own headers replace ours
    lines = [f"{request.method} {url.raw_path_qs} HTTP/1.1", *(f"{name}: {value}" for name, value in pairs)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8") + (request.body or b"")


def _keep_cookies(journey: _Journey, reply: Reply, url: URL) -> None:
    values = [value for name, value in reply.headers if name == "set-cookie"]
    if values:
        if journey.cookies is None:
            journey.cookies = CookieJar(unsafe=True)  # hosts that are addresses keep cookies too
        journey.cookies.update_cookies_from_headers(values, url)


def _cookie_header(journey: _Journey, url: URL) -> str:
    if journey.cookies is None:
        return ""
    return "; ".join(f"{one.key}={one.coded_value}" for one in journey.cookies.filter_cookies(url).values())


def _facts(reply: Reply, step: Step, journey: _Journey) -> HttpFacts:
    return HttpFacts(
        status=reply.status,
        version=reply.version,
        headers=tuple(reply.headers),
        wire_bytes=reply.body.wire_bytes if reply.body else 0,
        body_bytes=len(reply.body.data) if reply.body else 0,
        redirects=tuple(journey.hops),
        final_url=str(step.url),
    )


def _excerpt(reply: Reply) -> str:
    body = bytes(reply.body.data[:EXCERPT_BYTES]) if reply.body else b""
    return text_of(body, reply.header("content-type"))


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """Read a Retry-After header (RFC 9110, 10.2.3): seconds or a date; None where it says nothing usable."""
    if value is None:
        return None
    if value.isascii() and value.isdigit():
        return min(timedelta(seconds=int(value[:9])), _LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max(moment - now, timedelta(0)), _LONGEST_WAIT)
