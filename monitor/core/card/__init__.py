"""All that is known of one domain on one card, for the terminal, the page and programs. Pure."""

from monitor.core.card.card import CardService, DomainCard, DomainLine, HostCard, Known
from monitor.core.card.sections import Section, SectionRow, Tone, sections
from monitor.core.card.shape import card_json

__all__ = [
    "CardService",
    "DomainCard",
    "DomainLine",
    "HostCard",
    "Known",
    "Section",
    "SectionRow",
    "Tone",
    "card_json",
    "sections",
]
