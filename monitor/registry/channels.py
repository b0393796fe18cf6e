"""The channels of `routes.yml`: how messages travel, as it is written and as it is loaded."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from monitor.core.route import (
    AlertmanagerChannel,
    AppriseChannel,
    Channel,
    ChannelKind,
    EmailChannel,
    Security,
    TelegramChannel,
    WebhookChannel,
)
from monitor.registry.fields import Email, email
from monitor.settings.address import http_url
from monitor.settings.fields import Duration, Host, Line, Model, PemFile, Port, Secret, Whole, at_least

USUAL_PORTS = {Security.STARTTLS: 587, Security.TLS: 465, Security.NONE: 25}
_SENDER = re.compile(r'([^\s<>@,;:"\\()\[\]][^<>@,;:"\\()\[\]]*) <([^<>]+)>')
_TELEGRAM = "https://api.telegram.org"


def _sender(value: str) -> str:
    named = _SENDER.fullmatch(value)
    try:
        email(named[2] if named else value)
    except ValueError:
        raise ValueError(
            "should be an e-mail address, or a name and an address: Kulkul <kulkul@example.go.id>"
        ) from None
    return value


def _token(value: str) -> str:
    if not re.fullmatch(r"[0-9]+:[A-Za-z0-9_-]+", value):
        raise ValueError("should be the token of a bot as BotFather gives it: 123456:ABC-def")
    return value


def _endpoint(value: str) -> str:
    if "@" in re.split(r"[/?#\\]", value.partition("://")[2], maxsplit=1)[0]:
        raise ValueError("a URL may not carry credentials: remove what stands before the @")
    return http_url(value)


Endpoint = Annotated[str, AfterValidator(_endpoint)]
Timeout = Annotated[Duration, AfterValidator(at_least(timedelta(seconds=1), "1s"))]


class LoginModel(Model):
    """Who the monitor is to a server."""

    username: Line
    password: Secret


class EmailModel(Model):
    """A mail server (SMTP)."""

    kind: Literal["email"]
    host: Host
    port: Port | None = None
    """Default: 587; with `security: tls` 465, with `none` 25."""
    security: Security = Security.STARTTLS
    """starttls, tls (from the first byte), or none."""
    login: LoginModel | None = None
    """Where the server asks for one."""
    sender: Annotated[Line, AfterValidator(_sender)]
    """Whom messages come from: Kulkul <kulkul@example.go.id>."""
    reply_to: Email | None = None
    """Where answers go."""
    ca_file: PemFile | None = None
    """Certificate authorities (PEM) trusted instead of the system's; relative to this file."""
    attachments_max_bytes: Annotated[Whole, Field(ge=1024)] | None = None
    """Of one mail that carries reports, as they travel; default: 10000000. What is larger is not attached."""
    timeout: Timeout | None = None
    """How long one message may take; default: 30s."""

    @model_validator(mode="after")
    def _password_travels_safely(self) -> Self:
        if self.login is not None and self.security is Security.NONE:
            raise ValueError("the password would travel in the clear: write `security: starttls` or `tls`")
        return self


class TelegramModel(Model):
    """A bot on Telegram."""

    kind: Literal["telegram"]
    token: Annotated[Secret, AfterValidator(_token)]
    url: Endpoint = _TELEGRAM
    """Where the Bot API is."""
    timeout: Timeout | None = None
    """How long one message may take; default: 30s."""


class WebhookModel(Model):
    """An HTTP endpoint that takes signed JSON."""

    kind: Literal["webhook"]
    url: Annotated[Endpoint, Field(repr=False)]
    secret: Secret
    """What messages are signed with (HMAC-SHA256)."""
    timeout: Timeout | None = None
    """How long one message may take; default: 15s."""


class AlertmanagerModel(Model):
    """An Alertmanager (API v2)."""

    kind: Literal["alertmanager"]
    url: Annotated[Endpoint, Field(repr=False)]
    """Its address as Prometheus writes it, without /api/v2."""
    login: LoginModel | None = None
    """Where it asks for one (HTTP basic)."""
    resend: Annotated[Duration, AfterValidator(at_least(timedelta(seconds=10), "10s"))] | None = None
    """How often an alert is repeated; sooner than Alertmanager's resolve_timeout. Default: 1m."""
    timeout: Timeout | None = None
    """How long one message may take; default: 15s."""


class AppriseModel(Model):
    """Any service that the Apprise library knows (pip install kulkul[apprise])."""

    kind: Literal["apprise"]
    url: Secret
    """Its Apprise URL, which holds its secrets."""
    timeout: Timeout | None = None
    """How long one message may take; default: 30s."""


def _has_kind(value: object) -> object:
    if not isinstance(value, dict):
        # A ValueError is what pydantic reports; a TypeError would escape it.
        raise ValueError("should be keys and values (`key: value`)")  # noqa: TRY004 - see above
    if "kind" not in value:
        raise ValueError(f"the key `kind` is required: one of {', '.join(ChannelKind)}")
    return value


AnyChannelModel = EmailModel | TelegramModel | WebhookModel | AlertmanagerModel | AppriseModel
ChannelModel = Annotated[AnyChannelModel, Field(discriminator="kind"), BeforeValidator(_has_kind)]


def build_channel(id_: str, model: AnyChannelModel) -> Channel:
    """Return the channel that the file describes."""
    given = model.model_dump(exclude={"kind"}, exclude_none=True)
    given |= given.pop("login", {})
    match model:
        case EmailModel():
            return EmailChannel(id=id_, **{"port": USUAL_PORTS[model.security], **given})
        case TelegramModel():
            return TelegramChannel(id=id_, **{**given, "url": model.url.rstrip("/")})
        case WebhookModel():
            return WebhookChannel(id=id_, **given)
        case AlertmanagerModel():
            return AlertmanagerChannel(id=id_, **{**given, "url": model.url.rstrip("/")})
        case AppriseModel():
            return AppriseChannel(id=id_, **given)
