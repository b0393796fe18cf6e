"""Which RDAP service answers for a top-level domain."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.inspections.registration.lookup import LookupFailure
from monitor.inspections.registration.rdap.bootstrap import Bootstrap, services
from tests.registries import NOW

LIST_URL = "https://data.example/rdap/dns.json"
PANDI = "https://rdap.pandi.id/rdap/"
DAY = timedelta(days=1)


def document(*entries):
    return json.dumps({"version": "1.0", "services": list(entries)}).encode()


class Source:
    """Gives what it was told to, and counts how often."""

    def __init__(self, answer=b""):
        self.answer = answer
        self.asked = []

    async def __call__(self, url):
        self.asked.append(url)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


async def test_indonesian_names_are_known_without_asking_anybody():
    source = Source()
    bootstrap = Bootstrap({}, None, source)
    assert await bootstrap.base("demoprov.go.id", NOW) == PANDI
    assert await bootstrap.base("example.com", NOW) is None
    assert source.asked == []


async def test_the_settings_go_before_the_list_and_ask_nobody():
    source = Source(document([["id"], ["https://new.example/"]]))
    bootstrap = Bootstrap({"id": "http://127.0.0.1:8080/"}, LIST_URL, source)
    assert await bootstrap.base("demoprov.go.id", NOW) == "http://127.0.0.1:8080/"
    assert source.asked == []


async def test_the_list_goes_before_what_ships_and_is_fetched_once_a_week():
    source = Source(document([["id", "bali"], ["https://new.example/"]]))
    bootstrap = Bootstrap({}, LIST_URL, source)
    for after in (0 * DAY, DAY, 7 * DAY - timedelta(seconds=1)):
        assert await bootstrap.base("demoprov.go.id", NOW + after) == "https://new.example/"
    assert source.asked == [LIST_URL]
    source.answer = document([["com"], ["https://com.example/"]])
    assert await bootstrap.base("demoprov.go.id", NOW + 7 * DAY) == PANDI
    assert await bootstrap.base("example.com", NOW + 7 * DAY) == "https://com.example/"
    assert len(source.asked) == 2


@pytest.mark.parametrize("answer", [LookupFailure("it is gone"), b"", b"<html>", b"{}", document()])
async def test_a_list_that_cannot_be_had_keeps_what_is_known_and_is_tried_a_day_later(answer):
    source = Source(document([["id"], ["https://new.example/"]]))
    bootstrap = Bootstrap({}, LIST_URL, source)
    await bootstrap.base("demoprov.go.id", NOW)
    source.answer = answer
    assert await bootstrap.base("demoprov.go.id", NOW + 7 * DAY) == "https://new.example/"
    assert await bootstrap.base("demoprov.go.id", NOW + 7.5 * DAY) == "https://new.example/"
    assert len(source.asked) == 2
    await bootstrap.base("demoprov.go.id", NOW + 8 * DAY)
    assert len(source.asked) == 3


async def test_the_entry_with_the_most_labels_counts():
    own = {"id": "https://id.example/", "go.id": "https://go.example/"}
    bootstrap = Bootstrap(own, None, Source())
    assert await bootstrap.base("demoprov.go.id", NOW) == "https://go.example/"
    assert await bootstrap.base("demo.or.id", NOW) == "https://id.example/"
    assert await bootstrap.base("notgo.id", NOW) == "https://id.example/"


def test_https_is_chosen_where_there_is_a_choice():
    found = services(document([["ID"], ["http://plain.example/", "https://safe.example/"]]))
    assert found == {"id": "https://safe.example/"}


@pytest.mark.parametrize(
    "entry",
    [
        [["id"], []],
        [["id"], ["ftp://files.example/", "/rdap", None, "https://user@host/", "https://[x/"]],
        [[7, None], ["https://safe.example/"]],
        ["id", "https://safe.example/"],
        [["id"]],
        {},
        None,
    ],
)
def test_what_is_not_of_its_shape_is_passed_over(entry):
    whole = document(entry, [["bali"], ["https://bali.example/"]])
    assert services(whole) == {"bali": "https://bali.example/"}


JSON = st.recursive(
    st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
)


@given(JSON)
def test_any_list_is_read_to_names_and_web_addresses(value):
    for name, url in services(document(value)).items():
        assert isinstance(name, str)
        assert url.lower().startswith(("http:", "https:"))
    assert isinstance(services(json.dumps({"services": value}).encode()), dict)
