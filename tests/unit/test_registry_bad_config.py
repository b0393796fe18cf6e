"""Every mistake of `bad_config/` gives the sentences that lie beside it, and never a traceback.

`NAME.txt` holds what is shown for `NAME.yml`, less the folder. A new mistake is two new files.
"""

import shutil
from pathlib import Path

import pytest

from monitor.registry import load_registry
from monitor.registry.routes import load_routes
from monitor.registry.windows import load_windows
from monitor.settings import ConfigurationError, default_settings, load_settings
from tests.recording import registry

FOLDER = Path(__file__).parent / "bad_config"
RULES = {"certificate_expiring", "domain_expiring"}
LOADERS = {
    "routes": lambda path: load_routes(path, default_settings(), registry("jdih", "portal"), RULES),
    "services": lambda path: load_registry(path.parent, default_settings()),
    "settings": load_settings,
    "windows": lambda path: load_windows(path, default_settings(), registry("jdih", "portal")),
}
CASES = sorted(path for kind in LOADERS for path in (FOLDER / kind).glob("*.yml"))


def shown(path: Path, folder: Path) -> str:
    """Load a copy that lies alone in a folder, and return what is shown for it."""
    copy = folder / path.name
    shutil.copy(path, copy)
    with pytest.raises(ConfigurationError) as caught:
        LOADERS[path.parent.name](copy)
    return str(caught.value).replace(f"{folder}/", "") + "\n"


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_mistake_is_shown_with_its_place_and_its_mend(path, tmp_path):
    assert shown(path, tmp_path) == path.with_suffix(".txt").read_text(encoding="utf-8")


def test_every_expected_text_has_its_mistake():
    expected = {path.with_suffix(".yml") for kind in LOADERS for path in (FOLDER / kind).glob("*.txt")}
    assert expected == set(CASES)


def test_no_secret_that_was_written_out_is_shown():
    assert not [path.name for path in FOLDER.rglob("*.txt") if "hunter2" in path.read_text(encoding="utf-8")]
