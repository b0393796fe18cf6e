"""The section `uplink` of the settings. What it refuses stands in `bad_config/settings/uplink*.yml`."""

from datetime import timedelta
from pathlib import Path

import pytest

from monitor.core.canary import Canary, CanaryKind, Faculty
from monitor.core.sight import SightRule, network_of
from monitor.settings import default_settings, load_settings
from monitor.settings.uplink import UplinkModel
from monitor.settings.yaml import read_document

ROOT = Path(__file__).parents[2]
TWO = '{tcp: "192.0.2.7:443"}, {tcp: "198.51.100.7:443"}'


def uplink(folder, text):
    path = folder / "kulkul.yml"
    path.write_text(f"uplink: {text}\n", encoding="utf-8")
    return load_settings(path).uplink


def test_the_shipped_file_names_every_key():
    shipped = read_document(ROOT / "config" / "kulkul.yml").data["uplink"]
    assert list(shipped) == list(UplinkModel.model_fields)


def test_the_shipped_canaries_prove_both_faculties_over_several_networks():
    canaries = default_settings().uplink.canaries
    ways = {one.target for one in canaries if one.faculty is Faculty.NETWORK}
    assert len({network_of(target.rpartition(":")[0]) for target in ways}) == len(ways) >= 3
    assert len([one for one in canaries if one.faculty is Faculty.NAMES]) >= 3


def test_an_empty_list_switches_canaries_off_and_leaves_the_rest(tmp_path):
    found = uplink(tmp_path, "{canaries: []}")
    assert found.canaries == ()
    assert found.rule == SightRule() == default_settings().uplink.rule


@pytest.mark.parametrize(
    ("text", "canary"),
    [
        ('{tcp: "203.0.113.9:53"}', Canary(kind=CanaryKind.TCP, target="203.0.113.9:53")),
        ('{tcp: "[2001:DB8::1]:443"}', Canary(kind=CanaryKind.TCP, target="[2001:db8::1]:443")),
        ("{dns: PANDI.id.}", Canary(kind=CanaryKind.DNS, target="pandi.id")),
        (
            "{dns: dns.google, server: 203.0.113.9}",
            Canary(kind=CanaryKind.DNS, target="dns.google", server="203.0.113.9"),
        ),
        (
            '{dns: dns.google, server: "[2001:DB8::1]:5353"}',
            Canary(kind=CanaryKind.DNS, target="dns.google", server="[2001:db8::1]:5353"),
        ),
    ],
)
def test_a_canary_is_read_in_its_normal_form(tmp_path, text, canary):
    assert uplink(tmp_path, f"{{canaries: [{TWO}, {text}]}}").canaries[2] == canary


@pytest.mark.parametrize(
    "text",
    [
        '{dns: a.id, server: 192.0.2.7}, {dns: a.id, server: "198.51.100.7:53"}',
        '{tcp: "[2001:db8:1::1]:443"}, {dns: a.id, server: "2001:db8:2::1"}',
        '{tcp: "127.0.0.1:80"}, {tcp: "127.0.1.1:80"}',
    ],
)
def test_any_two_networks_will_do(tmp_path, text):
    assert len(uplink(tmp_path, f"{{canaries: [{text}]}}").canaries) == 2


def test_every_figure_can_be_set(tmp_path):
    found = uplink(
        tmp_path, "{interval: 1m, timeout: 500ms, window: 10s, share: 75%, min_networks: 3, share_limit: 1h}"
    )
    assert (found.interval, found.timeout) == (timedelta(minutes=1), timedelta(milliseconds=500))
    assert found.rule == SightRule(
        window=timedelta(seconds=10), share=0.75, min_networks=3, share_limit=timedelta(hours=1)
    )
    assert found.canaries == default_settings().uplink.canaries
