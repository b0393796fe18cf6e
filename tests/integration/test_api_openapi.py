"""The description of the API says what is served: the same paths, parameters, answers and codes."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest
from jsonschema import Draft202012Validator

from monitor.core.access import TokenState
from monitor.core.asking import Refusal
from monitor.web.api.asked import read_page, read_wishes
from monitor.web.api.errors import STATUSES, ApiError
from monitor.web.api.routes import ReportApi
from monitor.web.app import web
from monitor.web.texts import Language
from tests.asking import serving, write_station

TEXT = (files("monitor.web.api") / "openapi.json").read_text("utf-8")
DESCRIPTION = json.loads(TEXT)
COMPONENTS = DESCRIPTION["components"]


def schema(name):
    """A schema of the description, with what it refers to."""
    return {"$ref": f"#/components/schemas/{name}", "components": COMPONENTS}


def parameters(path):
    """The query parameters of a path."""
    listed = DESCRIPTION["paths"][path]["get"]["parameters"]
    found = [
        COMPONENTS["parameters"][one["$ref"].rpartition("/")[2]] if "$ref" in one else one for one in listed
    ]
    return {one["name"]: one["schema"] for one in found if one["in"] == "query"}


def test_every_path_that_is_served_is_described_and_no_other():
    app = web.Application()
    ReportApi(lambda: None, Language.ID).join(app)
    served = {one.resource.canonical for one in app.router.routes()}
    assert served == set(DESCRIPTION["paths"])


def known(read):
    """The parameters that a reader knows, as its refusal names them."""
    with pytest.raises(ApiError) as raised:
        read([("tidak-ada", "")])
    return set(raised.value.sentence.en.partition("there are: ")[2].removesuffix(".").split(", "))


def test_every_parameter_that_is_read_is_described_and_no_other():
    assert set(parameters("/api/v1/reports")) == known(read_page)
    figures = parameters("/api/v1/reports/{period}")
    assert set(figures) == known(lambda query: read_wishes(query, list(Language)))
    assert figures == parameters("/api/v1/reports/{period}/file.{form}")
    assert set(figures["lang"]["enum"]) == {one.value for one in Language}


def test_the_usual_length_of_a_list_is_what_is_described():
    limit = parameters("/api/v1/reports")["limit"]
    assert read_page([]).limit == limit["default"]
    assert read_page([("limit", str(limit["maximum"]))]).limit == limit["maximum"]
    with pytest.raises(ApiError):
        read_page([("limit", str(limit["maximum"] + 1))])


def test_every_code_stands_at_its_status():
    told = {
        400: COMPONENTS["responses"]["BadRequest"],
        401: COMPONENTS["responses"]["Unauthorized"],
        404: COMPONENTS["responses"]["NotFound"],
        500: COMPONENTS["responses"]["Broken"],
        503: COMPONENTS["responses"]["Unavailable"],
    }
    for refusal in Refusal:
        assert f"`{refusal.value}`" in told[STATUSES[refusal]]["description"]
    for state in set(TokenState) - {TokenState.LIVE}:
        assert f"`{state.value}_token`" in told[401]["description"]


async def test_what_is_answered_is_as_described(tmp_path):
    async with serving(write_station(tmp_path)) as station:
        token = await station.token()
        await station.close_period()
        listed = json.loads((await station.get("/api/v1/reports", token))[2])
        Draft202012Validator(schema("Closings")).validate(listed)
        assert set(listed["periods"][0]) == set(COMPONENTS["schemas"]["Closing"]["required"])
        error = json.loads((await station.get("/api/v1/reports"))[2])
        Draft202012Validator(schema("Error")).validate(error)
        given = json.loads((await station.get("/api/v1/schema/report-1.json"))[2])
        figures = json.loads((await station.get("/api/v1/reports/2026-10", token))[2])
        Draft202012Validator(given).validate(figures)
        assert json.loads((await station.get("/api/v1/openapi.json"))[2]) == DESCRIPTION


def test_every_reference_leads_somewhere():
    def references(value):
        if isinstance(value, dict):
            for key, each in value.items():
                if key == "$ref":
                    yield each
                else:
                    yield from references(each)
        elif isinstance(value, list):
            for each in value:
                yield from references(each)

    for one in references(DESCRIPTION):
        if not one.startswith("#/"):
            assert one in DESCRIPTION["paths"]
            continue
        found = DESCRIPTION
        for part in one[2:].split("/"):
            found = found[part]
