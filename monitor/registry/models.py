"""A services file as it is written. The docstrings below each key are what editors show."""

from __future__ import annotations

import re
from typing import Annotated, Self

from pydantic import AfterValidator, model_validator

from monitor.core.service import Category, Criticality, Level, Network
from monitor.registry.fields import Email
from monitor.registry.targets import CheckModel, ExpectModel, RequestModel
from monitor.settings.fields import Day, Id, Line, Model, OneOrMore, Text, Url
from monitor.settings.models import Pace


def _region_code(value: str) -> str:
    if not re.fullmatch(r"\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?", value, re.ASCII):
        raise ValueError('should be a kode wilayah in quotes, for example "51.03"')
    return value


class ContactModel(Model):
    """Someone who answers for a service."""

    name: Line
    role: Line | None = None
    email: Email | None = None
    phone: Line | None = None
    """In quotes, so that its zeros stay."""
    telegram: Line | None = None


class GovernmentModel(Model):
    """A province, regency, city, village or ministry."""

    id: Id
    name: Line
    level: Level = Level.OTHER
    region_code: Annotated[str, AfterValidator(_region_code)] | None = None
    """Kode wilayah, in quotes: "51.03"."""
    contacts: tuple[ContactModel, ...] = ()


class AgencyModel(Model):
    """An office (perangkat daerah) of one government."""

    id: Id
    name: Line
    short_name: Line | None = None
    government: Id | None = None
    """The government's id; default: the one of this file."""
    contacts: tuple[ContactModel, ...] = ()


class DocumentsModel(Model):
    """The papers that evaluators ask for; free text or links."""

    sop: Text | None = None
    legal_basis: Annotated[tuple[Text, ...], OneOrMore()] = ()
    sla: Text | None = None


class ServiceModel(Pace):
    """One public service. Needs only name, agency and url."""

    id: Id | None = None
    """Default: made of the agency's id and the name. Write one to be able to rename the service."""
    name: Line
    agency: Line
    """Id of an agency, or its name or short name where only one agency has it."""
    url: Annotated[tuple[Url, ...], OneOrMore()] = ()
    """Address that people open, or a list of them; each is checked."""
    request: RequestModel = RequestModel()
    """How the addresses of `url` are asked for."""
    expect: ExpectModel = ExpectModel()
    """What the addresses of `url` must show."""
    checks: tuple[CheckModel, ...] = ()
    """Further things to check."""
    category: Category = Category.PUBLIC
    """administrasi or publik (SPBE)."""
    criticality: Criticality = Criticality.IMPORTANT
    """How much depends on it: kritis, penting or biasa. An outage is then critical, a warning, or info."""
    tags: Annotated[tuple[Line, ...], OneOrMore()] = ()
    network: Network = Network.PUBLIC
    """internal: may be reached at private addresses."""
    active_from: Day | None = None
    active_to: Day | None = None
    """Last day of service, included."""
    documents: DocumentsModel = DocumentsModel()
    pse_registration: Line | None = None
    """Registration number as a PSE (Penyelenggara Sistem Elektronik), as printed."""
    domain_holder: Line | None = None
    """Who holds the domain according to the office."""
    notes: Text | None = None

    @model_validator(mode="after")
    def _can_be_checked(self) -> Self:
        if not self.url and not self.checks:
            raise ValueError("the service has neither `url` nor `checks`: write one of them")
        if not self.url and self.model_fields_set & {"request", "expect"}:
            raise ValueError("`request` and `expect` belong to `url`: write a url, or move them into a check")
        if len(set(self.url)) < len(self.url):
            raise ValueError("`url` lists the same address twice")
        if self.active_from and self.active_to and self.active_to < self.active_from:
            raise ValueError("active_to lies before active_from")
        return self


class ServicesModel(Model):
    """A services file: one government or agency and its public services."""

    government: GovernmentModel | None = None
    """The government of this file's agencies; may stand in another file."""
    agencies: tuple[AgencyModel, ...] = ()
    services: tuple[ServiceModel, ...] = ()
