"""What the daemon reads in a container: the settings, register and routes that docker-compose.yml mounts."""

from __future__ import annotations

from pathlib import Path

from tests.command import kulkul

SETTINGS = Path(__file__).resolve().parents[2] / "config" / "compose" / "kulkul.yml"


async def test_the_settings_of_the_container_are_whole_and_lead_to_the_shipped_register(tmp_path):
    env = {"KULKUL_DATABASE_URL": f"sqlite:///{tmp_path / 'kulkul.sqlite'}"}
    ran = await kulkul("config", "check", "-c", SETTINGS, folder=tmp_path, env=env)
    assert ran.code == 0, ran
    assert "156" in ran.out + ran.err


async def test_without_the_database_they_are_refused_with_the_name_of_what_is_missing(tmp_path):
    ran = await kulkul("config", "check", "-c", SETTINGS, folder=tmp_path)
    assert ran.code == 2
    assert "KULKUL_DATABASE_URL is not set" in ran.err
