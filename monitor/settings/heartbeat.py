"""The section `heartbeat`: who is called while all is well."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_address
from typing import Annotated, Self

from pydantic import AfterValidator, Field, WithJsonSchema, model_validator
from yarl import URL

from monitor.settings.address import http_url
from monitor.settings.fields import Duration, Model, at_least
from monitor.settings.settings import HeartbeatSettings


def _url(value: str) -> str:
    url = http_url(value)
    if url.startswith("http://") and not _on_this_machine(URL(url).host or ""):
        raise ValueError("should begin with https://: who reads this URL on its way can feign that we live")
    return url


def _on_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


HeartbeatUrl = Annotated[
    str,
    AfterValidator(_url),
    WithJsonSchema({"type": "string", "pattern": r"^([Hh][Tt][Tt][Pp][Ss]?://|\$\{(env|file):)"}),
]


class HeartbeatModel(Model):
    """The dead man's switch: a URL that is called while all is well, and whose owner misses the calls."""

    url: Annotated[HeartbeatUrl | None, Field(repr=False)] = None
    """Called with GET; null: nobody is called. May be ${env:NAME} or ${file:path}, since it may be secret."""
    interval: Annotated[Duration, AfterValidator(at_least(timedelta(seconds=1), "1s"))] | None = None
    """Time between two calls."""
    timeout: Annotated[Duration, AfterValidator(at_least(timedelta(milliseconds=100), "100ms"))] | None = None
    """After this a call counts as failed; at most `interval`."""

    @model_validator(mode="after")
    def _in_time(self) -> Self:
        settings = heartbeat_settings(self)
        if settings.timeout > settings.interval:
            raise ValueError(
                "`timeout` (10s if left out) should not be longer than `interval` (1m if left out)"
            )
        return self


def heartbeat_settings(model: HeartbeatModel) -> HeartbeatSettings:
    """Complete the section with its defaults."""
    usual = HeartbeatSettings()
    return HeartbeatSettings(
        url=model.url, interval=model.interval or usual.interval, timeout=model.timeout or usual.timeout
    )
