"""What a runbook asks of somebody at three in the morning can be done: commands, series and logs exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer
import yaml

from monitor.cli.app import app
from monitor.metrics.catalogue import CATALOGUE

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "alerts" / "runbooks").glob("*.md"))
RULES = [
    rule
    for path in (ROOT / "alerts" / "rules").glob("*.yml")
    for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]
    for rule in group["rules"]
]
HEADINGS = ["Artinya", "Cara melihatnya", "Yang harus dilakukan", "Kapan meneruskan", "In English"]

EACH_PAGE = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)


def text(page):
    return page.read_text(encoding="utf-8")


def commands(page):
    """Yield every `kulkul …` of a page as its words, from code blocks and from the text."""
    blocks = re.findall(r"^\$ (kulkul [^#\n|]+)", text(page), re.MULTILINE)
    inline = re.findall(r"`(kulkul [^`]+)`", text(page))
    for one in (*blocks, *inline):
        yield re.sub(r'"[^"]*"', "TEXT", one).split()


def test_there_is_a_page_for_every_alert_and_none_besides():
    assert {page.stem for page in PAGES} == {rule["alert"] for rule in RULES if "alert" in rule}


@EACH_PAGE
def test_a_page_has_the_parts_that_people_look_for(page):
    assert text(page).startswith(f"# {page.stem}\n")
    assert re.findall(r"^## (.+)$", text(page), re.MULTILINE) == HEADINGS
    assert re.search(r"^1\. ", text(page), re.MULTILINE)


@EACH_PAGE
def test_the_commands_of_a_page_exist_with_their_options(page):
    for words in commands(page):
        command = typer.main.get_command(app)
        rest = words[1:]
        while hasattr(command, "commands"):  # a group, until its command is reached
            assert rest, words
            assert rest[0] in command.commands, words
            command = command.commands[rest.pop(0)]
        options = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in rest if word.startswith("--")} <= options, words


def test_commands_are_found_at_all():
    assert sum(1 for page in PAGES for _ in commands(page)) > len(PAGES)


@EACH_PAGE
def test_the_series_that_a_page_names_exist(page):
    suffixes = ("", "_bucket", "_sum", "_count")
    known = {metric.name + suffix for metric in CATALOGUE for suffix in suffixes}
    known |= {rule["record"] for rule in RULES if "record" in rule}
    assert set(re.findall(r"\bkulkul[_:][\w:]+", text(page))) <= known


@EACH_PAGE
def test_the_log_lines_that_a_page_looks_for_are_written(page):
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "monitor").rglob("*.py"))
    quoted = re.findall(r"grep (?:-\w+ )?\"([^\"]+)\"", text(page)) + re.findall(
        r"`(the [a-z ]+)`", text(page)
    )
    assert [line for line in quoted if line not in source] == []


@EACH_PAGE
def test_the_pages_that_a_page_leads_to_exist(page):
    for shown, target in re.findall(r"\[([^\]]+)\]\(([^)]+)\)", text(page)):
        assert (page.parent / target).is_file(), target
        assert target == f"{shown}.md"
