"""What the demo says when it begins: where to look, and what to try."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from monitor.demo.certificates import Quality
from monitor.demo.port import USUAL_PORT
from monitor.demo.serving import Place


def welcome(settings: Path, port: int, places: Sequence[Place], *, kept: bool, usual: bool) -> str:
    """Return the text.

    Args:
        settings: the demo's `kulkul.yml`.
        port: of its pages.
        places: the town.
        kept: whether the folder stays when the demo ends.
        usual: whether the usual port was asked for.
    """
    folder = settings.parent
    page = f"http://127.0.0.1:{port}/"
    expired = next(place for place in places if place.site.certificate is Quality.EXPIRED)
    kulkul = command()
    probe = (
        f"{kulkul} probe {expired.url} --resolve {expired.site.host}={expired.site.address} "
        f"--ca-file {folder / 'ca.pem'} --allow-private"
    )
    fate = "tetap ada [kept]" if kept else "dihapus di akhir [removed at the end]"
    lines = [
        f"Kota peragaan: {len(places)} layanan, sebagian sengaja rusak. Status terbentuk dalam ±20 detik.",
        "[A town of local sites, some broken on purpose. Statuses settle within some 20 seconds.]",
        "",
        *_port_note(port, usual=usual),
        f"  Halaman status   [page]      {page}",
        f"  Metrik           [metrics]   {page}metrics",
        f"  Setelan, daftar  [settings]  {settings}",
        f"                               folder {fate}; ubahan pada services/ langsung diikuti",
        "                               [edits in services/ are followed at once]",
        "",
        "  Coba di terminal lain [try in another terminal]:",
        f"    {probe}",
        f"    {kulkul} check --config {settings}",
        f"    {kulkul} status --config {settings}",
        "",
        "  Ctrl-C untuk berhenti [to stop].",
        "",
    ]
    return "\n".join(lines)


def _port_note(port: int, *, usual: bool) -> list[str]:
    if not usual or port == USUAL_PORT:
        return []
    return [
        f"  Port {USUAL_PORT} sudah dipakai; peragaan memakai {port} [taken; using {port} instead].",
        "",
    ]


def command() -> str:
    """Return how this program is called from a shell, as far as can be known."""
    if shutil.which("kulkul"):
        return "kulkul"
    if Path(sys.argv[0]).name == "kulkul":
        return sys.argv[0]
    return f"{sys.executable} -m monitor"
