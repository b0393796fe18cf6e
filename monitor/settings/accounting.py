"""The section `accounting`: by which rules time is counted in reports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from monitor.core.accounting.policy import AccountingPolicy, BlockedAs, OutageStart
from monitor.settings.fields import Duration, Id, Model, Whole
from monitor.settings.hours import HoursModel
from monitor.settings.settings import AccountingSettings

USUAL = AccountingPolicy()


class PolicyModel(Model):
    """One policy; what is left out is as in `baku`."""

    version: Annotated[Whole, Field(ge=1, le=9999)]
    """Raised by whoever changes the policy: reports print it."""
    outage_from: Literal["first_failure", "confirmation"] = "first_failure"
    """From when on an outage counts."""
    maintenance: Literal["excluded", "counted"] = "excluded"
    """Whether maintenance that was announced before it began is left out of what is measured."""
    blocked: Literal["unknown", "up", "down"] = "unknown"
    """What time counts as in which a site refused the monitor."""
    shortest_outage: Duration | None = None
    """Outages that lasted less count as up; null: none."""
    hours: HoursModel | None = None
    """Hours in which services promise to be open: no other time counts; null: all time counts."""


class AccountingModel(Model):
    """How time is counted in reports."""

    policy: Id = USUAL.name
    """The policy of reports that name no other."""
    policies: dict[Id, PolicyModel] = Field(default={})
    """Further policies by name; `baku` is always there, and always the same."""

    @model_validator(mode="after")
    def _known(self) -> Self:
        if USUAL.name in self.policies:
            raise ValueError(f"`policies` cannot change “{USUAL.name}”: give yours another name")
        if self.policy != USUAL.name and self.policy not in self.policies:
            raise ValueError(f"`policy` names “{self.policy}”, which is not among `policies`")
        return self


def accounting_settings(model: AccountingModel) -> AccountingSettings:
    """Complete the section with its defaults."""
    further: Mapping[str, AccountingPolicy] = {
        name: AccountingPolicy(
            name=name,
            version=one.version,
            outage_from=OutageStart(one.outage_from),
            maintenance_excluded=one.maintenance == "excluded",
            blocked=BlockedAs(one.blocked),
            shortest_outage=one.shortest_outage or USUAL.shortest_outage,
            hours=None if one.hours is None else one.hours.service_hours(),
        )
        for name, one in model.policies.items()
    }
    return AccountingSettings(policy=model.policy, policies={USUAL.name: USUAL, **further})
