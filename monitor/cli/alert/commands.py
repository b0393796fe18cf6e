"""The commands of `kulkul alert`, joined."""

from __future__ import annotations

import typer

from monitor.cli.alert.outbox import retry, show_dead, show_list
from monitor.cli.alert.preview import preview
from monitor.cli.alert.routes import routes
from monitor.cli.alert.trial import send_test

app = typer.Typer(no_args_is_help=True, help="Kabar kepada petugas dan instansi. Messages to people.")
app.command("routes", short_help="Siapa dikabari tentang apa. Who is told what.")(routes)
app.command("test", short_help="Kirim kabar uji coba. Send a test message.")(send_test)
app.command("preview", short_help="Tampilkan kabar tanpa mengirim. Show a message without sending it.")(
    preview
)
app.command("list", short_help="Kabar dan nasibnya. Messages and what became of them.")(show_list)
app.command("dead", short_help="Kabar yang gagal dikirim. Messages that were given up.")(show_dead)
app.command("retry", short_help="Kirim ulang kabar yang gagal. Send what was given up once more.")(retry)
