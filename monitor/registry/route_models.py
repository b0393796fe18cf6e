"""`routes.yml` as it is written. The docstrings below each key are what editors show."""

from __future__ import annotations

import re
from datetime import time, timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainValidator,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    WrapValidator,
    model_validator,
)

from monitor.core.route import Reminders, ReportFormat, Severity, Topic
from monitor.core.service import Category
from monitor.registry.channels import ChannelModel, Endpoint
from monitor.settings.fields import Duration, Id, Line, Model, OneOrMore, at_least

_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9]"
MINUTE = timedelta(minutes=1)


def _time(value: object) -> time:
    if not isinstance(value, str) or not re.fullmatch(_CLOCK, value, re.ASCII):
        raise ValueError('write a time of day in quotes, for example "22:00"')
    return time.fromisoformat(value)


def _named(value: object) -> object:
    """Let a channel's id stand for a recipient without an address."""
    if isinstance(value, str):
        return {"channel": value}
    if not isinstance(value, dict):
        # A ValueError is what pydantic reports; a TypeError would escape it.
        raise ValueError("write the id of a channel, or `{channel: ID, address: ADDRESS}`")  # noqa: TRY004
    return value


def _digits(value: object) -> object:
    """Let a chat id be written without quotes."""
    return str(value) if type(value) is int else value


def _or_off(value: object, valid: ValidatorFunctionWrapHandler) -> Any:
    if value is False or value == "off":
        return None
    if value is None:
        raise ValueError("is empty: write false to send none, or remove the key")
    return valid(value)


TimeOfDay = Annotated[
    time,
    PlainValidator(_time),
    WithJsonSchema({"type": "string", "pattern": f"^{_CLOCK}$", "examples": ["22:00"]}),
]


class RecipientModel(Model):
    """Where a message goes. A channel's id alone means its own address, or the register's contacts."""

    channel: Line
    """Id of a channel."""
    address: Annotated[Line, BeforeValidator(_digits, json_schema_input_type=str | int)] | None = None
    """E-mail address or Telegram chat id; default: the contacts that the register names for the agency, or
    else for its government."""


To = Annotated[
    tuple[
        Annotated[RecipientModel, BeforeValidator(_named, json_schema_input_type=str | RecipientModel)], ...
    ],
    OneOrMore(),
    Field(min_length=1),
]


class MatchModel(Model):
    """Which services the route is for: those that satisfy every condition that is given."""

    agencies: Annotated[tuple[Line, ...], OneOrMore()] = ()
    """Ids of agencies."""
    governments: Annotated[tuple[Line, ...], OneOrMore()] = ()
    """Ids of governments."""
    categories: Annotated[tuple[Category, ...], OneOrMore()] = ()
    """administrasi, publik."""
    tags: Annotated[tuple[Line, ...], OneOrMore()] = ()
    """Services that carry one of these tags."""
    services: Annotated[tuple[Line, ...], OneOrMore()] = ()
    """Ids of services."""
    severity: Severity = Severity.INFO
    """The least that is told: info, warning, critical. How much an outage matters follows from the service's
    `criticality`: kritis is critical, penting a warning, biasa info. Of a finding it follows from its own
    severity: severe is critical, moderate a warning, minor and info are info."""
    rules: Annotated[tuple[Line, ...], OneOrMore()] = ()
    """Of findings: only those of these rules, by their ids, such as certificate_expiring."""


class RemindersModel(Model):
    """When it is said again that something is still out: at growing distances."""

    first: Annotated[Duration, AfterValidator(at_least(MINUTE, "1m"))] | None = None
    """After the first message; default: 1h."""
    factor: Annotated[float, Field(strict=True, ge=1, le=100)] | None = None
    """How much longer each distance is than the one before; default: 2."""
    longest: Annotated[Duration, AfterValidator(at_least(MINUTE, "1m"))] | None = None
    """The longest distance; default: 24h."""

    @model_validator(mode="after")
    def _grow(self) -> Self:
        usual = Reminders()
        if (self.longest or usual.longest) < (self.first or usual.first):
            raise ValueError(
                "`longest` (24h if left out) should not be shorter than `first` (1h if left out)"
            )
        return self


class QuietModel(Model):
    """When nothing is sent that is not critical: it is held until the end, and never dropped."""

    starts: Annotated[TimeOfDay, Field(alias="from")]
    """In the settings' time zone: "22:00"."""
    ends: Annotated[TimeOfDay, Field(alias="until")]
    """Where it is earlier than `from`: on the next day."""

    @model_validator(mode="after")
    def _has_an_end(self) -> Self:
        if self.starts == self.ends:
            raise ValueError("`from` and `until` are the same time: nothing would ever be sent, or always")
        return self


class EscalationModel(Model):
    """Who is told besides when nobody acknowledged an incident."""

    after: Annotated[Duration, AfterValidator(at_least(MINUTE, "1m"))]
    """How long after the first message."""
    to: To
    """As `to` of the route."""


class RouteModel(Model):
    """Whom to tell about what."""

    id: Id
    to: To
    """A channel's id, or {channel: ID, address: ADDRESS}; or a list of these."""
    topics: Annotated[tuple[Topic, ...], OneOrMore(), Field(min_length=1)] = (Topic.OUTAGE,)
    """outage, blocked, degraded, finding, monitor (the monitor itself), reports (of closed months)."""
    match: MatchModel = MatchModel()
    language: Literal["id", "en"] | None = None
    """Of messages; default: the settings' language."""
    hold: Duration | None = None
    """How long an outage is held so that all it takes along goes into one message; default: 30s. Findings are
    held for 10 minutes at least, unless they are severe."""
    degraded_after: Duration | None = None
    """How long a service must be slow until that is told; default: 30m."""
    reminders: Annotated[
        RemindersModel | None,
        WrapValidator(_or_off, json_schema_input_type=Literal[False, "off"] | RemindersModel),
    ] = RemindersModel()
    """When it is said again that something is still out; false: never. The deadlines of findings are told
    all the same."""
    formats: Annotated[tuple[ReportFormat, ...], OneOrMore(), Field(min_length=1)] | None = None
    """Of reports, the files of a mail: csv, csv-excel, html, json, pdf, xlsx; default: pdf and xlsx."""
    quiet: QuietModel | None = None
    """When nothing is sent that is not critical."""
    escalate: EscalationModel | None = None
    """Who is told besides when nobody acknowledged."""


class RoutesModel(Model):
    """Who is told what, and over which channel. Without routes nobody is told."""

    link: Endpoint | None = None
    """Address of the status page as people reach it; stands in messages."""
    contact: Line | None = None
    """Whom to ask about a message; default: the settings' vantage.contact."""
    channels: dict[Id, ChannelModel] = Field(default={})
    """How messages travel, each under an id of its own."""
    routes: tuple[RouteModel, ...] = ()
