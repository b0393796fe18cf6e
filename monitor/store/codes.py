"""The numbers under which words of the core stand in the database.

Append only: a number once released keeps its meaning for ever, since rows that carry it stay. A new word
comes with an (empty) schema revision of its own, so that an older program refuses the file in one sentence
instead of meeting a number that it cannot read.
"""

from __future__ import annotations

from monitor.core.reason import Outcome, Reason, Stage
from monitor.core.status import Status

# 0 and 1 take no room in an SQLite row, so the two commonest outcomes have them.
OUTCOME_CODES: dict[Outcome, int] = {
    Outcome.OK: 0,
    Outcome.FAILED: 1,
    Outcome.BLOCKED: 2,
    Outcome.SELF_FAULT: 3,
}

STATUS_CODES: dict[Status, int] = {
    Status.UNKNOWN: 0,
    Status.UP: 1,
    Status.DEGRADED: 2,
    Status.BLOCKED: 3,
    Status.DOWN: 4,
}

STAGE_CODES: dict[Stage, int] = {
    Stage.RESOLVE: 1,
    Stage.CONNECT: 2,
    Stage.HANDSHAKE: 3,
    Stage.REQUEST: 4,
    Stage.RESPONSE: 5,
    Stage.CONTENT: 6,
}

REASON_CODES: dict[Reason, int] = {
    Reason.SELF_FAULT: 1,
    Reason.GUARD_REFUSED: 2,
    Reason.VANTAGE_BLIND: 3,
    Reason.DNS_NXDOMAIN: 10,
    Reason.DNS_NO_ADDRESS: 11,
    Reason.DNS_TIMEOUT: 12,
    Reason.DNS_SERVFAIL: 13,
    Reason.DNS_REFUSED: 14,
    Reason.DNS_INVALID_NAME: 15,
    Reason.DNS_MISMATCH: 16,
    Reason.TCP_REFUSED: 20,
    Reason.TCP_TIMEOUT: 21,
    Reason.TCP_UNREACHABLE: 22,
    Reason.TCP_RESET: 23,
    Reason.TCP_CLOSED: 24,
    Reason.TLS_EXPIRED: 30,
    Reason.TLS_NOT_YET_VALID: 31,
    Reason.TLS_HOSTNAME: 32,
    Reason.TLS_SELF_SIGNED: 33,
    Reason.TLS_INCOMPLETE_CHAIN: 34,
    Reason.TLS_UNTRUSTED: 35,
    Reason.TLS_REVOKED: 36,
    Reason.TLS_WEAK: 37,
    Reason.TLS_PROTOCOL: 38,
    Reason.TLS_TIMEOUT: 39,
    Reason.TLS_REQUIRED: 40,
    Reason.TLS_CLIENT_CERTIFICATE: 41,
    Reason.HTTP_TIMEOUT: 50,
    Reason.HTTP_MALFORMED: 51,
    Reason.HTTP_HEADERS_TOO_LARGE: 52,
    Reason.HTTP_STATUS: 53,
    Reason.HTTP_VERSION: 54,
    Reason.HTTP_HEADER_MISMATCH: 55,
    Reason.HTTP_FINAL_HOST: 56,
    Reason.HTTP_REDIRECT_LOOP: 57,
    Reason.HTTP_REDIRECT_LIMIT: 58,
    Reason.HTTP_REDIRECT_REFUSED: 59,
    Reason.HTTP_REDIRECT_MALFORMED: 60,
    Reason.BODY_TIMEOUT: 70,
    Reason.BODY_TOO_LARGE: 71,
    Reason.BODY_TRUNCATED: 72,
    Reason.BODY_ENCODING: 73,
    Reason.BODY_MISMATCH: 74,
    Reason.BLOCKED_CHALLENGE: 80,
    Reason.BLOCKED_FORBIDDEN: 81,
    Reason.BLOCKED_NATIONAL: 82,
}

OUTCOMES = {code: outcome for outcome, code in OUTCOME_CODES.items()}
STATUSES = {code: status for status, code in STATUS_CODES.items()}
STAGES = {code: stage for stage, code in STAGE_CODES.items()}
REASONS = {code: reason for reason, code in REASON_CODES.items()}
