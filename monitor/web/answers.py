"""What every answer has in common: its headers, and how one sentence is said to a browser or a program."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import hdrs, web

from monitor.web import negotiate
from monitor.web.page import sentence
from monitor.web.rendering import CONTENT_SECURITY_POLICY
from monitor.web.texts import Language


def say(
    request: web.Request, status: int, text: str, language: Language, headers: Mapping[str, str] | None = None
) -> web.Response:
    """Answer with one sentence: a page to who asks for HTML, a line of text to anybody else."""
    if negotiate.wants_html(request.headers.get(hdrs.ACCEPT, "")):
        body, kind = sentence(text, language), "text/html"
    else:
        body, kind = f"{text}\n", "text/plain"
    return web.Response(status=status, text=body, content_type=kind, charset="utf-8", headers=headers)


async def secure(_: web.Request, response: web.StreamResponse) -> None:
    """Add to every answer what keeps browsers from reading more into it than is there."""
    response.headers.update(
        {
            "Content-Security-Policy": CONTENT_SECURITY_POLICY,
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            hdrs.SERVER: "kulkul",
        }
    )
