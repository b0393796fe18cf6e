"""The Alembic environment; `monitor.store.migrate` runs it, no configuration file is needed."""
