"""The section `heartbeat` of the settings. What it refuses stands in `bad_config/settings/heartbeat*.yml`."""

from datetime import timedelta
from pathlib import Path

import pytest

from monitor.settings import ConfigurationError, default_settings, load_settings
from monitor.settings.heartbeat import HeartbeatModel
from monitor.settings.yaml import read_document

ROOT = Path(__file__).parents[2]
SECRET = "https://deadman.example.go.id/ping/hunter2"


def heartbeat(folder, text):
    path = folder / "kulkul.yml"
    path.write_text(f"heartbeat: {text}\n", encoding="utf-8")
    return load_settings(path).heartbeat


def test_the_shipped_file_names_every_key():
    shipped = read_document(ROOT / "config" / "kulkul.yml").data["heartbeat"]
    assert list(shipped) == list(HeartbeatModel.model_fields)


def test_nobody_is_called_unless_a_url_is_set():
    assert default_settings().heartbeat.url is None


def test_every_key_can_be_set(tmp_path):
    found = heartbeat(tmp_path, "{url: 'https://Deadman.example.go.id/Ping?k=1', interval: 30s, timeout: 2s}")
    assert found.url == "https://deadman.example.go.id/Ping?k=1"
    assert (found.interval, found.timeout) == (timedelta(seconds=30), timedelta(seconds=2))


@pytest.mark.parametrize("reference", ["${env:KULKUL_TEST_HEARTBEAT}", "${file:heartbeat.url}"])
def test_the_url_may_come_from_the_environment_or_a_file_and_is_never_shown(tmp_path, monkeypatch, reference):
    monkeypatch.setenv("KULKUL_TEST_HEARTBEAT", SECRET)
    (tmp_path / "heartbeat.url").write_text(f"{SECRET}\n")
    found = heartbeat(tmp_path, f"{{url: '{reference}'}}")
    assert found.url == SECRET
    assert "hunter2" not in repr(found)
    assert "hunter2" not in repr(HeartbeatModel(url=SECRET))


@pytest.mark.parametrize("wrong", ["http://deadman.example.go.id/hunter2", "hunter2", "https://a b/hunter2"])
def test_a_wrong_url_from_a_reference_is_not_shown(tmp_path, monkeypatch, wrong):
    monkeypatch.setenv("KULKUL_TEST_HEARTBEAT", wrong)
    with pytest.raises(ConfigurationError) as caught:
        heartbeat(tmp_path, "{url: '${env:KULKUL_TEST_HEARTBEAT}'}")
    assert "heartbeat.url: the text that ${env:KULKUL_TEST_HEARTBEAT} stands for" in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("host", ["127.0.0.1:9000", "[::1]", "localhost:9000"])
def test_on_this_machine_the_url_needs_no_tls(tmp_path, host):
    assert heartbeat(tmp_path, f"{{url: 'http://{host}/ping'}}").url == f"http://{host}/ping"
