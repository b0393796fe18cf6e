"""The starter register of Bali and the generated schemas, as they are shipped."""

import json
from collections import Counter
from pathlib import Path

import pytest

from monitor.registry import load_registry, write_schemas
from monitor.registry.schema import SCHEMAS
from monitor.settings import load_settings
from monitor.settings.address import http_url

CONFIG = Path(__file__).parents[2] / "config"
URLS = Path(__file__).parent / "starter_urls.txt"


@pytest.fixture(scope="module")
def registry():
    settings = load_settings(CONFIG / "kulkul.yml")
    return load_registry(settings.register, settings)


def test_every_address_of_the_source_is_there_once_per_row(registry):
    expected = Counter(http_url(line) for line in URLS.read_text(encoding="utf-8").splitlines())
    found = Counter(url for service in registry.services.values() for url in service.urls)
    assert expected.total() == 156
    assert found == expected


def test_all_ten_governments_are_there_with_their_region_codes(registry):
    codes = {government.region_code for government in registry.governments.values()}
    assert codes == {"51", "51.71", *(f"51.0{number}" for number in range(1, 9))}


def test_every_government_can_own_a_service_itself(registry):
    for government in registry.governments.values():
        assert registry.agencies[government.id].name == government.name


def test_every_service_has_an_id_of_its_own_choosing(registry):
    for path in (CONFIG / "services").glob("*.yml"):
        text = path.read_text(encoding="utf-8")
        assert text.split("\nservices:")[1].count("\n  - id: ") == text.count("\n    url: ")


def test_remarks_stand_in_the_notes_and_not_in_the_names(registry):
    noted = {service.name for service in registry.services.values() if service.notes}
    assert noted == {"Diskes Tabanan", "JDIH Tabanan", "Satu Data Denpasar"}


@pytest.mark.parametrize("path", sorted((CONFIG / "services").glob("*.yml")), ids=lambda path: path.stem)
def test_every_file_says_that_the_office_must_confirm_it(path):
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=../schema/services.schema.json\n")
    assert "Kantor WAJIB memastikan setiap entri" in text


def test_the_committed_schemas_are_those_of_the_models(tmp_path):
    written = write_schemas(tmp_path / "schema")
    assert {path.name for path in written} == set(SCHEMAS)
    for path in written:
        committed = CONFIG / "schema" / path.name
        assert committed.read_text(encoding="utf-8") == path.read_text(encoding="utf-8"), "run `make schema`"


def test_the_schemas_know_every_key_and_no_others():
    schema = json.loads((CONFIG / "schema" / "services.schema.json").read_text(encoding="utf-8"))
    service = schema["$defs"]["ServiceModel"]
    assert service["required"] == ["name", "agency"]
    assert service["additionalProperties"] is False
    assert {one.get("type") for one in service["properties"]["url"]["anyOf"]} == {"string", "array"}
    assert service["properties"]["interval"]["description"].startswith("Time between two checks")
    settings = json.loads((CONFIG / "schema" / "kulkul.schema.json").read_text(encoding="utf-8"))
    assert "register" in settings["properties"]
