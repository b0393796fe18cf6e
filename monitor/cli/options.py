"""Options that several commands share, and how they load what those name."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from monitor.core.service import Registry
from monitor.registry import load_registry
from monitor.settings import Settings, load_settings


class Lang(StrEnum):
    """Languages of texts."""

    ID = "id"
    EN = "en"


ConfigOption = Annotated[
    Path,
    typer.Option("--config", "-c", envvar="KULKUL_CONFIG", help="Berkas setelan. The settings file."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Keluaran JSON. Print JSON.")]
LangOption = Annotated[
    Lang, typer.Option("--lang", envvar="KULKUL_LANG", help="Bahasa keluaran. Language of the output.")
]
DEFAULT_CONFIG = Path("config/kulkul.yml")


def load(path: Path) -> tuple[Settings, Registry]:
    """Load settings and register.

    Raises:
        ConfigurationError: with every problem of every file.
    """
    settings = load_settings(path)
    return settings, load_registry(settings.register, settings)


def out() -> Console:
    """Return the console for data: colour on a terminal only, and never a folded line in a pipe."""
    terminal = sys.stdout.isatty()
    return Console(
        soft_wrap=not terminal,
        highlight=False,
        no_color=None if terminal else True,
        emoji=False,
        markup=False,
    )


def talk() -> Console:
    """Return the console for everything that is not the answer: stderr."""
    return Console(stderr=True, highlight=False, emoji=False, markup=False)


def quiet() -> bool:
    """Whether progress would disturb: no terminal, or asked not to."""
    return not sys.stderr.isatty() or bool(os.environ.get("NO_PROGRESS"))
