"""Settings every test shares."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

_LIMIT_BEFORE = sys.getrecursionlimit()

import eth  # noqa: E402, F401  some tests compare with py-evm itself, whose import raises the recursion limit for good

sys.setrecursionlimit(_LIMIT_BEFORE)

settings.register_profile(
    "ci", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("ci")


@pytest.fixture(scope="session", autouse=True)
def _cache_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test reads what a user's runs have kept, or leaves something among it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MEDSIM_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session", autouse=True)
def _no_helpers() -> Iterator[None]:
    """Tests run side by side already; what is said of a second process has tests of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MEDSIM_HELPERS", "off")
        yield


if under_test := os.environ.get("MEDSIM_ARTIFACTS_UNDER_TEST"):
    # How planted defects meet the tests: the mutants' tests run pytest once more, on other artifacts.
    from chain.contracts import artifact

    artifact.ARTIFACTS = Path(under_test)  # type: ignore[misc]
