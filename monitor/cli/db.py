"""`kulkul db`: the database."""

from __future__ import annotations

import asyncio

import typer

from monitor.cli.options import DEFAULT_CONFIG, ConfigOption, Lang, LangOption
from monitor.cli.output import talk
from monitor.core.reason import Sentence

app = typer.Typer(no_args_is_help=True, help="Basis data. The database.")

_CREATED = Sentence("{path} dibuat dengan skema {after}.", "{path}: created with schema {after}.")
_UPGRADED = Sentence(
    "{path}: skema diperbarui dari {before} ke {after}.", "{path}: schema {before} → {after}."
)
_CURRENT = Sentence("{path} sudah memakai skema {after}.", "{path} is already at schema {after}.")


@app.command("upgrade", short_help="Perbarui skema basis data. Bring the database to this program's schema.")
def upgrade_database(*, lang: LangOption = Lang.ID, config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Perbarui skema basis data. Bring the database to this program's schema; `run` does so by itself."""
    from monitor.settings import load_settings
    from monitor.store import upgrade

    settings = load_settings(config)
    done = asyncio.run(upgrade(settings.database.url))
    sentence = _CREATED if done.before is None else _UPGRADED
    if done.before == done.after:
        sentence = _CURRENT
    talk().print(lang.of(sentence).format(path=settings.database.path, before=done.before, after=done.after))
