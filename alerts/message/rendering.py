"""Templates filled: the only part of a message that reads files, and each of them once."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from dataclasses import asdict, fields
from datetime import tzinfo

import jinja2

from alerts.delivery import Message
from alerts.facts import Facts
from alerts.message.legible import CUT
from alerts.message.palette import DAY, NIGHT
from alerts.message.view import View, view
from alerts.message.voice import Voice

BRIEF_LIMIT = 4000
"""UTF-16 code units, which is how Telegram counts to 4,096; never fewer than there are characters."""
_WIDTH = 76
_PARTS = re.compile(r"^---$", re.MULTILINE)
_GAP = re.compile(r"\n\s*\n")


def render(facts: Facts, language: str, zone: tzinfo) -> Message:
    """Write the message that tells of these facts.

    Args:
        facts: what it is about.
        language: `id` or `en`.
        zone: the register's, in which times are told.

    Raises:
        KeyError: there is no such language.
    """
    shown = view(facts, Voice(language, zone))
    values = {field.name: getattr(shown, field.name) for field in fields(View)}
    prose = _ENVIRONMENT.get_template(f"{language}/{facts.occasion.value}.txt").render(values)
    lead, onward = (_paragraphs(part) for part in _PARTS.split(prose))
    values |= {"lead": lead, "onward": onward}
    return Message(
        subject=shown.subject,
        text=_TEXT.render(values).rstrip() + "\n",
        html=_HTML.render(values, day=asdict(DAY), night=asdict(NIGHT)),
        brief=_brief(values, shown),
    )


def _brief(values: dict[str, object], shown: View) -> str:
    """Return the brief form with as many findings, and then as many services, as fit."""
    findings = max(len(shown.findings), *(len(one.lines) for one in shown.mentions), 0)
    told = _most(findings, lambda count: _BRIEF.render(values, told=count, most=0))
    services = sum(len(one.lines) for one in shown.listings)
    most = _most(services, lambda count: _BRIEF.render(values, told=told, most=count))
    text = _BRIEF.render(values, told=told, most=most).rstrip()
    if _units(text) <= BRIEF_LIMIT:
        return text
    # Names in rare scripts count double: what comes last in the template gives way.
    units = text.encode("utf-16-le")[: (BRIEF_LIMIT - len(CUT)) * 2]
    return units.decode("utf-16-le", "ignore").rstrip() + CUT


def _most(count: int, written: Callable[[int], str]) -> int:
    """Return with how many of so many things a text fits."""
    fits, too_many = 0, count + 1
    while too_many - fits > 1:
        middle = (fits + too_many) // 2
        if _units(written(middle)) <= BRIEF_LIMIT:
            fits = middle
        else:
            too_many = middle
    return fits


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _paragraphs(prose: str) -> list[str]:
    return [joined for one in _GAP.split(prose) if (joined := " ".join(one.split()))]


def _wrapped(text: str, indent: int = 0) -> str:
    """Fold a paragraph as plain text mail is read, with addresses left whole."""
    margin = " " * indent
    folded = textwrap.wrap(text, _WIDTH - indent, break_long_words=False, break_on_hyphens=False)
    return f"\n{margin}".join(folded)


def _openable(url: str) -> bool:
    return url.lower().startswith(("http://", "https://")) and not url.endswith(CUT)


_ENVIRONMENT = jinja2.Environment(
    loader=jinja2.PackageLoader("alerts"),
    autoescape=jinja2.select_autoescape(enabled_extensions=("html",), default=False),
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    cache_size=-1,
    auto_reload=False,
)
_ENVIRONMENT.filters["wrapped"] = _wrapped
_ENVIRONMENT.tests["openable"] = _openable
_TEXT = _ENVIRONMENT.get_template("message.txt")
_HTML = _ENVIRONMENT.get_template("message.html")
_BRIEF = _ENVIRONMENT.get_template("brief.txt")
