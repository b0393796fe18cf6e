"""The dashboards: what is shipped is what the code says, and every panel has what an operator may expect."""

from __future__ import annotations

import re
from collections import Counter
from itertools import combinations, pairwise

import pytest
import yaml
from grafana_foundation_sdk.models import units

from dashboards import words
from dashboards.table import rendered
from monitor.core.delegation.facts import Dnssec, Lameness
from monitor.core.finding import FindingSeverity
from monitor.core.reason import Reason, Stage
from monitor.core.registration.facts import Phase
from monitor.core.rulebook import RULES
from monitor.core.status import Status
from monitor.metrics.catalogue import CATALOGUE, Type
from tests.grafana import FOLDER, ROOT, dashboards, marks, panels, questions, variables

BOARDS = dashboards()
EACH = pytest.mark.parametrize("board", BOARDS.values(), ids=BOARDS)
EACH_PANEL = pytest.mark.parametrize(
    ("board", "panel"),
    [
        pytest.param(board, panel, id=f"{uid}-{panel['id']}")
        for uid, board in BOARDS.items()
        for panel in panels(board)
    ],
)
EACH_QUESTION = pytest.mark.parametrize(
    ("board", "asked"),
    [
        pytest.param(board, asked, id=f"{uid}-{place}")
        for uid, board in BOARDS.items()
        for place, asked in questions(board)
    ],
)
UNITS = {value for name, value in vars(units).items() if not name.startswith("_") and isinstance(value, str)}
FOREIGN = {
    "ALERTS": {"alertname", "severity", "alertstate"},
    "process_start_time_seconds": set(),
    "process_cpu_seconds_total": set(),
    "process_resident_memory_bytes": set(),
    "process_open_fds": set(),
    "process_max_fds": set(),
}
"""Series of Prometheus itself, and of every program with its client; the labels that we may ask for."""


RECORDED = {
    "kulkul:certificate_remaining:days": {"service", "agency", "check"},
    "kulkul:domain_remaining:days": {"domain"},
}
"""The labels of recorded series that are not of services."""


def known():
    """Return the labels of every series that can be asked for."""
    endings = {Type.HISTOGRAM: ("_bucket", "_sum", "_count")}
    labels = {
        metric.name + ending: {*metric.labels}
        for metric in CATALOGUE
        for ending in endings.get(metric.type, ("",))
    }
    for path in (ROOT / "alerts" / "rules").glob("*.yml"):
        for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]:
            for rule in group["rules"]:
                if "record" in rule:
                    labels[rule["record"]] = RECORDED.get(rule["record"], {"service", "agency"})
    return labels | FOREIGN


KNOWN = known()


def selectors(expression):
    """Yield every series of an expression, with what is asked of its labels."""
    for name, inner in re.findall(
        r"((?:\w+:)?(?:kulkul|process)[_:][\w:]+|ALERTS)(?:\{([^}]*)\})?", expression
    ):
        yield name, dict(re.findall(r'(\w+)(?:=~|!=|=)"((?:[^"\\]|\\.)*)"', inner))


def test_the_files_are_what_the_code_says():
    shipped = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*")}
    assert shipped == rendered(), "run `make dashboards`"


def test_there_are_the_five_in_their_order():
    assert sorted(board["title"] for board in BOARDS.values()) == [
        "Kulkul 1 · Ikhtisar",
        "Kulkul 2 · Layanan",
        "Kulkul 3 · Instansi",
        "Kulkul 4 · Domain & sertifikat",
        "Kulkul 5 · Kulkul sendiri",
    ]


@EACH
def test_a_dashboard_is_whole(board):
    assert board["schemaVersion"] >= 39
    assert board["timezone"] == "Asia/Makassar"
    assert board["editable"] is False
    assert board["tags"] == ["kulkul"]
    assert [link["tags"] for link in board["links"] if link["type"] == "dashboards"] == [["kulkul"]]
    numbers = Counter(panel["id"] for panel in board["panels"])
    assert set(numbers.values()) == {1}
    titles = Counter(panel["title"] for panel in panels(board))
    assert [title for title, times in titles.items() if times > 1] == []


