"""What is served under `/api/v1`."""

from __future__ import annotations

import functools
import logging
from collections.abc import Awaitable, Callable, Mapping
from importlib.resources import files
from typing import Any

from aiohttp import hdrs, web
from yarl import URL

from monitor.core.access import NotPermittedError, Token, permitted
from monitor.core.asking import Closing, Question, RefusedError
from monitor.core.reason import Sentence
from monitor.core.shape import moment
from monitor.store import StoreError
from monitor.web.api.asked import read_page, read_wishes
from monitor.web.api.door import Door
from monitor.web.api.errors import ApiError, json_response
from monitor.web.api.source import ReportSource
from monitor.web.texts import Language

_LOG = logging.getLogger(__name__)

ROOT = "/api/v1"
_REPORTS = f"{ROOT}/reports"
_PRIVATE: Mapping[str, str] = {hdrs.CACHE_CONTROL: "private, no-cache", hdrs.VARY: "Authorization"}
_FOREIGN = Sentence(
    "Token ini tidak boleh membaca laporan itu; mintalah kepada pengelola pemantau.",
    "This token may not read that report; ask the operators of the monitor.",
)

_Handler = Callable[[web.Request], Awaitable[web.Response]]


class ReportApi:
    """Serves reports to those who hold a token.

    Args:
        source: returns who knows reports; it is there once the first request comes.
        language: of documents, where none is asked for.
        count: is told the format and the status of every answer.
    """

    def __init__(
        self,
        source: Callable[[], ReportSource],
        language: Language,
        count: Callable[[str, int], None] = lambda _form, _status: None,
    ) -> None:
        self._source = source
        self._language = language
        self._count = count
        self._door = Door(source)
        self._description = (files("monitor.web.api") / "openapi.json").read_bytes()

    def join(self, app: web.Application) -> None:
        """Add the routes to an application; HEAD works wherever GET does."""
        get = app.router.add_get
        get(_REPORTS, self._answered(self._list))
        get(f"{_REPORTS}/{{period}}", self._answered(self._figures))
        get(f"{_REPORTS}/{{period}}/file.{{form}}", self._answered(self._file))
        get(f"{ROOT}/schema/report-1.json", self._answered(self._schema))
        get(f"{ROOT}/openapi.json", self._answered(self._openapi))

    def _answered(self, handler: _Handler) -> _Handler:
        """Return a handler that says every no as the API does, and counts what it says."""

        @functools.wraps(handler)
        async def answer(request: web.Request) -> web.Response:
            try:
                response = await handler(request)
            except ApiError as error:
                response = error.response()
            except RefusedError as error:
                response = ApiError.of(error).response()
            except StoreError as error:
                _LOG.error("cannot serve %s: %s", request.path, error)
                response = ApiError.general(503).response()
            except Exception:
                self._count(self._form(request), 500)
                raise
            self._count(self._form(request), response.status)
            return response

        return answer

    def _form(self, request: web.Request) -> str:
        form = request.match_info.get("form", "json")
        return form if form in self._source().formats else "unknown"

    async def _list(self, request: web.Request) -> web.Response:
        """Send what was closed."""
        await self._door.admit(request)
        page = read_page(request.query.items())
        found = await self._source().closings(page.period)
        until = page.offset + page.limit
        more = str(request.rel_url.update_query(offset=until)) if until < len(found) else None
        value = {
            "total": len(found),
            "periods": [self._closing(one) for one in found[page.offset : until]],
            "next": more,
        }
        return json_response(value, headers=_PRIVATE)

    def _closing(self, one: Closing) -> dict[str, Any]:
        figures = URL(_REPORTS) / one.period
        return {
            "period": one.period,
            "revision": one.revision,
            "policy": one.policy,
            "sha256": one.sha256,
            "frozen_at": moment(one.frozen_at),
            "frozen_by": one.frozen_by,
            "reason": one.reason or None,
            "figures": str(figures % {"revision": one.revision}),
            "files": {
                form: str(figures / f"file.{form}" % {"revision": one.revision})
                for form in self._source().formats
            },
        }

    async def _figures(self, request: web.Request) -> web.Response:
        """Send the figures of a period."""
        return await self._send(request, "json", attached=False)

    async def _file(self, request: web.Request) -> web.Response:
        """Send a file of a period."""
        return await self._send(request, request.match_info["form"], attached=True)

    async def _send(self, request: web.Request, form: str, *, attached: bool) -> web.Response:
        token = await self._door.admit(request)
        question = self._question(request, token, form)
        known = {one.value for one in request.if_none_match or ()}
        document = await self._source().answer(question, known)
        headers = dict(_PRIVATE)
        if document.tag is None:
            headers[hdrs.CACHE_CONTROL] = "private, no-store"
        else:
            headers[hdrs.ETAG] = f'"{document.tag}"'
        if document.body is None:
            return web.Response(status=304, headers=headers)
        if attached:
            headers[hdrs.CONTENT_DISPOSITION] = f'attachment; filename="{document.name}"'
        headers[hdrs.CONTENT_TYPE] = document.media_type
        return web.Response(body=document.body, headers=headers)

    def _question(self, request: web.Request, token: Token, form: str) -> Question:
        source = self._source()
        wishes = read_wishes(request.query.items(), list(Language))
        try:
            asked = permitted(token.role, wishes.asked, source.owners())
        except NotPermittedError as error:
            raise ApiError(403, "not_permitted", _FOREIGN) from error
        return Question(
            period=request.match_info["period"],
            asked=asked,
            form=form,
            language=wishes.language or self._language.value,
            revision=wishes.revision,
            live=wishes.live,
            policy=wishes.policy,
        )

    async def _schema(self, _: web.Request) -> web.Response:
        """Send the JSON Schema of reports, to everybody."""
        return web.Response(body=self._source().schema, content_type="application/schema+json")

    async def _openapi(self, _: web.Request) -> web.Response:
        """Send the description of the API, to everybody."""
        return web.Response(body=self._description, content_type="application/json")
