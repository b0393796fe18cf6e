"""The register of services: governments, agencies, services and their checks, from `config/services/`."""

from monitor.registry.load import load_registry
from monitor.registry.schema import write_schemas

__all__ = ["load_registry", "write_schemas"]
