"""The commands of `kulkul report`: a line each."""

from __future__ import annotations

import typer

from monitor.cli.report.build import build
from monitor.cli.report.closing import freeze, list_closed, revise
from monitor.cli.report.deliver import deliver
from monitor.cli.report.evidence import evidence
from monitor.cli.report.verify import verify_file

app = typer.Typer(no_args_is_help=True, help="Laporan ketersediaan. Availability reports.")


@app.callback()
def report() -> None:
    """Laporan ketersediaan. Availability reports."""


app.command("build", short_help="Susun laporan satu periode. Build the report of a period.")(build)
app.command("list", short_help="Periode yang sudah ditutup. Periods that were closed.")(list_closed)
app.command("freeze", short_help="Tutup suatu periode. Close a period: its figures stay.")(freeze)
app.command("revise", short_help="Revisi periode yang ditutup. Revise a closed period.")(revise)
app.command("deliver", short_help="Kirim laporan periode yang ditutup. Send a closed period's report.")(
    deliver
)
app.command("evidence", short_help="Susun berkas bukti periode. Build a period's evidence pack.")(evidence)
app.command("verify", short_help="Periksa keaslian berkas laporan. Verify a report's file.")(verify_file)
