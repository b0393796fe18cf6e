"""What registries say of domains: RDAP first, WHOIS where that cannot answer."""

from monitor.inspections.registration.inspection import RegistrationInspection

__all__ = ["RegistrationInspection"]
