"""The certificate inspection: what will break over https next month, at every address of every host."""

from monitor.inspections.certificate.inspection import CertificateInspection

__all__ = ["CertificateInspection"]
