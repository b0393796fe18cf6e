"""A message about facts, in one language: a subject, plain text, HTML, and a brief form for chats."""

from alerts.message.rendering import render

__all__ = ["render"]
