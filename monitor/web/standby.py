"""What a daemon that stands by serves: that it lives, that it shows nothing yet, and why."""

from __future__ import annotations

from aiohttp import hdrs, web

from monitor.metrics.exposition import OPENMETRICS_TYPE, TEXT_TYPE
from monitor.metrics.itself import standby_metrics
from monitor.web import negotiate
from monitor.web.answers import say, secure
from monitor.web.texts import TEXTS, Language

REASON = "Standing by: another daemon of this vantage is at work."
"""What `/-/ready` says; the container's health check knows a daemon that stands by from its first words."""


def standby_app(version: str, language: Language) -> web.Application:
    """Return an application that is alive and not ready, whatever else it is asked.

    Args:
        version: of Kulkul, for the metrics.
        language: of the page where the reader asks for none.
    """

    async def healthy(_: web.Request) -> web.Response:
        return web.Response(text="OK\n")

    async def ready(_: web.Request) -> web.Response:
        return web.Response(status=503, text=f"Not ready: {REASON}\n")

    async def metrics(request: web.Request) -> web.Response:
        openmetrics = negotiate.wants_openmetrics(request.headers.get(hdrs.ACCEPT, ""))
        kind = OPENMETRICS_TYPE if openmetrics else TEXT_TYPE
        return web.Response(
            body=standby_metrics(version, openmetrics=openmetrics), headers={hdrs.CONTENT_TYPE: kind}
        )

    async def anything(request: web.Request) -> web.Response:
        wanted = negotiate.language(request.query.get("lang"), language)
        return say(request, 503, TEXTS[wanted].standing_by, wanted)

    app = web.Application()
    app.on_response_prepare.append(secure)
    app.router.add_get("/-/healthy", healthy)
    app.router.add_get("/-/ready", ready)
    app.router.add_get("/metrics", metrics)
    app.router.add_route("*", "/{path:.*}", anything)
    return app
