"""At which places of a register findings can be: nothing stays open at a place that nobody looks at."""

from __future__ import annotations

import pytest

from monitor.core.finding import Subject, SubjectKind, via
from monitor.core.service import (
    Check,
    CheckKind,
    DnsTarget,
    HttpRequest,
    HttpTarget,
    Registry,
    Service,
    TcpTarget,
)
from monitor.inspections.places import Places, domain_of

TARGETS = {
    "lapor": HttpTarget(request=HttpRequest(url="https://lapor.baliprov.go.id:8443/masuk")),
    "lama": HttpTarget(request=HttpRequest(url="http://lama.baliprov.go.id/")),
    "surel": TcpTarget(host="mail.denpasarkota.go.id", port=465),
    "nama": DnsTarget(name="badungkab.go.id", server="ns1.gianyarkab.go.id"),
    "alamat": HttpTarget(request=HttpRequest(url="https://192.0.2.7/")),
}
KINDS = {HttpTarget: CheckKind.HTTP, TcpTarget: CheckKind.TCP, DnsTarget: CheckKind.DNS}


@pytest.fixture
def registry():
    services = {}
    for name, target in TARGETS.items():
        check = Check(id=name, service_id=name, kind=KINDS[type(target)], target=target)
        services[name] = Service(id=name, name=name, agency_id="a", urls=(), checks=(check,))
    return Registry(governments={}, agencies={}, services=services, version="1")


def test_the_domains_are_those_of_what_is_asked_about(registry):
    assert Places(registry).domains == {"baliprov.go.id", "denpasarkota.go.id", "badungkab.go.id"}


@pytest.mark.parametrize(
    ("rule", "place", "is_known"),
    [
        ("domain_expiring", "baliprov.go.id", True),
        ("domain_expiring", "gianyarkab.go.id", False),
        ("certificate_expiring", "lapor.baliprov.go.id:8443", True),
        ("certificate_expiring", "lapor.baliprov.go.id", False),
        ("certificate_expiring", via("lapor.baliprov.go.id:8443", "sso.lain.go.id"), True),
        ("certificate_expiring", via("pergi.baliprov.go.id", "sso.lain.go.id"), False),
        ("https_missing", "lama.baliprov.go.id", True),
        ("dnssec_broken", "lapor.baliprov.go.id", True),
        ("dnssec_broken", "lapor.baliprov.go.id:8443", False),
        ("a rule of an older program", "surel", True),
        ("a rule of an older program", "pergi", False),
    ],
)
def test_a_place_is_known_to_the_inspection_of_the_rule(registry, rule, place, is_known):
    assert Places(registry).known(rule, place) is is_known


@pytest.mark.parametrize(
    ("subject", "domain"),
    [
        (Subject(SubjectKind.DOMAIN, "baliprov.go.id"), "baliprov.go.id"),
        (Subject(SubjectKind.HOST, "lapor.baliprov.go.id:8443"), "baliprov.go.id"),
        (Subject(SubjectKind.HOST, "192.0.2.7"), "192.0.2.7"),
        (Subject(SubjectKind.HOST, "[2001:db8::7]:8443"), "[2001:db8::7]:8443"),
        (Subject(SubjectKind.SERVICE, "surel"), "denpasarkota.go.id"),
        (Subject(SubjectKind.SERVICE, "nama"), "badungkab.go.id"),
        (Subject(SubjectKind.SERVICE, "alamat"), "alamat"),
        (Subject(SubjectKind.SERVICE, "pergi"), "pergi"),
    ],
)
def test_a_problem_belongs_to_a_domain_or_to_its_subject(registry, subject, domain):
    assert domain_of(subject, registry) == domain
