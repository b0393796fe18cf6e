"""The section `accounting` of the settings; what it refuses stands in `bad_config/settings/`."""

from datetime import timedelta
from pathlib import Path

from monitor.core.accounting.policy import AccountingPolicy, BlockedAs, OutageStart
from monitor.settings import default_settings, load_settings
from monitor.settings.accounting import AccountingModel
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
