"""The section `accounting` of the settings; what it refuses stands in `bad_config/settings/`."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from monitor.core.accounting.hours import Holiday, HolidayRule, Opening, ServiceHours
from monitor.core.accounting.policy import AccountingPolicy, BlockedAs, OutageStart
from monitor.settings import default_settings, load_settings
from monitor.settings.accounting import AccountingModel
from monitor.settings.problems import ConfigurationError
from monitor.settings.yaml import read_document

SHIPPED = Path(__file__).parents[2] / "config" / "kulkul.yml"


def accounting(folder, text):
    path = folder / "kulkul.yml"
    path.write_text(f"accounting: {text}\n", encoding="utf-8")
    return load_settings(path).accounting


def test_the_shipped_file_names_every_key_and_says_what_is_the_default_anyway():
    shipped = read_document(SHIPPED).data["accounting"]
    assert list(shipped) == list(AccountingModel.model_fields)
    assert load_settings(SHIPPED).accounting == default_settings().accounting


def test_without_a_word_time_is_counted_by_baku():
    usual = default_settings().accounting
    assert usual.policies[usual.policy] == AccountingPolicy()
    assert list(usual.policies) == ["baku"]


def test_every_choice_can_be_made_otherwise(tmp_path):
    found = accounting(
        tmp_path,
        "{policy: kontrak, policies: {kontrak: {version: 3, outage_from: confirmation, maintenance: counted, "
        "blocked: down, shortest_outage: 90s}}}",
    )
    assert found.policy == "kontrak"
    assert found.policies == {
        "baku": AccountingPolicy(),
        "kontrak": AccountingPolicy(
            name="kontrak",
            version=3,
            outage_from=OutageStart.CONFIRMATION,
            maintenance_excluded=False,
            blocked=BlockedAs.DOWN,
            shortest_outage=timedelta(seconds=90),
        ),
    }


def test_what_a_policy_does_not_say_is_as_in_baku(tmp_path):
    found = accounting(tmp_path, "{policies: {tahunan: {version: 1}}}")
    assert found.policy == "baku"
    assert found.policies["tahunan"] == AccountingPolicy(name="tahunan", version=1)


def hours_of(folder, text):
    return accounting(folder, f"{{policies: {{k: {{version: 1, hours: {text}}}}}}}").policies["k"].hours


def opening(opens, closes):
    return Opening(timedelta(hours=opens), timedelta(hours=closes))


def test_hours_are_written_by_weekday_or_by_several_in_a_row(tmp_path):
    found = hours_of(
        tmp_path,
        '{mon-thu: "07:30-15:30", fri: ["13:30-15:00", "07:30-11:30", "11:30-12:00"], '
        'sun: "20.00 \N{EN DASH} 24.00"}',
    )
    long, friday = (opening(7.5, 15.5),), (opening(7.5, 11.5), opening(11.5, 12), opening(13.5, 15))
    assert found == ServiceHours(week=(long, long, long, long, friday, (), (opening(20, 24),)))


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("null", None),
        ("{}", HolidayRule(calendar="ID", joint_leave=True)),
        ("{joint_leave: false}", HolidayRule(calendar="ID")),
        (
            "{calendar: null, further: {2026-06-27: Kuningan, 2026-06-17: Galungan}, working: [2026-12-24]}",
            HolidayRule(
                calendar=None,
                joint_leave=True,
                further=(
                    Holiday(date(2026, 6, 17), "Galungan"),
                    Holiday(date(2026, 6, 27), "Kuningan"),
                ),
                working=(date(2026, 12, 24),),
            ),
        ),
    ],
)
def test_holidays_are_those_of_a_calendar_with_further_ones_and_exceptions(tmp_path, text, rule):
    assert hours_of(tmp_path, f'{{mon: "08:00-12:00", holidays: {text}}}').holidays == rule


@pytest.mark.parametrize(
    "wrong",
    [
        "7-15",
        "07:30",
        "07:60-15:30",
        "00:00-24:01",
        "25:00-26:00",
        "08:00-08:00",
        "07:30-15:30 WITA",
    ],
)
def test_what_are_no_hours_of_a_day_is_refused(tmp_path, wrong):
    with pytest.raises(ConfigurationError, match="hours"):
        hours_of(tmp_path, f'{{mon: "{wrong}"}}')


@pytest.mark.parametrize(
    "wrong", ["Mon", "mon-", "-fri", "mon-mon", "mon-tue-wed", "weekdays", "mon,tue", ""]
)
def test_what_is_no_weekday_is_refused(tmp_path, wrong):
    with pytest.raises(ConfigurationError, match="weekday"):
        hours_of(tmp_path, f'{{"{wrong}": "07:30-15:30"}}')
