"""Which dashboards there are, and how they are written down."""

from __future__ import annotations

from grafana_foundation_sdk.cog.encoder import JSONEncoder

from dashboards import domain, ikhtisar, instansi, kulkul, layanan
from dashboards.board import Board, build

BOARDS: tuple[Board, ...] = (ikhtisar.BOARD, layanan.BOARD, instansi.BOARD, domain.BOARD, kulkul.BOARD)


def rendered() -> dict[str, str]:
    """Return the files of all dashboards: name to JSON text, the same text whenever nothing changed."""
    encoder = JSONEncoder(sort_keys=True, indent=1, ensure_ascii=False)
    return {f"{board.uid}.json": encoder.encode(build(board)) + "\n" for board in BOARDS}
