"""Settings: `kulkul.yml`, and the reading of YAML that the register shares."""

from monitor.settings.load import default_settings, load_settings
from monitor.settings.problems import ConfigurationError, Problem
from monitor.settings.settings import ServiceDefaults, Settings

__all__ = [
    "ConfigurationError",
    "Problem",
    "ServiceDefaults",
    "Settings",
    "default_settings",
    "load_settings",
]
