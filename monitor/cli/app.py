"""The commands joined, and the border at which every error becomes a sentence and an exit code."""

from __future__ import annotations

import os
import sys
import traceback
from typing import Annotated

import typer

from monitor.cli import check, config, db, demo, probe, run, status
from monitor.cli.exits import Exit
from monitor.daemon import StartError
from monitor.probes.tls import TrustError
from monitor.settings import ConfigurationError
from monitor.store import StoreError

app = typer.Typer(
    name="kulkul",
    help="Pemantau layanan publik digital. Uptime and link monitoring for public-service websites.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("run")(run.run)
app.command("demo")(demo.demo)
app.command("check")(check.check)
app.command("probe")(probe.probe)
app.command("status")(status.status)
app.add_typer(config.app, name="config")
app.add_typer(db.app, name="db")


def _version(wanted: bool) -> None:  # noqa: FBT001 - typer calls it with the flag's value
    if wanted:
        import monitor

        typer.echo(f"kulkul {monitor.__version__}")
        raise typer.Exit


@app.callback()
def _options(
    *,
    _show_version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Only `--version` belongs to no command."""


def main() -> None:
    """Run the command line; leaves with one of the codes of `Exit`."""
    try:
        app()
    except (ConfigurationError, StartError, StoreError, TrustError) as error:
        _leave(str(error), Exit.CONFIGURATION)
    except KeyboardInterrupt:
        _leave("", Exit.INTERRUPTED)
    except BrokenPipeError:
        # Whoever read our output has seen enough; say nothing, and keep Python from complaining at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(Exit.FINE)
    except Exception as error:  # noqa: BLE001 - the last border: no traceback reaches a user
        if os.environ.get("KULKUL_DEBUG"):
            traceback.print_exc()
        _leave(
            f"kulkul: a fault in the program itself ({type(error).__name__}: {error}). "
            "KULKUL_DEBUG=1 shows where; please report it.",
            Exit.UNKNOWN,
        )


def _leave(message: str, code: Exit) -> None:
    if message:
        typer.echo(message, err=True)
    sys.exit(code)
