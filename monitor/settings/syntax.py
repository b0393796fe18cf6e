"""What YAML's parser could not read, said so that the person who wrote it can mend it."""

from __future__ import annotations

import yaml

_INDENTATION = "the indentation does not fit the lines above, or a `- ` or a quote is missing"
# Parts of the sentences of libyaml and of PyYAML's own parser, which word the same mistake differently.
_SENTENCES = (
    ("another document", "a second document begins here: keep one document per file and remove the `---`"),
    (
        "mapping values are not allowed",
        "a `: ` where no key can stand: put the text in quotes, or check the indentation",
    ),
    ("undefined alias", "a value that begins with * is an alias: put it in quotes for text"),
    ("undefined tag handle", "a value that begins with ! is a tag: put it in quotes for text"),
    ("did not find expected alphabetic", "a value that begins with & or * must be in quotes"),
    ("cannot start any token", "a value cannot begin with this character (@ ` %): put it in quotes"),
    ("could not find expected ':'", "the `:` after a key is missing here or on the line above"),
    ("unexpected end of stream", "a quote is opened here and never closed"),
    ("unknown escape character", "an unknown \\ escape: use single quotes for regular expressions and paths"),
    (
        "<document start>",
        "this does not belong to what stands above it: check brackets and quotes",
    ),
    ("' or ']'", "a list opened with [ is not closed with ]"),
    ("' or '}'", "a mapping opened with { is not closed with }"),
    ("did not find expected key", _INDENTATION),
    ("'-' indicator", _INDENTATION),
    ("expected <block end>", _INDENTATION),
    ("node content", "something is missing or misplaced here: check brackets, commas and quotes"),
    ("found duplicate", "anchors and aliases (&, *) are not supported: write the value out"),
)


def sentence_for(error: yaml.MarkedYAMLError, text: str) -> tuple[int, int, str]:
    """Return line, column (from 1) and a sentence for a parser's error.

    An unclosed quote or bracket is pointed at where it opens: the parser notices only at the file's end.
    """
    problem = error.problem or "the file is not valid YAML"
    message = next((sentence for part, sentence in _SENTENCES if part in problem), None)
    opened = message is not None and ("opened" in message) and error.context_mark is not None
    mark = error.context_mark if opened else (error.problem_mark or error.context_mark)
    if mark is None:
        return 1, 1, f"not valid YAML: {problem}"
    line = min(mark.line + 1, max(text.count("\n") + 1, 1))
    return line, mark.column + 1, message or f"not valid YAML: {problem}"
