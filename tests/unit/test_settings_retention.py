"""The section `retention` of the settings; what it refuses stands in `bad_config/settings/`."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from monitor.settings import default_settings, load_settings
from monitor.settings.retention import RetentionModel
from monitor.settings.settings import RetentionSettings
from monitor.settings.yaml import read_document

SHIPPED = Path(__file__).parents[2] / "config" / "kulkul.yml"
DAY = timedelta(days=1)


def retention(folder, text):
    path = folder / "kulkul.yml"
    path.write_text(f"retention: {text}\n", encoding="utf-8")
    return load_settings(path).retention


def test_the_shipped_file_names_every_key_and_says_what_is_the_default_anyway():
    shipped = read_document(SHIPPED).data["retention"]
    assert list(shipped) == list(RetentionModel.model_fields)
    assert load_settings(SHIPPED).retention == default_settings().retention


def test_results_are_kept_a_week_and_hours_thirteen_months(tmp_path):
    assert retention(tmp_path, "{}") == RetentionSettings(results=7 * DAY, hourly=400 * DAY)


def test_null_is_for_good(tmp_path):
    assert retention(tmp_path, "{hourly: null}") == RetentionSettings(results=7 * DAY, hourly=None)
    assert retention(tmp_path, "{results: null, hourly: null}") == RetentionSettings(
        results=None, hourly=None
    )


def test_years_may_be_kept(tmp_path):
    found = retention(tmp_path, "{results: 35d, hourly: 1830d}")
    assert found == RetentionSettings(results=35 * DAY, hourly=1830 * DAY)
