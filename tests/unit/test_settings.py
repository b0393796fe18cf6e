"""Settings: defaults, references to secrets, files that are no settings, and the kinds of value."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.settings import ConfigurationError, default_settings, load_settings
from monitor.settings.address import host_name, http_url
from monitor.settings.fields import parse_duration, parse_ratio
from monitor.settings.references import ReferredText
from monitor.settings.yaml import read_document

ROOT = Path(__file__).parents[2]


def write(folder: Path, text: str | bytes, name: str = "kulkul.yml") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def problems(path: Path) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        load_settings(path)
    return [str(problem).removeprefix(str(path)) for problem in caught.value.problems]


def test_the_shipped_file_says_nothing_but_the_defaults():
    path = ROOT / "config" / "kulkul.yml"
    assert load_settings(path) == default_settings(path)


def test_the_shipped_file_names_every_key():
    shipped = read_document(ROOT / "config" / "kulkul.yml").data
    settings = default_settings()
    assert set(shipped) == {name for name in settings.__slots__ if name != "path"}
    assert set(shipped["probing"]) == set(settings.probing.__slots__)
    assert set(shipped["defaults"]["deadlines"]) == set(settings.defaults.deadlines.__slots__)


def test_what_is_left_out_keeps_its_default(tmp_path):
    settings = load_settings(
        write(tmp_path, "defaults: {interval: 1h30m, slow: 3, slo_target: 99.9%, deadlines: {total: 30s}}\n")
    )
    assert settings.defaults.interval == timedelta(minutes=90)
    assert settings.defaults.rule.slow == timedelta(seconds=3)
    assert settings.defaults.rule.down_after == 3
    assert settings.defaults.slo_target_ratio == 0.999
    assert settings.defaults.deadlines.total == timedelta(seconds=30)
    assert settings.defaults.deadlines.connect == timedelta(seconds=5)
    assert settings.web == default_settings().web


def test_the_contact_is_named_in_the_user_agent(tmp_path):
    settings = load_settings(write(tmp_path, "vantage: {contact_url: https://Pantau.example.go.id}\n"))
    assert settings.vantage.user_agent.startswith("Kulkul/")
    assert settings.vantage.user_agent.endswith(" (+https://pantau.example.go.id/)")


def test_paths_are_relative_to_what_the_comments_say(tmp_path):
    (tmp_path / "ca.pem").write_text("-----BEGIN CERTIFICATE-----\n")
    settings = load_settings(write(tmp_path, "register: layanan\nprobing: {ca_file: ca.pem}\n"))
    assert settings.register == tmp_path / "layanan"
    assert settings.probing.ca_file == str(tmp_path / "ca.pem")
    assert settings.database.path == Path("data/kulkul.sqlite")
    absolute = load_settings(write(tmp_path, "database: {url: 'sqlite:////var/lib/k.sqlite'}\n"))
    assert absolute.database.path == Path("/var/lib/k.sqlite")


def test_a_database_server_is_named_without_its_password(tmp_path, monkeypatch):
    monkeypatch.setenv("KULKUL_TEST_PASSWORD", "kata sandi @/:%")
    text = "database: {url: 'postgresql://kulkul:${env:KULKUL_TEST_PASSWORD}@[::1]:5433/kulkul?sslmode=require'}\n"
    database = load_settings(write(tmp_path, text)).database
    assert database.url == (
        "postgresql://kulkul:kata%20sandi%20%40%2F%3A%25@[::1]:5433/kulkul?sslmode=require"
    )
    assert (database.name, database.path, database.missing) == ("postgresql://[::1]:5433/kulkul", None, False)
    assert "kata" not in repr(database)


def test_the_whole_url_of_a_database_server_can_be_a_reference(tmp_path):
    (tmp_path / "url").write_text("postgresql://kulkul:rahasia@/kulkul?host=/run/postgresql\n")
    database = load_settings(write(tmp_path, "database: {url: '${file:url}'}\n")).database
    assert database.url == "postgresql://kulkul:rahasia@/kulkul?host=/run/postgresql"
    assert database.name == "postgresql:///run/postgresql/kulkul"


def test_a_password_that_is_missing_is_named_and_no_other_text_may_hold_a_reference(tmp_path):
    for text, sentence in (
        ("postgresql://kulkul:${env:KULKUL_NOT_SET}@db/kulkul", "KULKUL_NOT_SET is not set"),
        ("postgresql://${env:HOME}@db/kulkul", "a reference must be the whole value"),
        ("sqlite:///${env:HOME}/kulkul.sqlite", "a reference must be the whole value"),
    ):
        with pytest.raises(ConfigurationError, match=sentence):
            load_settings(write(tmp_path, f"database: {{url: '{text}'}}\n"))


def test_static_addresses_are_kept_under_the_normal_form_of_the_name(tmp_path):
    text = (
        "probing:\n  resolve:\n    Layanan.Example.go.id.: 192.0.2.7\n    b.id: [192.0.2.8, '2001:DB8::1']\n"
    )
    settings = load_settings(write(tmp_path, text))
    assert settings.probing.resolve == {
        "layanan.example.go.id": ("192.0.2.7",),
        "b.id": ("192.0.2.8", "2001:db8::1"),
    }


def test_a_reference_takes_its_text_from_the_environment_or_a_file(tmp_path, monkeypatch):
    monkeypatch.setenv("KULKUL_TEST_PORT", "9000")
    write(tmp_path, "Kulkul/9\r\n", "agent.txt")
    text = "web: {port: '${env:KULKUL_TEST_PORT}'}\nvantage: {user_agent: '${file:agent.txt}'}\n"
    settings = load_settings(write(tmp_path, text))
    assert settings.web.port == 9000
    assert settings.vantage.user_agent == "Kulkul/9"
    assert type(settings.vantage.user_agent) is str


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"\xff", "is not UTF-8 text"),
        (b"x" * 70_000, "is larger than 64 KiB"),
    ],
)
def test_a_secret_file_that_cannot_be_a_secret_is_refused(tmp_path, content, sentence):
    write(tmp_path, content, "secret")
    (only,) = problems(write(tmp_path, "vantage: {user_agent: '${file:secret}'}\n"))
    assert only.startswith(":1:23: vantage.user_agent: the file secret ")
    assert sentence in only


def test_a_folder_is_no_secret(tmp_path):
    (only,) = problems(write(tmp_path, "vantage: {user_agent: '${file:.}'}\n"))
    assert "the file . is not a file" in only


def test_an_empty_variable_is_said_to_be_empty(tmp_path, monkeypatch):
    monkeypatch.setenv("KULKUL_TEST_EMPTY", "")
    (only,) = problems(write(tmp_path, "time_zone: ${env:KULKUL_TEST_EMPTY}\n"))
    assert "KULKUL_TEST_EMPTY is set but empty" in only


def test_a_referred_text_does_not_show_itself():
    assert "hunter2" not in repr(ReferredText("hunter2"))
    assert "hunter2" not in repr([ReferredText("hunter2")])


def test_a_text_from_a_reference_is_not_shown_where_it_is_wrong(tmp_path, monkeypatch):
    monkeypatch.setenv("KULKUL_TEST_SECRET", "hunter2")
    for text in ("language: X", "time_zone: X", "web: {port: X}", "web: X", "log: [X]", "register: [X]"):
        found = problems(write(tmp_path, text.replace("X", "'${env:KULKUL_TEST_SECRET}'")))
        assert found
        assert "hunter2" not in " ".join(found)


def test_a_missing_file_is_said_to_be_missing(tmp_path):
    assert problems(tmp_path / "no.yml") == [":1:1: the file cannot be read: No such file or directory"]


def test_a_folder_is_no_settings_file(tmp_path):
    assert problems(tmp_path) == [":1:1: this is a folder: name a YAML file"]


def test_a_pipe_is_refused_without_waiting_for_it(tmp_path):
    os.mkfifo(tmp_path / "pipe.yml")
    assert problems(tmp_path / "pipe.yml") == [":1:1: this is not a regular file: name a YAML file"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_an_unreadable_file_is_said_to_be_unreadable(tmp_path):
    path = write(tmp_path, "language: id\n")
    path.chmod(0)
    assert problems(path) == [":1:1: the file cannot be read: Permission denied"]


@pytest.mark.parametrize("content", [b"language: \xe9\n", "language: id\n".encode("utf-16")])
def test_a_file_in_another_encoding_is_refused_where_it_begins(tmp_path, content):
    (only,) = problems(write(tmp_path, content))
    assert "is not UTF-8 text from here on: save it as UTF-8" in only


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path):
    path = write(tmp_path, b"\xef\xbb\xbflanguage: en\r\nweb:\r\n  port: 80\r\n")
    assert load_settings(path).language == "en"
    assert problems(write(tmp_path, b"\xef\xbb\xbfweb:\r\n  prt: 80\r\n"))[0].startswith(":2:3: web.prt: ")


def test_recursion_in_the_file_ends(tmp_path):
    found = problems(write(tmp_path, "log: &a [*a]\n"))
    assert any("anchors and aliases" in one for one in found)


def test_columns_count_characters_not_bytes(tmp_path):
    assert problems(write(tmp_path, 'vantage: {"ᬩᬮᬶ": é, name: A}\n'))[1].startswith(":1:27: vantage.name: ")


def places(path: Path) -> list[tuple[int, int]]:
    """Where the file is wrong; nowhere if it is not."""
    try:
        load_settings(path)
    except ConfigurationError as error:
        return [(problem.line, problem.column) for problem in error.problems] or [(0, 0)]
    return []


@given(st.binary(max_size=80))
def test_any_bytes_are_settings_or_a_sentence_with_a_place(tmp_path_factory, content):
    path = write(tmp_path_factory.mktemp("any"), content)
    assert all(line >= 1 and column >= 1 for line, column in places(path))


@given(st.text("{}[]:-,&*!|>'\"%@`#?~ \n0123456789_.abwebportyesno$\\", max_size=60))
def test_any_punctuation_is_settings_or_a_sentence_with_a_place(tmp_path_factory, content):
    path = write(tmp_path_factory.mktemp("any"), content)
    assert all(line >= 1 and column >= 1 for line, column in places(path))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30s", 30),
        ("5m", 300),
        ("1h30m", 5400),
        ("250ms", 0.25),
        ("1d", 86400),
        (90, 90),
        (0.5, 0.5),
        ("1.5h", 5400),
        ("1m500ms", 60.5),
        ("90", 90),
    ],
)
def test_durations_read_as_written(text, seconds):
    assert parse_duration(text) == timedelta(seconds=seconds)


@given(st.integers(0, 3), st.integers(0, 23), st.integers(0, 59), st.integers(1, 59))
def test_a_duration_is_the_sum_of_its_parts(days, hours, minutes, seconds):
    text = f"{days}d{hours}h{minutes}m{seconds}s"
    assert parse_duration(text) == timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


@pytest.mark.parametrize(
    "value",
    ["", "s", "5 m", "m5", "1s1m", "-5s", 0, -1, True, None, [], "inf", float("nan"), "9" * 400 + "s", "٣s"],
)
def test_what_is_no_duration_is_refused(value):
    with pytest.raises(ValueError, match="write a duration"):
        parse_duration(value)


@pytest.mark.parametrize(
    ("text", "ratio"),
    [("99%", 0.99), ("99.95%", 0.9995), ("99,9 %", 0.999), (0.995, 0.995), (1, 1.0), ("100%", 1.0)],
)
def test_targets_read_as_written(text, ratio):
    assert parse_ratio(text) == ratio


@pytest.mark.parametrize(
    "value", [0, 1.01, "0%", "100.1%", "99", 99, True, None, "%", float("nan"), float("inf")]
)
def test_what_is_no_target_is_refused(value):
    with pytest.raises(ValueError, match="write a percentage"):
        parse_ratio(value)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("HTTP://WWW.Example.GO.ID", "http://www.example.go.id/"),
        ("https://example.go.id:443/a?b=c#d", "https://example.go.id/a?b=c"),
        ("https://example.go.id:8443", "https://example.go.id:8443/"),
        ("http://example.go.id:443/", "http://example.go.id:443/"),
        ("https://bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC"),
        ("http://[2001:DB8::1]:8080/", "http://[2001:db8::1]:8080/"),
        ("http://192.0.2.7/a", "http://192.0.2.7/a"),
        ("https://example.go.id/a%2Fb?x=1&y=%20", "https://example.go.id/a%2Fb?x=1&y=%20"),
    ],
)
def test_urls_are_written_in_one_form(text, normal):
    assert http_url(text) == normal


@given(
    st.sampled_from(["http", "https"]),
    st.from_regex(r"[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?\.(go\.id|desa\.id)", fullmatch=True),
    st.none() | st.integers(1, 65535),
    st.text(max_size=20),
)
def test_the_normal_form_of_a_url_is_its_own_normal_form(scheme, host, port, path):
    authority = host if port is None else f"{host}:{port}"
    try:
        normal = http_url(f"{scheme}://{authority}/{path}")
    except ValueError:
        return
    assert http_url(normal) == normal
    assert normal.isascii()
    assert normal.startswith(f"{scheme}://{host}")


def normal_form(text: str) -> str:
    try:
        return http_url(text)
    except ValueError as error:
        return str(error)


@given(st.text(max_size=40))
def test_any_text_is_a_url_or_a_sentence(text):
    for attempt in (text, f"https://{text}", f"https://a.id{text}"):
        assert normal_form(attempt).startswith(("http://", "https://", "a URL ", "the "))


@pytest.mark.parametrize(
    "name", ["a..b", "", ".", "-", "a b", "a" * 64, "x." * 130, "1.2.3", "999.1.1.1", "a/b", "a@b"]
)
def test_what_is_no_host_name_is_refused(name):
    with pytest.raises(ValueError, match="host"):
        host_name(name)
