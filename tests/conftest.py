"""Fixtures that every folder of tests may use."""

from pathlib import Path

import pytest
from hypothesis import settings

SHARED = Path(__file__).parents[2] / "shared"

# No test is timed: how long an example takes says more of the machine than of the code.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of published answers beside the checkout; tests that need it skip without it."""
    if not SHARED.is_dir():
        pytest.skip(f"no folder of published vectors at {SHARED}")
    return SHARED
