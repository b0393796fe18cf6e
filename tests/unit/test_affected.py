"""Which services a finding is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.core.affected import affected, places_of
from monitor.core.finding import Identity, Subject, SubjectKind
from monitor.core.service import Check, CheckKind, DnsTarget, HttpRequest, HttpTarget, TcpTarget
from tests.findings import finding
from tests.telling import register

TARGETS = {
    "portal": HttpTarget(request=HttpRequest(url="https://Baliprov.go.id/")),
    "lapor": HttpTarget(request=HttpRequest(url="https://lapor.baliprov.go.id/masuk?x=1")),
    "lain": HttpTarget(request=HttpRequest(url="https://lapor.baliprov.go.id:8443/")),
    "surel": TcpTarget(host="mail.baliprov.go.id", port=465),
    "nama": DnsTarget(name="Baliprov.go.id.", server="ns1.badungkab.go.id"),
    "mirip": HttpTarget(request=HttpRequest(url="https://notbaliprov.go.id/")),
    "alamat": HttpTarget(request=HttpRequest(url="https://192.0.2.7/")),
}
UNDER = {"portal", "lapor", "lain", "surel", "nama"}


def registry():
    plain = register(*TARGETS)

    def checked(one):
        check = Check(id=one.id, service_id=one.id, kind=CheckKind.HTTP, target=TARGETS[one.id])
        return replace(one, checks=(replace(check, interval=timedelta(minutes=1)),))

    return replace(plain, services={one.id: checked(one) for one in plain.services.values()})


REGISTER = registry()


def hit(*places, kind=SubjectKind.DOMAIN, key=""):
    one = finding(places=frozenset(places), domain="baliprov.go.id")
    subject = Subject(kind, "baliprov.go.id")
    return affected(replace(one, identity=Identity("caa_missing", subject, key)), places_of(REGISTER))


def test_what_is_said_of_a_domain_is_about_every_service_under_it():
    assert hit("baliprov.go.id") == UNDER


@pytest.mark.parametrize(
    ("places", "services"),
    [
        (["lapor.baliprov.go.id"], {"lapor", "lain"}),
        (["lapor.baliprov.go.id:8443"], {"lain"}),
        (["mail.baliprov.go.id:465"], {"surel"}),
        (["mail.baliprov.go.id:25"], set()),
        (["192.0.2.7"], {"alamat"}),
        (["ns1.badungkab.go.id"], set()),
        (["lapor.baliprov.go.id:8443 → sso.badungkab.go.id"], {"lain"}),
        (["portal", "mirip"], {"portal", "mirip"}),
        ([], set()),
        (["go.id"], set()),
    ],
)
def test_what_is_said_of_a_host_or_service_is_about_that_alone(places, services):
    assert hit(*places, kind=SubjectKind.HOST) == services


def test_a_certificate_or_a_host_with_the_name_of_the_domain_is_not_the_domain():
    assert hit("baliprov.go.id", key="ab12") == {"portal", "nama"}
    assert hit("baliprov.go.id", kind=SubjectKind.HOST) == {"portal", "nama"}
