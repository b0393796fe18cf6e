"""The catalogue, its document and what is really exposed are the same."""

from __future__ import annotations

import re
from pathlib import Path

from prometheus_client.openmetrics.parser import text_string_to_metric_families

from monitor.metrics.catalogue import CATALOGUE, PER_CHECK, PER_SERVICE, Metric, Type
from monitor.metrics.exposition import Exposition
from monitor.metrics.observe import CHECK_COLUMNS, SERVICE_COLUMNS

DOCUMENT = Path(__file__).parents[2] / "docs" / "metrics.md"
ROW = re.compile(r"^\| `(?P<name>kulkul_\w+)` \| (\w+) \| (\S+) \| ([^|]+) \| (.+) \|$", re.MULTILINE)


def documented():
    for name, kind, unit, labels, meaning in ROW.findall(DOCUMENT.read_text()):
        names = tuple(re.findall(r"`(\w+)`", labels))
        yield Metric(name, Type(kind), meaning, names, "" if unit == "-" else unit)


def test_the_document_lists_the_catalogue_row_by_row():
    assert list(documented()) == list(CATALOGUE)


def test_the_document_names_no_metric_that_does_not_exist():
    suffixes = ("", "_bucket", "_sum", "_count")
    known = {metric.name + suffix for metric in CATALOGUE for suffix in suffixes}
    assert set(re.findall(r"(?<!:)\bkulkul_\w+", DOCUMENT.read_text())) <= known


def test_no_name_is_given_twice():
    names = [metric.name for metric in CATALOGUE]
    assert len(set(names)) == len(names)


def test_every_metric_of_checks_and_services_has_its_columns_side_by_side():
    for columns, metrics in ((CHECK_COLUMNS, PER_CHECK), (SERVICE_COLUMNS, PER_SERVICE)):
        order = [column.metric for column in columns]
        assert [metric for at, metric in enumerate(order) if metric not in order[:at]] == list(metrics)
        assert [metric for at, metric in enumerate(order) if at == 0 or order[at - 1] is not metric] == list(
            metrics
        )


async def test_what_is_exposed_is_what_the_catalogue_says():
    text = (await Exposition("0.1.0").render(openmetrics=True)).decode()
    exposed = {
        (family.name, family.type, family.documentation)
        for family in text_string_to_metric_families(text)
        if not family.name.startswith(("process_", "python_info"))
    }
    assert exposed == {(metric.family, metric.type.value, metric.help) for metric in CATALOGUE}


async def test_units_that_end_a_name_are_declared_in_openmetrics():
    text = (await Exposition("0.1.0").render(openmetrics=True)).decode()
    declared = {family.name: family.unit for family in text_string_to_metric_families(text)}
    assert declared["kulkul_probe_duration_seconds"] == "seconds"
    assert declared["kulkul_service_status_seconds"] == "seconds"
    assert declared["kulkul_recorder_queue_results"] == "results"
    assert declared["kulkul_probe_ssl_earliest_cert_expiry"] == ""
