"""`kulkul token`, run as an operator runs it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.access import fingerprint, well_formed
from monitor.store import Store
from tests.asking import write_station
from tests.command import kulkul
from tests.databases import in_a_file
from tests.reporting import WITA


@pytest.fixture
async def token(tmp_path, home):
    """Runs `kulkul token` in English."""
    config = write_station(tmp_path)
    async with await Store.open(home.url):
        pass

    async def run(*arguments, lang="en"):
        return await kulkul("token", *arguments, "--lang", lang, "-c", config, folder=tmp_path)

    return run


async def listed(token):
    config = ("list", "--json")
    ran = await token(*config)
    assert ran.code == 0
    return ran.json


async def test_a_token_is_shown_once_and_alone_on_stdout(token, home):
    ran = await token("create", "evaluasi", "--agency", "kominfo", "--by", "sari")
    text = ran.out.removesuffix("\n")
    assert (ran.code, well_formed(text)) == (0, True)
    assert "may read reports of agency kominfo." in ran.err
    assert text not in ran.err
    again = await token("list")
    assert text[7:] not in again.out
    assert home.rows("SELECT sha256 FROM api_token") == [(fingerprint(text),)]


async def test_two_tokens_are_never_alike(token):
    made = [(await token("create", name, "--all")).out for name in ("satu", "dua")]
    assert len(set(made)) == 2


async def test_the_list_tells_what_each_opens_and_whether_it_still_does(token):
    tomorrow = datetime.now(WITA).date() + timedelta(days=1)
    await token("create", "a", "--agency", "kominfo", "--by", "sari", "--expires", tomorrow.isoformat())
    await token("create", "b", "--government", "badung")
    await token("create", "c", "--all")
    await token("revoke", "c", "--by", "budi", "--reason", "bocor")
    a, b, c = await listed(token)
    assert (a["name"], a["role"], a["id"], a["created_by"], a["state"]) == (
        *("a", "agency", "kominfo"),
        *("sari", "live"),
    )
    expires_at = datetime.fromisoformat(a["expires_at"])
    assert expires_at == datetime.combine(tomorrow + timedelta(days=1), datetime.min.time(), WITA)
    assert expires_at.utcoffset() == UTC.utcoffset(None)
    assert (b["role"], b["id"], b["expires_at"], b["last_used_at"]) == ("government", "badung", None, None)
    assert (c["role"], c["id"], c["state"], c["revoked_by"]) == ("all", None, "revoked", "budi")
    shown = (await token("list", lang="id")).out.splitlines()
    assert "Boleh membaca" in shown[0]
    assert ["instansi kominfo" in shown[1], "berlaku" in shown[1]] == [True, True]
    assert "dicabut" in shown[3]


async def test_no_token_is_told(token):
    ran = await token("list", lang="id")
    assert (ran.code, ran.out, ran.err) == (0, "", "Belum ada token.\n")
    assert json.loads((await token("list", "--json")).out) == []


@in_a_file
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("create", "x"), "Name one of: --agency ID, --government ID, or --all."),
        (("create", "x", "--all", "--agency", "kominfo"), "Name one of"),
        (
            ("create", "x", "--agency", "komifo"),
            "--agency: there is no agency with the id komifo; did you",
        ),
        (
            ("create", "x", "--government", "bangli"),
            "--government: there is no government with the id",
        ),
        (("create", "x", "--all", "--expires", "2020-01-01"), "--expires: 2020-01-01 has passed."),
        (("create", "x", "--all", "--expires", "besok"), "write a date like 2027-12-31, not “besok”"),
        (("create", "x", "--all", "--expires", "9999-12-31"), "write a date like"),
        (("create", "a b", "--all"), "NAME: use letters"),
        (("create", "", "--all"), "NAME: use letters"),
        (("create", "ada", "--all"), "Token ada exists already"),
        (("revoke", "adda"), "No unrevoked token adda; did you mean ada?"),
        (("revoke", "lain"), "No unrevoked token lain."),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
async def test_what_cannot_be_done_is_told_in_one_sentence_and_nothing_is_written(token, arguments, said):
    await token("create", "ada", "--all")
    ran = await token(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert len(ran.err.splitlines()) == 1
    assert [one["state"] for one in await listed(token)] == ["live"]
