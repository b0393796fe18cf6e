"""What a rule says: which problem, how bad it usually is, what is wrong, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.core.finding import FindingSeverity, SubjectKind
from monitor.core.reason import Sentence

EXPIRY_STEPS = (30, 14, 7, 3, 1, 0)
"""Days before an expiry at which it is told again; afterwards daily. ACME renews 30 days ahead, so that from
there on somebody has to look; the last steps are those at which an office can still get a signature."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRule:
    """One kind of problem. The texts are templates: `{subject}`, `{places}` and every key of the evidence."""

    id: str
    subject: SubjectKind
    severity: FindingSeverity
    """As a rule; an inspection may judge a single case otherwise."""
    title: Sentence
    """A few words without full stop."""
    problem: Sentence
    """What is wrong, and what it does to visitors; whole sentences."""
    remedy: Sentence
    """What to do, and who can; whole sentences."""
    references: tuple[str, ...] = ()
    """Keys of the references file: by which standard or regulation it counts as wrong."""
    steps: tuple[int, ...] = ()
    """Days before the evidence's `expires_at` at which people are told again, the most first."""