@EACH
def test_panels_fill_the_width_and_none_lies_upon_another(board):
    places = [panel["gridPos"] for panel in board["panels"]]
    for place in places:
        assert place["x"] >= 0
        assert place["x"] + place["w"] <= 24
    for one, other in combinations(places, 2):
        apart = (
            one["x"] + one["w"] <= other["x"]
            or other["x"] + other["w"] <= one["x"]
            or one["y"] + one["h"] <= other["y"]
            or other["y"] + other["h"] <= one["y"]
        )
        assert apart, (one, other)
    bottom = max(place["y"] + place["h"] for place in places)
    assert sum(place["w"] * place["h"] for place in places) == 24 * bottom


@EACH
def test_everything_asks_the_data_source_that_is_chosen(board):
    def refs(node):
        if isinstance(node, dict):
            if "datasource" in node:
                yield node["datasource"]
            for value in node.values():
                yield from refs(value)
        elif isinstance(node, list):
            for value in node:
                yield from refs(value)

    found = [*refs(board)]
    assert found
    assert all(one == {"type": "prometheus", "uid": "${datasource}"} for one in found)
    assert next(iter(variables(board))) == "datasource"


@EACH_PANEL
def test_a_panel_says_what_it_is_in_two_languages_and_in_which_unit(board, panel):
    assert panel["title"]
    said, english = panel["description"].split("\n\n")
    assert said.endswith(".")
    assert re.fullmatch(r"\*.+\.\*", english)
    unit = panel["fieldConfig"]["defaults"]["unit"]
    assert unit in UNITS or re.fullmatch(r"suffix:\S+", unit)
    letters = [target["refId"] for target in panel["targets"]]
    assert letters == sorted({*letters})


@EACH_PANEL
def test_what_a_colour_says_stands_there_as_a_word_or_a_number(board, panel):
    defaults = panel["fieldConfig"]["defaults"]
    coloured = len(defaults.get("thresholds", {"steps": []})["steps"]) > 1
    match panel["type"]:
        case "state-timeline":
            # Each span carries its word, or the number itself.
            assert panel["options"]["showValue"] == "auto"
        case "stat":
            # The number stands in the panel in any case.
            assert panel["options"]["textMode"] == "value"
        case "timeseries" if coloured:
            assert defaults["custom"]["thresholdsStyle"]["mode"] == "dashed"
            assert re.search(r"garis|merah", panel["description"])
        case _:
            assert not coloured
    for mapping in defaults.get("mappings", []):
        if mapping["type"] == "value":
            assert all(result["text"] for result in mapping["options"].values())


@EACH_QUESTION
def test_a_question_names_only_series_and_labels_that_exist(board, asked):
    found = [*selectors(asked)]
    assert found
    for name, labels in found:
        assert name in KNOWN, name
        assert labels.keys() <= KNOWN[name], name


@EACH_QUESTION
def test_a_question_heeds_what_is_chosen_at_the_top(board, asked):
    chosen = variables(board)
    for name, labels in selectors(asked):
        if name in FOREIGN or asked.startswith(("query_result", "label_values")):
            continue
        narrowest = next((one for one in ("service", "agency", "domain", "host") if one in KNOWN[name]), None)
        if narrowest in chosen and name != "kulkul_finding_open":
            joined = name == "kulkul_service_info" and "group_left" in asked
            assert labels.get(narrowest) == f"${narrowest}" or joined, name
        if name == "kulkul_finding_open" and "domain" in chosen:
            assert labels["domain"] == "$domain"


