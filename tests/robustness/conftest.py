"""What the tests of trouble share: settings of their own."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def settings_of_this_test(empty_settings: Path) -> None:
    """Every test begins with empty settings."""
