"""The register: what a file's few lines become, references across files, secrets, versions."""

import copy
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml

from monitor.core.service import (
    Category,
    CheckKind,
    Contact,
    Credentials,
    Criticality,
    Deadlines,
    DnsTarget,
    Documents,
    Family,
    HeaderMatch,
    HttpExpectation,
    HttpRequest,
    HttpTarget,
    JsonEquals,
    Level,
    Network,
    Rule,
    StatusRange,
    TcpTarget,
    TlsOptions,
)
from monitor.registry import load_registry
from monitor.registry.slug import slug
from monitor.settings import ConfigurationError, default_settings, load_settings

BADUNG = """\
government: {id: badung, name: Pemerintah Kabupaten Badung, level: kabupaten, region_code: "51.03"}
agencies:
  - {id: badung-kominfo, name: Dinas Komunikasi dan Informatika, short_name: Diskominfo}
"""
PORTAL = """\
services:
  - name: Portal  Pemkab
    agency: badung-kominfo
    url: https://WWW.badungkab.example
"""
FULL = """\
services:
  - id: lapor
    name: Lapor
    agency: diskominfo
    category: administrasi
    criticality: kritis
    url: [https://lapor.example/, "http://lapor.example:8080/a?b=c"]
    request:
      method: post
      headers: {X-Key: "${env:KULKUL_TEST_SECRET}", Accept: "*/*"}
      body: "{}"
      basic: {username: monitor, password: "${file:secret.txt}"}
      host: dalam.example:8443
      family: ipv6
      follow_redirects: false
      tls:
        {verify: false, server_name: Dalam.example, ca_file: ca.pem,
         client_certificate: ca.pem, client_key: ca.pem}
    expect:
      status: [200, 3xx, "401-403"]
      body_contains: Selamat datang
      body_matches: ["(?i)lapor", 'v\\d+']
      body_not_matches: slot
      headers: [{name: Server, pattern: nginx, allow_missing: true}]
      json: {path: $.ok, value: true}
      final_host: lapor.example
      http_versions: ["1.1", "1.0"]
      max_body_bytes: 5000
      tls: true
    checks:
      - {kind: http, url: https://lapor.example/health}
      - {kind: tcp, host: 192.0.2.7, port: 25, send: "EHLO x", expect: ^220, family: prefer-ipv6}
      - {kind: tcp, host: mail.example, port: 993, tls: true}
      - {kind: tcp, host: mail.example, port: 143, tls: false}
      - {kind: dns, name: lapor.example, record_type: mx, server: "192.0.2.53:5353", answers: 10 m.example.}
      - {kind: dns, name: tiada.example, server: ns1.example, rcode: nxdomain}
    interval: 1m
    slo_target: 99,5%
    down_after: 5
    up_after: 1
    recheck: 5s
    slow: 2500ms
    deadlines: {total: 30s, connect: 2s}
    tags: [aduan, prioritas]
    network: internal
    active_from: 2026-01-31
    active_to: "2027-01-31"
    documents: {sop: SOP 12/2025, legal_basis: [Perbup 3/2024], sla: https://lapor.example/sla}
    pse_registration: 001/PSE/2024
    domain_holder: Diskominfo Badung
    notes: |
      Dua baris
      catatan
"""
SECRET = "hunter2-rahasia"


