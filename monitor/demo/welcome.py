"""What the demo says when it begins: where to look, and what to try."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from monitor.core.registration.facts import Phase
from monitor.demo.certificates import Quality
from monitor.demo.domains import DOMAINS
from monitor.demo.port import USUAL_PORT
from monitor.demo.serving import Place
from monitor.demo.town import SHARED_HOST, SHARED_TURNS

_COMMANDS = (
    *("check", "status", "incident list", "uplink", "window list", "findings"),
    *(f"domain {one.name}" for one in DOMAINS if one.phase is Phase.EXPIRING),
)
"""What is worth a try, each with `--config`."""


def welcome(settings: Path, port: int, places: Sequence[Place], *, kept: bool, usual: bool, pid: int) -> str:
    """Return the text.

    Args:
        settings: the demo's `kulkul.yml`.
        port: of its pages.
        places: the town.
        kept: whether the folder stays when the demo ends.
        usual: whether the usual port was asked for.
        pid: process id of the demo.
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
        f"  Nama domain      [domains]   {page}domains",
        f"  Metrik           [metrics]   {page}metrics",
        f"  Setelan, daftar  [settings]  {settings}",
        f"                               folder {fate}; ubahan pada services/ langsung diikuti",
        "                               [edits in services/ are followed at once]",
        "",
        *_story(places),
        "  Buta, bukan gangguan: tekan b, atau jalankan perintah ini, untuk memutus sambungan pemantau;",
        "  sekali lagi untuk menyambungnya [blind, not down: press b, or run this, to cut the monitor's",
        "  uplink; once more to mend it]:",
        f"    kill -USR1 {pid}",
        "",
        "  Coba di terminal lain [try in another terminal]:",
        f"    {probe}",
        *(f"    {kulkul} {words} --config {settings}" for words in _COMMANDS),
        "",
        "  Ctrl-C untuk berhenti [to stop].",
        "",
    ]
    return "\n".join(lines)


def _story(places: Sequence[Place]) -> list[str]:
    """Say what happens by itself."""
    sharing = sum(place.site.address == SHARED_HOST for place in places)
    seconds = f"{SHARED_TURNS.well_seconds:.0f}"
    return [
        f"  {sharing} layanan di satu host ({SHARED_HOST}) bergantian hidup dan mati tiap {seconds} detik:",
        f"  satu gangguan [{sharing} services on one host, up and down by turns: one incident].",
        *(
            f"  Pemeliharaan [announced maintenance]: {place.site.name}."
            for place in places
            if place.site.maintenance is not None
        ),
        "",
        "  Nama domain, ditanyakan ke registri dan server nama tiruan [domains, asked of stand-ins]:",
        *(f"    {one.name:<16} {one.note.id} [{one.note.en}]" for one in DOMAINS),
        "",
    ]


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
