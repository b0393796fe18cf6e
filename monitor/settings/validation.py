"""What pydantic found wrong, said as problems with places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from yaml.nodes import Node, ScalarNode

from monitor.settings.problems import Problem
from monitor.settings.yaml import Document, Location

ModelT = TypeVar("ModelT", bound=BaseModel)

_SENTENCES = {
    "model_type": "should be keys and values (`key: value`)",
    "dict_type": "should be keys and values (`key: value`)",
    "tuple_type": "should be a list: one item per line, each beginning with `- `",
    "list_type": "should be a list: one item per line, each beginning with `- `",
    "bool_type": "should be true or false",
    "too_short": "is empty: write at least one",
    "string_too_short": "is empty: write a text, or remove the key",
    "string_pattern_mismatch": "should be of small letters, digits and hyphens, and not begin with a hyphen",
}


def check(document: Document, model: type[ModelT]) -> tuple[ModelT | None, list[Problem]]:
    """Validate a document.

    Returns: the model, and no problems; or None, and all problems of the document, those of reading included.
    """
    try:
        valid = model.model_validate(document.data, context={"folder": document.path.parent})
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=True)
        problems = [problem for one in found if (problem := _problem(document, model, one)) is not None]
        return None, [*document.problems, *problems]
    return (None, list(document.problems)) if document.problems else (valid, [])


def _problem(document: Document, model: type[BaseModel], error: ErrorDetails) -> Problem | None:
    """Say one error, unless reading the file has already found fault with that value."""
    location = error["loc"]
    kind = error["type"]
    spot = document.locate(location)
    if id(spot.node) in document.unsound:
        return None
    if kind == "extra_forbidden":
        return document.problem(
            location, unknown_key(str(location[-1]), known_keys(model, location[:-1])), at_key=True
        )
    if kind == "missing":
        path = ".".join(filter(None, (spot.path, str(location[-1]))))
        return Problem(document.path, spot.line, spot.column, path, "this key is required")
    message = _sentence(error, spot.node)
    at_key = "[key]" in location
    if kind in _SENTENCES and id(spot.node) in document.references:
        # These sentences know nothing of the value, so they may stand beside a secret.
        return Problem(document.path, spot.line, spot.column, spot.path, message)
    return document.problem(location, message, at_key=at_key)


def _sentence(error: ErrorDetails, node: Node) -> str:
    kind = error["type"]
    if isinstance(node, ScalarNode) and error["input"] is None and kind != "value_error":
        return "is empty: write a value, or remove the key"
    if kind == "value_error":
        return str(error["ctx"]["error"])
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        expected = error.get("ctx", {}).get("expected_tags", "'http', 'tcp', 'dns'")
        return f"the key `kind` should be one of {expected}"
    if kind == "string_type":
        return _not_text(error["input"])
    if kind in ("literal_error", "enum"):
        return _not_of(error)
    return _SENTENCES.get(kind) or error["msg"].replace("Input should", "should", 1)


def _not_text(value: object) -> str:
    match value:
        case bool():
            read_as = "as true or false"
        case int() | float():
            read_as = "as a number"
        case date():
            read_as = "as a date"
        case dict():
            return "should be a text, not keys and values"
        case _:
            return "should be a text, not a list"
    return f"YAML reads this {read_as}: put it in quotes for text"


def _not_of(error: ErrorDetails) -> str:
    expected = str(error["ctx"]["expected"])
    words = expected.replace(" or ", ", ").replace("'", "").split(", ")
    near = get_close_matches(str(error["input"]).lower(), words, n=1)
    return f"should be {expected}" + (f"; did you mean {near[0]}?" if near else "")


def unknown_key(key: str, known: Sequence[str]) -> str:
    """Say that a key is unknown, and what was probably meant."""
    near = get_close_matches(key.lower(), known, n=1)
    if near:
        return f"unknown key; did you mean `{near[0]}`?"
    return f"unknown key; known here are: {', '.join(known)}"


def known_keys(model: type[BaseModel], location: Location) -> list[str]:
    """Return the keys that may stand at a location, sorted; by walking the models' annotations."""
    models = {model}
    for part in location:
        if isinstance(part, int):
            continue
        owners = [one for one in models if part in one.model_fields]
        if owners:
            models = {found for one in owners for found in _models_in(one.model_fields[part].annotation)}
        else:
            models = {one for one in models if _is_kind(one, part)} or models
    return sorted({field.alias or name for one in models for name, field in one.model_fields.items()})


def _is_kind(model: type[BaseModel], tag: str) -> bool:
    field = model.model_fields.get("kind")
    return field is not None and tag in get_args(field.annotation)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        if not isinstance(argument, Mapping | str):
            yield from _models_in(argument)
