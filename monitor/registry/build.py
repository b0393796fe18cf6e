"""From what the register's files say to the types that the rest of the program knows; pure."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.core.service import (
    Agency,
    Check,
    CheckKind,
    Contact,
    Credentials,
    DnsTarget,
    Documents,
    Government,
    HeaderMatch,
    HttpExpectation,
    HttpRequest,
    HttpTarget,
    JsonEquals,
    Service,
    Target,
    TcpTarget,
    TlsOptions,
)
from monitor.registry.models import AgencyModel, ContactModel, GovernmentModel, ServiceModel
from monitor.registry.targets import (
    DnsCheckModel,
    ExpectModel,
    HttpCheckModel,
    RequestModel,
    TcpCheckModel,
    TlsModel,
)
from monitor.settings.load import with_pace
from monitor.settings.settings import ServiceDefaults


def build_government(model: GovernmentModel) -> Government:
    """Return the government that a file defines."""
    return Government(
        id=model.id,
        name=model.name,
        level=model.level,
        region_code=model.region_code,
        contacts=tuple(map(_contact, model.contacts)),
    )


def build_agency(model: AgencyModel, government_id: str) -> Agency:
    """Return an agency of a government."""
    return Agency(
        id=model.id,
        name=model.name,
        government_id=government_id,
        short_name=model.short_name,
        contacts=tuple(map(_contact, model.contacts)),
    )


def build_service(model: ServiceModel, id_: str, agency_id: str, defaults: ServiceDefaults) -> Service:
    """Return a service with its checks: one for each address of `url` in their order, then `checks`."""
    pace = with_pace(defaults, model)
    return Service(
        id=id_,
        name=model.name,
        agency_id=agency_id,
        urls=model.url,
        checks=tuple(
            Check(
                id=id_ if number == 1 else f"{id_}/{number}",
                service_id=id_,
                kind=kind,
                target=target,
                interval=pace.interval,
                rule=pace.rule,
                deadlines=pace.deadlines,
                network=model.network,
            )
            for number, (kind, target) in enumerate(_targets(model), start=1)
        ),
        category=model.category,
        criticality=model.criticality,
        slo_target_ratio=pace.slo_target_ratio,
        tags=frozenset(model.tags),
        network=model.network,
        active_from=model.active_from,
        active_to=model.active_to,
        documents=Documents(
            sop=model.documents.sop, legal_basis=model.documents.legal_basis, sla=model.documents.sla
        ),
        pse_registration=model.pse_registration,
        domain_holder=model.domain_holder,
        notes=model.notes,
    )


def _contact(model: ContactModel) -> Contact:
    return Contact(
        name=model.name, role=model.role, email=model.email, phone=model.phone, telegram=model.telegram
    )


def _targets(model: ServiceModel) -> Iterator[tuple[CheckKind, Target]]:
    for url in model.url:
        yield CheckKind.HTTP, _http(url, model.request, model.expect)
    for check in model.checks:
        match check:
            case HttpCheckModel():
                yield CheckKind.HTTP, _http(check.url, check.request, check.expect)
            case TcpCheckModel():
                yield CheckKind.TCP, _tcp(check)
            case DnsCheckModel():
                yield CheckKind.DNS, _dns(check)


def _http(url: str, request: RequestModel, expect: ExpectModel) -> HttpTarget:
    return HttpTarget(
        request=HttpRequest(
            url=url,
            method=request.method,
            headers=tuple((request.headers or {}).items()),
            body=None if request.body is None else request.body.encode(),
            credentials=_credentials(request),
            host=request.host,
            family=request.family,
            follow_redirects=request.follow_redirects,
            tls=_tls(request.tls),
        ),
        expect=HttpExpectation(
            status=expect.status or HttpExpectation().status,
            body_contains=expect.body_contains,
            body_matches=expect.body_matches,
            body_not_matches=expect.body_not_matches,
            headers=tuple(
                HeaderMatch(name=one.name, pattern=one.pattern, allow_missing=one.allow_missing)
                for one in expect.headers
            ),
            json=tuple(JsonEquals(path=one.path, value=one.value) for one in expect.json_values),
            final_host=expect.final_host,
            http_versions=expect.http_versions,
            max_body_bytes=expect.max_body_bytes,
            tls=expect.tls,
        ),
    )


def _credentials(request: RequestModel) -> Credentials | None:
    if request.basic is not None:
        return Credentials(username=request.basic.username, password=request.basic.password)
    if request.bearer is not None:
        return Credentials(token=request.bearer.token)
    return None


def _tls(model: TlsModel) -> TlsOptions:
    return TlsOptions(
        verify=model.verify,
        server_name=model.server_name,
        ca_file=model.ca_file,
        client_certificate=model.client_certificate,
        client_key=model.client_key,
    )


def _tcp(model: TcpCheckModel) -> TcpTarget:
    return TcpTarget(
        host=model.host,
        port=model.port,
        tls=None if model.tls is None else _tls(model.tls),
        send=None if model.send is None else model.send.encode(),
        expect=model.expect,
        family=model.family,
    )


def _dns(model: DnsCheckModel) -> DnsTarget:
    return DnsTarget(
        name=model.name,
        record_type=model.record_type,
        server=model.server,
        rcode=model.rcode,
        answers=model.answers,
    )
