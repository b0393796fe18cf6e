"""The commands joined, and the border at which every error becomes a sentence and an exit code."""

from __future__ import annotations

import os
import sys
import traceback
from typing import Annotated

import typer

from monitor.cli import (
    alert,
    certificate,
    check,
    config,
    db,
    demo,
    domain,
    finding,
    incident,
    letter,
    probe,
    report,
    run,
    status,
    token,
    uplink,
    window,
)
from monitor.cli.exits import Exit
from monitor.cli.output import OutputError, drop_unwritten, make_streams_safe

app = typer.Typer(
    name="kulkul",
    help="Pemantau layanan publik digital. Uptime and link monitoring for public-service websites.",
    no_args_is_help=True,
    # Plain text: for every terminal, pager and screen reader, and errors as one line in a log.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for name, command, summary in (
    ("run", run.run, "Jalankan pemantau. Run the daemon."),
    ("demo", demo.demo, "Peragaan tanpa jaringan. A demonstration that needs no network."),
    ("check", check.check, "Periksa layanan sekali. Try services once, now."),
    ("probe", probe.probe, "Coba satu alamat. Try one address and tell what happened."),
    ("certificate", certificate.certificate, "Periksa sertifikat. Look at a host's certificates and https."),
    ("letter", letter.write_letter, "Surat kepada instansi pemblokir. The letter to who blocks us."),
    ("status", status.status, "Tampilkan status tersimpan. Show the status last stored."),
    ("domain", domain.domain, "Kartu satu domain. All that is known of one domain."),
    ("findings", finding.findings, "Temuan yang terbuka. Open findings."),
    ("uplink", uplink.uplink, "Coba sambungan pemantau sendiri. Try the monitor's own uplink."),
):
    app.command(name, short_help=summary)(command)
app.add_typer(config.app, name="config", short_help="Setelan dan register. Settings and register.")
app.add_typer(incident.app, name="incident", short_help="Gangguan yang tercatat. Incidents on record.")
app.add_typer(finding.app, name="finding", short_help="Satu temuan. One finding: see it, accept it.")
app.add_typer(alert.app, name="alert", short_help="Kabar kepada petugas dan instansi. Messages to people.")
app.add_typer(report.app, name="report", short_help="Laporan ketersediaan. Availability reports.")
app.add_typer(token.app, name="token", short_help="Token API laporan. Tokens for the API of reports.")
app.add_typer(window.app, name="window", short_help="Jendela pemeliharaan. Maintenance windows.")
app.add_typer(db.app, name="db", short_help="Basis data. The database.")

_FOR_THE_OPERATOR = (
    ("monitor.settings", "ConfigurationError"),
    ("monitor.store", "StoreError"),
    ("monitor.probes.tls", "TrustError"),
    ("monitor.daemon.seat", "StartError"),
)
"""Errors whose text is written for whoever runs the command, and says what to mend."""


def _version(wanted: bool) -> None:  # noqa: FBT001 - typer calls it with the flag's value
    if wanted:
        import monitor

        typer.echo(f"kulkul {monitor.__version__}")
        raise typer.Exit


@app.callback()
def _options(
    *,
    _show_version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help="Tampilkan versi. Show the version."
        ),
    ] = False,
) -> None:
    """Only `--version` belongs to no command."""


def main() -> None:
    """Run the command line; leaves with one of the codes of `Exit`."""
    make_streams_safe()
    try:
        app()
    except KeyboardInterrupt:
        _leave("", Exit.INTERRUPTED)
    except OutputError as error:
        _leave(str(error), Exit.UNKNOWN)
    except OSError as error:
        _leave(f"kulkul: {error.strerror or error}: {error.filename or 'stdout'}", Exit.UNKNOWN)
    except Exception as caught:  # noqa: BLE001 - the last border: no traceback reaches a user
        fault = _alone(caught)
        if isinstance(fault, _operators_errors()):
            _leave(str(fault), Exit.CONFIGURATION)
        if os.environ.get("KULKUL_DEBUG"):
            traceback.print_exception(caught)
        _leave(
            f"kulkul: kesalahan pada program / a fault in the program ({type(fault).__name__}: {fault}). "
            "KULKUL_DEBUG=1 shows where; please report it.",
            Exit.UNKNOWN,
        )


def _alone(error: Exception) -> Exception:
    """Return the one error that a group of tasks ended with, which says more than the group; or the group."""
    while isinstance(error, ExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    return error


def _operators_errors() -> tuple[type[Exception], ...]:
    """Return the classes of _FOR_THE_OPERATOR that can have been raised: those whose module is loaded.

    To import them all would make every `--help` wait for the daemon, the database and the web server.
    """
    return tuple(
        getattr(sys.modules[module], name) for module, name in _FOR_THE_OPERATOR if module in sys.modules
    )


def _leave(message: str, code: Exit) -> None:
    if message:
        typer.echo(message, err=True)
    try:
        sys.stdout.flush()
    except OSError:
        drop_unwritten()
    sys.exit(code)
