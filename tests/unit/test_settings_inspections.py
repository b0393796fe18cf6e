"""The section `inspections` of the settings; what it refuses stands in `bad_config/settings/`."""

from datetime import timedelta
from pathlib import Path

from monitor.settings import default_settings, load_settings
from monitor.settings.inspections import InspectionsModel
from monitor.settings.settings import InspectionSettings
from monitor.settings.yaml import read_document

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "config" / "kulkul.yml"


def inspections(folder, text):
    path = folder / "kulkul.yml"
    path.write_text(f"inspections: {text}\n", encoding="utf-8")
    return load_settings(path).inspections


def test_the_shipped_file_names_every_key_and_says_what_is_the_default_anyway():
    shipped = read_document(SHIPPED).data["inspections"]
    assert list(shipped) == list(InspectionsModel.model_fields)
    assert load_settings(SHIPPED).inspections == default_settings().inspections


def test_every_domain_is_looked_at_about_once_a_day_unless_told():
    usual = default_settings().inspections
    assert (usual.enabled, usual.every, usual.again) == (True, timedelta(days=1), timedelta(hours=6))
    assert usual.whois == {"id": "whois.id"}
    assert usual.rdap_bootstrap == "https://data.iana.org/rdap/dns.json"


def test_every_key_can_be_set(tmp_path):
    found = inspections(
        tmp_path,
        "{enabled: false, every: 12h, again: 1h, timeout: 5s, registry_pause: 1s, rdap_bootstrap: null, "
        "rdap: {id: 'http://127.0.0.1:8080/rdap/'}, whois: {com: whois.example.com}, whois_port: 4343, "
        "dns_servers: '127.0.0.1:5353', dns_port: 5300}",
    )
    assert found == InspectionSettings(
        enabled=False,
        every=timedelta(hours=12),
        again=timedelta(hours=1),
        timeout=timedelta(seconds=5),
        registry_pause=timedelta(seconds=1),
        rdap={"id": "http://127.0.0.1:8080/rdap/"},
        rdap_bootstrap=None,
        whois={"id": "whois.id", "com": "whois.example.com"},
        whois_port=4343,
        dns_servers=("127.0.0.1:5353",),
        dns_port=5300,
    )
