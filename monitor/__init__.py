"""Kulkul measures public services, remembers what it saw, and shows it."""
