"""The section `retention`: how long details are kept before only their summary is."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Annotated, Self

from pydantic import AfterValidator, PlainValidator, WithJsonSchema, model_validator

from monitor.settings.fields import DURATION_SCHEMA, Model, at_least, parse_duration
from monitor.settings.settings import RetentionSettings

_TEN_YEARS = 3_660
Age = Annotated[
    timedelta,
    PlainValidator(partial(parse_duration, longest_days=_TEN_YEARS)),
    WithJsonSchema({**DURATION_SCHEMA, "examples": ["7d", "400d"]}),
]


class RetentionModel(Model):
    """How long details are kept. What availability is counted from is never deleted."""

    # A day: pages show each check's newest result, and an operator asks today about last night.
    results: Annotated[Age, AfterValidator(at_least(timedelta(days=1), "1d"))] | None = None
    """Single results, with the evidence of those that failed: 7d if left out; null: for good."""
    hourly: Annotated[Age, AfterValidator(at_least(timedelta(days=7), "7d"))] | None = None
    """Summaries by the hour: 400d if left out; null: for good. Those by the day are always kept."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        kept = retention_settings(self)
        if kept.hourly is not None and (kept.results is None or kept.hourly < kept.results):
            raise ValueError(
                "`hourly` (400d if left out) should not be shorter than `results` (7d if left out)"
            )
        return self


def retention_settings(model: RetentionModel) -> RetentionSettings:
    """Complete the section with its defaults; what is null is kept for good."""
    usual, said = RetentionSettings(), model.model_fields_set
    return RetentionSettings(
        results=model.results if "results" in said else usual.results,
        hourly=model.hourly if "hourly" in said else usual.hourly,
    )
