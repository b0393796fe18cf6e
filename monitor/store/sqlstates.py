"""What a PostgreSQL server or the way to it can be at fault, each as one sentence that says what to do."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

_LOST = ("The connection to {where} was lost; check that the server runs.", True)
_STARTING = ("{where} is starting or stopping; wait a moment.", True)
_REFUSED = (
    "{where} refuses this user or password; check both in database.url, and the server's pg_hba.conf.",
    True,
)
_DAMAGED = ("{where} is damaged; restore it from a backup.", False)
_READ_ONLY = (
    "{where} takes no writes (a replica, or set to read-only); name the primary server in database.url.",
    True,
)
_SENTENCES: dict[str, tuple[str, bool]] = {
    "28P01": _REFUSED,
    "28000": _REFUSED,
    "3D000": ("{where} does not exist on that server; create it with: createdb -O USER NAME", True),
    "42501": (
        "{where}: this user may not do what is needed; make it the owner: ALTER DATABASE … OWNER TO …",
        True,
    ),
    "23505": ("{where} was changed by another writer at the same time; let only one daemon use it.", True),
    "25006": _READ_ONLY,
    "40001": ("{where} was busy with other writers; it is tried again.", True),
    "40P01": ("{where} was busy with other writers; it is tried again.", True),
    "53100": ("The disk that holds {where} is full; free some space.", True),
    "53200": ("The server of {where} has not enough memory; free some.", True),
    "53300": ("{where} has too many connections; close some, or raise its max_connections.", True),
    "53400": ("{where} has reached a limit of its configuration; see the server's log.", True),
    "55000": (
        "{where} is not ready for this; if it takes no connections: ALTER DATABASE … ALLOW_CONNECTIONS true",
        True,
    ),
    "55P03": ("{where} is locked by another program; close that program, or wait for it to finish.", True),
    "57014": ("{where} took too long and was interrupted; see what keeps the server busy.", True),
    "57P03": _STARTING,
    "58030": ("The disk of {where} failed; check its free space and its health.", True),
    "XX001": _DAMAGED,
    "XX002": _DAMAGED,
}
_CLASSES: dict[str, tuple[str, bool]] = {
    "08": _LOST,
    "57": _STARTING,
    "25": _LOST,  # 25P03: a transaction of ours hung, and the server hung up
}
_OVER_DEAD_CONNECTIONS = {"InterfaceError": "connection is closed", "InternalClientError": "is in progress"}


def sentence_for(error: BaseException) -> tuple[str, bool] | None:
    """Return a sentence with a place for `{where}`, and whether trying again may help; None: our own fault.

    Args:
        error: as raised by SQLAlchemy or asyncpg.
    """
    if isinstance(error, DBAPIError):
        found = _of_state(getattr(error.orig, "sqlstate", None))
        return found or (_LOST if error.connection_invalidated or _over_dead_connection(error.orig) else None)
    if isinstance(error, PoolTimeout):
        return ("All connections to {where} are in use, for too long; see what keeps the server busy.", True)
    if isinstance(error, TimeoutError):
        return ("{where} does not answer; check that the server runs and can be reached.", True)
    if isinstance(error, OSError):
        why = error.strerror or str(error)
        return (f"{{where}} cannot be reached ({_escaped(why)}); check that the server runs there.", True)
    if _over_dead_connection(error):
        return _LOST
    return _of_state(getattr(error, "sqlstate", None))


def _over_dead_connection(error: BaseException | None) -> bool:
    """Whether this is what asyncpg raises over a connection that the server has ended, or is ending.

    SQLAlchemy does not know all of these as a lost connection: not while rows are copied, and not before the
    connection was used for the first time. To use one connection twice at once, which would be our own fault,
    is an InterfaceError that names an operation in progress: not one of these.
    """
    sign = _OVER_DEAD_CONNECTIONS.get(type(error).__name__)
    return sign is not None and sign in str(error)


def _of_state(state: str | None) -> tuple[str, bool] | None:
    return None if state is None else _SENTENCES.get(state) or _CLASSES.get(state[:2])


def _escaped(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")
