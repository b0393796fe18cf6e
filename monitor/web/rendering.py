"""How pages are made of templates, and what browsers may do with them."""

from __future__ import annotations

import base64
import hashlib

import jinja2

ENVIRONMENT = jinja2.Environment(
    loader=jinja2.PackageLoader("monitor.web"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
STYLE = ENVIRONMENT.get_template("style.css").render()
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
CONTENT_SECURITY_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Our own style sheet and nothing else: no script can run on these pages, whatever a site's name contains."""
