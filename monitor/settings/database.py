"""The section `database`: where results are kept, a file or a PostgreSQL server."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from urllib.parse import parse_qs, urlsplit

from pydantic import BeforeValidator, Field

from monitor.settings.fields import Model
from monitor.settings.references import ReferredText, resolve
from monitor.settings.settings import DatabaseSettings

_SQLITE = "sqlite:///"
_OPTIONS = {"host", "sslmode", "timeout"}
_SHAPE = "postgresql://kulkul:${env:KULKUL_DATABASE_PASSWORD}@localhost:5432/kulkul"


def _url(value: object) -> object:
    if not isinstance(value, str):
        return value
    scheme, mark, path = value.partition("://")
    if mark and scheme.startswith("postgres"):
        return _postgresql(value)
    if scheme != "sqlite" or not path.startswith("/") or path == "/" or "?" in path or path == "/:memory:":
        raise ValueError(
            "should be sqlite:/// and the path of a file: sqlite:///data/kulkul.sqlite (relative to the "
            "working directory) or sqlite:////var/lib/kulkul/kulkul.sqlite, or a PostgreSQL database: "
            "postgresql://USER@HOST:PORT/NAME"
        )
    return value


def _postgresql(value: str) -> str:
    try:
        url = urlsplit(value)
        port = url.port
    except ValueError:
        raise ValueError(f"this URL cannot be read: write for example {_SHAPE}") from None
    if url.scheme != "postgresql":
        raise ValueError(f"should begin with postgresql://, for example {_SHAPE}")
    if url.password is not None and not isinstance(value, ReferredText):
        raise ValueError(f"a password may not stand in this file: write for example {_SHAPE}")
    name = url.path.removeprefix("/")
    if not name or "/" in name:
        raise ValueError(f"the database's name is missing after the host: write for example {_SHAPE}")
    options = parse_qs(url.query, keep_blank_values=True)
    if not url.hostname and "host" not in options:
        raise ValueError(f"the host is missing: write for example {_SHAPE}")
    if port == 0:
        raise ValueError("the port should lie between 1 and 65535")
    unknown = set(options) - _OPTIONS
    if unknown:
        raise ValueError(
            f"the option {min(unknown)} is not known: there are host (a socket's folder), sslmode, timeout"
        )
    return value


class DatabaseModel(Model):
    """Where results are kept."""

    url: Annotated[str, BeforeValidator(_url), Field(repr=False)] = "sqlite:///data/kulkul.sqlite"
    """sqlite:/// and a path, relative to the directory that kulkul is started in; or
    postgresql://USER:${env:NAME}@HOST:PORT/NAME, with the password as a reference."""


def database_url(text: str) -> str:
    """Read a database's URL as the settings would, with its references; a path stands for a file.

    Raises:
        ValueError: it cannot be used; the sentence to show.
    """
    if "://" not in text:
        return text
    return str(_url(resolve(text, Path())))


def database_settings(model: DatabaseModel) -> DatabaseSettings:
    """Complete the section."""
    if model.url.startswith(_SQLITE):
        path = Path(model.url.removeprefix(_SQLITE))
        return DatabaseSettings(url=model.url, name=str(path), path=path)
    url = urlsplit(model.url)
    host = url.netloc.rpartition("@")[2] or parse_qs(url.query)["host"][0]
    return DatabaseSettings(url=model.url, name=f"postgresql://{host}{url.path}", path=None)