def register(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.yml").write_text(text, encoding="utf-8")
    return folder


def load(folder: Path, **files: str):
    return load_registry(register(folder, **files), default_settings())


def refused(folder: Path, **files: str) -> str:
    with pytest.raises(ConfigurationError) as caught:
        load(folder, **files)
    return str(caught.value).replace(f"{folder}/", "")


@pytest.fixture
def secrets(tmp_path, monkeypatch):
    monkeypatch.setenv("KULKUL_TEST_SECRET", SECRET)
    (tmp_path / "secret.txt").write_text(f"{SECRET}\n")
    (tmp_path / "ca.pem").write_text("-----BEGIN CERTIFICATE-----\n")


def test_a_service_needs_only_name_agency_and_url(tmp_path):
    registry = load(tmp_path, badung=BADUNG + PORTAL)
    (service,) = registry.services.values()
    assert (service.id, service.name) == ("badung-kominfo-portal-pemkab", "Portal Pemkab")
    assert service.agency_id == "badung-kominfo"
    assert service.urls == ("https://www.badungkab.example/",)
    (check,) = service.checks
    assert (check.id, check.kind, check.interval) == (service.id, CheckKind.HTTP, timedelta(minutes=5))
    assert check.target == HttpTarget(request=HttpRequest(url="https://www.badungkab.example/"))
    assert check.rule == Rule()
    assert check.deadlines == Deadlines()
    assert service.slo_target_ratio == 0.99
    government = registry.government_of(service)
    assert (government.level, government.region_code) == (Level.REGENCY, "51.03")


def test_every_key_of_a_service_arrives(tmp_path, secrets):
    service = load(tmp_path, badung=BADUNG + FULL).services["lapor"]
    assert service.category is Category.ADMINISTRATIVE
    assert service.criticality is Criticality.CRITICAL
    assert service.agency_id == "badung-kominfo"
    assert service.slo_target_ratio == 0.995
    assert service.tags == {"aduan", "prioritas"}
    assert (service.active_from, service.active_to) == (date(2026, 1, 31), date(2027, 1, 31))
    assert service.documents == Documents(
        sop="SOP 12/2025", legal_basis=("Perbup 3/2024",), sla="https://lapor.example/sla"
    )
    assert (service.pse_registration, service.domain_holder) == ("001/PSE/2024", "Diskominfo Badung")
    assert service.notes == "Dua baris\ncatatan"
    assert [check.id for check in service.checks] == ["lapor", *(f"lapor/{n}" for n in range(2, 9))]
    assert {check.network for check in service.checks} == {Network.INTERNAL}
    assert {check.interval for check in service.checks} == {timedelta(minutes=1)}
    rule = Rule(down_after=5, up_after=1, slow=timedelta(seconds=2.5), recheck=timedelta(seconds=5))
    assert {check.rule for check in service.checks} == {rule}
    deadlines = Deadlines(total=timedelta(seconds=30), connect=timedelta(seconds=2))
    assert {check.deadlines for check in service.checks} == {deadlines}


def test_request_and_expectation_apply_to_each_url_and_to_no_other_check(tmp_path, secrets):
    first, second, further, *_ = load(tmp_path, badung=BADUNG + FULL).services["lapor"].checks
    pem = str(tmp_path / "ca.pem")
    assert first.target.request == HttpRequest(
        url="https://lapor.example/",
        method="POST",
        headers=(("X-Key", SECRET), ("Accept", "*/*")),
        body=b"{}",
        credentials=Credentials(username="monitor", password=SECRET),
        host="dalam.example:8443",
        family=Family.IPV6,
        follow_redirects=False,
        tls=TlsOptions(
            verify=False, server_name="dalam.example", ca_file=pem, client_certificate=pem, client_key=pem
        ),
    )
    assert (
        first.target.expect
        == second.target.expect
        == HttpExpectation(
            status=(
                StatusRange(low=200, high=200),
                StatusRange(low=300, high=399),
                StatusRange(low=401, high=403),
            ),
            body_contains=("Selamat datang",),
            body_matches=("(?i)lapor", r"v\d+"),
            body_not_matches=("slot",),
            headers=(HeaderMatch(name="Server", pattern="nginx", allow_missing=True),),
            json=(JsonEquals(path="$.ok", value=True),),
            final_host=("lapor.example",),
            http_versions=("1.1", "1.0"),
            max_body_bytes=5000,
            tls=True,
        )
    )
    assert second.url == "http://lapor.example:8080/a?b=c"
    assert further.target == HttpTarget(request=HttpRequest(url="https://lapor.example/health"))


def test_tcp_and_dns_checks_arrive(tmp_path, secrets):
    *_, smtp, imaps, imap, mx, none = load(tmp_path, badung=BADUNG + FULL).services["lapor"].checks
    assert smtp.target == TcpTarget(
        host="192.0.2.7", port=25, send=b"EHLO x", expect="^220", family=Family.PREFER_IPV6
    )
    assert imaps.target == TcpTarget(host="mail.example", port=993, tls=TlsOptions())
    assert imap.target == TcpTarget(host="mail.example", port=143)
    assert mx.target == DnsTarget(
        name="lapor.example", record_type="MX", server="192.0.2.53:5353", answers=("10 m.example.",)
    )
    assert none.target == DnsTarget(name="tiada.example", server="ns1.example", rcode="NXDOMAIN")
    assert [check.kind for check in (smtp, mx)] == [CheckKind.TCP, CheckKind.DNS]


def test_secrets_arrive_as_plain_texts_and_are_not_shown(tmp_path, secrets):
    registry = load(tmp_path, badung=BADUNG + FULL)
    request = registry.services["lapor"].checks[0].target.request
    assert type(request.credentials.password) is str
    assert {type(value) for _, value in request.headers} == {str}
    assert SECRET not in repr(registry)


def test_a_bearer_token_arrives(tmp_path, secrets):
    text = PORTAL + '    request: {bearer: {token: "${env:KULKUL_TEST_SECRET}"}}\n'
    (check,) = load(tmp_path, badung=BADUNG + text).checks()
    assert check.target.request.credentials == Credentials(token=SECRET)


def test_credentials_and_the_header_they_set_exclude_each_other(tmp_path, secrets):
    text = PORTAL + (
        '    request:\n      bearer: {token: "${env:KULKUL_TEST_SECRET}"}\n'
        '      headers: {authorization: "${env:KULKUL_TEST_SECRET}"}\n'
    )
    assert "remove it from headers" in refused(tmp_path, badung=BADUNG + text)


def leaves(node, path=()):
    """Yield the path of every scalar below a node."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from leaves(value, (*path, key))
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from leaves(value, (*path, number))
    else:
        yield path


def test_no_field_shows_the_secret_that_it_refuses(tmp_path, secrets):
    full = yaml.safe_load(BADUNG + FULL)
    full["agencies"][0]["contacts"] = [{"name": "a", "email": "a@b.id", "phone": "1", "telegram": "x"}]
    shown = []
    for path in leaves(full):
        for text in ("${env:KULKUL_TEST_SECRET}", "prefix ${env:KULKUL_TEST_SECRET}"):
            changed = copy.deepcopy(full)
            place = changed
            for part in path[:-1]:
                place = place[part]
            place[path[-1]] = text
            try:
                load(tmp_path, badung=yaml.safe_dump(changed, sort_keys=False))
            except ConfigurationError as error:
                shown.append(str(error))
    assert len(shown) > 100
    assert not [text for text in shown if SECRET in text]


def test_an_agency_is_found_by_id_name_or_short_name(tmp_path):
    for written in ("badung-kominfo", "dinas komunikasi  dan INFORMATIKA", "Diskominfo"):
        text = BADUNG + PORTAL.replace("agency: badung-kominfo", f"agency: {written}")
        (service,) = load(tmp_path, badung=text).services.values()
        assert service.agency_id == "badung-kominfo"


def test_a_name_that_two_governments_share_means_the_agency_of_the_file(tmp_path):
    other = BADUNG.replace("badung", "bangli").replace("Badung", "Bangli")
    written = PORTAL.replace("agency: badung-kominfo", "agency: Diskominfo")
    registry = load(tmp_path, badung=BADUNG + written, bangli=other + written)
    assert {service.agency_id for service in registry.services.values()} == {
        "badung-kominfo",
        "bangli-kominfo",
    }


def test_governments_and_agencies_may_stand_in_other_files(tmp_path):
    government, agencies = BADUNG.split("agencies:")
    agencies = "agencies:" + agencies.replace(
        "}", ", government: badung, contacts: [{name: Made, phone: '0361'}]}"
    )
    registry = load(tmp_path, a=PORTAL, b=agencies, c=government)
    (service,) = registry.services.values()
    assert registry.government_of(service).id == "badung"
    assert registry.agencies["badung-kominfo"].contacts == (Contact(name="Made", phone="0361"),)


def test_a_duplicate_id_is_refused_with_both_places(tmp_path):
    service = PORTAL.replace("- name", "- id: portal\n    name")
    shown = refused(tmp_path, a=BADUNG + service, b=service)
    assert shown.startswith("b.yml:2:9: services.0.id: the service id portal is already that of ")
    assert "a.yml:5:9: write another" in shown


def test_all_problems_of_all_files_come_at_once_sorted_by_place(tmp_path):
    shown = refused(
        tmp_path,
        c=BADUNG + PORTAL.replace("https", "ftp") + "    interval: no\n    tag: x\n",
        a="services: [\n",
        b="sevices: []\n",
    )
    assert [line.split(": ")[0] for line in shown.splitlines()] == [
        "a.yml:2:1",
        "b.yml:1:1",
        "c.yml:7:10",
        "c.yml:8:15",
        "c.yml:9:5",
    ]


def test_a_reference_into_a_file_that_cannot_be_read_is_not_called_dangling(tmp_path):
    shown = refused(tmp_path, a="agencies: [\n", b=PORTAL)
    assert shown.startswith("a.yml:")
    assert "b.yml" not in shown


def test_the_settings_defaults_apply_where_the_service_says_nothing(tmp_path):
    settings_file = tmp_path / "kulkul.yml"
    settings_file.write_text(
        "defaults: {interval: 2m, slow: 1s, down_after: 7, deadlines: {total: 9s, connect: 1s}}\n"
    )
    folder = tmp_path / "services"
    folder.mkdir()
    text = BADUNG + PORTAL + "    slow: null\n    deadlines: {connect: 3s}\n"
    registry = load_registry(register(folder, badung=text), load_settings(settings_file))
    (check,) = registry.checks()
    assert check.interval == timedelta(minutes=2)
    assert check.rule == Rule(down_after=7)
    assert check.deadlines == Deadlines(total=timedelta(seconds=9), connect=timedelta(seconds=3))


def test_the_version_follows_names_and_contents(tmp_path):
    first = load(tmp_path, a=BADUNG, b=PORTAL).version
    assert len(first) == 64
    assert load(tmp_path).version == first
    assert load(tmp_path, b=PORTAL + "# checked\n").version != first
    load(tmp_path, b=PORTAL)
    (tmp_path / "b.yml").rename(tmp_path / "c.yml")
    assert load(tmp_path).version != first


def test_other_files_hidden_files_and_folders_below_are_left_out(tmp_path):
    (tmp_path / "README.md").write_text("[")
    (tmp_path / ".badung.yml").write_text("[")
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "x.yml").write_text("[")
    (tmp_path / "b.yaml").write_text(PORTAL)
    assert len(load(tmp_path, a=BADUNG).services) == 1


def test_a_folder_without_files_is_said_to_be_so(tmp_path):
    assert (
        refused(tmp_path) == f"{tmp_path}:1:1: the folder holds no services file: add one that ends in .yml"
    )


def test_a_missing_folder_is_said_to_be_missing(tmp_path):
    shown = refused(tmp_path / "no")
    assert shown.endswith("the folder of services files cannot be read: No such file or directory")


def test_a_services_file_that_is_a_folder_is_refused(tmp_path):
    (tmp_path / "a.yml").mkdir()
    assert refused(tmp_path) == "a.yml:1:1: this is a folder: name a YAML file"


@pytest.mark.parametrize(
    ("parts", "made"),
    [
        (("Bédah", "é-Surat  (SPTPD)"), "bedah-e-surat-sptpd"),
        (("ᬩᬮᬶ",), ""),
        (("x" * 100,), "x" * 80),
        (("x" * 79, "y"), "x" * 79),
    ],
)
def test_ids_made_of_names_are_readable(parts, made):
    assert slug(*parts) == made
