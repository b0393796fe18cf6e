"""Options that several commands share, and how they load what those name."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.core.reason import Sentence

if TYPE_CHECKING:  # pydantic and the models take long to import, and no `--help` needs them
    from monitor.core.service import Registry
    from monitor.settings import Settings


class Lang(StrEnum):
    """Languages of texts."""

    ID = "id"
    EN = "en"

    def of(self, sentence: Sentence) -> str:
        """Return a sentence in this language."""
        return sentence.of(self.value)


ConfigOption = Annotated[
    Path,
    typer.Option(
        "--config",
        "-c",
        metavar="FILE",
        envvar="KULKUL_CONFIG",
        exists=True,
        dir_okay=False,
        help="Berkas setelan. The settings file.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Keluaran JSON. Print JSON.")]
LangOption = Annotated[
    Lang, typer.Option("--lang", envvar="KULKUL_LANG", help="Bahasa keluaran. Language of the output.")
]
ResolveOption = Annotated[
    list[str] | None,
    typer.Option(
        "--resolve",
        metavar="NAME=ADDR",
        help="Alamat IP untuk nama itu; boleh berulang. Use this address for a name; repeatable.",
    ),
]
CaFileOption = Annotated[
    Path | None,
    typer.Option(
        "--ca-file",
        metavar="FILE",
        exists=True,
        dir_okay=False,
        help="Percayai berkas PEM ini, bukan milik sistem. Trust this PEM file instead of the system's.",
    ),
]
AllowPrivateOption = Annotated[
    bool,
    typer.Option(
        "--allow-private",
        help="Periksa juga alamat privat dan loopback. Also probe private and loopback addresses.",
    ),
]
DEFAULT_CONFIG = Path("config/kulkul.yml")


def load(path: Path) -> tuple[Settings, Registry]:
    """Load settings and register.

    Raises:
        ConfigurationError: with every problem of every file.
    """
    from monitor.registry import load_registry
    from monitor.settings import load_settings

    settings = load_settings(path)
    return settings, load_registry(settings.register, settings)
