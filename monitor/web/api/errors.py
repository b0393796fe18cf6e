"""How the API says no: a status, a code for programs, and a sentence in both languages."""

from __future__ import annotations

import json
from collections.abc import Mapping

from aiohttp import hdrs, web

from monitor.core.asking import Refusal, RefusedError
from monitor.core.reason import Sentence
from monitor.web.texts import TEXTS, Language

RETRY_SECONDS = 10
STATUSES = {
    Refusal.BAD_PERIOD: 400,
    Refusal.UNKNOWN_POLICY: 400,
    Refusal.OTHER_POLICY: 400,
    Refusal.NOT_BEGUN: 404,
    Refusal.NOT_CLOSED: 404,
    Refusal.NO_SERVICE: 404,
    Refusal.UNKNOWN_FORMAT: 404,
    Refusal.DAMAGED: 500,
    Refusal.BUSY: 503,
}


class ApiError(Exception):
    """A request is not answered."""

    def __init__(
        self, status: int, code: str, sentence: Sentence, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(sentence.en)
        self.status = status
        self.code = code
        self.sentence = sentence
        self.headers = headers or {}

    @classmethod
    def of(cls, error: RefusedError) -> ApiError:
        """Return what HTTP says of a refusal."""
        status = STATUSES[error.refusal]
        return cls(status, error.refusal.value, error.sentence, _retry(status))

    @classmethod
    def general(cls, status: int, headers: Mapping[str, str] | None = None) -> ApiError:
        """Return what is said of a status where nothing more is known."""
        names = {404: "not_found", 405: "wrong_method", 500: "broken", 503: "unavailable"}
        name = names.get(status, "bad_request")
        sentence = Sentence(getattr(TEXTS[Language.ID], name), getattr(TEXTS[Language.EN], name))
        return cls(status, name, sentence, {**(headers or {}), **_retry(status)})

    def response(self) -> web.Response:
        """Return it as JSON."""
        message = {"id": self.sentence.id, "en": self.sentence.en}
        return json_response(
            {"error": {"code": self.code, "message": message}},
            status=self.status,
            headers={hdrs.CACHE_CONTROL: "no-store", **self.headers},
        )


def json_response(value: object, *, status: int = 200, headers: Mapping[str, str]) -> web.Response:
    """Return a value as JSON that people can read too."""
    text = json.dumps(value, ensure_ascii=False)
    body = text.encode("utf-8", "backslashreplace")
    return web.Response(body=body, status=status, headers=headers, content_type="application/json")


def _retry(status: int) -> dict[str, str]:
    return {hdrs.RETRY_AFTER: str(RETRY_SECONDS)} if status == 503 else {}  # noqa: PLR2004 - HTTP's number
