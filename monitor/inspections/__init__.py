"""Slow looks that find what will break next month: certificates, domains, delegation, the register itself."""
