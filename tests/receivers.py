"""HTTP receivers of messages for the tests: they keep what they were sent and answer as they are told.

async with receiver() as server:
    ...  # server.url, server.posts; server.answers.append(Reply(...)) for the next posts
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


@dataclass(frozen=True)
class Post:
    """One POST as it was received."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Reply:
    """What to answer."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    after_seconds: float = 0.0


def as_json(status: int = 200, /, **values: Any) -> Reply:
    """Return a reply in JSON."""
    return Reply(status, json.dumps(values).encode(), {"Content-Type": "application/json"})


@dataclass
class Receiver:
    """A receiver that is running."""

    url: str = ""
    posts: list[Post] = field(default_factory=list)
    answers: list[Reply] = field(default_factory=list)
    """Used up one by one; then `usual`."""
    usual: Reply = field(default_factory=Reply)

    async def receive(self, request: web.Request) -> web.Response:
        self.posts.append(Post(request.path, dict(request.headers), await request.read()))
        reply = self.answers.pop(0) if self.answers else self.usual
        await asyncio.sleep(reply.after_seconds)
        return web.Response(status=reply.status, body=reply.body, headers=reply.headers)


@asynccontextmanager
async def receiver(usual: Reply | None = None) -> AsyncIterator[Receiver]:
    """Run a receiver until the block ends."""
    one = Receiver(usual=usual or Reply())
    application = web.Application()
    application.router.add_post("/{path:.*}", one.receive)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        one.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield one
    finally:
        await runner.cleanup()


def bot_api(**result: Any) -> Reply:
    """Return the Bot API's answer to a message that it took."""
    return as_json(ok=True, result={"message_id": 1, **result})


def bot_refusal(code: int, description: str, **parameters: Any) -> Reply:
    """Return the Bot API's answer to one that it did not take, as Telegram words it."""
    more = {"parameters": parameters} if parameters else {}
    return as_json(code, ok=False, error_code=code, description=description, **more)


def signed(post: Post, secret: str, now: float, tolerance_seconds: float = 300) -> bool:
    """Whether a webhook's post is signed with the secret, and lately; written apart from what signs."""
    fields = dict(part.split("=", 1) for part in post.headers["Kulkul-Signature"].split(","))
    wanted = hmac.new(secret.encode(), fields["t"].encode() + b"." + post.body, hashlib.sha256)
    return hmac.compare_digest(wanted.hexdigest(), fields["v1"]) and (
        abs(now - int(fields["t"])) <= tolerance_seconds
    )
