"""Settings every test shares."""

from __future__ import annotations

import sys

from hypothesis import HealthCheck, settings

_LIMIT_BEFORE = sys.getrecursionlimit()

import eth  # noqa: E402, F401  some tests compare with py-evm itself, whose import raises the recursion limit for good

sys.setrecursionlimit(_LIMIT_BEFORE)

settings.register_profile(
    "ci", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("ci")
