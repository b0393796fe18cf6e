"""The JSON Schema of reports says what is written: no less, and nothing that is not."""

from __future__ import annotations

import copy
import json
import re
from datetime import timedelta
from importlib.resources import files

import pytest
from jsonschema import Draft202012Validator

from monitor.core.accounting.correction import CountsAs
from monitor.core.accounting.policy import AccountingPolicy, BlockedAs, OutageStart
from monitor.core.finding import FindingSeverity
from monitor.core.period import PeriodKind
from monitor.reports.figures import build_report
from monitor.reports.formats.json import json_bytes
from monitor.reports.report import Trend
from monitor.reports.scope import ReportScope
from monitor.reports.seal import Revision
from tests.periods import record_of_everything

SCHEMA = json.loads((files("monitor.reports") / "schema" / "report-1.schema.json").read_text("utf-8"))
REVISION = Revision(
    number=2,
    sha256="0" * 64,
    frozen_at=record_of_everything().taken_at,
    frozen_by="sari",
    reason="dibantah",
)


def written(record=None, scope=None, revision=REVISION):
    report = build_report(record or record_of_everything(), scope or ReportScope(), revision)
    return json.loads(json_bytes(report, "id"))


def strict(schema):
    """The same schema that lets nothing be added."""
    closed = copy.deepcopy(schema)

    def close(one):
        if isinstance(one, dict):
            if "properties" in one and "additionalProperties" not in one:
                one["unevaluatedProperties"] = False
            for each in one.values():
                close(each)
        elif isinstance(one, list):
            for each in one:
                close(each)

    close(closed)
    # Joined by allOf, the parts know only half of the properties each.
    agencies = closed["properties"]["agencies"]["items"]
    for part in agencies["allOf"]:
        part.pop("unevaluatedProperties", None)
    agencies["unevaluatedProperties"] = False
    closed["$defs"]["named_group"].pop("unevaluatedProperties")
    closed["properties"]["governments"]["items"]["unevaluatedProperties"] = False
    return closed


def test_the_schema_is_one():
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("schema", [SCHEMA, strict(SCHEMA)], ids=["as it is", "nothing added"])
def test_a_report_with_everything_in_it_is_valid_and_has_nothing_that_the_schema_leaves_out(schema):
    value = written()
    for name in ("planned_maintenance", "corrections", "findings", "agencies"):
        assert value[name], f"the report should have {name}"
    outages = [each for one in value["services"] for each in one["outages"]]
    assert any(one["cause"] and one["contests"] for one in outages)
    Draft202012Validator(schema).validate(value)


def test_a_report_with_as_little_as_can_be_is_valid():
    Draft202012Validator(SCHEMA).validate(written(scope=ReportScope(service="none"), revision=None))


def properties(value):
    """Yield every object within a value, with the name of each of its properties."""
    if isinstance(value, dict):
        for name in value:
            if not re.fullmatch(r"\d{4}-\d\d-\d\d", name):  # holidays by their day
                yield value, name
            yield from properties(value[name])
    elif isinstance(value, list):
        for one in value:
            yield from properties(one)


def test_whatever_is_written_is_required():
    """So that what is renamed or goes is noticed here, and raises the version."""
    validator = Draft202012Validator(SCHEMA)
    value = written()
    for holder, name in list(properties(value)):
        kept = holder.pop(name)
        assert not validator.is_valid(value), f"{name} can be left out"
        holder[name] = kept
    validator.validate(value)


def test_what_is_added_does_not_make_a_report_invalid():
    value = written()
    value["mood"] = value["period"]["mood"] = value["services"][0]["mood"] = "good"
    Draft202012Validator(SCHEMA).validate(value)


def test_closed_lists_are_those_of_the_program():
    defs = SCHEMA["$defs"]
    for found, words in [
        (defs["trend"], Trend),
        (defs["period"]["properties"]["kind"], PeriodKind),
        (defs["policy"]["properties"]["outage_from"], OutageStart),
        (defs["policy"]["properties"]["blocked_as"], BlockedAs),
        (defs["correction"]["properties"]["counts_as"], CountsAs),
        (defs["finding"]["properties"]["severity"], FindingSeverity),
    ]:
        assert set(found["enum"]) == {one.value for one in words}


@pytest.mark.parametrize("broken", ["99.9", 99.9, "100.001", "-1.000"])
def test_a_percentage_that_is_none_is_invalid(broken):
    value = written()
    value["whole"]["availability_percent"] = broken
    assert not Draft202012Validator(SCHEMA).is_valid(value)


def test_a_policy_of_ones_own_is_valid():
    record = record_of_everything(policy=AccountingPolicy(name="x", shortest_outage=timedelta(minutes=1)))
    Draft202012Validator(SCHEMA).validate(written(record))
