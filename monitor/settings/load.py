"""From `kulkul.yml` to `Settings`."""

from __future__ import annotations

import importlib.metadata
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from monitor.settings.accounting import accounting_settings
from monitor.settings.database import database_settings
from monitor.settings.heartbeat import heartbeat_settings
from monitor.settings.inspections import inspection_settings
from monitor.settings.models import Pace, SettingsModel, VantageModel
from monitor.settings.problems import ConfigurationError
from monitor.settings.reports import report_settings
from monitor.settings.retention import retention_settings
from monitor.settings.settings import (
    LogSettings,
    ProbingSettings,
    ServiceDefaults,
    Settings,
    VantageSettings,
    WebSettings,
)
from monitor.settings.uplink import contradictions, uplink_settings
from monitor.settings.validation import check
from monitor.settings.yaml import read_document


def load_settings(path: Path | str) -> Settings:
    """Read, check and complete the settings.

    Raises:
        ConfigurationError: with every problem of the file.
    """
    document = read_document(Path(path))
    model, problems = check(document, SettingsModel)
    if model is None:
        raise ConfigurationError(problems)
    settings = _settings(document.path, model)
    wrong = [document.problem(("uplink", *at), why) for at, why in contradictions(settings.uplink)]
    if wrong:
        raise ConfigurationError(wrong)
    return settings


def default_settings(path: Path | str = Path("kulkul.yml")) -> Settings:
    """Return the settings of a file that says nothing, as if it stood at `path`; nothing is read."""
    return _settings(Path(path), SettingsModel())


def with_pace(defaults: ServiceDefaults, pace: Pace) -> ServiceDefaults:
    """Return the defaults with what a mapping of the file says instead of them."""
    rule = defaults.rule
    given = pace.deadlines.model_dump(exclude_none=True)
    return ServiceDefaults(
        interval=pace.interval or defaults.interval,
        slo_target_ratio=pace.slo_target or defaults.slo_target_ratio,
        rule=replace(
            rule,
            down_after=pace.down_after or rule.down_after,
            up_after=pace.up_after or rule.up_after,
            recheck=pace.recheck or rule.recheck,
            slow=pace.slow if "slow" in pace.model_fields_set else rule.slow,
        ),
        deadlines=replace(defaults.deadlines, **given) if given else defaults.deadlines,
    )


def _settings(path: Path, model: SettingsModel) -> Settings:
    probing = model.probing
    return Settings(
        path=path,
        vantage=_vantage(model.vantage),
        time_zone=ZoneInfo(model.time_zone),
        language=model.language,
        register=path.parent / model.register_folder,
        windows=path.parent / model.windows,
        routes=path.parent / model.routes,
        references=path.parent / model.references,
        database=database_settings(model.database),
        web=WebSettings(host=model.web.host, port=model.web.port),
        probing=ProbingSettings(
            per_host=probing.per_host,
            per_address=probing.per_address,
            concurrency=probing.concurrency,
            slow_concurrency=probing.slow_concurrency,
            read_limit_bytes=probing.read_limit_bytes,
            nameservers=probing.nameservers,
            ca_file=probing.ca_file,
            resolve=dict(probing.resolve),
            blocks=tuple(str(path.parent / name) for name in probing.blocks),
            allow_networks=probing.allow_networks,
        ),
        defaults=with_pace(ServiceDefaults(), model.defaults),
        uplink=uplink_settings(model.uplink),
        heartbeat=heartbeat_settings(model.heartbeat),
        inspections=inspection_settings(model.inspections),
        accounting=accounting_settings(model.accounting),
        reports=report_settings(model.reports),
        retention=retention_settings(model.retention),
        log=LogSettings(level=model.log.level, format=model.log.format),
    )


def _vantage(model: VantageModel) -> VantageSettings:
    about = f" (+{model.contact_url})" if model.contact_url else ""
    own = f"Kulkul/{importlib.metadata.version('kulkul')}{about}"
    return VantageSettings(
        name=model.name,
        contact_url=model.contact_url,
        contact=model.contact,
        addresses=model.addresses,
        user_agent=model.user_agent or own,
    )