@EACH
def test_each_choice_leaves_only_what_fits_the_one_before(board):
    several = {name: one for name, one in variables(board).items() if one["type"] == "query"}
    names = [*several]
    assert names in (
        ["government", "agency", "service"],
        ["domain", "host"],
        [],
    )
    for before, after in pairwise(names):
        assert re.search(rf"\$\{{?{before}\b", several[after]["query"]["query"])
    for variable in several.values():
        assert variable["refresh"] == 2  # with the time range: a register changes


def test_links_lead_to_dashboards_and_choices_that_exist():
    found = [
        link["url"]
        for board in BOARDS.values()
        for panel in panels(board)
        for link in panel["fieldConfig"]["defaults"].get("links", [])
    ]
    assert found
    for url in found:
        uid, query = re.fullmatch(r"/d/([\w-]+)\?(.+)", url).groups()
        assert {*re.findall(r"var-(\w+)=", query)} <= variables(BOARDS[uid]).keys()


@EACH_PANEL
def test_a_row_that_leads_to_its_service_has_its_id(board, panel):
    links = [link["url"] for link in panel["fieldConfig"]["defaults"].get("links", [])]
    if any("__data.fields.ID" in url for url in links):
        (organize,) = [one["options"] for one in panel["transformations"] if one["id"] == "organize"]
        assert organize["renameByName"]["service"] == "ID"
    if any("__field.labels.service" in url for url in links):
        assert all(re.search(r"by \(service\b", target["expr"]) for target in panel["targets"])


@EACH
def test_a_mark_says_what_it_is(board):
    for mark in marks(board):
        assert mark["name"]
        assert mark["titleFormat"]
        assert mark["enable"] is True


@pytest.mark.parametrize(
    ("mapping", "values"),
    [
        (words.STATUSES, [str(words.STATUS_CODES[status]) for status in Status]),
        (words.STAGES, Stage),
        (words.REASONS, Reason),
        (words.RULE_TITLES, RULES),
        (words.SEVERITIES, FindingSeverity),
        (words.DOMAIN_PHASES, Phase),
        (words.DOMAIN_LAMENESS, Lameness),
        (words.DOMAIN_DNSSEC, Dnssec),
    ],
    ids=["status", "stage", "reason", "rule", "severity", "phase", "lameness", "dnssec"],
)
def test_every_value_that_the_daemon_can_tell_has_its_word(mapping, values):
    (mapped,) = mapping
    assert mapped.options.keys() == {str(value) for value in values}


def test_titles_of_rules_hold_no_place_for_particulars():
    (mapped,) = words.RULE_TITLES
    texts = {rule: result.text for rule, result in mapped.options.items()}
    assert not [text for text in texts.values() if re.search(r"[{}()]", text)]
    assert texts["certificate_expired"] == "Sertifikat kedaluwarsa sejak …"
    assert texts["tls_outdated"] == "Hanya mendukung TLS lama"


def test_the_code_of_a_status_is_that_of_the_recording_rule():
    rules = yaml.safe_load((ROOT / "alerts" / "rules" / "recorded.yml").read_text(encoding="utf-8"))["groups"]
    (expr,) = [one["expr"] for one in rules[0]["rules"] if one["record"].endswith(":code")]
    said = re.findall(r'(?:(\d) \* )?kulkul_service_status\{status="(\w+)"\}', expr)
    assert {Status(status): int(code or 1) for code, status in said} == words.STATUS_CODES


def test_a_grafana_finds_data_source_and_dashboards():
    folder = ROOT / "config" / "grafana" / "provisioning"
    (source,) = yaml.safe_load((folder / "datasources" / "kulkul.yml").read_text())["datasources"]
    assert (source["type"], source["isDefault"]) == ("prometheus", True)
    scraped = yaml.safe_load((ROOT / "config" / "prometheus" / "prometheus.yml").read_text())
    assert source["jsonData"]["timeInterval"] == scraped["global"]["scrape_interval"]
    (provider,) = yaml.safe_load((folder / "dashboards" / "kulkul.yml").read_text())["providers"]
    assert provider["options"]["path"].endswith("/grafana/dashboards")
