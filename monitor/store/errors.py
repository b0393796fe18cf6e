"""What can be wrong with the database, each as one sentence that says what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from monitor.store.sqlstates import sentence_for


class StoreError(Exception):
    """The database cannot be used as it is; the text is one sentence for the operator."""


class StoreUnavailable(StoreError):  # noqa: N818 - the word for what it is: the database cannot be reached now
    """Reading or writing failed, and nothing was written."""

    def __init__(self, sentence: str, *, retryable: bool) -> None:
        super().__init__(sentence)
        self.retryable = retryable
        """Whether the same call may succeed later without anyone repairing the file."""


class InDoubt(StoreUnavailable):
    """The connection broke during a commit: all is written, or nothing; see `Store.was_written`."""

    def __init__(self, sentence: str, transaction: str) -> None:
        super().__init__(sentence, retryable=True)
        self.transaction = transaction
        """The server's number of it."""


_LOCKED = "{where} is locked by another program; close that program, or wait for it to finish."
_IN_USE = "{where} was changed by another writer at the same time; let only one daemon use it."
_SENTENCES: dict[int, tuple[str, bool]] = {
    sqlite3.SQLITE_BUSY: (_LOCKED, True),
    sqlite3.SQLITE_LOCKED: (_LOCKED, True),
    sqlite3.SQLITE_PROTOCOL: (_LOCKED, True),
    sqlite3.SQLITE_FULL: ("The disk that holds {where} is full; free some space.", True),
    sqlite3.SQLITE_IOERR: (
        "The disk failed while {where} was read or written; check its free space, its limits and its health.",
        True,
    ),
    sqlite3.SQLITE_NOMEM: ("There is not enough memory to work on {where}; free some.", True),
    sqlite3.SQLITE_READONLY: (
        "{where} is not writable; give this user write permission to the file and its folder.",
        True,
    ),
    sqlite3.SQLITE_PERM: ("{where} may not be opened; give this user permission to the file.", True),
    sqlite3.SQLITE_CANTOPEN: (
        "{where} cannot be opened; check that its folder exists and that this user may write in it.",
        True,
    ),
    sqlite3.SQLITE_CORRUPT: ("{where} is damaged; restore it from a backup, or move it away.", False),
    sqlite3.SQLITE_NOTADB: ("{where} is not a database; name another file, or move this one away.", False),
    sqlite3.SQLITE_CONSTRAINT_UNIQUE: (_IN_USE, True),
    sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY: (_IN_USE, True),
    sqlite3.SQLITE_CONSTRAINT_ROWID: (_IN_USE, True),
}


def explain(error: BaseException | None, where: str) -> StoreUnavailable | None:
    """Return the sentence for an error of a driver; None where it is a fault of this program.

    Args:
        error: as raised by SQLAlchemy or its drivers.
        where: the database, as the operator is told of it.
    """
    if where.startswith("postgresql://"):
        found = None if error is None else sentence_for(error)
    else:
        found = _of_sqlite(error.orig if isinstance(error, DBAPIError) else error)
    if found is None:
        return None
    sentence, retryable = found
    return StoreUnavailable(sentence.format(where=where), retryable=retryable)


def _of_sqlite(error: BaseException | None) -> tuple[str, bool] | None:
    code = getattr(error, "sqlite_errorcode", None)
    # The low byte is the primary code; only violated constraints need the particular one.
    return None if code is None else _SENTENCES.get(code) or _SENTENCES.get(code & 0xFF)


@contextmanager
def explained(where: str) -> Iterator[None]:
    """Turn the drivers' errors into StoreUnavailable; faults of this program pass as they are."""
    try:
        yield
    except StoreError:
        raise
    except Exception as error:
        sentence = explain(error, where)
        if sentence is None:
            raise
        raise sentence from error
