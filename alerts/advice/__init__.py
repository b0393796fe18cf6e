"""For every reason what a visitor sees, and what to do next: for an agency's IT staff and its hoster."""

from __future__ import annotations

from alerts.advice.connection import CONNECTION
from alerts.advice.name import NAME
from alerts.advice.page import PAGE
from alerts.advice.refusal import REFUSAL
from alerts.advice.sentence import Advice
from monitor.core.reason import Reason, Sentence

__all__ = ["ADVICE", "NO_REASON", "SLOW", "UNDELIVERED", "Advice"]

ADVICE: dict[Reason, Advice] = {**NAME, **CONNECTION, **PAGE, **REFUSAL}
NO_REASON = Advice(
    Sentence(
        "Layanan ini tidak dapat dipakai sebagaimana mestinya.",
        "This service cannot be used as it should be.",
    ),
    Sentence(
        "Buka alamat layanan dari jaringan lain, lalu periksa server dan log-nya pada waktu gangguan.",
        "Open the service's address from another network, then check its server and logs at the time of the "
        "outage.",
    ),
)
"""Of an outage of which no reason is on record."""
SLOW = Advice(
    Sentence(
        "Halaman terbuka, tetapi lebih lambat daripada batas yang ditetapkan bagi layanan ini.",
        "The page opens, but slower than the limit set for this service.",
    ),
    Sentence(
        "Periksa beban server, basis data, dan bandwidth, serta perubahan terakhir pada aplikasi.",
        "Check the load of server and database, the bandwidth, and the latest change to the application.",
    ),
)
UNDELIVERED = Sentence(
    "Perbaiki sebabnya (misalnya alamat penerima atau setelan saluran), lalu kirim ulang kabar itu.",
    "Mend the cause (for example the recipient's address or the channel's settings), then send it again.",
)
"""What to do about a message that could not be delivered."""
